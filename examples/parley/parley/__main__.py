"""python -m parley: read the flags and the environment, do what was asked, say one sentence when that does not work."""

import argparse
import asyncio
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from parley import accounts
from parley.app import build
from parley.database import CannotOpen, in_words
from parley.faults import SETS, Fault, parse
from parley.logs import to_stderr
from parley.mail import MailFailed
from parley.migrating import migrate
from parley.parts import Parts
from parley.serving import CannotStart, Listener, serve
from parley.settings import BadSetting, Settings, from_environment
from parley.summaries import Summaries, every_day


class Refused(Exception):
    """What was asked cannot be done; the message says why."""


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 0 when done or stopped, 1 when that did not work; argparse exits with 2 for bad usage."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.https and not given.domain:
        parser.error("--https needs --domain")
    if (given.command == "admin") != (given.email is not None):
        parser.error("admin needs an EMAIL, and nothing else takes one")
    to_stderr()
    try:
        _do(given, Parts.of(_settings(given)))
    except (CannotStart, CannotOpen, BadSetting, CommandError, Refused) as error:
        sys.stderr.write(f"parley cannot {_AIMS[given.command]}: {error}\n")
    except SQLAlchemyError as error:
        sys.stderr.write(f"parley cannot {_AIMS[given.command]}: {in_words(error)}\n")
    except MailFailed as error:
        sys.stderr.write(f"parley cannot {_AIMS[given.command]}: the mail server does not take mail ({error})\n")
    else:
        return 0
    return 1


_AIMS = {"serve": "start", "migrate": "migrate", "summarise": "summarise", "admin": "make an admin"}


def _settings(given: argparse.Namespace) -> Settings:
    named = {"DATABASE_URL": given.database} if given.database else {}
    return from_environment({**os.environ, **named}, domain=given.domain, faults=given.faults)


def _do(given: argparse.Namespace, parts: Parts) -> None:
    if given.migrate or given.command == "migrate":
        migrate(parts.database, parts.settings.faults)
    if given.command == "serve":
        asyncio.run(_serve(given, parts))
    elif given.command == "summarise":
        yesterday = datetime.fromtimestamp(time.time(), UTC) - timedelta(days=1)
        Summaries(parts).run(yesterday.date())
    elif given.command == "admin" and not accounts.make_admin(parts.database, given.email):
        raise Refused(f"there is no account with the address {given.email}; sign up first")


async def _serve(given: argparse.Namespace, parts: Parts) -> None:
    listeners = [Listener(port=given.http, behind_proxy=given.behind_proxy), *given.https]
    async with every_day(parts):
        await serve(build(parts), given.bind, listeners, with_parent=given.with_parent)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m parley",
        description="Serve the Parley example chatbot. Without --domain: one site on plain HTTP, to try it by hand. "
        "Mail, model and payments are set by the environment: see .env.example.",
        epilog=_faults(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("command", nargs="?", default="serve", choices=list(_AIMS), help="what to do [serve]")
    add("email", nargs="?", metavar="EMAIL", help="whom `admin` lets see /admin")
    add("--domain", default=os.environ.get("PARLEY_DOMAIN") or None, help="answer as DOMAIN, www.DOMAIN and app.DOMAIN")
    add("--bind", default="127.0.0.1", metavar="ADDRESS", help="listen on ADDRESS [127.0.0.1]")
    add("--http", type=_port, default=8000, metavar="PORT", help="plain HTTP; 0: any free port [8000]")
    add(
        "--https", type=_https, action="append", default=[], metavar="HOST:PORT:CERT:KEY",
        help="HTTPS for HOST with these PEM files; 0: any free port; repeatable",
    )  # fmt: skip
    add("--behind-proxy", action="store_true", help="a proxy ends TLS and says so in X-Forwarded-Proto and -For")
    add("--database", metavar="FILE|URL", help="a file, or postgresql://… [DATABASE_URL, or parley.db]")
    add("--no-migrate", dest="migrate", action="store_false", help="leave the schema as it is")
    add("--faults", type=_parsed_faults, default=frozenset(), metavar="NAME,…", help="see below [none]")
    add("--with-parent", action="store_true", help="stop when standard input closes")
    return parser


def _faults() -> str:
    lines = [f"  {fault.value:27}{fault.tells}" for fault in Fault]
    sets = [f"  {name:27}{', '.join(sorted(one.value for one in held)) or 'none'}" for name, held in SETS.items()]
    return "\n".join(["faults:", *lines, "", "sets of faults:", *sets])


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port")
    return int(text)


def _https(text: str) -> Listener:
    parts = text.split(":")
    if len(parts) != 4:
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT:CERT:KEY")
    host, port, certificate, key = parts
    return Listener(host=host, port=_port(port), certificate=Path(certificate), key=Path(key))


def _parsed_faults(text: str) -> frozenset[Fault]:
    try:
        return parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


if __name__ == "__main__":
    sys.exit(main())
