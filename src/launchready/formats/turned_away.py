"""Answers that send the audit away and tell nothing of what a visitor is shown: a login, a bot filter, a limit."""

STATUSES = frozenset({401, 403, 407, 429})


def turned_away(host: str, status: int) -> str | None:
    """Why nothing can be said of the host by such an answer, always in the same words; None for any other status."""
    return f"{host} turns the audit away with {status}" if status in STATUSES else None
