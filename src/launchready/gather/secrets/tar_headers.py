"""Headers of tar archives, read with care: one that is damaged, or that asks for much memory, ends the archive."""

import tarfile

from launchready.gather.secrets.streams import TooMuch

# Long names and PAX records: the standard library reads them whole.
_EXTENDED = frozenset({
    tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK,
})  # fmt: skip
_OWNERS, _CHECKSUM = slice(108, 124), slice(148, 156)  # POSIX.1-1988 ustar
_LARGEST_EXTENDED_BYTES = 1024 * 1024


class Header(tarfile.TarInfo):
    """A header for `tarfile.open(tarinfo=...)`, which would take a damaged one for the end."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> "Header":
        try:
            header = super().frombuf(_without_owners(buf), encoding, errors)
        except tarfile.HeaderError:
            if any(buf):
                raise TooMuch("the archive is damaged: what follows in it was not read") from None
            raise
        if header.type in _EXTENDED and header.size > _LARGEST_EXTENDED_BYTES:
            raise TooMuch("the archive has a header too large to be honest: what follows in it was not read")
        return header


def _without_owners(header: bytes | bytearray) -> bytes:
    """The header with owner and group 0, which matter to nobody here and which some programs write in decimal."""
    given = bytes(header)
    if len(given) != tarfile.BLOCKSIZE or _checksum(given) != given[_CHECKSUM].strip(b" \0").lstrip(b"0"):
        return given
    blank = given[: _OWNERS.start] + b"0000000\0" * 2 + given[_OWNERS.stop :]
    return blank[: _CHECKSUM.start] + _checksum(blank).rjust(7, b"0") + b"\0" + blank[_CHECKSUM.stop :]


def _checksum(header: bytes) -> bytes:
    return b"%o" % (sum(header[: _CHECKSUM.start]) + 8 * ord(" ") + sum(header[_CHECKSUM.stop :]))
