"""Is there a key where others can read it: in the files, in git's history, in the browser, in the logs?"""

from collections.abc import Iterable, Iterator, Sequence

from launchready.checks.registry import check
from launchready.checks.secret_remedies import quoted, rewritten
from launchready.known.secret_places import Weight, weight
from launchready.model.facts import (
    SecretBundleFacts,
    SecretHistoryFacts,
    SecretLogFacts,
    SecretTreeFacts,
    SourceMapFacts,
)
from launchready.model.finding import Evidence, Impact, Item, Remedy, RemedyKind, Severity, Stage
from launchready.model.gap import Gap, peek
from launchready.model.secret import FoundSecret, SecretVerdict

SHOWN = 3
# Of no use to a stranger without something else where they depend: a key's name, a key that a browser may be meant to
# have, the password of a database that only its own machine reaches.
MILD = frozenset({"named-key", "twilio-key-id", "database-url", "url-password"})

ISSUER = "whoever has the account at the service that issued it"
_DEVELOPER = "whoever develops the app"
_SERVER = "whoever runs the server"
_ROTATE = "Replace the key at the service that issued it first: whoever has read it can use it until then."


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.SECRET_EXPOSURE,
    severity=Severity.BLOCKER,
    title="A key stands in the code",
    why="Everyone who ever sees the code has it: a new colleague, a contractor, a leaked laptop, a public fork.",
    fix=f"{_ROTATE} Then put the new one into an environment variable.",
    source="OWASP Secrets Management Cheat Sheet",
)
def secret_in_tree(tree: SecretTreeFacts) -> Iterator[Evidence]:
    """Every file that git sees is read, in archives and UTF-16 too. A key of a live system blocks; one for tests alone
    is minor, and so is a value that only its name tells in tests and manuals; one that is public or secret by a setting
    elsewhere is major; one that is public by design is listed, and is no finding. The value is shown nowhere."""
    for one in _of_weight(tree.found):
        then = "Then: read it from an environment variable, and delete it here."
        yield _evidence(one, then, severity=_in_its_place(one), in_a_file=True)
    _ = tree.whole


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.SECRET_EXPOSURE,
    severity=Severity.BLOCKER,
    title="A key stands in git's history",
    why="Deleting a line does not delete it from the commits before: every clone carries it, and robots read clones.",
    fix=f"{_ROTATE} Rewriting the history comes second: everybody clones again, and forks, pull requests and the "
    "host's caches keep the old commits. What was replaced opens nothing, and may as well stay there, accepted.",
    source="git-filter-repo(1); GitHub Docs, Removing sensitive data from a repository",
)
def secret_in_history(history: SecretHistoryFacts) -> Iterator[Evidence]:
    """Every version of every file of all branches, tags, stashes and HEAD's reflog is read once; each value is told
    once, with the commit that brought it in first. Graded as in `secret-in-tree`."""
    for places in _by_value(_of_weight(history.found)):
        worst = min(map(_in_its_place, places), key=lambda severity: severity.rank)
        yield _evidence(places[0], rewritten(places), severity=worst, others=places[1:])
    _ = history.whole


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.SECRET_EXPOSURE,
    severity=Severity.BLOCKER,
    title="Every visitor's browser is given a key",
    why="What a page loads, anyone can read: robots find such keys within minutes, and you pay what they use.",
    fix=f"{_ROTATE} Then let the server make the call, so that the browser never needs the key.",
    source="OWASP Web Security Testing Guide, WSTG-INFO-05",
)
def secret_in_bundle(bundle: SecretBundleFacts) -> Iterator[Evidence]:
    """The page, every script it loads, their source maps with the sources inside, and inline JSON are read as any
    visitor can. Graded as in `secret-in-tree`; a publishable key is listed, and is no finding."""
    for one in _not_public(bundle.found):
        yield _evidence(one, "Then: call the service from the server, and build the page without the key.")
    _ = bundle.whole


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.SECRET_EXPOSURE,
    severity=Severity.BLOCKER,
    title="A key stands in the logs",
    why="Logs are copied to services, mails and screens that nobody guards as well as the key itself.",
    fix=f"{_ROTATE} Then log that a request was made, never its headers or its whole address.",
    source="OWASP Logging Cheat Sheet, Data to exclude",
)
def secret_in_logs(log: SecretLogFacts) -> Iterator[Evidence]:
    """Each line of the log is read, whatever stands around the value: a header, an address, JSON. Graded as in
    `secret-in-tree`."""
    for one in _not_public(log.found):
        yield _evidence(one, "Then: leave headers, bodies and query strings out of what is logged.")
    _ = log.whole


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.SECRET_EXPOSURE,
    severity=Severity.MAJOR,
    title="The logs hold your visitors' personal data",
    why="Logs are kept long and read by many; in the EU a leak of them has to be reported within 72 hours.",
    fix="Log an id of your own instead, and see how long logs are kept.",
    source="GDPR, articles 5 (1) (c) and 33; OWASP Logging Cheat Sheet, Data to exclude",
)
def personal_data_in_logs(log: SecretLogFacts) -> Iterator[Evidence]:
    """Each line is searched for e-mail addresses, numbers that pass the check of payment cards, and telephone numbers;
    only the sort and the lines are kept."""
    for one in log.personal:
        yield Evidence(
            f"{one.kind}, first in line {one.line}; {one.times:,} in all, {one.distinct:,} different",
            remedy=Remedy(
                kind=RemedyKind.CODE,
                text="log.info('signup', extra={'user_id': user.id})  # the id, never the address or the number",
                who=_DEVELOPER,
                minutes=60,
            ),
            item=Item(subject=f"{log.subject}:{one.line}", kind=one.kind),
        )
    _ = log.whole


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.SECRET_EXPOSURE,
    severity=Severity.MINOR,
    title="The original source code of the page is published",
    why="Source maps give everyone the code as you wrote it, with its comments and the addresses it knows.",
    fix="Leave the maps out of what is deployed, or hand them to your error tracker alone.",
    source="ECMA-426; OWASP Web Security Testing Guide, WSTG-INFO-05",
)
def source_map_published(pages: SourceMapFacts) -> Iterator[Evidence]:
    """The maps that the page's own scripts point to are asked for; a map counts when it holds the sources."""
    found = [look for look in pages.maps if not isinstance(peek(look, "kind"), Gap) and look.kind is not None]
    if found:
        places = [look.path if "://" in look.path else f"https://{pages.subject}{look.path}" for look in found]
        yield Evidence(f"anyone can have {listed(places)}", remedy=_no_maps())
    for look in pages.maps:  # what could not be seen may be one
        _ = look.kind


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.SECRET_EXPOSURE,
    severity=Severity.MAJOR,
    title="Git keeps the file with a machine's settings",
    why="The next key that somebody writes into it is published with the next push, and nobody notices.",
    fix="Take the file out of git and let .gitignore name it; keep a .env.example without values.",
    source="The Twelve-Factor App, III. Config; gitignore(5)",
)
def env_file_committed(tree: SecretTreeFacts) -> Iterator[Evidence]:
    """A file named as .env files are, which git keeps and which gives a value to variables that are secret by their
    names. An example file is none, nor is one with blanks, switches and the page's own variables alone."""
    for one in [each for each in tree.env_files if each.secret_names]:
        path = one.path
        remedy = Remedy(
            kind=RemedyKind.COMMAND,
            text=f"git rm --cached -- {quoted(path)}\necho {quoted('/' + path)} >> .gitignore",
            who=_DEVELOPER,
            minutes=5,
        )
        yield Evidence(
            f"git keeps this file; of the {one.names} variables that it sets, {one.secret_names} secret by their names",
            remedy=remedy,
            item=Item(subject=f"{path}:1", kind="env-file", place=(path, 1)),
        )
    _ = tree.whole


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.BLIND,
    severity=Severity.MAJOR,
    title="The history of the code is not all here",
    why="A key that was removed long ago still opens what it opened; here nobody can see whether there is one.",
    fix="Fetch the whole history and scan it again; in CI, check out with depth 0.",
    source="git-fetch(1), --unshallow",
)
def history_not_visible(history: SecretHistoryFacts) -> Iterator[Evidence]:
    """A clone that was made without its older commits, or without some contents, cannot show what stands in them."""
    if history.shallow:
        yield Evidence("this clone is shallow: older commits are not in it", remedy=_fetched("git fetch --unshallow"))
    if history.partial:
        command = "git config --unset remote.origin.partialclonefilter\ngit fetch --refetch"
        yield Evidence("this clone is partial: some contents are not in it", remedy=_fetched(command))


