"""Files that set a machine's variables and are kept by git; of what they say only counts are kept."""

import re
from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path

from dotenv.parser import parse_stream

from launchready.formats.secret_shapes.placeholders import blank, placeholder
from launchready.gather.repository.environment import is_example
from launchready.known.secret_names import is_built_in, is_secret
from launchready.model.facts import EnvFile

LARGEST_BYTES = 256 * 1024
MOST_FILES = 100
# Tests need the same values everywhere, and a real key among them is found by itself.
_OF_TESTS = re.compile(r"\.env\.(?:test|testing|e2e|ci)(?:\..*)?|test\.env")
_ENV_FILE = re.compile(r"\.env(?:\.[\w-]+)*|[\w-]+\.env")
_PLACEHOLDER = re.compile(
    r"(?i)^(?:$|#|<.*>$|\$|x{3,}|\.{3}|change|your|replace|todo|example|dummy|fake|test|none|null)"
)
# Switches, numbers and addresses without a password open nothing, whatever their names say.
_PLAIN = re.compile(
    r"(?i)true|false|yes|no|on|off|\d{1,6}|[\w+.-]+://(?![^/]*:[^/]*@).*|[\w+.-]+://[^/]*@(?:localhost|127\.0\.0\.1)\b.*"
)


def env_files(root: Path, tracked: Iterable[str]) -> Iterator[EnvFile]:
    """Those among the tracked paths that set something for a server; raises nothing for what a file holds."""
    named = [path for path in sorted(tracked) if _ENV_FILE.fullmatch(path.rpartition("/")[2])]
    for path in [one for one in named if not (is_example(one) or _OF_TESTS.fullmatch(one.rpartition("/")[2]))][
        :MOST_FILES
    ]:
        if (found := _read(root / path, path)) and found.names:
            yield found


def _read(file: Path, path: str) -> EnvFile | None:
    try:
        if file.is_symlink() or not file.is_file() or file.stat().st_size > LARGEST_BYTES:
            return None
        text = file.read_text("utf-8-sig", "replace")
    except (OSError, ValueError):
        return None
    bound = [one for one in parse_stream(StringIO(text)) if one.key and not one.error]
    values = {one.key: one.value or "" for one in bound if one.key and not is_built_in(one.key)}
    served = [name for name, value in values.items() if not _PLACEHOLDER.match(value)]
    secret = [name for name in served if is_secret(name) and _is_real(values[name])]
    return EnvFile(path=path, names=len(served), secret_names=len(secret))


def _is_real(value: str) -> bool:
    """Whether a value may open something, as far as one sees: it may also be a plain word."""
    data = value.encode("utf-8", "surrogateescape")
    return not (_PLAIN.fullmatch(value) or blank(data) or placeholder(data))
