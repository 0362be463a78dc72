"""Does each environment tell the code what it wants to know, and nothing that belongs elsewhere?"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from launchready.checks.registry import DoesNotApply, check
from launchready.formats.value_looks import is_for_others
from launchready.model.environment import Looks
from launchready.model.facts import EnvironmentFacts, VariableFacts, VariableUse
from launchready.model.finding import Evidence, Impact, Item, Remedy, RemedyKind, Severity, Stage
from launchready.model.gap import Gap, Unseen, peek
from launchready.model.launch import Contract, Launch, is_production

NAMED = 8
_DEVELOPER = "whoever develops the app"
_SERVER = "whoever runs the server"
_FOR_DEVELOPMENT = re.compile(r"(?:local|dev|development|test|testing|ci|example)", re.IGNORECASE)


@check(
    stage=Stage.PRODUCTION_DEPLOY,
    impact=Impact.UNMAINTAINABLE,
    severity=Severity.MINOR,
    title="The code reads variables that nobody is told of",
    why="Whoever sets up the next machine copies the example file, and finds out what it lacks when a page fails.",
    fix="Add each one to the example file, with a word on what it is for, and no real value.",
    source="The Twelve-Factor App, III. Config",
)
def variable_undocumented(variables: VariableFacts) -> Iterator[Evidence]:
    """Every variable that Python or JavaScript code reads without a value of its own must stand in .env.example, in
    the documentation, or in a file that sets it. What the machine or the platform gives (PATH, PORT, VERCEL_URL) and
    what tests and build tools read alone does not count."""
    untold = [one for one in variables.uses if not (one.documented_at or one.given_at or one.has_default)]
    if variables.example is None and untold:
        listed = ", ".join(f"{one.name} ({one.read_at[0]})" for one in untold[:NAMED])
        more = f" and {len(untold) - NAMED} more" if len(untold) > NAMED else ""
        lines = "\n".join(f"{one.name}=" for one in untold)
        yield Evidence(
            f"there is no .env.example, and the code reads {listed}{more}",
            remedy=Remedy(kind=RemedyKind.SETTING, text=f"# .env.example\n{lines}", who=_DEVELOPER, minutes=15),
        )
    else:
        for one in untold:
            yield _told(
                one,
                f"{one.read_at[0]} reads it, and {one.example or variables.example} does not list it",
                f"{one.name}=",
            )
    _ = variables.whole


@check(
    stage=Stage.PRODUCTION_DEPLOY,
    impact=Impact.UNMAINTAINABLE,
    severity=Severity.MINOR,
    title="The example file lists variables that nothing reads",
    why="People set them, believe that they do something, and look in the wrong place when it does not work.",
    fix="Delete the line, or mend the name where the code reads another one.",
    source="The Twelve-Factor App, III. Config",
)
def variable_dead(variables: VariableFacts) -> Iterator[Evidence]:
    """A variable that .env.example lists must be named somewhere else: by code, a test, a container, a script, or the
    settings of a tool. What libraries and other people's images read by themselves does not count, and where much of
    the code is in a language that is not read here, nothing is said."""
    for one in variables.dead:
        path, _, line = one.where.rpartition(":")
        yield Evidence(
            f"{one.where} lists it, and no file of the repository reads it",
            remedy=Remedy(kind=RemedyKind.CODE, text=f"sed -i '/^{one.name}=/d' {path}", who=_DEVELOPER, minutes=2),
            item=_item(one.name, "variable", f"{path}:{line}"),
        )
    if variables.example is None:
        raise DoesNotApply


@check(
    stage=Stage.PRODUCTION_DEPLOY,
    impact=Impact.DOWNTIME,
    severity=Severity.MAJOR,
    title="A variable that the product needs is not set",
    why="The deploy goes through, and the product stops where it reads what is not there: at once, or at a login.",
    fix="Set it where that environment keeps its variables, then look again: launchready env check.",
    source="The Twelve-Factor App, III. Config",
)
def variable_missing(environment: EnvironmentFacts, launch: Launch) -> Iterator[Evidence]:
    """What [environments] calls `critical` must be set and not empty, else it blocks; what it calls `required`, and
    what the code stops without, is major. A source that lists a part of what is set, as fly.toml does, says nothing of
    the rest."""
    contract, uses = launch.contract(environment.subject), {one.name: one for one in environment.uses}
    if isinstance(gap := peek(environment, "settings"), Gap):
        raise Unseen(gap, blocks=bool(contract.critical))
    there = {one.name: one for one in environment.settings}
    absent = [name for name in _needed(contract, environment) if name not in there]
    if absent and isinstance(gap := peek(environment, "complete"), Gap):
        raise Unseen(gap, blocks=any(name in contract.critical for name in absent))
    empty = [one for one in there.values() if Looks.EMPTY in one.looks]
    empty = [one for one in empty if one.name in (*contract.critical, *contract.required)]
    for name in (*absent, *(one.name for one in empty)):
        said = f"is empty in {environment.subject} ({there[name].where})" if name in there else ""
        said = said or f"is not set in {environment.subject}"
        use = uses.get(name)
        yield Evidence(
            f"{said}; {use.read_at[0]} reads it" if use else f"{said}; launch.toml says that it must be",
            remedy=_set(name, environment),
            severity=Severity.BLOCKER if name in contract.critical else Severity.MAJOR,
            item=_item(name, "variable", use.read_at[0] if use else ""),
        )


def _needed(contract: Contract, environment: EnvironmentFacts) -> Iterable[str]:
    """What launch.toml names, and what the code stops without, where no container or platform's file sets it."""
    given = {one.name for one in environment.uses if one.given_at}
    stops = [one.name for one in environment.uses if one.must]
    named = (*contract.critical, *contract.required, *stops)
    return dict.fromkeys(name for name in named if name not in given)


