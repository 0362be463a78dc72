"""`launchready journey record`: a browser's recording becomes a journey."""

import re
from collections import Counter
from pathlib import Path

import click

from launchready.cli import options
from launchready.config.journeys import load
from launchready.draft.recording.journey import Recorded, recorded, shown_path
from launchready.draft.recording.written import render
from launchready.errors import UsageError
from launchready.formats import har
from launchready.formats.printable import printable

LARGEST_BYTES = 128 * 1024 * 1024
_SHOWN = 3


@click.command("record")
@click.argument("file", metavar="FILE.har", type=click.Path())
@click.option("--name", help="What the journey is called. [the file's name]")
@click.option("--output", metavar="FILE", help="Where to write it. [journeys/NAME.toml]")
@click.option("--quiet", is_flag=True, help="Print nothing when all is well.")
def command(file: str, name: str | None, output: str | None, quiet: bool) -> int:
    """Turn a browser's recording (HAR) into a journey; no secret of the recording is written.

    In the browser: developer tools, Network, "Preserve log", walk the path, then "Save all as HAR". Use a private
    window and a test user. Nothing that exists is overwritten.

    Exit code: 0 written, 2 bad usage, or there is a file already.
    """
    chosen = name or re.sub(r"[^A-Za-z0-9_-]+", "-", Path(file).name.removesuffix(".har")).strip("-") or "journey"
    if not chosen.isprintable() or not chosen.strip() or "/" in chosen:
        raise UsageError(f"--name: {printable(chosen)!r} cannot be a name; use letters, digits, - and _")
    target = Path(output) if output else Path("journeys") / f"{chosen}.toml"
    if target.exists():
        raise UsageError(f"{target}: exists already; it stays as it is")
    options.creatable(target)
    try:
        made = recorded(har.read(_content(file)), chosen)
    except ValueError as error:
        raise UsageError(f"{printable(file)}: {error}") from None
    options.create(render(made, Path(file).name), target, check=_valid)
    if not quiet:
        click.echo(_summary(made, target), nl=False)
    return 0


def _valid(path: Path) -> None:
    load(path)


def _content(file: str) -> str:
    try:
        with open(file, "rb") as opened:
            content = opened.read(LARGEST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not a path"
        raise UsageError(f"{printable(file)}: cannot be read ({reason})") from None
    if len(content) > LARGEST_BYTES:
        raise UsageError(f"{printable(file)}: is larger than 128 MiB; record only the path that matters")
    try:
        return content.decode("utf-8-sig")
    except UnicodeError:
        raise UsageError(f"{printable(file)}: is not UTF-8 text; a HAR is JSON") from None


def _summary(made: Recorded, target: Path) -> str:
    journey = made.journey
    lines = [f"Wrote {target}: {len(journey.steps)} steps on {printable(journey.base or '')}."]
    captured = [f"${{{capture.name}}} ({step.name})" for step in journey.steps for capture in step.captures]
    if captured:
        lines += ["", "Taken from answers:", *(f"  {one}" for one in captured)]
    if made.left_out:
        lines += ["", "Left out:", *_left_out(made)]
    if made.environment:
        lines += ["", "Set before it runs; none of it was written:"]
        lines += [f"  {name:24} {printable(why, 60)}" for name, why in made.environment.items()]
    lines += [
        "",
        *(note for note in made.notes),
        f"Next: read {target}, then `launchready journey run {journey.name}`.",
    ]
    return "\n".join(lines) + "\n"


def _left_out(made: Recorded) -> list[str]:
    """Each reason with how many requests, and the first few of their paths."""
    counted = Counter(reason for reason, _ in made.left_out)
    lines = []
    for reason, number in counted.most_common():
        paths = dict.fromkeys(shown_path(entry) for why, entry in made.left_out if why == reason)
        shown = ", ".join(list(paths)[:_SHOWN]) + (" …" if len(paths) > _SHOWN else "")
        lines.append(f"  {number:4}  {reason}: {shown}")
    return lines
