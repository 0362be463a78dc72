"""What the audit says: stages, impacts, severities, evidence, findings, and the report that holds them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, IntEnum


class Stage(IntEnum):
    """The seven stages of the roadmap, in order."""

    QUICK_AUDIT = 1
    STABLE_INFRASTRUCTURE = 2
    EMAIL_AND_SECRETS = 3
    PRODUCTION_DEPLOY = 4
    PERFORMANCE = 5
    MONITORING = 6
    HANDOVER = 7

    @property
    def title(self) -> str:
        return _STAGES[self][0]

    @property
    def deliverable(self) -> str:
        return _STAGES[self][1]

    @property
    def failure_signal(self) -> str:
        return _STAGES[self][2]

    @property
    def by_hand(self) -> str | None:
        """What of the deliverable no check looks at, as the thing to do by hand; None when the checks see all of it."""
        return _STAGES[self][3]


_STAGES: dict[Stage, tuple[str, str, str, str | None]] = {
    Stage.QUICK_AUDIT: (
        "Quick audit",
        "a risk list ranked by launch impact",
        "a core route answers with an error",
        None,
    ),
    Stage.STABLE_INFRASTRUCTURE: (
        "Stable infrastructure",
        "one canonical HTTPS address that every other address leads to",
        "a browser warns, or a name leads nowhere",
        None,
    ),
    Stage.EMAIL_AND_SECRETS: (
        "Mail and secrets",
        "mail that arrives and secrets that only the server knows",
        "a password reset lands in spam, or a key is in the page",
        "search your code and all of its git history for keys: launchready secrets scan --history",
    ),
    Stage.PRODUCTION_DEPLOY: (
        "Production deploy",
        "a deploy that is gated, smoke-tested and can be rolled back",
        "a deploy nobody can take back",
        "deploy to staging, then put the version before it back, and time it",
    ),
    Stage.PERFORMANCE: (
        "Performance",
        "p95 under 800 ms on key endpoints, before the model answers",
        "a page that makes people wait",
        "have ten people chat on staging at once, and time the slowest answers",
    ),
    Stage.MONITORING: (
        "Monitoring and alerting",
        "an alert within two minutes of an outage",
        "a customer tells you",
        "stop staging on purpose, and see who is told and how soon",
    ),
    Stage.HANDOVER: (
        "Handover",
        "a book from which someone else can run it",
        "only one person knows how",
        "have somebody else deploy from your notes alone, and write down what they ask",
    ),
}


class Impact(Enum):
    """What a problem does to the launch, worst first."""

    BROKEN_LOGIN = "broken-login"
    MISSING_TLS = "missing-tls"
    SECRET_EXPOSURE = "secret-exposure"  # noqa: S105
    EMAIL_UNDELIVERED = "email-undelivered"
    DOWNTIME = "downtime"
    DATA_LOSS = "data-loss"
    SLOW = "slow"
    BLIND = "blind"
    UNMAINTAINABLE = "unmaintainable"

    @property
    def rank(self) -> int:
        return list(Impact).index(self)


class Severity(Enum):
    """How much a problem stands in the way of taking money, worst first."""

    BLOCKER = "blocker"
    MAJOR = "major"
    MINOR = "minor"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)

    @property
    def weight(self) -> int:
        return {Severity.BLOCKER: 10, Severity.MAJOR: 5, Severity.MINOR: 2}[self]


class RemedyKind(Enum):
    """What sort of thing is to be pasted."""

    DNS_RECORD = "dns-record"
    HEADER = "header"
    COMMAND = "command"
    SETTING = "setting"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """The exact thing to paste, who does it, and about how many minutes it takes."""

    kind: RemedyKind
    text: str
    who: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """The one thing that evidence is about, where a subject has many: its own place, kind, verdict and fingerprint.

    `allowed` is the reason of a mark beside it by which the team accepts it; `place` is the file, as it is today, and
    the line (from 1).
    """

    subject: str
    kind: str
    verdict: str | None = None
    fingerprint: str | None = None
    allowed: str | None = None
    place: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a check saw on one subject; `severity` replaces the check's own where this case is worse or milder."""

    text: str
    remedy: Remedy | None = None
    severity: Severity | None = None
    item: Item | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A risk the team has decided to live with until a day (launch.toml `[[accepted]]`, or a mark beside a value).

    One with a `fingerprint` is about that value alone, wherever it stands; a subject beside it narrows it further.
    """

    check: str
    subject: str
    reason: str
    expires: date | None = None
    fingerprint: str | None = None

    def covers(self, check: str, subject: str, fingerprint: str | None = None) -> bool:
        if self.fingerprint is not None and self.fingerprint != fingerprint:
            return False
        return self.check == check and self.subject in ("*", subject)

    def expired(self, today: date) -> bool:
        """Whether the last day of the acceptance has passed."""
        return self.expires is not None and self.expires < today


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A check that looked at a subject's facts and found evidence."""

    check: str
    stage: Stage
    impact: Impact
    severity: Severity
    subject: str
    evidence: str
    title: str
    why: str
    fix: str
    source: str
    remedy: Remedy | None = None
    accepted: Accepted | None = None
    lapsed: Accepted | None = None
    kind: str | None = None
    verdict: str | None = None
    fingerprint: str | None = None
    place: tuple[str, int] | None = None

    @property
    def docs(self) -> str:
        return f"docs/checks.md#{self.check}"

    @property
    def blocks(self) -> bool:
        return self.severity is Severity.BLOCKER and self.accepted is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A check that could not see enough of a subject to judge it."""

    check: str
    severity: Severity
    stage: Stage
    subject: str
    reason: str


class Verdict(Enum):
    """The one word at the top, and the exit code CI reads."""

    READY = "ready"
    NOT_READY = "not-ready"
    UNKNOWN = "unknown"

    @property
    def exit_code(self) -> int:
        return {Verdict.READY: 0, Verdict.NOT_READY: 1, Verdict.UNKNOWN: 3}[self]


class StageState(Enum):
    """How far a stage is: nothing open, something open, or not enough seen."""

    DONE = "done"
    OPEN = "open"
    UNKNOWN = "unknown"


class Signal(Enum):
    """Whether a stage's failure signal was seen: a blocker or a major finding of the stage that nobody has accepted."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one stage stands."""

    stage: Stage
    state: StageState
    signal: Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What became of the findings since an earlier look, at `since`.

    `new` are check and subject of findings that were not there; `mended` are earlier ones that were looked for again
    and are gone; `unseen` earlier ones that could not be looked for.
    """

    since: datetime
    new: frozenset[tuple[str, str]]
    mended: tuple[Finding, ...]
    unseen: tuple[Finding, ...]
    still: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Harmless:
    """A value that looks like a secret and is made to be seen; `why` says what makes it so."""

    subject: str
    kind: str
    title: str
    verdict: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One place that facts came from, what they are about, and when the first and the last of them were seen."""

    name: str
    facts: int
    subjects: tuple[str, ...]
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything one audit has to say, findings ranked worst first."""

    at: datetime
    name: str
    domain: str
    verdict: Verdict
    score: int
    findings: tuple[Finding, ...]
    unknown: tuple[Unknown, ...]
    passed: tuple[str, ...]
    not_applicable: tuple[str, ...]
    stages: tuple[Standing, ...]
    unmatched: tuple[Accepted, ...] = field(default=())
    changes: Changes | None = None
    seen: datetime | None = None  # when the facts were; at is when they were judged
    sources: tuple[Source, ...] = field(default=())
    public: tuple[Harmless, ...] | None = None  # None where nobody looked for secrets

    @property
    def worst(self) -> tuple[tuple[Finding, int], ...]:
        """The first three problems nobody has accepted, each check once, with how many more subjects have it."""
        open_ = [finding for finding in self.findings if finding.accepted is None]
        first = {finding.check: finding for finding in reversed(open_)}
        checks = list(dict.fromkeys(finding.check for finding in open_))[:3]
        return tuple((first[check], sum(one.check == check for one in open_) - 1) for check in checks)
