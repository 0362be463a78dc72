"""Lock files by the package manager that writes them, and the command that does.

Read on 2026-11-24: docs.npmjs.com/cli/configuring-npm/package-lock-json, pnpm.io/git, yarnpkg.com (yarn.lock),
bun.com/docs/install/lockfile, docs.astral.sh/uv/concepts/projects/sync, python-poetry.org/docs/basic-usage,
pdm-project.org, pipenv.pypa.io, packaging.python.org/specifications/pylock-toml, bundler.io, go.dev/ref/mod,
getcomposer.org/doc/01-basic-usage.md, doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html, hexdocs.pm/mix.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Locking:
    """How the packages of one ecosystem are pinned: file names in the application's folder or in one above it."""

    ecosystem: str
    files: tuple[str, ...]
    command: str


LOCKING = {
    one.ecosystem: one
    for one in (
        Locking(
            ecosystem="npm",
            files=("package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb",
                   "deno.lock"),
            command="npm install --package-lock-only && git add package-lock.json",
        ),
        Locking(
            ecosystem="pypi",
            files=("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml", "pixi.lock", "conda-lock.yml"),
            command="uv lock && git add uv.lock",
        ),
        Locking(ecosystem="gem", files=("Gemfile.lock", "gems.locked"), command="bundle lock && git add Gemfile.lock"),
        Locking(ecosystem="go", files=("go.sum", "go.work.sum"), command="go mod tidy && git add go.sum"),
        Locking(
            ecosystem="composer", files=("composer.lock",), command="composer update --lock && git add composer.lock"
        ),
        Locking(ecosystem="hex", files=("mix.lock",), command="mix deps.get && git add mix.lock"),
        Locking(
            ecosystem="cargo", files=("Cargo.lock",), command="cargo generate-lockfile && git add Cargo.lock"
        ),
    )
}  # fmt: skip
