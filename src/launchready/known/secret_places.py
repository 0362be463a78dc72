"""What a place says of a key in it: what stands in tests, in documentation or in installed packages is often none.

A key that shows by its own shape what it is counts wherever it stands. The rules are about the others: values that
only their name tells, private keys, tokens and passwords that anyone can make up, which tests and manuals do.
Date: 2026-11-24; drawn from the findings in 26 public repositories (docs/secrets.md).
"""

import re
from enum import Enum

from launchready.known.secret_kinds import known
from launchready.model.secret import FoundSecret

_PACKAGES = re.compile(
    r"(?:^|/)(?:site-packages|dist-packages|node_modules|bower_components|jspm_packages|vendor/bundle|[^/]+\.(?:dist|egg)-info)/"
)
_TESTS = re.compile(
    r"(?:^|/)(?:tests?|__tests__|specs?|e2e|cypress|test[-_]?(?:data|utils|helpers|fixtures|resources)|fixtures?|__fixtures__"
    r"|cassettes|mocks?|__mocks__|stubs|__snapshots__)/"
    r"|(?:^|/)(?:tests?_[^/]*|tests?|conftest|[^/]*_test|[^/]*_spec|[^/]*[.-](?:test|spec|stories|fixture|mock))\.\w+$"
)
_EXAMPLES = re.compile(
    r"(?:^|/)(?:docs?|documentation|manual|examples?|samples?)/|(?:^|[/._-])(?:examples?|samples?|openapi|swagger)(?:[._-][^/]*)?$"
)
# Settings are settings in any folder; and what is called .env.example holds somebody's own keys astonishingly often.
_SETTINGS = re.compile(r"(?:^|/)[^/]*\.env(?:\.[^/]*)?$")

# Made up for every second test, or made for it; shown in every second manual.
_OF_TESTS = frozenset({
    "named-key", "named-secret", "signing-secret", "json-web-token", "private-key", "encrypted-private-key",
})  # fmt: skip
_OF_EXAMPLES = frozenset({"named-key", "named-secret", "authorization-header"})
# Of a shape of its own, but a made-up one looks the same.
_LIKE_SHAPELESS = frozenset({"webhook-signing-secret", "database-url", "url-password", "curl-password"})


class Weight(Enum):
    """What a value weighs in its place."""

    NONE = "none"  # a finding would be noise
    LITTLE = "little"  # probably made up for the place
    FULL = "full"


def weight(found: FoundSecret) -> Weight:
    """What a value in a repository weighs, by its kind and path."""
    path = found.path.partition("!")[0]
    if _is_of_its_own_shape(found.kind.id):
        return Weight.FULL
    if _PACKAGES.search(path):
        return Weight.NONE
    if _SETTINGS.search(path):
        return Weight.FULL
    if _TESTS.search(path):
        return Weight.NONE if found.kind.id in _OF_TESTS else Weight.LITTLE
    if _EXAMPLES.search(path):
        return Weight.NONE if found.kind.id in _OF_EXAMPLES else Weight.LITTLE
    return Weight.FULL


def _is_of_its_own_shape(kind: str) -> bool:
    one = known().get(kind)
    return one is None or (one.shape is not None and kind not in _LIKE_SHAPELESS)
