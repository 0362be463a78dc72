"""Secrets are named, read when used, and shown nowhere."""

from pathlib import Path

import pytest

from launchready.config.secrets import Secret, secret, template
from launchready.config.wrong import Wrong
from launchready.errors import UsageError

HERE = Path("/nowhere")


def test_a_variable_is_read_when_it_is_used() -> None:
    environ: dict[str, str] = {}
    token = secret("${env:TOKEN}", environ, HERE)
    environ["TOKEN"] = "t0p-secret"
    assert token.reveal() == "t0p-secret"


def test_a_file_is_read_beside_launch_toml_without_its_line_end(tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(b"t0p-secret\r\n")
    assert secret("${file:token}", {}, tmp_path).reveal() == "t0p-secret"


def test_a_reference_may_stand_inside_text() -> None:
    url = template("postgresql://reader:${env:PASSWORD}@db/parley", {"PASSWORD": "p${env:X}w"}, HERE)
    assert url.reveal() == "postgresql://reader:p${env:X}w@db/parley"


def test_no_value_is_ever_shown() -> None:
    shown = Secret("${env:A} t0p-secret ${file:b}", {"A": "t0p-secret"}, HERE)
    for text in (repr(shown), str(shown), f"{shown}", f"{[shown]}"):
        assert "t0p-secret" not in text
        assert "${env:A} ${file:b}" in text
    assert str(Secret("t0p-secret", {}, HERE)) == "***"


@pytest.mark.parametrize("environ", [{}, {"TOKEN": ""}])
def test_a_variable_that_is_not_set_is_told_at_use(environ: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="TOKEN is not set"):
        secret("${env:TOKEN}", environ, HERE).reveal()


def test_a_file_that_cannot_be_used_is_told_at_use(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * 65_537)
    (tmp_path / "binary").write_bytes(b"t0p-secret\xff")
    for name, why in [("none", "not a file"), (".", "not a file"), ("large", "64 KiB"), ("binary", "UTF-8")]:
        with pytest.raises(UsageError, match=why) as refused:
            secret(f"${{file:{name}}}", {}, tmp_path).reveal()
        assert "t0p-secret" not in str(refused.value)


@pytest.mark.parametrize(
    "written",
    ["", " ", "sk_live_t0p-secret", "x${env:A}", "${env:}", "${env:1A}", "${ENV:A}", "$A", "${A}", "${file:}"],
)
def test_a_secret_written_out_is_refused_and_not_repeated(written: str) -> None:
    with pytest.raises(Wrong) as refused:
        secret(written, {}, HERE)
    assert "t0p" not in refused.value.problem


@pytest.mark.parametrize(
    "written", ["", "postgresql://reader:t0p-secret@db/parley", "smtp://u:t0p${env:A}@h", "${env:"]
)
def test_text_with_a_password_written_out_is_refused_and_not_repeated(written: str) -> None:
    with pytest.raises(Wrong) as refused:
        template(written, {}, HERE)
    assert "t0p" not in refused.value.problem
