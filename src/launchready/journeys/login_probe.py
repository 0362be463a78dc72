"""Tries on a login, as generators that yield requests and are sent answers: the right password, a wrong one, many.

Nothing here touches a socket; `journeys.login_tries` drives it.
"""

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field, replace
from statistics import median
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from launchready.formats.cookies import Jar, sent
from launchready.formats.likeness import only, shows, words
from launchready.formats.urls import joined
from launchready.journeys.engine import Session, Walk
from launchready.journeys.exchange import Answer, Asked, Failure, Mail, Request, Told
from launchready.journeys.password import LoginStep
from launchready.journeys.request import REDIRECTS, origin
from launchready.model.journey import Journey, Step, StepResult

TRIES = 15  # more than anybody mistypes, fewer than any guess needs
MOST_READS = 8
SLOWER_MS = 1000.0
LIMIT_STATUSES = frozenset({423, 429})
_CAPTCHA = ("captcha", "cf-turnstile", "challenges.cloudflare.com")
_PAGE_BYTES = 512 * 1024
_SESSION_HEADERS = ("cookie", "authorization")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request of a walk, with what came; `step` is the step's place among all that were walked."""

    step: int
    asked: Request
    came: Answer | Failure


@dataclass(slots=True)
class Visit:
    """One session with all that passed in it; `note` is called before each request, for whoever must clean up."""

    session: Session
    note: Callable[[], None] = lambda: None
    exchanges: list[Exchange] = field(default_factory=list)

    def played(self, walk: Walk, until: int | None = None) -> Walk:
        """The walk, noted down, up to the step before `until`; the cleanup of what it began is still owed."""
        try:
            asked = next(walk)
            while until is None or len(self.session.results) < until:
                self.note()
                came = yield asked
                if isinstance(asked, Request) and not isinstance(came, Mail):
                    self.exchanges.append(Exchange(step=len(self.session.results), asked=asked, came=came))
                asked = walk.send(came)
        except StopIteration as end:
            return bool(end.value)
        walk.close()
        return True

    def first(self, step: int) -> Exchange | None:
        """What a step asked itself, before it was led elsewhere."""
        return next((one for one in self.exchanges if one.step == step), None)

    def last(self, step: int) -> Exchange | None:
        return next((one for one in reversed(self.exchanges) if one.step == step), None)

    @property
    def failed(self) -> StepResult | None:
        return next((one for one in self.session.results if one.problem), None)

    def steps(self, journey: Journey, steps: Iterable[Step]) -> Walk:
        """More steps of a journey in the same session, without what it uses and puts away."""
        return self.played(self.session.walk(replace(journey, uses=(), steps=tuple(steps), cleanup=())))


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPage:
    """A page that shows members what strangers are not shown; `wanted` are the words that only they get."""

    asked: Request = field(repr=False)
    step: int | None
    status: int
    wanted: frozenset[str] = field(repr=False)

    @property
    def address(self) -> str:
        """Without the query, which may hold anything."""
        return self.asked.url.partition("?")[0]

    def opened_by(self, came: Answer | Failure) -> bool:
        """Whether an answer is the members' page."""
        return isinstance(came, Answer) and came.status == self.status and shows(came.body, self.wanted)


def password_fields(exchanges: Iterable[Exchange]) -> frozenset[str]:
    """The names of the password fields of all pages that came."""
    pages = [one.came for one in exchanges if isinstance(one.came, Answer) and b"<input" in one.came.body.lower()]
    trees = [LexborHTMLParser(page.body[:_PAGE_BYTES].decode("utf-8", "replace")) for page in pages]
    names = [node.attributes.get("name") for tree in trees for node in tree.css("input[type=password]")]
    return frozenset(name for name in names if name)


Asking = Generator[Request, Answer | Failure, Answer | Failure]
Finding = Generator[Request, Answer | Failure, tuple[MemberPage, ...]]


def member_pages(visit: Visit, since: int, addresses: Iterable[str]) -> Finding:
    """The pages that tell members from strangers: what was read from step `since` on, where it led, `addresses`."""
    found = []
    for step, asked, came in (yield from _read_by_member(visit, since, addresses)):
        stranger = yield _without_session(asked)
        if isinstance(came, Answer) and isinstance(stranger, Answer) and 200 <= came.status < 300:
            wanted = only(came.body, stranger.body if stranger.status == came.status else b"")
            if wanted:
                found.append(MemberPage(asked=asked, step=step, status=came.status, wanted=wanted))
    return tuple(found)


Read = tuple[int | None, Request, Answer | Failure]


def _read_by_member(
    visit: Visit, since: int, addresses: Iterable[str]
) -> Generator[Request, Answer | Failure, list[Read]]:
    """What the member reads, each address once: the journey's own steps first, then what is asked for here."""
    lasts = [one for place in range(since, len(visit.session.results)) if (one := visit.last(place))]
    reads: list[Read] = [(one.step, one.asked, one.came) for one in lasts if one.asked.method == "GET"]
    landed = [target for one in lasts if (target := _target(one))]
    known = {asked.url for _, asked, _ in reads}
    own = {origin(one.asked.url) for one in lasts}
    for url in dict.fromkeys((*landed, *addresses)):
        if url not in known and origin(url) in own and len(reads) < MOST_READS:
            asked = get(url, visit.session.jar)
            reads.append((None, asked, (yield asked)))
    return reads[:MOST_READS]


