"""Is it known of each secret who can replace it, and was it replaced when it had to be?"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from launchready.checks.registry import check
from launchready.checks.secrets import ISSUER, SHOWN, listed
from launchready.model.facts import CodeSecret, SecretInventoryFacts
from launchready.model.finding import Evidence, Impact, Item, Remedy, RemedyKind, Severity, Stage
from launchready.model.launch import Launch, Owner

OLD = timedelta(days=365)
# What `launchready secrets inventory` judges.
OF_AN_INVENTORY = frozenset({"secret-unowned", "secret-never-rotated"})


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.UNMAINTAINABLE,
    severity=Severity.MINOR,
    title="Nobody is named who can replace a key",
    why="On the day a key leaks, somebody has to log in where it was issued, and nobody knows who can.",
    fix="Name an owner for each under [[owners]] in launch.toml.",
    source="OWASP Secrets Management Cheat Sheet, section 2",
)
def secret_unowned(inventory: SecretInventoryFacts, launch: Launch) -> Iterator[Evidence]:
    """Each secret that the code reads must be named by an `[[owners]]`, by its variable or by the service it is for."""
    without = [one.name for one in inventory.secrets if not any(owns(owner, one.name) for owner in launch.owners)]
    if without:
        text = "\n\n".join(f'[[owners]]\nwhat = "{name}"\nowner = "…"' for name in without[:SHOWN])
        remedy = Remedy(kind=RemedyKind.SETTING, text=text, who="whoever leads the launch", minutes=10)
        yield Evidence(f"no [[owners]] of launch.toml is about {listed(without)}", remedy=remedy)
    _ = inventory.whole


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.SECRET_EXPOSURE,
    severity=Severity.MAJOR,
    title="A key that others have seen, or that is very old, is still in use",
    why="A key that was found once, or that left with a colleague, opens everything until it is replaced.",
    fix="Replace it at the service that issued it, put the new one in place, and delete the old one there.",
    source="NIST SP 800-57 Part 1, section 5.3; OWASP Secrets Management Cheat Sheet, section 2.7",
)
def secret_never_rotated(inventory: SecretInventoryFacts, launch: Launch, now: datetime) -> Iterator[Evidence]:
    """The fingerprint of a value that an environment uses must not be that of one that was found. Where the platform
    tells when a value was set, or `[[owners]] rotated` does, more than a year is too long, and minor."""
    for one in inventory.secrets:
        if one.leaked:
            told = f"the value that was found at {listed(one.found_at)} is still in use"
            yield Evidence(told, remedy=_replaced(one), item=Item(subject=one.name, kind="leaked"))
        elif (last := last_rotation(one, launch.owners)) and now.date() - last > OLD:
            told = f"last replaced on {last:%Y-%m-%d}"
            yield Evidence(
                told, remedy=_replaced(one), severity=Severity.MINOR, item=Item(subject=one.name, kind="old")
            )
    _ = inventory.whole


def owns(owner: Owner, name: str) -> bool:
    """Whether an `[[owners]]` entry is about a variable: by its name, or by the service whose name begins it."""
    what = owner.what.casefold()
    return name.casefold() in what or name.partition("_")[0].casefold() in what.split()


def last_rotation(one: CodeSecret, owners: Iterable[Owner]) -> date | None:
    """The day by which every value in use was set: that of the oldest, or a later one that `[[owners]]` tells.

    None when nothing tells.
    """
    oldest = min((date.fromisoformat(home.since) for home in one.homes if home.since), default=None)
    told = [owner.rotated for owner in owners if owner.rotated and owns(owner, one.name)]
    return max((*told, *((oldest,) if oldest else ())), default=None)


def _replaced(one: CodeSecret) -> Remedy:
    places = listed([f"{home.environment} ({home.source})" for home in one.homes]) or "every environment"
    text = f"# Make a new {one.name} where it was issued, set it in {places}, deploy, then delete the old one."
    return Remedy(kind=RemedyKind.COMMAND, text=text, who=ISSUER, minutes=30)
