"""Archives are opened, wide encodings are read, and what was made to exhaust us is told as unread."""

import bz2
import codecs
import gzip
import io
import lzma
import os
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from launchready.gather.secrets import unpack
from launchready.gather.secrets.looked import LARGEST_BYTES, Unread
from launchready.gather.secrets.unpack import MOST_DEPTH, Text, texts

SECRET = b"KEY=opens-the-door\n"


def zipped(**members: bytes) -> bytes:
    return zipped_by(zipfile.ZIP_DEFLATED, **members)


def zipped_by(method: int, /, **members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def tarred(**members: bytes) -> bytes:
    return tarred_by("w", **members)


def tarred_by(kind: str, /, **members: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=kind) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            header = tarfile.TarInfo(name)
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return packed.getvalue()


def read(path: str, data: bytes) -> dict[str, bytes]:
    return {text.path: text.data for text in texts(path, data) if isinstance(text, Text)}


def unread(path: str, data: bytes) -> list[tuple[str, str]]:
    return [(one.path, one.reason) for one in texts(path, data) if isinstance(one, Unread)]


@pytest.mark.parametrize(
    ("path", "data", "inner"),
    [
        ("a.zip", zipped(env=SECRET), "a.zip!env"),
        ("a.whl", zipped_by(zipfile.ZIP_STORED, env=SECRET), "a.whl!env"),
        ("a.jar", zipped_by(zipfile.ZIP_LZMA, env=SECRET), "a.jar!env"),
        ("a.docx", zipped_by(zipfile.ZIP_BZIP2, env=SECRET), "a.docx!env"),
        ("a.zip", zipped(b=zipped(c=zipped(env=SECRET))), "a.zip!b!c!env"),
        ("a.tar", tarred(env=SECRET), "a.tar!env"),
        ("a.tgz", tarred_by("w:gz", env=SECRET), "a.tgz!env"),
        ("a.tar.bz2", tarred_by("w:bz2", env=SECRET), "a.tar.bz2!env"),
        ("a.tar.xz", tarred_by("w:xz", env=SECRET), "a.tar.xz!env"),
        ("dump.sql.gz", gzip.compress(SECRET, mtime=0), "dump.sql.gz"),
        ("dump.sql.gz", gzip.compress(b"", mtime=0) + gzip.compress(SECRET, mtime=0), "dump.sql.gz"),
        ("dump.sql.bz2", bz2.compress(SECRET), "dump.sql.bz2"),
        ("dump.sql.xz", lzma.compress(SECRET), "dump.sql.xz"),
        ("image.tar", tarred(layer=tarred(app=SECRET)), "image.tar!layer!app"),
        ("image.tar", tarred(layer=tarred_by("w:gz", app=zipped(env=SECRET))), "image.tar!layer!app!env"),
        ("a.tar", tarred(**{"long" * 60: SECRET}), "a.tar!" + "long" * 60),
        ("a.zip", zipped(**{"a\nb\x1b": SECRET}), "a.zip!a\\x0ab\\x1b"),
        ("a.zip", zipped(env="KEY=opens-the-door\n".encode("utf-16")), "a.zip!env"),
    ],
)  # fmt: skip
def test_members(path: str, data: bytes, inner: str) -> None:
    assert read(path, data) == {inner: SECRET}
    assert not unread(path, data)


@pytest.mark.parametrize(
    "encoded",
    [
        mark + text.encode(encoding)
        for text in ("KEY=opens-the-door\n", "é: KEY=opens-the-door\n" * 200)
        for encoding, mark in (
            ("utf-16-le", b""), ("utf-16-be", b""), ("utf-32-le", b""), ("utf-32-be", b""),
            ("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", codecs.BOM_UTF16_BE),
            ("utf-32-le", codecs.BOM_UTF32_LE), ("utf-32-be", codecs.BOM_UTF32_BE),
        )
    ],
)  # fmt: skip
def test_wide_encodings(encoded: bytes) -> None:
    (data,) = read("a.txt", encoded).values()
    assert data.endswith(SECRET)
    assert data.startswith((b"KEY", "é".encode()))


def test_a_wide_text_in_another_script_has_a_mark() -> None:
    text = "ключ от двери: " * 200 + "KEY=opens-the-door\n"
    assert read("a.txt", text.encode("utf-16")) == {"a.txt": text.encode()}


@pytest.mark.parametrize(
    "data",
    [
        b"", b"a", b"\0", b"PK are initials", b"BZh is a start", b"plain\0text" * 100, bytes(1000),
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, struct.pack("<500H", *range(500)), b"\x1f\x8b no",
        b"A\0B" * 400,
    ],
)  # fmt: skip
def test_what_is_no_archive_stays_as_it_is(data: bytes) -> None:
    assert read("a.bin", data) == {"a.bin": data}
    assert not unread("a.bin", data)


def encrypted() -> bytes:
    data = bytearray(zipped_by(zipfile.ZIP_STORED, env=SECRET, other=SECRET))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + flags] |= 1
    return bytes(data)


