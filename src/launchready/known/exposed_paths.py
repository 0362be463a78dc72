"""Addresses at which private files are often forgotten, and what may be found there. As of 2026-11-24."""

from launchready.model.facts import FileKind

_BACKUP = (FileKind.SQL_DUMP, FileKind.DATABASE, FileKind.ARCHIVE)
_ENV = (FileKind.ENV,)
_DEBUG = (FileKind.CONSOLE, FileKind.DEBUG_PAGE, FileKind.ENV)

# Each line: the address, what counts there, and who puts it there.
PATHS: tuple[tuple[str, tuple[FileKind, ...]], ...] = (
    ("/.env", _ENV),  # dotenv's default name: github.com/motdotla/dotenv
    ("/.env.local", _ENV),  # Next.js and Vite: nextjs.org/docs, vite.dev/guide/env-and-mode
    ("/.env.production", _ENV),  # the same
    ("/.env.bak", _ENV),  # copies made by hand before a change
    ("/.env.backup", _ENV),
    ("/.git/HEAD", (FileKind.GIT,)),  # gitrepository-layout(5)
    ("/.git/config", (FileKind.GIT,)),  # gitrepository-layout(5)
    ("/.DS_Store", (FileKind.FOLDER_LIST,)),  # the macOS Finder
    ("/.npmrc", (FileKind.CREDENTIALS,)),  # docs.npmjs.com/cli/configuring-npm/npmrc
    ("/.aws/credentials", (FileKind.CREDENTIALS,)),  # docs.aws.amazon.com/cli: configuration and credential files
    ("/docker-compose.yml", (FileKind.COMPOSE,)),  # docs.docker.com/compose
    ("/config.json", (FileKind.CONFIG,)),
    ("/backup.sql", _BACKUP),
    ("/dump.sql", _BACKUP),
    ("/database.sql", _BACKUP),
    ("/db.sql", _BACKUP),
    ("/backup.zip", _BACKUP),
    ("/backup.tar.gz", _BACKUP),
    ("/backup.bak", _BACKUP),  # SQL Server's own ending: learn.microsoft.com/sql
    ("/db.sqlite3", _BACKUP),  # Django's default: docs.djangoproject.com/ref/settings/#databases
    ("/wp-config.php.bak", (FileKind.SOURCE_CODE,)),
    ("/config.php.bak", (FileKind.SOURCE_CODE,)),
    ("/debug", _DEBUG),
    ("/debug/pprof/", _DEBUG),  # Go: pkg.go.dev/net/http/pprof
    ("/phpinfo.php", _DEBUG),  # php.net/manual/function.phpinfo
    ("/console", _DEBUG),  # werkzeug.palletsprojects.com/debug
    ("/_profiler", _DEBUG),  # symfony.com/doc/current/profiler.html
    ("/__debug__/", _DEBUG),  # django-debug-toolbar.readthedocs.io
    ("/actuator/env", _DEBUG),  # docs.spring.io/spring-boot: actuator endpoints
    ("/server-status", (FileKind.SERVER_STATUS,)),  # httpd.apache.org/docs/2.4/mod/mod_status.html
)

# Where apps usually say how they are: Kubernetes, Rails (/up), Spring Boot (/actuator/health), and plain habit.
HEALTH_PATHS = ("/healthz", "/health", "/api/health", "/up", "/readyz", "/actuator/health", "/status")
