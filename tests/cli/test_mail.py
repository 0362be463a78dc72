"""`launchready mail spf` at the prompt, against zones in the box."""

import json
from pathlib import Path

import pytest

from tests.box.internet import Internet
from tests.measured import Done, launchready

NAME = "parley.example"


def asked(internet: Internet, cwd: Path, *arguments: str) -> Done:
    return launchready("mail", "spf", *arguments, "--resolver", internet.resolver[0], cwd=cwd)


@pytest.fixture
def zoned(internet: Internet) -> Internet:
    internet.zone(
        NAME,
        f'@ 5 TXT "v=spf1 ip4:192.0.2.1 include:_spf.{NAME} ~all"\n_spf 5 TXT "v=spf1 ip4:192.0.2.16/28 -all"\n'
        f'strict 5 TXT "v=spf1 -all exp=why.{NAME}"\nwhy 5 TXT "%{{i}} is not ours"\nbad 5 TXT "v=spf1 includ:x"\n'
        f'mail 5 TXT "v=spf1 ip4:192.0.2.1 -all"\n',
    )
    internet.serve_dns()
    return internet


@pytest.mark.parametrize(
    ("arguments", "result", "lookups", "code"),
    [
        (("192.0.2.1", f"hello@{NAME}"), "pass", 0, 0),
        (("192.0.2.17", f"hello@{NAME}"), "pass", 1, 0),
        (("::ffff:192.0.2.17", NAME), "pass", 1, 0),
        (("192.0.2.99", f"hello@{NAME}"), "softfail", 1, 1),
        (("2001:db8::1", f"hello@{NAME}"), "softfail", 1, 1),
        (("192.0.2.99", f"hello@strict.{NAME}"), "fail", 0, 1),
        (("192.0.2.99", f"hello@bad.{NAME}"), "permerror", 0, 1),
        (("192.0.2.99", f"hello@none.{NAME}"), "none", 0, 1),
        (("192.0.2.1", "<>", "--helo", f"mail.{NAME}"), "pass", 0, 0),
    ],
)
def test_the_result_and_the_exit_code(
    zoned: Internet, tmp_path: Path, arguments: tuple[str, ...], result: str, lookups: int, code: int
) -> None:
    done = asked(zoned, tmp_path, *arguments, "--format", "json")
    said = json.loads(done.stdout)
    assert (said["result"], said["lookups"], done.code) == (result, lookups, code)


def test_the_path_is_told_in_lines(zoned: Internet, tmp_path: Path) -> None:
    done = asked(zoned, tmp_path, "192.0.2.99", f"hello@{NAME}")
    assert done.stdout.splitlines() == [
        f"softfail: ~all of {NAME} matches",
        f"  192.0.2.99 sends as hello@{NAME}; 1 of 10 lookups, 0 of 2 void",
        "",
        f"  {NAME}: ip4:192.0.2.1: no match",
        f"  {NAME}: include:_spf.{NAME}: no match: _spf.{NAME} gives fail",
        f"    _spf.{NAME}: ip4:192.0.2.16/28: no match",
        f"    _spf.{NAME}: -all: match",
        f"  {NAME}: ~all: match",
    ]
    strict = asked(zoned, tmp_path, "192.0.2.99", f"hello@strict.{NAME}")
    assert "the domain says: 192.0.2.99 is not ours" in strict.stdout


def test_a_dead_resolver_is_a_temperror(internet: Internet, tmp_path: Path) -> None:
    internet.resolver = (internet.silent(), 53)
    done = asked(internet, tmp_path, "192.0.2.1", f"hello@{NAME}", "--deadline", "3", "--format", "json")
    assert (json.loads(done.stdout)["result"], done.code) == ("temperror", 3)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("300.1.1.1", NAME), "is no IP address"),
        (("parley.example", NAME), "is no IP address"),
        (("192.0.2.1", "two words@x.example"), "is no mail address"),
        (("192.0.2.1", "hello@"), "is no mail address"),
        (("192.0.2.1", ""), "needs --helo"),
        (("192.0.2.1", "hello@bücher.example"), "letters that DNS writes in another way"),
        (("192.0.2.1",), "Missing argument 'MAIL_FROM'"),
    ],
)
def test_bad_input_is_one_sentence(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    done = launchready("mail", "spf", *arguments, cwd=tmp_path)
    assert (done.code, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
