"""The sections about outside services: who sends the mail, and whose webhooks come in."""

import re
from collections.abc import Iterable, Mapping
from itertools import chain, count

from launchready.draft import values
from launchready.draft.hosts import Plan, Planned
from launchready.draft.values import commented, entry, listed, quoted, remark
from launchready.known.mail_senders import mail_sender
from launchready.model.presence import Presence
from launchready.model.repository import Provider, ProviderKind, Repository, Sighting

MOST_SENDERS = 8
MOST_WEBHOOKS = 6
# How each service signs what it posts. Sources, as of 2026-11-24: docs.stripe.com/webhooks/signature,
# developer.paddle.com/webhooks/signature-verification, docs.lemonsqueezy.com/help/webhooks/signing-requests,
# polar.sh/docs/integrate/webhooks, docs.github.com/webhooks; clerk.com/docs/webhooks, resend.com/docs/webhooks (Svix).
SCHEMES = {
    "stripe": "stripe",
    "paddle": "paddle",
    "lemonsqueezy": "lemonsqueezy",
    "polar": "polar",
    "github": "github",
    "clerk": "svix",
    "resend": "svix",
}
_SIGNING = re.compile(r"WEBHOOK|SIGNING", re.IGNORECASE)
_SECRET = re.compile(r"SECRET|KEY", re.IGNORECASE)


def mail(repository: Repository, presence: Presence) -> list[str]:
    """`[mail]` with the services that DNS or the repository shows; an example when neither shows any."""
    senders = _senders(repository, presence)
    selectors = [fit for one in presence.selectors if (fit := values.text(one.value))]
    example = entry("from", quoted(f"hello@{presence.domain}"), "the address that your product's mail comes from")
    if not senders and not selectors:
        unknown = entry("senders", listed(("postmark",)), "the services that send it; none was seen")
        return [*commented(["[mail]", *example, *unknown]), *_strangers(repository, presence)]
    lines = ["[mail]", *commented(example), *_strangers(repository, presence)]
    if senders:
        lines += [line for name, seen in senders.items() for line in remark(f"{name}: {'; '.join(seen)}")]
        lines += entry("senders", listed(senders))
    if selectors:
        lines += entry("dkim_selectors", listed(selectors), "each holds a key in DNS")
    return lines


def _senders(repository: Repository, presence: Presence) -> Mapping[str, list[str]]:
    """Each service that the audit knows once, by the name that it knows it by, with every place that shows it."""
    found: dict[str, list[str]] = {}
    seen = [(one.value, one.where) for one in presence.senders]
    for provider in _of_kind(repository, ProviderKind.MAIL):
        seen += [(provider.name, f"from {place.where}") for place in provider.seen[:2]]
    for name, where in seen:
        if known := mail_sender(name):
            found.setdefault(known.name, []).append(where)
    return dict(list(found.items())[:MOST_SENDERS])


def _strangers(repository: Repository, presence: Presence) -> list[str]:
    """What sends mail and is no service that the audit knows: asked, not declared."""
    asked = [f"Which service is {one.value}, in {one.where}? Add its name to senders." for one in presence.strangers]
    asked += [
        f"Mail goes through {one.name} (from {one.seen[0].where}); if that is a service, add it to senders."
        for one in _of_kind(repository, ProviderKind.MAIL)
        if one.seen and mail_sender(one.name) is None
    ]
    return [line for question in asked[:MOST_SENDERS] for line in remark(question)]


def webhooks(repository: Repository, hosts: Plan) -> Iterable[list[str]]:
    """One `[webhooks.NAME]` for each path that an outside service posts to."""
    posted = [(host, hook) for host in hosts.hosts for hook in host.webhooks][:MOST_WEBHOOKS]
    taken: set[str] = set()
    for host, hook in posted:
        provider = _poster(hook, repository, alone=len(posted) == 1)
        name = _slug(provider.name) if provider else "inbound"
        free = next(one for one in chain((name,), (f"{name}-{number}" for number in count(2))) if one not in taken)
        taken.add(free)
        yield _webhook(free, provider, host, hook, repository)


def _webhook(name: str, provider: Provider | None, host: Planned, hook: Sighting, repository: Repository) -> list[str]:
    lines = [f"[webhooks.{name}]"]
    scheme = SCHEMES.get(_plain(provider.name)) if provider else None
    if scheme:
        lines += entry("scheme", quoted(scheme), "how it signs")
    else:
        lines += commented(entry("scheme", quoted("hmac"), "how its sender signs; it was not seen who that is"))
    lines += entry("url", quoted(f"{host.url}{hook.value}"), f"from {hook.where}")
    secret = _secret(provider, repository)
    if secret:
        return lines + entry("secret", quoted(f"${{env:{secret}}}"), "the variable's name, never its value")
    example = f"${{env:{_plain(name).upper()}_WEBHOOK_SECRET}}"
    return lines + commented(entry("secret", quoted(example), "the variable that holds its signing secret"))


def _poster(hook: Sighting, repository: Repository, *, alone: bool) -> Provider | None:
    """The service that a path names; the only one that takes money when it is the only path."""
    named = [one for one in repository.providers if _plain(one.name) and _plain(one.name) in _plain(hook.value)]
    billing = _of_kind(repository, ProviderKind.BILLING)
    if named:
        return named[0]
    return billing[0] if alone and len(billing) == 1 else None


def _secret(provider: Provider | None, repository: Repository) -> str | None:
    """The variable that holds the signing secret, by its name: STRIPE_WEBHOOK_SECRET, PADDLE_SIGNING_KEY."""
    names = [one.name for one in repository.variables if values.variable(one.name)]
    signing = [name for name in names if _SIGNING.search(name) and _SECRET.search(name)]
    theirs = [name for name in signing if provider and _plain(provider.name) in _plain(name)]
    generic = [name for name in signing if re.fullmatch(r"WEBHOOK_(SIGNING_)?(SECRET|KEY)", name, re.IGNORECASE)]
    return next(iter(theirs or generic), None)


def _of_kind(repository: Repository, kind: ProviderKind) -> list[Provider]:
    return [one for one in repository.providers if one.kind is kind]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "inbound"
