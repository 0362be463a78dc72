"""Options that many commands share, and how a result is written."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, TypeVar

import click

from launchready.errors import UsageError
from launchready.formats.printable import printable

Command = TypeVar("Command", bound=Callable[..., Any])


def named(_: click.Context, option: click.Parameter, path: str | None) -> str | None:
    """The path of an option; an empty one, which a shell makes of a variable without a value, is refused."""
    if path == "":
        raise UsageError(f"{option.opts[0]} is empty; name a file, or leave the option out")
    return path


_NETWORK = (
    click.option("--resolver", metavar="IP[:PORT]", help="Ask this DNS resolver instead of the system's."),
    click.option("--ca", metavar="FILE", help="Trust the certificate authorities in this PEM file instead."),
    click.option(
        "--connect-to",
        multiple=True,
        metavar="HOST:PORT:HOST2:PORT2",
        help="Connect to HOST2:PORT2 where HOST:PORT is meant (as in curl; repeatable).",
    ),
    click.option("--deadline", type=float, metavar="SECONDS", help="End by then; what is not seen is unknown. [60]"),
)

_OUTPUT = (
    click.option("--config", metavar="PATH", callback=named, help="launch.toml to use. [the nearest one upwards]"),
    click.option("--output", metavar="FILE", callback=named, help="Write the result to FILE instead of printing it."),
    click.option("--quiet", is_flag=True, help="Print nothing when all is well."),
    click.option("--no-color", is_flag=True, help="No colour (also: NO_COLOR)."),
)


def network(command: Command) -> Command:
    """--resolver, --ca, --connect-to, --deadline."""
    return _with(_NETWORK, command)


def catch_mail(command: Command) -> Command:
    """--catch-mail, which `listening` reads."""
    help_ = "Be the mail server that the app sends to, while it runs."
    return click.option("--catch-mail", metavar="HOST:PORT", help=help_)(command)


def listening(text: str | None) -> tuple[str, int] | None:
    """The host and port of --catch-mail."""
    if text is None:
        return None
    host, _, port = text.rpartition(":")
    if not (host and port.isascii() and port.isdigit() and int(port) < 65_536):
        raise UsageError(f"--catch-mail {printable(text)!r} is no HOST:PORT; write --catch-mail 127.0.0.1:2525")
    return host.removeprefix("[").removesuffix("]"), int(port)


def output(*formats: str) -> Callable[[Command], Command]:
    """--config, --format, --output, --quiet, --no-color."""
    chosen = click.option("--format", "format_", type=click.Choice(formats), default=formats[0], show_default=True)
    return lambda command: _with((*_OUTPUT, chosen), command)


def colour(no_color: bool, output_file: str | None) -> bool:
    """Whether to colour what is printed: only on a terminal that nobody asked to keep plain."""
    return (
        not no_color
        and not os.environ.get("NO_COLOR")
        and output_file is None
        and sys.stdout is not None
        and sys.stdout.isatty()
    )


def writable(path: str | None) -> None:
    """Refuse, before any work is done, a file that could not be written afterwards."""
    if path is None:
        return
    target = Path(path)
    if target.is_dir():
        raise UsageError(f"{path}: is a folder; name a file in it")
    if not target.parent.is_dir():
        raise UsageError(f"{path}: there is no folder {target.parent}; make it first")
    if not os.access(target if target.exists() else target.parent, os.W_OK):
        raise UsageError(f"{path}: cannot be written; choose another place")


def creatable(path: Path) -> None:
    """Refuse, before any work is done, a new file for which there is no place; missing folders will be made."""
    folder = next(one for one in (path.absolute()).parents if os.path.lexists(one))
    if not folder.is_dir():
        raise UsageError(f"{path}: {folder} is not a folder; choose another place")
    if not os.access(folder, os.W_OK):
        raise UsageError(f"{path}: cannot be written; choose another place")


def create(text: str, path: Path, check: Callable[[Path], None] | None = None) -> None:
    """Write a new file whole or not at all, after `check` has seen it; one that is there already stays.

    Raises UsageError, and whatever `check` raises.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=".launchready-") as file:
            file.write(text)
            file.flush()
            made = Path(file.name)
            made.chmod(0o644)
            if check:
                check(made)
            _put(made, path)
    except FileExistsError:
        raise UsageError(f"{path}: exists already; it stays as it is") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from None


def _put(made: Path, path: Path) -> None:
    """Give a file its name unless another has it: linking is the one step that does both at once (link(2))."""
    try:
        path.hardlink_to(made)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        with path.open("x", encoding="utf-8") as file:
            file.write(made.read_text("utf-8"))


def write(text: str, path: str) -> None:
    """Write a file whole or not at all; a device or a pipe is written to as it is."""
    target = Path(path).resolve() if Path(path).is_file() else Path(path)  # a link stays one
    try:
        if target.exists() and not target.is_file():
            target.write_text(text, "utf-8")
        else:
            _replace(target, text)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from None


def _replace(target: Path, text: str) -> None:
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
    with NamedTemporaryFile("w", encoding="utf-8", dir=target.parent, prefix=".launchready-", delete=False) as file:
        made = Path(file.name)
        try:
            file.write(text)
            file.flush()
            made.chmod(mode)
            made.replace(target)
        except BaseException:
            made.unlink(missing_ok=True)
            raise


def _with(options: tuple[Callable[[Any], Any], ...], command: Command) -> Command:
    for option in reversed(options):
        command = option(command)
    return command