@check(
    stage=Stage.PRODUCTION_DEPLOY,
    impact=Impact.DOWNTIME,
    severity=Severity.MAJOR,
    title="A variable still has the value of the example",
    why="The product starts, and then fails, or works with a key that anybody can look up.",
    fix="Put the real value there.",
    source="CWE-1188: Initialization of a Resource with an Insecure Default",
)
def variable_placeholder(environment: EnvironmentFacts, launch: Launch) -> Iterator[Evidence]:
    """The value of each variable that the code reads, or that launch.toml names, must not be one that is there to be
    replaced (changeme, <your key>, example.com) or, for a secret, a word such as `secret`. Environments for development
    are let be."""
    _deployed(environment)
    contract, uses = launch.contract(environment.subject), {one.name: one for one in environment.uses}
    for one in environment.settings:
        if Looks.PLACEHOLDER in one.looks and (
            one.name in uses or one.name in {*contract.critical, *contract.required}
        ):
            yield Evidence(
                f"{one.where} still holds a placeholder",
                remedy=_set(one.name, environment),
                severity=Severity.BLOCKER if one.name in contract.critical else Severity.MAJOR,
                item=_item(one.name, "variable", one.where),
            )


@check(
    stage=Stage.PRODUCTION_DEPLOY,
    impact=Impact.BROKEN_LOGIN,
    severity=Severity.BLOCKER,
    title="Production runs with a key of a vendor's test mode",
    why="Customers can pay with made-up cards, and real ones are never charged; captchas let everybody in.",
    fix="Put the live key there, and the signing secret of the live webhook with it.",
    source="docs.stripe.com/keys; developers.cloudflare.com/turnstile/troubleshooting/testing",
)
def test_key_in_production(environment: EnvironmentFacts) -> Iterator[Evidence]:
    """In production no value may be one whose own first characters say that it opens the test mode alone: Stripe's
    sk_test_, Paddle's sandbox keys, the testing keys of captchas."""
    _production(environment)
    for one in environment.settings:
        if Looks.TEST_KEY in one.looks:
            said = f"{one.where} holds a key of the test mode"
            yield Evidence(said, remedy=_set(one.name, environment), item=_item(one.name, "variable", one.where))


