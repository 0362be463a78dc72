"""Steps that wait for a mail, by transcripts: what they ask, what comes, what is made of it."""

import pytest

from launchready.formats.letter import Letter
from launchready.formats.template import parse
from launchready.journeys.engine import Session, Walk
from launchready.journeys.exchange import Answer, Asked, Failure, Mail, ReadMail, Request, Told
from launchready.journeys.facts import facts
from launchready.journeys.scope import Scope
from launchready.model.journey import Capture, Expect, Journey, MailWait, Outcome, Reference, Step, Timing, Where
from tests.checks.cases import NOW

ADDRESS = "ann+1@parley.example"
TOKEN = "8f3aX9c27Qb1"
URL = f"https://app.parley.example/magic?token={TOKEN}"
CODE, LINK = (
    Capture(name="code", where=Where.MAIL, selector="code"),
    Capture(name="link", where=Where.MAIL, selector="link"),
)
NONE = Failure("no mail came", nothing_came=True)


def supply(reference: Reference) -> str:
    return f"supplied {reference}"


def waiting(*captures: Capture, to: str = ADDRESS, expect: Expect | None = None, **more: str) -> Step:
    wait = MailWait(to=parse(to), **{name: parse(value) for name, value in more.items()})
    return Step(
        name="the mail",
        method="GET",
        path=wait.to,
        mail=wait,
        captures=captures,
        expect=expect or Expect(),
        timeout_s=30,
    )


def came(
    text: str, subject: str = "Hello", *, key: str = "1", to: str = ADDRESS, waited_s: float = 1, html: str = ""
) -> Mail:
    letter = Letter(recipients=(to,), sender="no-reply@parley.example", subject=subject, text=text, html=html)
    return Mail(key=key, letter=letter, waited_s=waited_s)


def page(body: str = "", status: int = 200, **headers: str) -> Answer:
    timing = Timing(first_byte_ms=1, total_ms=1)
    return Answer(status=status, headers=tuple(headers.items()), body=body.encode(), timing=timing)


def walked(steps: tuple[Step, ...], *replies: Told) -> tuple[list[Asked], Session]:
    """What the steps ask when they are answered so; every reply must be wanted."""
    journey = Journey(name="j", where="j.toml", steps=steps)
    session = Session(
        {"j": journey},
        "https://app.parley.example",
        Scope(supply),
        lambda _: None,
        lambda: "00-1-2-01",
        lambda host: host == "login.parley.example",
    )
    asked, left = list[Asked](), list(replies)
    walk: Walk = session.walk(journey)
    try:
        wish = next(walk)
        while True:
            asked.append(wish)
            wish = walk.send(left.pop(0))
    except StopIteration:
        assert not left
    return asked, session


def test_a_code_is_waited_for_and_sent_back() -> None:
    enter = Step(name="enter", method="GET", path=parse("/enter?code=${code}"))
    asked, session = walked((waiting(CODE), enter), came("Your code is 482 913"), page())
    assert asked[0] == ReadMail(address=ADDRESS, timeout_s=30)
    assert isinstance(asked[1], Request)
    assert asked[1].url == "https://app.parley.example/enter?code=482913"
    assert [step.problem for step in session.results] == [None, None]
    assert session.results[0].timing is not None
    assert session.results[0].timing.total_ms == 1000


@pytest.mark.parametrize("host", ["app.parley.example", "login.parley.example"])
def test_a_link_is_followed(host: str) -> None:
    url = URL.replace("app.parley.example", host)
    asked, _ = walked(
        (waiting(LINK), Step(name="follow", method="GET", path=parse("${link}"))), came(f"In: {url}"), page()
    )
    assert isinstance(asked[1], Request)
    assert asked[1].url == url


@pytest.mark.parametrize(
    ("capture", "text", "said"),
    [
        (CODE, f"Your code is this link: {URL}", "has a link and no code"),
        (CODE, "Welcome in 2026", "has no link and no code"),
        (LINK, "Your code is 482913", "has a code and no such link"),
        (LINK, f"In: https://click.mailer.example/?token={TOKEN}", "click.mailer.example, which launch.toml does not"),
        (Capture(name="a", where=Where.REGEX, selector="x=(.)"), "y=1", "has no such thing"),
    ],
)
def test_a_mail_with_something_else_in_it_does_not_pass(capture: Capture, text: str, said: str) -> None:
    _, session = walked((waiting(capture),), came(text), NONE)
    result = session.results[0]
    assert said in str(result.came)
    assert not result.of_a_mail  # one came: it is not missing
    assert not session.scope.has(capture.name)


