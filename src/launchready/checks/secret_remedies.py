"""How a value that was replaced is taken out of git's past; the value itself is never written."""

import re
from collections.abc import Iterable

from launchready.model.secret import FoundSecret

_SHOWN = 10
# Files that are there for their secrets alone: the past is better off without them.
_OF_SECRETS = re.compile(
    r"(?:^|/)(?:[^/]*\.env(?:\.(?!(?:.*\.)?(?:example|sample|template|dist)\b)[^/]*)?|[^/]*\.(?:pem|key|p12|pfx|jks|keystore|kdbx|tfstate|tfvars)|id_(?:rsa|dsa|ecdsa|ed25519)"
    r"|\.(?:netrc|npmrc|pypirc|pgpass|htpasswd)|credentials(?:\.json)?|secrets?\.(?:ya?ml|json|toml|env))$"
)
_KEYS = frozenset({"private-key", "encrypted-private-key", "google-service-account"})
_MESSAGE = "commit message"
_KEY_BLOCK = "regex:(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----==>REMOVED"


def rewritten(places: Iterable[FoundSecret]) -> str:
    """What takes one value out of every commit: with the whole file where that is one of secrets, else by itself."""
    every = list(places)
    paths = dict.fromkeys(one.path.partition("!")[0] for one in every)
    whole = [path for path in paths if _goes_whole(path, every)]
    commands = [_without_files(whole)] if whole else []
    if len(whole) < len(paths):
        commands.append(_without_value(every[0], is_said=_MESSAGE in paths))
    return "\n".join(commands)


def quoted(path: str) -> str:
    """A path as a shell reads it, whatever is in it (POSIX, Shell Command Language, section 2.2.2)."""
    return "'" + path.replace("'", "'\\''") + "'"


def _goes_whole(path: str, places: list[FoundSecret]) -> bool:
    """A file of secrets, or an archive: nothing within one can be replaced."""
    return _OF_SECRETS.search(path) is not None or any(one.path.startswith(f"{path}!") for one in places)


def _without_files(paths: list[str]) -> str:
    named = " ".join(f"--path {quoted(path)}" for path in paths[:_SHOWN])
    more = f"\n# and {len(paths) - _SHOWN} more files, each after a --path of its own" if len(paths) > _SHOWN else ""
    return f"# Second: out of every commit, with the whole file\n{_FILTER} --invert-paths {named}{more}"


def _without_value(one: FoundSecret, *, is_said: bool) -> str:
    """The file stays: it is code. What to replace stands in a file that the founder writes beside the repository."""
    said = " --replace-message ../replace.txt" if is_said else ""
    line = f"this line: {_KEY_BLOCK}" if one.kind.id in _KEYS else "the old value, alone on its line"
    return f"# Second: write into ../replace.txt {line}\n{_FILTER} --replace-text ../replace.txt{said}"


_FILTER = "git filter-repo --sensitive-data-removal"
