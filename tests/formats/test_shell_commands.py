"""Shell lines: the commands in them, and which lines of a script run in any case."""

import pytest

from launchready.formats import shell_commands


@pytest.mark.parametrize(
    ("line", "commands"),
    [
        ("npm run build && npm start", ["npm run build", "npm start"]),
        ("exec npx next dev", ["next dev"]),
        ("NODE_ENV=production PORT=3000 node server.js", ["node server.js"]),
        ("cross-env NODE_ENV=production next start", ["next start"]),
        ("uv run --no-sync uvicorn a:b --reload", ["uvicorn a:b --reload"]),
        ("poetry run python -m flask run", ["flask run"]),
        ("python -m uvicorn a:b", ["uvicorn a:b"]),
        ("python -m parley serve", ["python -m parley serve"]),
        (
            'sh -c "python manage.py migrate && python manage.py runserver"',
            ["python manage.py migrate", "python manage.py runserver"],
        ),
        ("bash -lc 'next dev'", ["next dev"]),
        ("./node_modules/.bin/next start", ["next start"]),
        ("pnpm exec vite --host", ["vite --host"]),
        ("tini -- node server.js", ["node server.js"]),
        ("gosu app gunicorn a:b", ["gunicorn a:b"]),
        ("./wait-for-it.sh db:5432 -t 60 -- flask run", ["flask run"]),
        ("dotenv -e .env -- next dev", ["next dev"]),
        ("doppler run -- npm start", ["npm start"]),
        ("echo next dev", ["echo next dev"]),
        ("", []),
    ],
)
def test_what_a_line_runs(line: str, commands: list[str]) -> None:
    assert list(shell_commands.simple(line)) == commands


def test_only_what_runs_in_any_case() -> None:
    script = (
        '#!/bin/sh\n# start\nset -e\nif [ "$DEBUG" ]; then\n  flask run --debug\nelse\n  :\nfi\n'
        "run() {\n  vite\n}\nif [ -f x ]; then vite; fi\nexec gunicorn \\\n  app:app\n"
    )
    assert list(shell_commands.unconditional(script)) == [("set -e", 3), ("exec gunicorn app:app", 13)]