def test_encrypted_members_are_told() -> None:
    assert unread("a.zip", encrypted()) == [("a.zip!env", "it is encrypted")]
    assert read("a.zip", encrypted()) == {"a.zip!other": SECRET}


@pytest.mark.parametrize("mark", [b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07"])
def test_archives_that_are_not_read_are_told(mark: bytes) -> None:
    ((path, reason),) = unread("a.bin", mark + bytes(100))
    assert (path, "archives are not read" in reason) == ("a.bin", True)


def test_a_bomb_is_told_and_ends() -> None:
    bomb = gzip.compress(bytes(64 * 1024 * 1024))
    ((path, reason),) = unread("a.gz", bomb)
    assert (path, "bomb" in reason) == ("a.gz", True)


def test_bombs_side_by_side_share_one_limit() -> None:
    members = {f"m{number}": bytes(8 * 1024 * 1024) for number in range(10)}
    told = unread("a.zip", zipped(**members))
    assert [path for path, reason in told] == ["a.zip"]
    assert len(read("a.zip", zipped(**members))) < 4


def test_a_member_larger_than_any_source_file() -> None:
    packed = gzip.compress(os.urandom(1_000_000) + bytes(LARGEST_BYTES), 1)
    ((_, reason),) = unread("a.gz", packed)
    assert "only its beginning was read" in reason


def test_nesting_has_an_end() -> None:
    data = SECRET
    for _ in range(MOST_DEPTH + 1):
        data = zipped(a=data)
    ((_, reason),) = unread("a.zip", data)
    assert "nested" in reason


def test_too_many_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "MOST_MEMBERS", 3)
    data = tarred(a=SECRET, b=SECRET, c=SECRET, d=SECRET)
    assert len(read("a.tar", data)) == 3
    assert unread("a.tar", data) == [("a.tar", "it has more than 3 members")]


def test_a_directory_too_large_to_be_read() -> None:
    data = bytearray(zipped(a=SECRET))
    data[-10:-6] = (0xFFFFFFFF).to_bytes(4, "little")
    assert unread("a.zip", bytes(data)) == [("a.zip", "its list of members is too large")]


def test_a_header_that_asks_for_memory() -> None:
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 8 * 1024**3 - 1
    ((_, reason),) = unread("a.tar", header.tobuf() + bytes(2000))
    assert "too large to be honest" in reason


def test_owners_in_decimal() -> None:
    """As a Java library wrote them in archives of ansible's tests."""
    block = bytearray(tarred(env=SECRET))
    block[108:116] = block[116:124] = b"0000091\0"
    block[148:156] = b"%06o\0 " % (sum(block[:148]) + 8 * 32 + sum(block[156:512]))
    assert read("a.tar", bytes(block)) == {"a.tar!env": SECRET}


def test_links_and_devices_in_archives_are_nothing() -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE):
            header = tarfile.TarInfo("../../etc/passwd")
            header.type, header.linkname = kind, "/etc/passwd"
            archive.addfile(header)
    assert not list(texts("a.tar", packed.getvalue()))


def cut(data: bytes) -> bytes:
    return data[: len(data) * 2 // 3]


def test_the_beginning_of_a_damaged_stream_is_read() -> None:
    noise = os.urandom(400_000).hex().encode()
    (data,) = read("a.gz", cut(gzip.compress(SECRET + noise, mtime=0))).values()
    assert data.startswith(SECRET)
    assert unread("a.gz", cut(gzip.compress(SECRET + noise, mtime=0)))


@pytest.mark.parametrize(
    "make",
    [
        lambda data: zipped(a=data, b=data), lambda data: tarred(a=data, b=data),
        lambda data: tarred_by("w:gz", a=data),
        gzip.compress, bz2.compress, lzma.compress,
        lambda data: zipped(a=tarred_by("w:xz", b=gzip.compress(data, mtime=0))),
    ],
)  # fmt: skip
@settings(max_examples=25, deadline=None)
@given(damage=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=12), end=st.floats(0, 1))
def test_damage_never_raises(make: Callable[[bytes], bytes], damage: list[tuple[float, int]], end: float) -> None:
    data = bytearray(make(SECRET * 20 + zlib.compress(SECRET)))
    for place, value in damage:
        data[int(place * (len(data) - 1))] = value
    list(texts("a", bytes(data)))
    list(texts("a", bytes(data[: int(end * len(data))])))