# What is said of a value ------------------------------------------------------------------------------------------


def _not_public(found: Iterable[FoundSecret]) -> list[FoundSecret]:
    return [one for one in found if one.verdict is not SecretVerdict.PUBLIC]


def _of_weight(found: Iterable[FoundSecret]) -> list[FoundSecret]:
    """What of a repository is told: not what is public, nor what tests and manuals are full of."""
    return [one for one in _not_public(found) if weight(one) is not Weight.NONE]


def _by_value(found: Iterable[FoundSecret]) -> list[list[FoundSecret]]:
    """The places of each value together, in the order of the first; a place where it is allowed is told apart."""
    grouped: dict[tuple[object, ...], list[FoundSecret]] = {}
    for at, one in enumerate(found):
        key = (one.kind.id, one.number, one.allowed) if one.number else (at,)
        grouped.setdefault(key, []).append(one)
    return list(grouped.values())


def _evidence(
    one: FoundSecret,
    then: str,
    *,
    severity: Severity | None = None,
    in_a_file: bool = False,
    others: Sequence[FoundSecret] = (),
) -> Evidence:
    """What it is, what it opens, who brought it in; the way out begins with a new key."""
    told = f"{one.kind.title}. {one.kind.opens.rstrip('.')}"
    if one.verdict is SecretVerdict.DEPENDS and one.kind.depends_on:
        told += f"; whether it is secret depends on {one.kind.depends_on}"
    told += f"; {one.length:,} characters"
    if one.commit:
        told += f"; brought in on {one.commit.day} by {one.commit.author}"
    if others:
        more = f"{len(others):,} more place{'s' * (len(others) > 1)}"
        told += f"; and {more}: {listed(other.subject for other in others)}"
    if one.allowed == "":
        told += "; `launchready:allow` beside it gives no reason, and so does not count"
    second = then if then.startswith("# ") else f"# {then}"
    text = f"# First, {one.kind.title}: {one.kind.rotate}\n{second}"
    return Evidence(
        told,
        remedy=Remedy(kind=RemedyKind.COMMAND, text=text, who=ISSUER, minutes=30),
        severity=severity or _severity(one),
        item=Item(
            subject=one.subject,
            kind=one.kind.id,
            verdict=one.verdict.value,
            fingerprint=one.fingerprint,
            allowed=one.allowed,
            place=(one.path.partition("!")[0], 1 if "!" in one.path else one.line) if in_a_file else None,
        ),
    )


