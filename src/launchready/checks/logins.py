"""Does the login keep strangers out, and does it keep them out of what members see?"""

from collections.abc import Iterator

from launchready.checks.registry import DoesNotApply, check
from launchready.model.facts import LoginFacts, PrivatePageFacts, Shows, WrongPassword
from launchready.model.finding import Evidence, Impact, Remedy, RemedyKind, Severity, Stage
from launchready.model.gap import Gap, Unseen
from launchready.model.launch import Launch

PAGES_SHOWN = 3
# What `journey run --probe-login` is judged by.
OF_A_LOGIN = (
    "login-accepts-wrong-password",
    "login-journey-blind",
    "login-not-rate-limited",
    "session-survives-logout",
)

_DEVELOPER = "whoever develops the app"
_NOTHING_TO_TELL_BY = (
    "the login journey passes with a wrong password too, and reads nothing that only members see: whether a stranger "
    "got in cannot be told"
)


@check(
    stage=Stage.QUICK_AUDIT,
    impact=Impact.BROKEN_LOGIN,
    severity=Severity.MAJOR,
    title="The login accepts a wrong password",
    why="Anybody who knows a customer's address reads that customer's chats.",
    fix="Compare the password with the stored hash before a session is made, and let a test log in with a wrong one.",
    source="OWASP Web Security Testing Guide, WSTG-ATHN-04",
)
def login_accepts_wrong_password(login: LoginFacts, launch: Launch) -> Iterator[Evidence]:
    """`journey run --probe-login` walks the login journey once more with its password replaced by a wrong one: either
    a step must fail, or what only members see must stay closed, whatever status it is answered with."""
    _is_ours(login, launch)
    if not login.has_password:
        raise DoesNotApply
    if login.wrong_password is WrongPassword.ACCEPTED:
        remedy = Remedy(
            kind=RemedyKind.COMMAND,
            text=f"launchready journey run {login.subject} --probe-login",
            who=_DEVELOPER,
            minutes=120,
        )
        shown = f"opens {login.member_page}" if login.member_page else "is answered as the right one is"
        yield Evidence(f"a wrong password {shown}", remedy=remedy, severity=Severity.BLOCKER)
    elif login.wrong_password is WrongPassword.UNDECIDED:
        raise Unseen(Gap(_NOTHING_TO_TELL_BY))


@check(
    stage=Stage.QUICK_AUDIT,
    impact=Impact.BLIND,
    severity=Severity.MINOR,
    title="The login journey would pass with a wrong password",
    why="A check that passes when nobody gets in stays green on the day that nobody gets in.",
    fix="Let the journey open a page after the login, and expect something there that only members see.",
    source="docs/journeys.md",
)
def login_journey_blind(login: LoginFacts, launch: Launch) -> Iterator[Evidence]:
    """When `journey run --probe-login` walks the login journey with a wrong password, and the app refuses it, a step of
    the journey must notice."""
    _is_ours(login, launch)
    if not login.has_password:
        raise DoesNotApply
    if login.wrong_password in (WrongPassword.UNNOTICED, WrongPassword.UNDECIDED):
        page = login.member_page or "/chat"
        remedy = Remedy(
            kind=RemedyKind.SETTING,
            text=f'[[step]]\nget = "{page}"\nexpect = {{ status = 200, body_contains = "Log out" }}',
            who=_DEVELOPER,
            minutes=10,
        )
        yield Evidence("every step passed with a wrong password: assert something only members see", remedy=remedy)


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.SECRET_EXPOSURE,
    severity=Severity.MAJOR,
    title="Nothing stops whoever tries one password after another",
    why="Robots try leaked passwords on every login they find, thousands an hour; some of your customers use one.",
    fix="After about ten wrong passwords answer 429 for some minutes, counted by account and by where they come from.",
    source="OWASP Application Security Verification Standard 5.0, section 6.3",
)
def login_not_rate_limited(login: LoginFacts, launch: Launch) -> Iterator[Evidence]:
    """`journey run --probe-login` sends up to fifteen wrong passwords in a row; a 429, a lock, a captcha, a growing
    delay or another answer is a limit. They go to the account that the journey makes for itself; where it makes none,
    to an address that nobody has, so that no real user is locked out: a limit that counts only by existing account does
    not show there, so that this is graded minor. Limits above fifteen, or by day, are not seen."""
    _is_ours(login, launch)
    if not login.has_password:
        raise DoesNotApply
    if login.limited is None:
        whom = "for one account" if login.own_user else "for an address that nobody has"
        remedy = Remedy(
            kind=RemedyKind.SETTING,
            text="limit_req_zone $binary_remote_addr zone=login:1m rate=10r/m;\n"
            "location = /login { limit_req zone=login burst=10 nodelay; limit_req_status 429; proxy_pass http://app; }",
            who="whoever runs the server (nginx), until the app counts by account itself",
            minutes=20,
        )
        severity = None if login.own_user else Severity.MINOR
        yield Evidence(f"{login.tries} wrong passwords in a row {whom} were all answered alike", remedy, severity)


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.SECRET_EXPOSURE,
    severity=Severity.MAJOR,
    title="A session goes on after the logout",
    why="Who logs out on a shared computer, or because a cookie was stolen, is not logged out.",
    fix="Delete the session on the server when somebody logs out; forgetting the cookie in the browser is not enough.",
    source="OWASP Web Security Testing Guide, WSTG-SESS-06",
)
def session_survives_logout(login: LoginFacts, launch: Launch) -> Iterator[Evidence]:
    """`journey run --probe-login` logs in, logs out, and asks once more for what only members see with the cookies of
    before. The logout is the journey that [journeys] logout names, one called logout, or such a step of the login."""
    _is_ours(login, launch)
    if not login.logs_out:
        raise DoesNotApply
    if login.still_open:
        more = f" and {len(login.still_open) - PAGES_SHOWN} more" if len(login.still_open) > PAGES_SHOWN else ""
        what = "the token" if login.by_token else "the cookie"
        text = f"after the logout {what} of before still opens {', '.join(login.still_open[:PAGES_SHOWN])}{more}"
        yield Evidence(text, severity=Severity.MINOR if login.by_token else None)


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.SECRET_EXPOSURE,
    severity=Severity.MAJOR,
    title="A private page is open to anybody",
    why="What stands there is read by whoever types the address, and by search engines.",
    fix="Ask for the session on the server, before anything of the page is put together; hiding links is not enough.",
    source="OWASP Top Ten 2021, A01 (broken access control)",
)
def private_page_open(page: PrivatePageFacts) -> Iterator[Evidence]:
    """Every path that [hosts] calls private is asked for without a session. A login, a redirect elsewhere, 401, 403 and
    404 are right; a page with content of its own is not. The shell of an app that answers every address alike is
    unknown: what it shows is decided in the browser."""
    if page.shows is Shows.CONTENT:
        yield Evidence(f"{page.url} answers {page.status} with content, to a visitor without a session", None, _BLOCKER)
    elif page.shows is Shows.SHELL:
        raise Unseen(Gap(f"{page.host} answers with an app's shell: what it shows strangers is decided in the browser"))


_BLOCKER = Severity.BLOCKER


def _is_ours(login: LoginFacts, launch: Launch) -> None:
    """Raises when another journey is the login by now."""
    if login.subject != launch.journeys.login:
        raise DoesNotApply
