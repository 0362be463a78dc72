"""python -m parley: read the flags, start, say one sentence when that does not work."""

import argparse
import asyncio
import logging
import sqlite3
import sys
from pathlib import Path

from parley.app import build
from parley.faults import SETS, Fault, parse
from parley.serving import CannotStart, Listener, serve
from parley.settings import Settings


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 0 when stopped, 1 when it could not start; argparse exits with 2 for bad usage."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.https and not given.domain:
        parser.error("--https needs --domain")
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    settings = Settings(database=given.database, domain=given.domain, faults=given.faults)
    listeners = [Listener(port=given.http), *given.https]
    try:
        asyncio.run(serve(build(settings), given.bind, listeners, with_parent=given.with_parent))
    except (CannotStart, sqlite3.Error) as error:
        sys.stderr.write(f"parley cannot start: {error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m parley",
        description="Serve the Parley example chatbot. Without --domain: one site on plain HTTP, to try it by hand.",
        epilog=_faults(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--domain", help="answer as DOMAIN, www.DOMAIN and app.DOMAIN")
    parser.add_argument("--bind", default="127.0.0.1", metavar="ADDRESS", help="listen on ADDRESS [127.0.0.1]")
    parser.add_argument("--http", type=_port, default=8000, metavar="PORT", help="plain HTTP; 0: any free port [8000]")
    parser.add_argument(
        "--https", type=_https, action="append", default=[], metavar="HOST:PORT:CERT:KEY",
        help="HTTPS for HOST with these PEM files; 0: any free port; repeatable",
    )  # fmt: skip
    parser.add_argument("--database", type=Path, default=Path("parley.db"), metavar="FILE", help="[parley.db]")
    parser.add_argument("--faults", type=_parsed_faults, default=frozenset(), metavar="NAME,…", help="see below [none]")
    parser.add_argument("--with-parent", action="store_true", help="stop when standard input closes")
    return parser


def _faults() -> str:
    lines = [f"  {fault.value:22}{fault.tells}" for fault in Fault]
    sets = [f"  {name:22}{', '.join(sorted(one.value for one in held)) or 'none'}" for name, held in SETS.items()]
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
