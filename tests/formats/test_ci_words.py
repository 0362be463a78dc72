"""What a step of CI does, by its words."""

import pytest

from launchready.formats import ci_words

TESTS = """\
pytest -q
uv run pytest
python -m unittest
python manage.py test --parallel
tox -e py313
npm test
npm run test:unit
npm run lint
pnpm -r test
pnpm run ci
yarn workspace web test
bun run test
npx playwright test
npx vitest run
go test ./...
cargo test
bundle exec rspec
make check
just test
docker compose run web pytest
scripts/test.sh
./test.sh
bash scripts/run-tests.sh
npx tsc --noEmit
turbo run lint test
launchready gate --facts facts.json"""
NO_TESTS = """\
npm ci
npm install
bun ci
npm ci && npm run build
docker push ghcr.io/parrot:latest
pip install pytest-cov || true
pytest || true
echo done
git checkout main
docker build -t parrot .
flyctl deploy --remote-only
apt-get install latest-thing"""


@pytest.mark.parametrize("command", TESTS.splitlines())
def test_what_tests(command: str) -> None:
    assert ci_words.tests(command)


@pytest.mark.parametrize("command", NO_TESTS.splitlines())
def test_what_does_not(command: str) -> None:
    assert not ci_words.tests(command)


@pytest.mark.parametrize(
    ("command", "platform"),
    [
        ("flyctl deploy --remote-only", "Fly.io"),
        ("fly deploy", "Fly.io"),
        ("flyctl deploy \\\n  --app parrot", "Fly.io"),
        ("npx vercel deploy --prebuilt --prod --token=$T", "Vercel"),
        ("git push https://heroku:$KEY@git.heroku.com/parrot.git main", "Heroku"),
        ("curl -X POST $RENDER_DEPLOY_HOOK", "Render"),
        ("curl https://api.render.com/deploy/srv-1?key=$KEY", "Render"),
        ("railway up --service web", "Railway"),
        ("npx wrangler deploy", "Cloudflare"),
        ("kubectl -n prod set image deployment/web web=parrot:$SHA", "Kubernetes"),
        ("helm upgrade --install parrot ./chart", "Kubernetes"),
        ("gcloud run deploy parrot --image x", "Google Cloud"),
        ("aws ecs update-service --force-new-deployment", "AWS"),
        ("ssh me@host 'cd app && git pull && docker compose up -d'", "a server of your own"),
        ("./deploy.sh", "its own script"),
        ("make deploy", "its own script"),
        ("npm run deploy", "its own script"),
        ("flyctl deploy --build-only --push", None),
        ("# flyctl deploy", None),
        ("helm upgrade --dry-run parrot ./chart", None),
        ("vercel build", None),
        ("vercel deploy", None),  # a preview
        ("npx prisma migrate deploy", None),
        ("docker push parrot:latest", None),
        ("npm publish", None),
        ("terraform plan", None),
        ("echo deployed", None),
        ("make deploy-docs", None),
        ("npm run deploy:staging", None),
    ],
)
def test_what_deploys(command: str, platform: str | None) -> None:
    assert ci_words.deploys(command) == platform


@pytest.mark.parametrize(
    ("action", "given", "platform"),
    [
        ("superfly/flyctl-actions@1.5", {"args": "deploy --remote-only"}, "Fly.io"),
        ("superfly/flyctl-actions/setup-flyctl@master", {}, None),
        ("cloudflare/wrangler-action@v3", {}, "Cloudflare"),
        ("cloudflare/wrangler-action@v3", {"command": "d1 migrations list"}, None),
        ("amondnet/vercel-action@v25", {"vercel-args": "--prod"}, "Vercel"),
        ("amondnet/vercel-action@v25", {}, None),
        ("appleboy/ssh-action@v1", {"script": "docker compose pull"}, "a server of your own"),
        ("actions/deploy-pages@v4", {}, None),
        ("docker/build-push-action@v6", {"push": "true"}, None),
    ],
)
def test_which_actions_deploy(action: str, given: dict[str, str], platform: str | None) -> None:
    assert ci_words.deploys_by_action(action, given) == platform


@pytest.mark.parametrize(
    ("action", "answer"),
    [("cypress-io/github-action@v6", True), ("./.github/actions/test", True), ("actions/checkout@v7", False)],
)
def test_which_actions_test(action: str, answer: bool) -> None:
    assert ci_words.tests_by_action(action) is answer
