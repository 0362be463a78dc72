"""What a domain publishes about its mail beside SPF: keys, policies, and where mail for it goes."""

from datetime import datetime

from launchready.model.gap import seen


@seen
class DkimFacts:
    """The TXT records of one key (subject: SELECTOR._domainkey.DOMAIN), each with its strings joined.

    `declared` is the selector as launch.toml has it.
    """

    subject: str
    source: str
    at: datetime
    declared: str
    texts: tuple[str, ...]


@seen
class Inherited:
    """The policy that applies to a domain because of where it lies: `owner` publishes it.

    `suffix` when anybody can register names below the owner, so that the policy is the registry's or a platform's.
    """

    owner: str
    text: str
    suffix: bool


@seen
class ReportTarget:
    """One address in another organisation that is to get reports; `authorised` when that organisation says so."""

    address: str
    host: str
    permission_at: str
    authorised: bool


@seen
class DmarcFacts:
    """One mail domain's DMARC. `texts` are the TXT records at _dmarc.DOMAIN, `exists` whether DNS knows the domain.

    `inherited` is looked for when the domain has no single record of its own; `foreign_targets` are those of the
    policy that applies; `misplaced` is where a record stands that nobody will find.
    """

    subject: str
    source: str
    at: datetime
    texts: tuple[str, ...]
    inherited: Inherited | None
    organisation: str
    misplaced: str | None
    exists: bool
    foreign_targets: tuple[ReportTarget, ...]


@seen
class MxFacts:
    """Where mail for one domain goes: `exchanges` in order of preference, "." for a null MX (RFC 7505).

    `dead` are those without an address; `has_address` whether the domain has one itself, which then takes its mail.
    """

    subject: str
    source: str
    at: datetime
    exchanges: tuple[str, ...]
    dead: tuple[str, ...]
    has_address: bool

    @property
    def null(self) -> bool:
        return self.exchanges == (".",)


@seen
class MtaStsFacts:
    """One mail domain's MTA-STS: the TXT records at _mta-sts.DOMAIN and _smtp._tls.DOMAIN, and the policy file.

    `policy` is None without a record, and when `problem` says why senders cannot fetch it.
    """

    subject: str
    source: str
    at: datetime
    texts: tuple[str, ...]
    policy: str | None
    problem: str | None
    reports: tuple[str, ...]
