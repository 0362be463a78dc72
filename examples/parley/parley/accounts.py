"""Who is who: accounts, passwords (scrypt) and sessions. Tokens are stored as their hashes only."""

import hashlib
import secrets
import time
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from parley.database import Database

SESSION_S = 14 * 24 * 3600
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
_COST = 2**14  # with r = 8 and p = 1 of the OWASP Password Storage Cheat Sheet: 16 MiB, about 50 ms
_CHANGED_COST = 2**13


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One customer."""

    id: int
    email: str
    plan: str
    admin: bool


def hashed(password: str) -> str:
    """`salt$hash`, both in hex."""
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}${_scrypt(password, salt, _COST).hex()}"


def fits(password: str, stored: str, *, changed_cost: bool = False) -> bool:
    """Whether a password is the one that was hashed; with another cost than it was hashed with, it never is."""
    salt, _, expected = stored.partition("$")
    got = _scrypt(password, bytes.fromhex(salt), _CHANGED_COST if changed_cost else _COST)
    return secrets.compare_digest(got.hex(), expected)


def _scrypt(password: str, salt: bytes, cost: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=cost, r=8, p=1)


_NOBODY = hashed(secrets.token_hex())  # compared with when the account does not exist, so that it takes as long


def problem_with_email(email: str) -> str | None:
    """Why an address cannot be written to, in words for the visitor; None when it can."""
    name, at, host = email.partition("@")
    fits_form = name and at and "." in host and "@" not in host and len(email) <= 254
    if (
        not fits_form
        or not email.isprintable()
        or any(character.isspace() or character in "<>," for character in email)
    ):
        return "That does not look like an e-mail address."
    return None


def problem_with_password(password: str) -> str | None:
    """Why a password cannot be used, in words for the visitor; None when it can."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return f"Please choose a password of {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters."
    return None


def exists(database: Database, email: str) -> bool:
    with database.reading() as connection:
        found = connection.execute(text("SELECT 1 FROM accounts WHERE email = :email"), {"email": email.lower()})
        return found.first() is not None


def sign_up(database: Database, email: str, password_hash: str) -> int | None:
    """The id of a new account; None when the address has one already."""
    try:
        with database.writing() as connection:
            made = connection.execute(
                text("INSERT INTO accounts (email, password, created_s) VALUES (:email, :password, :now) RETURNING id"),
                {"email": email.lower(), "password": password_hash, "now": int(time.time())},
            )
            return int(made.scalar_one())
    except IntegrityError:
        return None


def log_in(
    database: Database, email: str, password: str, *, changed_cost: bool = False, any_password: bool = False
) -> int | None:
    """The id of the account that these open; None otherwise, after the same work."""
    with database.reading() as connection:
        row = connection.execute(
            text("SELECT id, password FROM accounts WHERE email = :email"), {"email": email.lower()}
        ).first()
    right = fits(password[:LONGEST_PASSWORD], row.password if row else _NOBODY, changed_cost=changed_cost)
    return int(row.id) if row and (right or any_password) else None


def change_password(database: Database, email: str, password_hash: str) -> int | None:
    """The id of the account, whose sessions are all closed; None when the address has none."""
    with database.writing() as connection:
        changed = connection.execute(
            text("UPDATE accounts SET password = :password WHERE email = :email RETURNING id"),
            {"password": password_hash, "email": email.lower()},
        ).scalar()
        connection.execute(text("DELETE FROM sessions WHERE account_id = :id"), {"id": changed})
    return changed


def open_session(database: Database, account_id: int, token: str | None = None) -> str:
    """A fresh token (or the one that is given); sessions that have run out are cleared away on the way."""
    token, now_s = token or secrets.token_urlsafe(32), int(time.time())
    with database.writing() as connection:
        connection.execute(text("DELETE FROM sessions WHERE expires_s < :now"), {"now": now_s})
        connection.execute(
            text(
                "INSERT INTO sessions VALUES (:token, :account, :expires) "
                "ON CONFLICT (token_sha256) DO UPDATE SET account_id = :account, expires_s = :expires"
            ),
            {"token": sha256(token), "account": account_id, "expires": now_s + SESSION_S},
        )
    return token


def close_session(database: Database, token: str) -> None:
    with database.writing() as connection:
        connection.execute(text("DELETE FROM sessions WHERE token_sha256 = :token"), {"token": sha256(token)})


def account_of(database: Database, token: str) -> Account | None:
    """Whose session a token is, if it is one that still runs."""
    with database.reading() as connection:
        row = connection.execute(
            text(
                "SELECT a.id, a.email, a.plan, a.admin FROM sessions s JOIN accounts a ON a.id = s.account_id "
                "WHERE s.token_sha256 = :token AND s.expires_s >= :now"
            ),
            {"token": sha256(token), "now": int(time.time())},
        ).first()
    return Account(id=row.id, email=row.email, plan=row.plan, admin=bool(row.admin)) if row else None


def close(database: Database, account_id: int) -> None:
    """Forget an account and all that is its own; what was paid stays in the books, without a name."""
    with database.writing() as connection:
        for statement in (
            "DELETE FROM messages WHERE account_id = :id",
            "DELETE FROM conversations WHERE account_id = :id",
            "DELETE FROM summaries WHERE account_id = :id",
            "DELETE FROM sessions WHERE account_id = :id",
            "UPDATE subscriptions SET account_id = NULL WHERE account_id = :id",
            "DELETE FROM accounts WHERE id = :id",
        ):
            connection.execute(text(statement), {"id": account_id})


def email_of(database: Database, account_id: int) -> str | None:
    with database.reading() as connection:
        return connection.execute(text("SELECT email FROM accounts WHERE id = :id"), {"id": account_id}).scalar()


def make_admin(database: Database, email: str) -> bool:
    """Let an account see /admin; False when there is no such account."""
    with database.writing() as connection:
        changed = connection.execute(
            text("UPDATE accounts SET admin = :yes WHERE email = :email"), {"yes": True, "email": email.lower()}
        )
        return changed.rowcount == 1


def sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
