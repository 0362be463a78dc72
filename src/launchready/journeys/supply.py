"""Values from outside a journey: the environment, files, and those made up anew for each run."""

from collections.abc import Mapping
from pathlib import Path
from random import Random
from secrets import token_hex

from launchready.errors import UsageError
from launchready.formats.printable import printable
from launchready.model.journey import Reference, Source

LARGEST_FILE_BYTES = 64 * 1024
MAIL_DOMAIN = "example.com"  # RFC 2606, section 3: nobody's mailbox


class Supply:
    """`environ` and the folder that files are read from; unique addresses are `mailbox_address` and a plus."""

    def __init__(self, environ: Mapping[str, str], folder: Path, mailbox_address: str | None = None) -> None:
        self._environ = environ
        self._bits = Random().getrandbits  # noqa: S311 – names of traces are no secrets
        self._folder = folder
        name, _, domain = (mailbox_address or f"@{MAIL_DOMAIN}").rpartition("@")
        self._name, self._domain = f"{name}+launchready" if name else "launchready", domain

    def __call__(self, reference: Reference) -> str:
        """The value; raises UsageError that names what is missing, never what it held."""
        if reference.source is Source.ENV:
            return self._variable(reference.name)
        if reference.source is Source.FILE:
            return self._content(reference.name)
        if reference.source is Source.NONCE:
            return token_hex(8)
        token = token_hex(6)
        return {"email": f"{self._name}-{token}@{self._domain}", "name": f"launchready-{token}"}.get(
            reference.name, token
        )

    def traceparent(self) -> str:
        """A sampled trace of its own for each request (W3C Trace Context, section 3.2)."""
        return f"00-{self._bits(128):032x}-{self._bits(64):016x}-01"

    def _variable(self, name: str) -> str:
        if not self._environ.get(name):
            raise UsageError(f"a journey takes a value from ${{env:{name}}}, but {name} is not set; set it, run again")
        value = self._environ[name]
        if not value.isascii() and any(0xD800 <= ord(character) < 0xE000 for character in value):
            raise UsageError(
                f"a journey takes a value from ${{env:{name}}}, but {name} is not UTF-8 text; set it again"
            )
        return value

    def _content(self, name: str) -> str:
        """What a file holds, without the line end that editors put after it."""
        path = self._folder / Path(name).expanduser()
        told = f"a journey takes a value from ${{file:{printable(name)}}}, but"
        try:
            with path.open("rb") as file:
                content = file.read(LARGEST_FILE_BYTES + 1)
            text = content.decode("utf-8")
        except UnicodeError:
            raise UsageError(f"{told} that file is not UTF-8 text; name a file that holds the value alone") from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "its name is not a path"
            raise UsageError(f"{told} that file cannot be read: {reason}") from None
        if len(content) > LARGEST_FILE_BYTES:
            raise UsageError(f"{told} that file is larger than 64 KiB; name a file that holds the value alone")
        return text.removesuffix("\n").removesuffix("\r")
