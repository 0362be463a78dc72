"""Logs of every packing: nothing is lost where windows meet, values are never kept, and no file breaks the reading."""

import bz2
import gzip
import io
import lzma
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from launchready.formats.personal_data import PersonalKind
from launchready.gather.secrets.log_files import MOST_EXPANSION, SUSPECT_BYTES
from launchready.gather.secrets.logs import MARGIN_BYTES, MOST_SECRETS, WINDOW_BYTES, ReadLog, read_log
from launchready.model.secret import SecretHit
from tests.formats.test_personal_data import a_card
from tests.gather.secrets.keys import KIND, READER, look, new_key

LINE = b"2026-11-24T09:00:00Z INFO GET /chat 200 12ms\n"


def log_of(folder: Path, content: bytes, name: str = "app.log") -> ReadLog:
    (folder / name).write_bytes(content)
    return read_log(str(folder / name), READER)


def personal(log: ReadLog) -> dict[PersonalKind, tuple[int, int]]:
    return {one.kind: (one.times, one.distinct) for one in log.personal}


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_keys_and_people_are_counted_and_their_first_places_kept(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    key, card = new_key(), a_card()
    text = (
        f"start\nAuthorization: Bearer {key}\nlogin jane@parley.dev\n"
        f"retry {key}&x\nlogin JANE@parley.dev\nlogin bob@parley.dev card={card}\n"
    )
    log = log_of(tmp_path, pack(text.encode()))
    assert [(one.first.kind, one.first.line, one.first.length, one.times) for one in log.secrets] == [(KIND, 2, 41, 2)]
    assert personal(log) == {PersonalKind.EMAIL: (3, 2), PersonalKind.CARD: (1, 1)}
    assert log.personal[0].places == tuple(f"{tmp_path}/app.log:{line}" for line in (3, 5, 6))
    assert (log.lines, log.size_bytes, log.unread) == (6, len(text), None)
    assert not any(value in repr(log) for value in (key, card, "jane", "bob"))


def test_standard_input_is_read_as_it_comes() -> None:
    reading, writing = os.pipe()
    key = new_key()
    os.write(writing, gzip.compress(f"a\n{key} jane@parley.dev".encode()))
    os.close(writing)
    with os.fdopen(reading, "rb") as stdin:
        log = read_log("-", READER, stdin=stdin)
    assert [one.first.subject for one in log.secrets] == ["standard input:2"]
    assert log.lines == 2
    assert log.personal[0].places == ("standard input:2",)


@pytest.mark.parametrize("edge", [WINDOW_BYTES - MARGIN_BYTES, WINDOW_BYTES - 2 * MARGIN_BYTES, WINDOW_BYTES])
@pytest.mark.parametrize("ending", [b"\n", b" "])
def test_nothing_is_lost_or_counted_twice_where_windows_meet(tmp_path: Path, edge: int, ending: bytes) -> None:
    keys = [new_key() for _ in range(5)]
    text = bytearray(LINE.replace(b"\n", ending) * (2 * WINDOW_BYTES // len(LINE)))
    for number, key in enumerate(keys):
        at = edge - 150 + number * 60
        text[at : at + 60] = b" %-58b " % key.encode()
    log = log_of(tmp_path, bytes(text))
    assert [one.times for one in log.secrets] == [1] * 5
    assert [one.first.line for one in log.secrets] == [text[: text.find(key.encode())].count(b"\n") + 1 for key in keys]
    assert log.lines == text.count(b"\n") + (not text.endswith(b"\n"))


def test_a_value_is_seen_with_what_stands_before_it_in_the_window_before(tmp_path: Path) -> None:
    """A matcher that needs the name beside a value gets it, wherever the windows meet."""
    seen: list[bytes] = []

    def needs_the_name(data: bytes) -> list[SecretHit]:
        hits = look(data)
        seen.extend(data[max(0, hit.start - 9) : hit.start] for hit in hits)
        return hits

    key = new_key().encode()
    for at in range(WINDOW_BYTES - MARGIN_BYTES - 60, WINDOW_BYTES - MARGIN_BYTES + 20, 16):
        (tmp_path / "a").write_bytes(b"x" * (at - 10) + b" the_name=" + key + b" " + b"y" * 200_000)
        log = read_log(str(tmp_path / "a"), type(READER)(look=needs_the_name, marks=READER.marks))
        assert [one.times for one in log.secrets] == [1]
    assert set(seen) == {b"the_name="}


def test_a_log_of_powershell_is_text_as_well(tmp_path: Path) -> None:
    text = f"start\r\n{new_key()} jane@parley.dev\r\n" * 3
    log = log_of(tmp_path, text.encode("utf-16"))
    assert (len(log.secrets), personal(log)) == (1, {PersonalKind.EMAIL: (3, 1)})
    assert log.secrets[0].first.line == 2


def test_ids_that_pass_the_checksum_by_chance_are_no_cards(tmp_path: Path) -> None:
    ids = [str(random.randrange(4 * 10**15, 5 * 10**15)) for _ in range(400)]
    log = log_of(tmp_path, "".join(f"done {one} ok\n" for one in ids).encode())
    assert PersonalKind.CARD not in personal(log)


def test_cards_that_nothing_calls_cards_are(tmp_path: Path) -> None:
    log = log_of(tmp_path, "".join(f"charging {a_card()} now\n" for _ in range(9)).encode())
    assert personal(log) == {PersonalKind.CARD: (9, 9)}
    assert len(log.personal[0].places) == 3


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    key = new_key().encode()
    packed = gzip.compress(key + b"\n" + random.randbytes(300_000))
    cut = log_of(tmp_path, packed[:-20_000], "cut.gz")
    assert cut.unread
    assert "damaged" in cut.unread.reason
    assert len(cut.secrets) == 1  # what came before the damage was looked through
    broken = log_of(tmp_path, packed[:100] + b"\xff" * 1000, "broken.gz")
    assert broken.unread
    zstd = log_of(tmp_path, b"\x28\xb5\x2f\xfd\x24", "log.zst").unread
    assert zstd
    assert "zstd -dc" in zstd.reason
    for path in (tmp_path / "none.log", tmp_path, "\0"):
        log = read_log(str(path), READER)
        assert log.unread
        assert (log.lines, log.secrets) == (0, ())


def test_a_log_that_unpacks_without_end_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("launchready.gather.secrets.log_files.SUSPECT_BYTES", SUSPECT_BYTES // 64)
    log = log_of(tmp_path, gzip.compress(bytes(SUSPECT_BYTES // 16)), "bomb.gz")
    assert log.unread
    assert f"{MOST_EXPANSION} times" in log.unread.reason
    assert log.size_bytes < SUSPECT_BYTES // 16


def test_more_keys_than_can_be_shown_are_counted(tmp_path: Path) -> None:
    log = log_of(tmp_path, "".join(f"{new_key()}\n" for _ in range(MOST_SECRETS + 7)).encode())
    assert (len(log.secrets), log.more_secrets) == (MOST_SECRETS, 7)


@pytest.mark.parametrize("content", [b"", b"\n", b"\0" * 1000, b"\xff\xfe", b"\x1f\x8b", b"BZh"])
def test_odd_files_are_read(tmp_path: Path, content: bytes) -> None:
    assert log_of(tmp_path, content).secrets == ()
    assert read_log("-", READER, stdin=io.BytesIO(content)).personal == ()
