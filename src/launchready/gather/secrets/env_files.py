"""Files that set a machine's variables and are kept by git; of what they say only counts are kept."""

import re
from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path

from dotenv.parser import parse_stream

from launchready.gather.repository.environment import is_example
from launchready.known.secret_names import is_built_in, is_secret
from launchready.model.facts import EnvFile

LARGEST_BYTES = 256 * 1024
MOST_FILES = 100
_ENV_FILE = re.compile(r"\.env(?:\.[\w-]+)*|[\w-]+\.env")
_PLACEHOLDER = re.compile(r"(?i)^(?:$|<.*>$|\$|x{3,}|\.{3}|change|your|replace|todo|example|dummy|fake|test|none|null)")


def env_files(root: Path, tracked: Iterable[str]) -> Iterator[EnvFile]:
    """Those among the tracked paths that set something for a server; raises nothing for what a file holds."""
    named = [path for path in sorted(tracked) if _ENV_FILE.fullmatch(path.rpartition("/")[2])]
    for path in [one for one in named if not is_example(one)][:MOST_FILES]:
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
    names = [one.key for one in bound if one.key and not _PLACEHOLDER.match(one.value or "")]
    served = [name for name in names if not is_built_in(name)]
    return EnvFile(path=path, names=len(served), secret_names=sum(map(is_secret, served)))
