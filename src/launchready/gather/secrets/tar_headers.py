"""Headers of tar archives, read with care: one that is damaged, or that asks for much memory, ends the archive."""

import tarfile

from launchready.gather.secrets.streams import TooMuch

# Long names and PAX records: the standard library reads them whole.
_EXTENDED = frozenset({
    tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK,
})  # fmt: skip
_LARGEST_EXTENDED_BYTES = 1024 * 1024


class Header(tarfile.TarInfo):
    """A header for `tarfile.open(tarinfo=...)`, which would take a damaged one for the end."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> "Header":
        try:
            header = super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError:
            if any(buf):
                raise TooMuch("the archive is damaged: what follows in it was not read") from None
            raise
        if header.type in _EXTENDED and header.size > _LARGEST_EXTENDED_BYTES:
            raise TooMuch("the archive has a header too large to be honest: what follows in it was not read")
        return header