def test_mails_that_are_not_meant_are_passed_over_within_the_same_time() -> None:
    step = waiting(CODE, subject_contains="Code", from_contains="parley")
    asked, session = walked(
        (step,),
        came("Your code is 111111", "Welcome", key="a", waited_s=4),
        came("Your code is 222222", "Your code", key="b", to="bob@parley.example", waited_s=5),
        came("Your code is 333333", "Your code", key="c", waited_s=6),
    )
    assert [(wish.timeout_s, wish.seen) for wish in asked if isinstance(wish, ReadMail)] == [
        (30, frozenset()),
        (26, frozenset("a")),
        (21, frozenset("ab")),
    ]
    assert session.scope.value(parse("${code}").references[0]) == "333333"
    assert session.results[0].problem is None


def test_a_mail_that_never_comes_is_a_fact() -> None:
    _, session = walked((waiting(CODE),), NONE)
    seen = facts(Outcome(journey="j", steps=tuple(session.results)), NOW)
    assert seen.failed is not None
    assert seen.failed.of_a_mail
    assert seen.mails == ()


def test_another_mail_is_not_the_one_that_is_missing() -> None:
    _, session = walked((waiting(CODE, subject_contains="code"),), came("x", "Welcome 482913"), NONE)
    result = session.results[0]
    assert result.of_a_mail
    assert result.came == "a mail with the subject 'Welcome …'"


def test_a_mail_that_came_is_a_fact_too() -> None:
    _, session = walked((waiting(CODE),), came("Your code is 482913"))
    assert facts(Outcome(journey="j", steps=tuple(session.results)), NOW).mails == ("the mail",)


def test_a_mailbox_that_cannot_be_read_says_nothing_about_the_mail() -> None:
    _, session = walked((waiting(CODE),), Failure("the mailbox cannot be read"))
    assert (session.results[0].problem, session.results[0].of_a_mail) == ("the mailbox cannot be read", False)


def test_time_that_is_over_ends_the_wait_without_another_question() -> None:
    asked, session = walked((waiting(CODE),), came("Nothing", waited_s=30))
    assert len(asked) == 1
    assert session.results[0].problem


@pytest.mark.parametrize(
    ("expect", "problem"),
    [
        (Expect(body_contains=(parse("ten minutes"),)), None),
        (Expect(body_contains=(parse("an hour"),)), "is not as expected"),
        (Expect(body_lacks=(parse("{{ name }}"),)), "is not as expected"),
        (Expect(within_ms=900), "is not as expected"),
        (Expect(within_ms=1100), None),
    ],
)
def test_what_is_expected_of_the_mail(expect: Expect, problem: str | None) -> None:
    replies: list[Told] = [came("Dear {{ name }}, 482913 is your code for ten minutes"), NONE]
    if problem is None or expect.within_ms:
        replies.pop()
    _, session = walked((waiting(CODE, expect=expect),), *replies)
    assert session.results[0].problem == problem


def test_captures_look_at_text_and_html() -> None:
    by_css = Capture(name="name", where=Where.CSS, selector="b", attribute="id")
    by_regex = Capture(name="plan", where=Where.REGEX, selector="plan: (\\w+)")
    _, session = walked((waiting(by_css, by_regex),), came("plan: Team", html="<b id=ann>x</b>"))
    values = [session.scope.value(parse(f"${{{name}}}").references[0]) for name in ("name", "plan")]
    assert values == ["ann", "Team"]


def test_codes_links_and_tokens_are_shown_nowhere() -> None:
    """Also those that no step captures, and a token that the app gives back by itself."""
    follow = Step(name="follow", method="GET", path=parse("${link}"), expect=Expect(status=(200,)))
    mail = came(f"Your code is 482913, or {URL}", "482913 is your code")
    redirect = page(status=302, location=f"/expired?old={TOKEN}&code=482913")
    _, session = walked((waiting(LINK), follow), mail, redirect, page(f"{TOKEN} 482913", 410))
    _, other = walked((waiting(CODE, expect=Expect(body_contains=(parse("no such words"),))),), mail, NONE)
    shown = repr((session.results, other.results, mail, session.scope.given()))
    assert TOKEN not in shown
    assert "482913" not in shown
    assert '"$LINK"' in str(session.results[1].repeat)


def test_a_name_without_a_value_is_told() -> None:
    asked, session = walked((waiting(CODE, to="${email}"),))
    assert asked == []
    assert "${email} has no value" in str(session.results[0].problem)
