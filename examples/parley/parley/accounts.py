"""Who is who: accounts, passwords (scrypt) and sessions. Tokens are stored as their hashes only."""

import hashlib
import secrets
import sqlite3
import time
from dataclasses import dataclass

from parley.database import Database

SESSION_S = 14 * 24 * 3600
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
_SCRYPT = {"n": 2**14, "r": 8, "p": 1}  # OWASP Password Storage Cheat Sheet: 16 MiB, about 50 ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One customer."""

    id: int
    email: str
    plan: str
    messages_per_day: int


def hashed(password: str) -> str:
    """`salt$hash`, both in hex."""
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}${hashlib.scrypt(password.encode(), salt=salt, **_SCRYPT).hex()}"


def fits(password: str, stored: str) -> bool:
    """Whether a password is the one that was hashed."""
    salt, _, expected = stored.partition("$")
    got = hashlib.scrypt(password.encode(), salt=bytes.fromhex(salt), **_SCRYPT)
    return secrets.compare_digest(got.hex(), expected)


_NOBODY = hashed(secrets.token_hex())  # compared with when the account does not exist, so that it takes as long


def problem_with(email: str, password: str) -> str | None:
    """Why an account cannot be opened with these, in words for the visitor; None when it can."""
    name, at, host = email.partition("@")
    if not (name and at and "." in host) or len(email) > 254 or any(character.isspace() for character in email):
        return "That does not look like an e-mail address."
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return f"Please choose a password of {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters."
    return None


def sign_up(database: Database, email: str, password: str) -> int | None:
    """The id of a new account; None when the address has one already."""
    try:
        with database.opened() as connection:
            return connection.execute(
                "INSERT INTO accounts (email, password) VALUES (?, ?)", (email, hashed(password))
            ).lastrowid
    except sqlite3.IntegrityError:
        return None


def log_in(database: Database, email: str, password: str) -> int | None:
    """The id of the account that these open; None otherwise, after the same work."""
    with database.opened() as connection:
        row = connection.execute("SELECT id, password FROM accounts WHERE email = ?", (email,)).fetchone()
    right = fits(password[:LONGEST_PASSWORD], row["password"] if row else _NOBODY)
    return int(row["id"]) if row and right else None


def open_session(database: Database, account_id: int) -> str:
    """A fresh token; sessions that have run out are cleared away on the way."""
    token, now_s = secrets.token_urlsafe(32), int(time.time())
    with database.opened() as connection:
        connection.execute("DELETE FROM sessions WHERE expires_s < ?", (now_s,))
        connection.execute("INSERT INTO sessions VALUES (?, ?, ?)", (_sha256(token), account_id, now_s + SESSION_S))
    return token


def close_session(database: Database, token: str) -> None:
    with database.opened() as connection:
        connection.execute("DELETE FROM sessions WHERE token_sha256 = ?", (_sha256(token),))


def account_of(database: Database, token: str) -> Account | None:
    """Whose session a token is, if it is one that still runs."""
    with database.opened() as connection:
        row = connection.execute(
            "SELECT a.id, a.email, a.plan, a.messages_per_day FROM sessions s JOIN accounts a ON a.id = s.account_id "
            "WHERE s.token_sha256 = ? AND s.expires_s >= ?",
            (_sha256(token), int(time.time())),
        ).fetchone()
    return Account(**dict(row)) if row else None


def choose_plan(database: Database, account_id: int, plan: str) -> bool:
    """Put an account on a plan; False when there is no such plan."""
    with database.opened() as connection:
        changed = connection.execute(
            "UPDATE accounts SET plan = p.name, messages_per_day = p.messages_per_day "
            "FROM plans p WHERE p.name = ? AND accounts.id = ?",
            (plan, account_id),
        )
        return changed.rowcount == 1


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
