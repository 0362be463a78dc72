"""What the checks of deploys accuse, and what they must leave alone."""

from launchready.model.facts import DeployFacts
from tests.checks.cases import LAUNCH, NOW, Cases


def deploy(command: tuple[str, ...] = ("fly deploy",), rollback: tuple[str, ...] = ()) -> tuple[DeployFacts]:
    return (DeployFacts(subject=LAUNCH.domain, source="launch.toml", at=NOW, command=command, rollback=rollback),)


CASES = {
    "deploy-without-rollback": Cases(
        bad=(
            deploy(),
            deploy(command=()),
            deploy(rollback=("fly deploy",)),
            deploy(rollback=("  fly deploy  # again",)),
            deploy(rollback=("true",)),
            deploy(rollback=("echo 'ask Ada'",)),
            deploy(rollback=("# TODO",)),
            deploy(rollback=("echo rolling back; exit 0",)),
            deploy(command=("make build", "make deploy"), rollback=("make build", "make deploy")),
        ),
        good=(deploy(rollback=("fly deploy --image $LAUNCHREADY_PREVIOUS_VERSION",)),),
        near_misses=(
            deploy(command=(), rollback=("vercel rollback",)),  # deployed by a push, taken back by a command
            deploy(rollback=("echo rolling back", "heroku releases:rollback")),
            deploy(rollback=("echo $PREVIOUS > current && systemctl restart app",)),
            deploy(rollback=("true && ./rollback.sh",)),
            deploy(rollback=("fly deploy --config previous.toml",)),
            deploy(command=("make build", "make deploy"), rollback=("make deploy",)),
        ),
    )
}
