"""What a step of CI does, by its words: tests, or puts a version before visitors.

Names of actions and commands as their own documentation has them, 2026-11-24.
"""

import re

_LONGEST = 8_000
_TESTS = re.compile(
    r"""
    \b(?:pytest|py\.test|tox|nox|unittest|nosetests|behave|coverage\s+run|hatch\s+(?:run\s+)?(?:test|cov)|manage\.py\s+test
    |vitest|jest|mocha|ava|playwright\s+test|cypress\s+(?:run|run-ct)|karma|wdio|newman\s+run|k6\s+run
    |go\s+(?:test|vet)|golangci-lint|cargo\s+(?:test|nextest|clippy)|mix\s+test|rspec|rails\s+test|rake\s+(?:test|spec)?
    |phpunit|pest|artisan\s+test|composer\s+(?:run\s+)?test|gradlew?\s[^\n]*\b(?:test|check|build)\b
    |mvnw?\s[^\n]*\b(?:test|verify|package|install)\b|dotnet\s+test|deno\s+(?:test|lint|check)|swift\s+test
    |ruff|flake8|mypy|pyright|pylint|eslint|tsc|biome|svelte-check|astro\s+check|standard|rubocop|phpstan|credo|dialyzer
    |pre-commit|prek|lint|typecheck|type-check|launchready\s+(?:gate|audit)
    |(?:npm|pnpm|yarn|bun)\s+(?:[^\n;&|]*\s)?(?:run\s+)?(?:t|tests?|checks?|validate|verify|e2e|lint|ci)[:\w.-]*
     (?=\s|$|["';&|)])(?<!npm\ ci)(?<!bun\ ci)
    |(?:turbo|nx|lerna|moon|wireit)\s[^\n]*\b(?:test|lint|check|e2e)
    |(?:make|just|task|invoke|inv|mise\s+run|poe|earthly\s+\S*)\s+[^\n]*(?:test|check|lint|ci|verify|coverage)\S*
    )\b
    |(?:^|[\s/"'])(?:scripts?|bin|ci|tools?|\.)/(?:[\w.-]*[_.-])?tests?(?:\.\w+)?(?=\s|$|["'])|\btests?\.(?:sh|py|js)\b
    |(?:^|\s)\S*(?:/|\b)(?:cibuild|check\w*\.sh|ci\.sh|lint\S*\.sh|verify\S*\.sh)
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_NAMED_TEST = re.compile(
    r"(?<![a-z])(?:tests?|testing|checks?|lint|linting|e2e|unit|integration|quality|verify|ci|specs?|pytest)(?![a-z])",
    re.I,
)
_TEST_ACTIONS = re.compile(
    r"cypress-io/github-action|pre-commit/action|golangci/|microsoft/playwright|test(?!-?report)|lint|check(?!out)",
    re.I,
)
_VOID = re.compile(r"\|\|\s*(?:true|:|exit\s+0)\s*$|--passWithNoTests\s*--onlyChanged", re.MULTILINE)
_MAY_TEST = re.compile(
    r"(?:^|[\s;&])(?:\./\w|scripts?/|bin/|\.ci/|(?:make|just|task|invoke|bazel|earthly|dagger|nix|sbt|rake)\s+\w"
    r"|(?:ba)?sh\s+\S+\.sh|docker\s+(?:compose\s+)?(?:run|exec|up|build)|python\S*\s+\S+\.py|node\s+\S+\.m?js)",
    re.MULTILINE,
)

# Platform and the command that deploys to it; one platform may have several.
_DEPLOYS = (
    ("Fly.io", r"\b(?:fly|flyctl)\s+(?:[^\n]*\s)?deploy\b"),
    ("Vercel", r"\bvercel\b(?=[^\n]*\s--prod)"),
    ("Netlify", r"\b(?:netlify|ntl)\s+deploy\b[^\n]*\s(?:--prod|-p)\b"),
    ("Heroku", r"\bheroku\s+container:release\b|\bgit\s+push\s[^\n]*\b(?:heroku|dokku)\b"),
    ("Railway", r"\brailway\s+(?:up|redeploy)\b"),
    ("Render", r"api\.render\.com/deploy/|RENDER_(?:\w+_)?DEPLOY_(?:HOOK|URL)|\brender\s+deploys\s+create\b"),
    ("Cloudflare", r"\bwrangler\s+(?:pages\s+)?(?:deploy|publish)\b"),
    ("Kubernetes", r"\bkubectl\s+(?:[^\n]*\s)?(?:apply|set\s+image|rollout\s+restart)\b|\bargocd\s+app\s+sync\b"),
    ("Kubernetes", r"\bhelm\s+(?:[^\n]*\s)?upgrade\b"),
    ("Kamal", r"\bkamal\s+(?:deploy|redeploy)\b"),
    ("Google Cloud", r"\bgcloud\s+(?:beta\s+)?(?:run|app|functions)\s+(?:deploy|services\s+(?:update|replace))\b"),
    ("AWS", r"\baws\s+(?:ecs\s+update-service|lambda\s+update-function-code|apprunner\s+start-deployment)\b"),
    ("AWS", r"\baws\s+elasticbeanstalk\s+update-environment\b|\b(?:eb|cdk|sam|sls|serverless|sst)\s+deploy\b"),
    ("AWS", r"\bcopilot\s+(?:svc\s+)?deploy\b|\bzappa\s+(?:update|deploy)\b"),
    ("Azure", r"\baz\s+(?:webapp\s+(?:deploy|up|deployment)|containerapp\s+(?:update|up))\b"),
    ("Azure", r"\bazd\s+(?:up|deploy)\b"),
    ("Firebase", r"\bfirebase\s+deploy\b"),
    ("DigitalOcean", r"\bdoctl\s+apps\s+(?:update|create-deployment)\b"),
    ("Convex", r"\bconvex\s+deploy\b"),
    ("FastAPI Cloud", r"\bfastapi\s+(?:cloud\s+)?deploy\b"),
    ("Modal", r"\bmodal\s+deploy\b"),
    ("Coolify", r"/api/v1/deploy\?|COOLIFY_\w*WEBHOOK"),
    (
        "a server of your own",
        r"\bssh\b[^\n]*@[^\n]*(?:\n[^\n]*){0,20}(?:git\s+pull|docker|deploy|restart|pm2|systemctl)",
    ),
    ("a server of your own", r"\bdocker\s+stack\s+deploy\b|\bcap\s+production\s+deploy\b"),
    ("a server of your own", r"\bpm2\s+(?:deploy|reload|restart)\b"),
    ("a server of your own", r"\bansible-playbook\b[^\n]*deploy"),
    ("its own script", r"(?:^|[\s;&])(?:(?:ba)?sh\s+|\./)?[\w./-]*\bdeploy[\w-]*\.(?:sh|py|js|ts)\b"),
    (
        "its own script",
        r"\b(?:make|just|task|npm\s+run|pnpm(?:\s+run)?|yarn(?:\s+run)?|bun\s+run)\s+deploy(?:[:-]prod\w*)?(?=\s|$)",
    ),
    ("Terraform", r"\b(?:terraform|tofu)\s+(?:[^\n]*\s)?apply\b|\bpulumi\s+up\b"),
)  # fmt: skip
_DEPLOY_COMMANDS = tuple((platform, re.compile(pattern, re.IGNORECASE)) for platform, pattern in _DEPLOYS)
_DEPLOY_ACTIONS = {
    "amondnet/vercel-action": "Vercel",
    "bettercallshao/vercel-deploy-action": "Vercel",
    "akhileshns/heroku-deploy": "Heroku",
    "appleboy/ssh-action": "a server of your own",
    "easingthemes/ssh-deploy": "a server of your own",
    "burnett01/rsync-deployments": "a server of your own",
    "samkirkland/ftp-deploy-action": "a server of your own",
    "dokku/github-action": "Dokku",
    "azure/webapps-deploy": "Azure",
    "azure/container-apps-deploy-action": "Azure",
    "azure/k8s-deploy": "Kubernetes",
    "google-github-actions/deploy-cloudrun": "Google Cloud",
    "google-github-actions/deploy-appengine": "Google Cloud",
    "aws-actions/amazon-ecs-deploy-task-definition": "AWS",
    "einaregilsson/beanstalk-deploy": "AWS",
    "nwtgck/actions-netlify": "Netlify",
    "netlify/actions": "Netlify",
    "johnbeynon/render-deploy-action": "Render",
    "firebaseextended/action-hosting-deploy": "Firebase",
    "bervproject/railway-deploy": "Railway",
    "digitalocean/app_action": "DigitalOcean",
}
_ASKED_FOR = {"cloudflare/wrangler-action": ("command", "Cloudflare"), "superfly/flyctl-actions": ("args", "Fly.io")}


def tests(command: str) -> bool:
    """Whether a command tests or checks the code, and its failure fails the step."""
    return _TESTS.search(command[:_LONGEST]) is not None and not _VOID.search(command[:_LONGEST])


def tests_by_name(name: str) -> bool:
    """Whether the name of a job or step says that it tests."""
    return _NAMED_TEST.search(name[:200]) is not None


def tests_by_action(action: str) -> bool:
    """Whether an action tests, by its name: cypress-io/github-action, ./.github/actions/test."""
    return _TEST_ACTIONS.search(action[:200]) is not None


def may_test(command: str) -> bool:
    """Whether a command runs what only its own file would tell: a script, a target of make, a container."""
    return _MAY_TEST.search(command[:_LONGEST]) is not None


def deploys(command: str) -> str | None:
    """The platform that a command deploys to; None for any other command. What only prepares (`--dry-run`) is none."""
    text = re.sub(r"^\s*#.*$", "", command[:_LONGEST], flags=re.MULTILINE)
    text = re.sub(r"\\\n\s*", " ", text)
    if re.search(r"--(?:dry-run|build-only|noop)\b|\bplan\b(?!\S)", text):
        return None
    return next((platform for platform, pattern in _DEPLOY_COMMANDS if pattern.search(text)), None)


def deploys_by_action(action: str, given: dict[str, str]) -> str | None:
    """The platform that an action deploys to, with what it is given; None for any other action."""
    name = action.partition("@")[0].lower()
    for start, (key, platform) in _ASKED_FOR.items():
        if name == start or name.startswith(f"{start}/"):
            asked = given.get(key, "deploy" if "wrangler" in start else "")
            return platform if re.search(r"\b(?:deploy|publish)\b", asked) else None
    if name == "amondnet/vercel-action":
        return "Vercel" if "--prod" in given.get("vercel-args", "") else None
    return _DEPLOY_ACTIONS.get(name)
