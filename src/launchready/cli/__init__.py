"""The command line: parse, call one function, print, exit. A command's module is imported when it is used."""

import os
import signal
import sys
from difflib import get_close_matches
from importlib import import_module
from traceback import extract_tb

import click

from launchready import __version__
from launchready.errors import LaunchReadyError

INTERRUPTED = 130

# Name, the module that holds it (attribute `command`), and its line in --help: read without importing anything.
COMMANDS = {
    "init": ("launchready.cli.init", "Write a commented launch.toml, and the gate in CI, from what is there."),
    "audit": ("launchready.cli.audit", "Look at a domain from outside; print what would hurt the launch, worst first."),
    "check": ("launchready.cli.check", "One line for each core route and health address: status, times, certificate."),
    "demo": ("launchready.cli.demo", "Audit the example chatbot fragile, mend it, audit it again."),
    "journey": ("launchready.cli.journey", "Walk a visitor's path: login, signup, first chat; cleanup always runs."),
    "mail": ("launchready.cli.mail", "Would this sender pass SPF, and by which terms."),
    "board": ("launchready.cli.board", "The seven stages: how each stands, and the next thing to do."),
    "webhook": ("launchready.cli.webhook", "Try a webhook's handler: forged, stale, broken, repeated deliveries."),
    "gate": ("launchready.cli.gate", "May this be deployed? What blocks it, and how to pass."),
    "deploy": ("launchready.cli.deploy", "Deploy behind the gate, look whether it works, else take it back."),
    "secrets": (
        "launchready.cli.secrets",
        "Find keys in code, git's history, pages and logs; list where each lives.",
    ),
    "env": ("launchready.cli.env", "Variables: what the code reads, what each environment sets, what is missing."),
    "explain": ("launchready.cli.explain", "Why a check matters, how it is checked, how to mend it."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are run, so that --help stays fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name][0]).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS:
            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean `launchready {near[0]}`?" if near else " `launchready --help` lists them."
            raise click.UsageError(f"There is no command {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.version_option(__version__, prog_name="launchready", message="%(prog)s %(version)s")
def launchready() -> None:
    """Take an AI-chatbot SaaS from working demo to a launch that can take money.

    Start with `launchready demo`, then `launchready audit YOUR-DOMAIN`.
    """


def main() -> None:
    """Run the command line and end the process with its exit code; a CI server's SIGTERM ends it as Ctrl-C does."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(run())


def run(arguments: list[str] | None = None) -> int:
    """The exit code of one command; every error is told in words, on standard error."""
    try:
        result = launchready.main(arguments, prog_name="launchready", standalone_mode=False)
    except click.ClickException as error:
        click.echo(error.format_message(), err=True)
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted; nothing was left half-written.", err=True)
        return INTERRUPTED
    except LaunchReadyError as error:
        click.echo(str(error), err=True)
        return error.exit_code
    except (BrokenPipeError, SystemExit):  # click leaves with 1 when whoever read us has gone: that is no verdict
        return _unread()
    except OSError as error:
        click.echo(f"The result cannot be written: {error.strerror or error}.", err=True)
        return 2
    except Exception as error:  # noqa: BLE001
        click.echo(_defect(error), err=True)
        return 70
    return result if isinstance(result, int) else 0


def _unread() -> int:
    """Nobody reads what we print; Python would complain about it at exit."""
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115
    return INTERRUPTED


def _defect(error: Exception) -> str:
    """One sentence about a defect of ours: what, and where in our code; what Python says of it may quote a secret."""
    at = extract_tb(error.__traceback__)[-1]
    return (
        f"launchready {__version__} has a defect: {type(error).__name__} at {at.filename}:{at.lineno}. "
        "Nothing you did wrong; please report this line."
    )
