"""A secret is named in launch.toml, never written there: `${env:NAME}` or `${file:PATH}`, read when it is used."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from launchready.config.wrong import Wrong
from launchready.errors import UsageError
from launchready.formats.printable import printable

_LARGEST_FILE_BYTES = 64 * 1024
REFERENCE = re.compile(r"\$\{(?:env:(?P<env>[A-Za-z_][A-Za-z0-9_]*)|file:(?P<file>[^{}\r\n\0]+))\}")
_FORMS = "${env:NAME} or ${file:PATH}"


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """Text with references in it; only `reveal` reads them, and nothing else shows more than their names."""

    written: str
    environ: Mapping[str, str]
    folder: Path

    def __repr__(self) -> str:
        return f"Secret({self})"

    def __str__(self) -> str:
        """The references alone: what stands around them may be secret too."""
        return " ".join(match.group() for match in REFERENCE.finditer(self.written)) or "***"

    def reveal(self, *, in_url: bool = False) -> str:
        """The value; raises `UsageError` when a variable is not set, or a file cannot be read.

        `in_url` writes what the references stand for as a URL does: a password may hold a slash.
        """
        if in_url:
            return REFERENCE.sub(lambda found: quote(self._value(found), safe=""), self.written)
        return REFERENCE.sub(self._value, self.written)

    def _value(self, reference: re.Match[str]) -> str:
        name = reference["env"]
        if name is None:
            return self._content(reference["file"])
        if not self.environ.get(name):
            raise UsageError(
                f"launch.toml takes a secret from ${{env:{name}}}, but {name} is not set; set it, run again"
            )
        return self.environ[name]

    def _content(self, path: str) -> str:
        """What a file beside launch.toml holds, without the line end that editors put after it."""
        file = self.folder / Path(path).expanduser()
        where = f"launch.toml takes a secret from ${{file:{printable(path)}}}, but"
        try:
            if not file.is_file():
                raise UsageError(f"{where} {printable(str(file))} is not a file that is there; make it, run again")
            with file.open("rb") as opened:
                content = opened.read(_LARGEST_FILE_BYTES + 1)
            if len(content) > _LARGEST_FILE_BYTES:
                raise UsageError(f"{where} that file is larger than 64 KiB; name a file that holds the secret alone")
            return content.decode("utf-8").removesuffix("\n").removesuffix("\r")
        except UnicodeError:
            raise UsageError(f"{where} that file is not UTF-8 text; name a file that holds the secret alone") from None
        except (OSError, RuntimeError) as error:
            raise UsageError(f"{where} that file cannot be read: {getattr(error, 'strerror', error)}") from None


def secret(written: str, environ: Mapping[str, str], folder: Path) -> Secret:
    """Text that is one reference or more and nothing else; raises `Wrong`, which never repeats what was written."""
    check_references(written)
    if REFERENCE.sub("", written).strip() or not written.strip():
        raise Wrong("must not stand in the file itself", "${env:NAME}")
    return Secret(written.strip(), environ, folder)


def template(written: str, environ: Mapping[str, str], folder: Path) -> Secret:
    """Text in which references may stand, such as a URL with a password; a password written out is refused."""
    check_references(written)
    if not written.strip():
        raise Wrong("is empty", "${env:NAME}")
    userinfo = re.search(r"://([^/@\s]*)@", REFERENCE.sub("", written))
    if userinfo and userinfo[1].partition(":")[2]:
        raise Wrong("holds a password, which must not stand in the file", "scheme://user:${env:NAME}@host")
    return Secret(written, environ, folder)


def check_references(written: str) -> None:
    """Raise `Wrong` when something looks like a reference and is none."""
    if "${" in REFERENCE.sub("", written):
        raise Wrong(f"holds a reference that is not {_FORMS}", "${env:NAME}")
