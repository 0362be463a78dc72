"""Can a deploy be taken back, at once and by anybody?"""

import re
from collections.abc import Iterator

from launchready.checks.registry import check
from launchready.model.facts import DeployFacts
from launchready.model.finding import Evidence, Impact, Remedy, RemedyKind, Severity, Stage

# A shell command that changes nothing: it says something, or succeeds, or fails (POSIX, Shell Command Language).
_SAYS_ONLY = re.compile(r"(?:(?:true|false|:|exit(?: \d+)?)\s*|(?:echo|printf)(?:\s[^|<>`&;]*)?|)", re.DOTALL)


@check(
    stage=Stage.PRODUCTION_DEPLOY,
    impact=Impact.DOWNTIME,
    severity=Severity.MAJOR,
    title="A deploy that goes wrong cannot be taken back",
    why="When a new version breaks login at night, whoever is awake needs one command that brings the old one back.",
    fix="State the command that puts the version before back under [deploy] in launch.toml, and try it on staging.",
    source="AWS Well-Architected Framework, OPS06-BP01 (plan for unsuccessful changes)",
)
def deploy_without_rollback(deploy: DeployFacts) -> Iterator[Evidence]:
    """[deploy] must state a rollback that is not the deploy command itself and that does more than print words. Whether
    it works is not tried: that is for you to do, on staging."""
    rollback = tuple(map(_plain, deploy.rollback))
    if not deploy.rollback:
        yield Evidence("[deploy] states no rollback", remedy=_stated(deploy.command))
    elif all(_does_nothing(command) for command in rollback):
        yield Evidence(f"the rollback `{deploy.rollback[0]}` takes nothing back", remedy=_stated(deploy.command))
    elif rollback == tuple(map(_plain, deploy.command)):
        yield Evidence(
            f"the rollback is the deploy command itself, `{deploy.rollback[0]}`", remedy=_stated(deploy.command)
        )


def _plain(command: str) -> str:
    """The command without comments and the spaces around its lines."""
    lines = (re.sub(r"(?:^|\s)#.*", "", line).strip() for line in command.splitlines())
    return "\n".join(line for line in lines if line)


def _does_nothing(command: str) -> bool:
    return all(_SAYS_ONLY.fullmatch(part.strip()) for part in re.split(r"\n|;|&&|\|\|", command))


# How each platform's own command line puts an earlier release back; the word that tells it is in the deploy command.
_PLATFORMS = (
    (r"\bfly(?:ctl)?\b", "fly deploy --image YOUR-IMAGE:$LAUNCHREADY_PREVIOUS_VERSION"),
    (r"\bheroku\b", "heroku releases:rollback"),
    (r"\bvercel\b", "vercel rollback"),
    (r"\bkubectl\b", "kubectl rollout undo deployment/app"),
    (r"\bhelm\b", "helm rollback app"),
    (r"\bkamal\b", "kamal rollback $LAUNCHREADY_PREVIOUS_VERSION"),
    (r"\bwrangler\b", "wrangler rollback"),
)


def _stated(command: tuple[str, ...]) -> Remedy:
    """The line for launch.toml, in the words of the platform that the deploy command names."""
    whole = "\n".join(command)
    usual = "git checkout $LAUNCHREADY_PREVIOUS_VERSION && ./deploy.sh"
    text = next((line for word, line in _PLATFORMS if re.search(word, whole)), usual)
    return Remedy(kind=RemedyKind.SETTING, text=f'[deploy]\nrollback = "{text}"', who="whoever deploys", minutes=30)