@check(
    stage=Stage.PRODUCTION_DEPLOY,
    impact=Impact.SECRET_EXPOSURE,
    severity=Severity.MAJOR,
    title="Production runs with a setting of a developer's machine",
    why="Debugging shows strangers code and settings on every error; links to localhost lead visitors nowhere.",
    fix="Set what production needs: debugging off, the environment's own name, addresses that visitors can reach.",
    source="OWASP Top 10, A05:2021 Security Misconfiguration; Django, Deployment checklist",
)
def debug_in_production(environment: EnvironmentFacts) -> Iterator[Evidence]:
    """In production DEBUG must not be on, NODE_ENV and its kind must not say development, and an address that visitors
    or other services are led to must not be localhost. A database or a cache on the same machine is let be."""
    _production(environment)
    for one in environment.settings:
        if Looks.DEBUG_ON in one.looks:
            said = f"{one.where} turns debugging on"
        elif Looks.LOCAL_ADDRESS in one.looks and is_for_others(one.name):
            said = f"{one.where} leads to the machine that reads it"
        else:
            continue
        yield Evidence(said, remedy=_set(one.name, environment), item=_item(one.name, "variable", one.where))


@check(
    stage=Stage.PRODUCTION_DEPLOY,
    impact=Impact.SECRET_EXPOSURE,
    severity=Severity.MAJOR,
    title="Production shares a secret with another environment",
    why="Whoever can read staging can then log in as anybody in production, or write into its database.",
    fix="Make a new one for the other environment; what is meant to be the same goes into `shared` in launch.toml.",
    source="OWASP Secrets Management Cheat Sheet; The Twelve-Factor App, III. Config",
)
def environments_share_secret(environment: EnvironmentFacts, launch: Launch) -> Iterator[Evidence]:
    """A secret, by its name, of production must not have the value that another environment has too, whatever it is
    called there. Placeholders, empty values and what launch.toml lists under `shared` are let be."""
    _production(environment)
    for one in environment.settings:
        others = [name for name in one.same_in if one.name not in launch.contract(name).shared]
        if others and one.name not in launch.contract(environment.subject).shared:
            yield Evidence(
                f"{one.where} has the same value as in {' and '.join(others)}",
                remedy=Remedy(
                    kind=RemedyKind.SETTING,
                    text=f"{one.name}=…  # a new value, in {others[0]}",
                    who=_SERVER,
                    minutes=15,
                ),
                item=_item(one.name, "variable", one.where),
            )


@check(
    stage=Stage.PRODUCTION_DEPLOY,
    impact=Impact.SECRET_EXPOSURE,
    severity=Severity.BLOCKER,
    title="A server's secret is built into what every visitor downloads",
    why="Bundlers copy every variable with such a beginning into the page; robots find keys there within minutes.",
    fix="Read it on the server, without the public beginning, and replace the key: it is no secret any more.",
    source="nextjs.org, Environment Variables; vite.dev, Env Variables and Modes",
)
def server_secret_in_public_variable(variables: VariableFacts) -> Iterator[Evidence]:
    """No variable with a bundler's public beginning (NEXT_PUBLIC_, VITE_, REACT_APP_) may be one that only the server
    may know, by its name: a SECRET, a PASSWORD, a service-role key, a database's address, a model provider's key. Keys
    that are made to be seen (publishable, anon, site keys) are let be."""
    for one in variables.uses:
        if one.reaches_browser and (bare := _server_alone(one.name)):
            yield _told(one, f"{one.read_at[0]} reads it, and every visitor gets what it holds", f"{bare}=")
    _ = variables.scripts


@check(
    stage=Stage.PRODUCTION_DEPLOY,
    impact=Impact.DOWNTIME,
    severity=Severity.MINOR,
    title="A line of an .env file means different things to its readers",
    why="It works on one machine and not on the other, and both show the same file.",
    fix="Write the value in single quotes, and each variable once.",
    source="docs.docker.com, .env file syntax; npmjs.com/package/dotenv; python-dotenv's documentation",
)
def variable_read_differently(environment: EnvironmentFacts) -> Iterator[Evidence]:
    """Each line of a dotenv file is read as python-dotenv, Node's dotenv and docker compose read it, as far as the
    repository uses them; they must agree, and no variable may be set twice."""
    for one in environment.notes:
        yield Evidence(
            f"{one.name} {one.said}", item=replace(_item(one.name, "variable", one.where), subject=one.where)
        )


