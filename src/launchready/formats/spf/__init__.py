"""SPF by RFC 7208: what a record says, what it means for one sender, what is wrong with it, how to mend it.

Nothing here touches a socket. `check_host` and `lint` are generators: they yield a `Question` and are sent a `Reply`.
"""

from launchready.formats.spf.evaluate import LOOKUP_LIMIT, VOID_LOOKUP_LIMIT, check_host
from launchready.formats.spf.lint import MOST_LOOKUPS, Flaw, Lint, lint
from launchready.formats.spf.merge import Merged, merged
from launchready.formats.spf.parse import is_spf, parse
from launchready.formats.spf.questions import Question, Reply, Status, reverse_name
from launchready.formats.spf.results import Evaluation, Result, Step
from launchready.formats.spf.terms import Mechanism, Modifier, Network, Problem, Record

__all__ = [
    "LOOKUP_LIMIT",
    "MOST_LOOKUPS",
    "VOID_LOOKUP_LIMIT",
    "Evaluation",
    "Flaw",
    "Lint",
    "Mechanism",
    "Merged",
    "Modifier",
    "Network",
    "Problem",
    "Question",
    "Record",
    "Reply",
    "Result",
    "Status",
    "Step",
    "check_host",
    "is_spf",
    "lint",
    "merged",
    "parse",
    "reverse_name",
]
