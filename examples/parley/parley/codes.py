"""Six digits by mail: they prove that an address is the visitor's own, for a signup or a new password."""

import secrets
import time
from dataclasses import dataclass
from enum import Enum

from sqlalchemy import text

from parley import accounts
from parley.database import Database
from parley.mail import Letter

CODE_S = 600
TRIES = 5


class Purpose(Enum):
    """What a code is for."""

    SIGNUP = "signup"
    RESET = "reset"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who says they own an address: a code counts only in the browser that asked for it."""

    purpose: Purpose
    email: str
    browser: str

    @property
    def key(self) -> dict[str, str]:
        return {
            "purpose": self.purpose.value,
            "email": self.email.lower(),
            "browser": accounts.sha256(self.browser),
        }


_SAME = "purpose = :purpose AND email = :email AND browser_sha256 = :browser"


def make(database: Database, claim: Claim, password: str = "") -> str:
    """A new code; the one before it is worth nothing any more. Code and password are stored hashed."""
    code, now_s = f"{secrets.randbelow(10**6):06}", int(time.time())
    row = {
        **claim.key,
        "code": accounts.hashed(code),
        "password": accounts.hashed(password) if password else "",
        "expires": now_s + CODE_S,
        "now": now_s,
    }
    with database.writing() as connection:
        connection.execute(text(f"DELETE FROM codes WHERE expires_s < :now OR ({_SAME})"), row)  # noqa: S608
        connection.execute(
            text(
                "INSERT INTO codes (purpose, email, browser_sha256, code, password, expires_s) "
                "VALUES (:purpose, :email, :browser, :code, :password, :expires)"
            ),
            row,
        )
    return code


def redeem(database: Database, claim: Claim, code: str) -> str | None:
    """The password hash kept with the code (empty for none), and the code is used up; None when it is wrong or too old.

    A try is counted before the code is looked at, so that many at once are no way round the limit.
    """
    key = {**claim.key, "now": int(time.time()), "tries": TRIES}
    with database.writing() as connection:
        row = connection.execute(
            text(
                f"UPDATE codes SET tries = tries + 1 WHERE {_SAME} AND expires_s >= :now AND tries < :tries "  # noqa: S608
                "RETURNING id, code, password"
            ),
            key,
        ).first()
    if row is None or not accounts.fits("".join(code.split())[:20], row.code):
        return None
    with database.writing() as connection:
        used = connection.execute(text("DELETE FROM codes WHERE id = :id"), {"id": row.id}).rowcount
    return row.password if used else None


def letter(claim: Claim, code: str) -> Letter:
    """The mail with a code in it."""
    what = "finish your signup" if claim.purpose is Purpose.SIGNUP else "choose a new password"
    return Letter(
        to=claim.email,
        subject=f"{code} is your Parley code",
        text=f"Your code to {what}:\n\n    {code}\n\nIt is good for ten minutes, in the browser that asked for it.\n"
        "If that was not you, there is nothing to do: nothing happens without the code.\n",
    )
