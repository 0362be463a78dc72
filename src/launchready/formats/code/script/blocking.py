"""Functions whose name ends in `Sync`, in what answers requests."""

from collections.abc import Iterator

from launchready.formats.code.hit import Hit
from launchready.formats.code.script.source import Script, callee, chosen_by_a_setting, handler, line_of
from launchready.known.script_calls import BLOCKING

RULE = "blocking-call-in-async"


def look(script: Script) -> Iterator[Hit]:
    """Every call that stops the event loop while somebody waits for an answer."""
    for call in script.calls:
        called = callee(call)
        method = called.rpartition(".")[2]
        if method in BLOCKING and handler(call) is not None and not chosen_by_a_setting(call):
            yield Hit(RULE, line_of(call), f"{called}(…) in a handler stops everybody else", BLOCKING[method])