def _severity(one: FoundSecret) -> Severity:
    if one.for_tests:
        return Severity.MINOR
    return Severity.MAJOR if one.verdict is SecretVerdict.DEPENDS else Severity.BLOCKER


def _in_its_place(one: FoundSecret) -> Severity:
    """In a repository the place says something too, and somebody wrote there what a stranger cannot use."""
    is_mild = one.kind.id in MILD and one.verdict is SecretVerdict.DEPENDS
    return Severity.MINOR if is_mild or weight(one) is Weight.LITTLE else _severity(one)


def _fetched(command: str) -> Remedy:
    text = f"{command}\nlaunchready secrets scan --history"
    return Remedy(kind=RemedyKind.COMMAND, text=text, who=_DEVELOPER, minutes=5)


def _no_maps() -> Remedy:
    rule = "location ~ \\.map$ { return 404; }  # or leave them out of the build; Vite: build.sourcemap = false"
    return Remedy(kind=RemedyKind.SETTING, text=rule, who=f"{_SERVER} (nginx)", minutes=10)


def listed(names: Iterable[str]) -> str:
    """The first few, and how many more there are."""
    every = list(names)
    more = f" and {len(every) - SHOWN} more" if len(every) > SHOWN else ""
    return ", ".join(every[:SHOWN]) + more


# What `launchready secrets scan` judges: all but what the inventory knows.
OF_A_SCAN = frozenset(
    one.replace("_", "-")
    for one in (
        "secret_in_tree",
        "secret_in_history",
        "secret_in_bundle",
        "secret_in_logs",
        "personal_data_in_logs",
        "source_map_published",
        "env_file_committed",
        "history_not_visible",
    )
)
