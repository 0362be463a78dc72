"""Servers that are made for developing, by the commands that start them.

Each says so itself; read on 2026-11-24: docs.djangoproject.com/en/stable/ref/django-admin (runserver),
flask.palletsprojects.com/en/stable/deploying, fastapi.tiangolo.com/fastapi-cli (dev),
uvicorn.dev/settings (--reload), nextjs.org/docs/app/api-reference/cli/next, vite.dev/guide/cli,
webpack.js.org/configuration/dev-server, nodemon.io, angular.dev/cli/serve,
www.php.net/manual/en/features.commandline.webserver.php, docs.python.org/3/library/http.server.html,
laravel.com/docs/deployment, gunicorn.org/reference/settings (reload).
"""

import re
from dataclasses import dataclass

_RELOAD = r"(?:\s--reload(?:\s|$|=(?:true|1)\b))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A server by the beginning of its command. `instead` is what runs in production; `{same}` is the command without
    what makes it one for developing (`taken_out`). `bad` and `good` are commands that it must and must not know."""

    server: str
    pattern: re.Pattern[str]
    instead: str
    bad: tuple[str, ...]
    good: tuple[str, ...]
    taken_out: str | None = None
    debugger: bool = False

    def mend(self, command: str) -> str:
        """What to write instead of this command."""
        same = re.sub(self.taken_out, "", command).strip() if self.taken_out else command
        return self.instead.replace("{same}", same)


def _rule(
    server: str,
    pattern: str,
    instead: str,
    *,
    bad: tuple[str, ...],
    good: tuple[str, ...],
    taken_out: str | None = None,
    debugger: bool = False,
) -> Rule:
    return Rule(
        server=server,
        pattern=re.compile(pattern),
        instead=instead,
        bad=bad,
        good=good,
        taken_out=taken_out,
        debugger=debugger,
    )


RULES = (
    _rule(
        "Werkzeug's debugger",
        r"(?:(?:\S*/)?python[\d.]* )?(?:\S*/)?manage\.py runserver_plus\b",
        "gunicorn YOUR_PROJECT.wsgi --bind 0.0.0.0:8000",
        bad=("python manage.py runserver_plus 0.0.0.0:8000",),
        good=("python manage.py migrate",),
        debugger=True,
    ),
    _rule(
        "Django's development server",
        r"(?:(?:\S*/)?python[\d.]* (?:-\w+ )*)?(?:(?:\S*/)?manage\.py|(?:-m )?django(?:-admin)?)"
        r" (?:--?\S+ )*runserver\b",
        "gunicorn YOUR_PROJECT.wsgi --bind 0.0.0.0:8000",
        bad=("python manage.py runserver 0.0.0.0:8000", "python3 -u ./manage.py runserver", "django-admin runserver"),
        good=("python manage.py runserver_log", "gunicorn site.wsgi", "echo manage.py runserver"),
    ),
    _rule(
        "Flask's debugger",
        r"flask\b(?: \S+)* (?:run\b.*\s--debug\b|--debug\b.* run\b)",
        "gunicorn 'YOUR_MODULE:app' --bind 0.0.0.0:8000",
        bad=("flask run --debug", "flask --app x --debug run -h 0.0.0.0"),
        good=("flask db upgrade", "flask db migrate --debug"),
        debugger=True,
    ),
    _rule(
        "Flask's development server",
        r"(?:flask|quart)(?: --?\S+(?: [\w.:/-]+)?)* run\b",
        "gunicorn 'YOUR_MODULE:app' --bind 0.0.0.0:8000",
        bad=("flask run --host=0.0.0.0", "flask --app hello run", "quart run"),
        good=("flask db upgrade", "flask routes", "flask translate run_all"),
    ),
    _rule(
        "FastAPI's development server",
        r"fastapi dev\b",
        "fastapi run",
        bad=("fastapi dev main.py",),
        good=("fastapi run main.py", "fastapi devices"),
    ),
    _rule(
        "a server that restarts when files change",
        rf"(?:uvicorn|gunicorn|hypercorn|granian|sanic|litestar run|daphne)\b.*{_RELOAD}",
        "{same}",
        bad=("uvicorn app.main:app --reload", "gunicorn --reload app:app", "uvicorn --reload --host 0.0.0.0 a:b"),
        good=(
            "uvicorn app.main:app",
            "uvicorn a:b --reload-dir x",
            "uvicorn a:b --reloadable",
            "uvicorn a:b --reload=false",
        ),
        taken_out=r"\s--reload(?:-\w+ \S+|=\w+)?",
    ),
    _rule(
        "Python's own file server",
        r"(?:(?:\S*/)?python[\d.]* (?:-\w+ )*-m )?http\.server\b",
        "nginx or caddy in front of the files, or your platform's static hosting",
        bad=("python -m http.server 8000", "python3 -m http.server"),
        good=("python -m http.serverless",),
    ),
    _rule(
        "Chainlit's watch mode",
        r"chainlit run\b.*\s(?:-\w*w\w*|--watch)\b",
        "{same}",
        bad=("chainlit run app.py -w", "chainlit run app.py --watch"),
        good=("chainlit run app.py", "chainlit run app.py --host 0.0.0.0", "chainlit run app.py -h"),
        taken_out=r"\s(?:-w|--watch)\b",
    ),
    _rule(
        "Next.js's development server",
        r"next(?: dev\b.*)?$",
        "next build when the image is built, next start to run it",
        bad=("next dev", "next dev -p 3000 --turbo", "next"),
        good=("next start", "next build", "next develop", "next-server"),
    ),
    _rule(
        "Nuxt's development server",
        r"(?:nuxt|nuxi) dev\b|nuxt$",
        "nuxt build when the image is built, node .output/server/index.mjs to run it",
        bad=("nuxt dev", "nuxi dev --host"),
        good=("nuxt build", "nuxi preview", "nuxt start"),
    ),
    _rule(
        "Vite's development server",
        r"vite(?:$| (?:dev|serve|preview)\b| --?\w)",
        "vite build when the image is built, and a web server (nginx, caddy) for dist/",
        bad=("vite", "vite --host 0.0.0.0", "vite dev", "vite preview --port 8080"),
        good=("vite build", "vite build --watch", "vite-node server.ts", "vitest", "vite optimize"),
    ),
    _rule(
        "webpack's development server",
        r"(?:webpack-dev-server\b|webpack (?:\S+ )*serve\b)",
        "webpack --mode production when the image is built, and a web server for dist/",
        bad=("webpack-dev-server --port 80", "webpack serve --mode development"),
        good=("webpack --mode production", "webpack build"),
    ),
    _rule(
        "Create React App's development server",
        r"(?:react-scripts|react-app-rewired|craco|vue-cli-service) (?:start|serve)\b",
        "npm run build when the image is built, and a web server (nginx, caddy) for what it makes",
        bad=("react-scripts start", "craco start", "vue-cli-service serve"),
        good=("react-scripts build", "react-scripts test"),
    ),
    _rule(
        "Angular's development server",
        r"ng serve\b",
        "ng build when the image is built, and a web server for dist/",
        bad=("ng serve --host 0.0.0.0",),
        good=("ng build", "ngrok http 80"),
    ),
    _rule(
        "a framework's development server",
        r"(?:remix(?: vite)?|react-router|astro|gatsby|svelte-kit|wrangler|vinxi|qwik|strapi|medusa|redwood|rw)"
        r"[ :](?:dev|develop)\b",
        "the framework's own `build` when the image is built, and its `start` to run it",
        bad=("remix dev", "remix vite:dev", "astro dev --host", "gatsby develop", "wrangler dev", "react-router dev"),
        good=("remix-serve build/index.js", "astro preview", "strapi start", "wrangler deploy"),
    ),
    _rule(
        "a server that restarts when files change",
        r"(?:nodemon|ts-node-dev|tsnd|node-dev|supervisor)\b(?! -c\b)(?!.*supervisord)"
        r"|tsx watch\b|bun (?:--watch|--hot)\b|node (?:--\S+ )*--watch\b",
        "node with the built file: node dist/server.js",
        bad=(
            "nodemon server.js",
            "tsx watch src/index.ts",
            "node --watch app.js",
            "ts-node-dev src/a.ts",
            "bun --hot a.ts",
        ),
        good=("node server.js", "tsx src/index.ts", "supervisord -c /etc/a.conf", "supervisor -c /etc/a.conf"),
    ),
    _rule(
        "PHP's development server",
        r"php (?:\S+ )*(?:-S \S+|artisan serve\b)|symfony (?:server:start|serve)\b",
        "php-fpm behind nginx, or FrankenPHP",
        bad=("php -S 0.0.0.0:80 -t public", "php artisan serve --host=0.0.0.0", "symfony serve"),
        good=("php artisan migrate", "php-fpm", "php artisan schedule:work"),
    ),
)


def known(command: str) -> Rule | None:
    """The server that a simple command starts, if it is one made for developing."""
    return next((rule for rule in RULES if rule.pattern.match(command)), None)