def _target(one: Exchange) -> str | None:
    """Where an answer leads on, when the journey looked at the redirect itself."""
    if not isinstance(one.came, Answer) or one.came.status not in REDIRECTS:
        return None
    location = one.came.header("location")
    return joined(one.asked.url, location).partition("#")[0] if location else None


def get(url: str, jar: Jar) -> Request:
    """A page asked for with the cookies of a jar."""
    cookies = sent(jar, url)
    return Request(method="GET", url=url, headers=(("Cookie", cookies),) if cookies else ())


def _without_session(asked: Request) -> Request:
    kept = tuple(pair for pair in asked.headers if pair[0].lower() not in _SESSION_HEADERS)
    return replace(asked, headers=kept, stream=None)


def opened(visit: Visit, pages: Iterable[MemberPage]) -> Generator[Request, Answer | Failure, MemberPage | None]:
    """The first of the members' pages that another session is shown."""
    for page in pages:
        own = visit.last(page.step) if page.step is not None else None
        came = own.came if own else (yield get(page.asked.url, visit.session.jar))
        if page.opened_by(came):
            return page
    return None


def alike(one: Exchange | None, other: Exchange | None) -> bool:
    """Whether two answers to a login make no difference: status, where they lead, which cookies they set, what they
    say."""
    if one is None or other is None or not isinstance(one.came, Answer) or not isinstance(other.came, Answer):
        return False
    return _told(one, one.came) == _told(other, other.came)


def _told(one: Exchange, came: Answer) -> tuple[int, str | None, frozenset[str], frozenset[str]]:
    cookies = frozenset(value.partition("=")[0] for name, value in came.headers if name == "set-cookie")
    return came.status, _target(one), cookies, words(came.body)


# Many wrong passwords in a row ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """How one wrong password was answered."""

    status: int
    leads_to: str | None
    says: frozenset[str]
    captcha: bool
    took_ms: float


Trying = Generator[Asked, Told, tuple[tuple[Try, ...], Failure | None]]


def many(visit: Visit, login: LoginStep, step: Step) -> Trying:
    """The tries, up to the first that was plainly held back; a Failure when the server stopped answering."""
    tries: list[Try] = []
    while len(tries) < TRIES:
        yield from visit.steps(login.journey, (*login.before(), step))
        last = visit.exchanges[-1]
        if isinstance(last.came, Failure):
            return tuple(tries), last.came
        first = visit.first(last.step) or last
        tries.append(_try(first, last.came))
        if held_back(tries):
            break
    return tuple(tries), None


def _try(first: Exchange, came: Answer) -> Try:
    text = came.body[:_PAGE_BYTES].lower()
    return Try(
        status=first.came.status if isinstance(first.came, Answer) else came.status,
        leads_to=_path(_target(first)),
        says=words(came.body),
        captcha=any(mark.encode() in text for mark in _CAPTCHA),
        took_ms=came.timing.total_ms,
    )


def _path(url: str | None) -> str | None:
    """Where a redirect leads, without the query: that may count or carry a token."""
    return urlsplit(url).path if url else None


def held_back(tries: list[Try]) -> str | None:
    """What slows or stops whoever goes on trying, in words that follow a number of tries; None when nothing does."""
    last, first = tries[-1], tries[0]
    if last.status in LIMIT_STATUSES:
        return f"answered {last.status}"
    if len(tries) < 3:
        return None
    if last.status != first.status:
        return f"answered {last.status} instead of {first.status}"
    if last.leads_to != first.leads_to:
        return f"led to {last.leads_to or 'no other page'} instead of {first.leads_to or 'none'}"
    if last.captcha and not first.captcha:
        return "asked for a captcha"
    usual_ms = median(one.took_ms for one in tries[:3])
    if len(tries) > 4 and all(one.took_ms > usual_ms + SLOWER_MS for one in tries[-2:]):
        return f"answered after {last.took_ms / 1000:.1f} s instead of {usual_ms / 1000:.1f} s"
    return _said_otherwise(tries)


def _said_otherwise(tries: list[Try]) -> str | None:
    """Other words than at first, the same ones twice in a row, in place of some: a text that only rotates is none."""
    if len(tries) < 5:
        return None
    usual = tries[0].says | tries[1].says
    stays = (tries[-1].says & tries[-2].says) - usual
    gone = (tries[0].says & tries[1].says) - tries[-1].says - tries[-2].says
    return "was answered in other words" if stays and gone else None


def member_addresses(private: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The addresses of the private paths, by host."""
    return tuple(f"https://{host}{path}" for host, paths in private.items() for path in paths)
