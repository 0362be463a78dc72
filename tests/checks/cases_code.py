"""Places in code that the rules accuse: one finding each, and unknown when some of the code could not be read."""

from launchready.model.code import CodePlace
from launchready.model.facts import CodeFacts
from tests.checks.cases import NOW, Cases

RULES = (
    "call-without-timeout",
    "call-without-retry",
    "model-timeout-default",
    "blocking-call-in-async",
    "list-unbounded",
    "error-logging-missing",
    "error-handler-leaks",
    "prompts-logged",
)


def code(*rules: str, files: int = 9) -> tuple[CodeFacts]:
    found = tuple(CodePlace(rule=one, path="app/pay.py", line=3, what="a call", mend="timeout=10") for one in rules)
    return (CodeFacts(subject="Python", source="code", at=NOW, files=files, found=found, whole=True),)


def cases(rule: str) -> Cases:
    others = [one for one in RULES if one != rule]
    return Cases(bad=(code(rule), code(*others, rule)), good=(code(),), near_misses=(code(*others), code(files=0)))


CASES = {rule: cases(rule) for rule in RULES}