OF_AN_ENVIRONMENT = frozenset({
    "variable-undocumented", "variable-dead", "variable-missing", "variable-placeholder", "test-key-in-production",
    "debug-in-production", "environments-share-secret", "server-secret-in-public-variable", "variable-read-differently",
})  # fmt: skip

_BUILT_IN = re.compile(r"(?:NEXT_PUBLIC|VITE|REACT_APP|NUXT_PUBLIC|PUBLIC|EXPO_PUBLIC|GATSBY|VUE_APP|NG_APP)_")
_SERVERS = re.compile(
    r"(?:\w+_)?(?:CLIENT_SECRET|SECRET(?:_KEY)?|API_SECRET|APP_SECRET|JWT_SECRET|PASSWORD|PRIVATE_KEY|SERVICE_ROLE(?:_KEY)?"
    r"|SERVICE_KEY|ADMIN_KEY|WEBHOOK_SECRET|SIGNING_SECRET|ACCESS_TOKEN_SECRET)"
    r"|(?:\w+_)?(?:OPENAI|ANTHROPIC|CLAUDE|GEMINI|MISTRAL|GROQ|COHERE|DEEPSEEK|OPENROUTER|TOGETHER|REPLICATE|HUGGINGFACE|XAI|PINECONE)"
    r"_(?:API_)?(?:KEY|TOKEN)|(?:\w+_)?(?:RESEND|SENDGRID|POSTMARK|MAILGUN|TWILIO)_(?:API_KEY|AUTH_TOKEN|SERVER_TOKEN|TOKEN)"
    r"|(?:\w+_)?(?:DATABASE|DB|POSTGRES|MONGO(?:DB)?|REDIS)_(?:URL|URI|PASSWORD)"
)


def _server_alone(name: str) -> str | None:
    """The name without its public beginning, where only the server may know what it holds."""
    bare = _BUILT_IN.sub("", name, count=1)
    return bare if bare != name and _SERVERS.fullmatch(bare) else None


def _told(use: VariableUse, said: str, line: str) -> Evidence:
    remedy = Remedy(kind=RemedyKind.SETTING, text=line, who=_DEVELOPER, minutes=2)
    return Evidence(said, remedy=remedy, item=_item(use.name, "variable", use.read_at[0]))


def _item(name: str, kind: str, where: str) -> Item:
    path, _, line = where.rpartition(":")
    return Item(subject=name, kind=kind, place=(path, int(line)) if path and line.isdigit() else None)


def _production(environment: EnvironmentFacts) -> None:
    if not is_production(environment.subject):
        raise DoesNotApply


def _deployed(environment: EnvironmentFacts) -> None:
    if _FOR_DEVELOPMENT.fullmatch(environment.subject):
        raise DoesNotApply


# How a variable is set, by the file or the command that the source is.
_COMMANDS = (
    ("fly", "fly secrets set {}=VALUE"),
    ("heroku", "heroku config:set {}=VALUE"),
    ("vercel", "vercel env add {} {}"),
    ("railway", "railway variables --set {}=VALUE"),
    ("wrangler", "wrangler secret put {}"),
    ("netlify", "netlify env:set {} VALUE"),
    ("doppler", "doppler secrets set {}"),
)


def _set(name: str, environment: EnvironmentFacts) -> Remedy:
    """The line, or the command of the platform whose name the source bears."""
    sources = " ".join(environment.sources).lower()
    for word, command in _COMMANDS:
        if word in sources:
            text = command.format(name, environment.subject)
            return Remedy(kind=RemedyKind.COMMAND, text=text, who=_SERVER, minutes=5)
    source = environment.sources[-1] if environment.sources else environment.subject
    return Remedy(kind=RemedyKind.SETTING, text=f"{name}=…  # in {source}", who=_SERVER, minutes=5)
