"""The folder that Parley was deployed from: a checkout holds more than code, and faults serve it to everybody."""

import secrets

from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from parley.faults import Fault
from parley.settings import Settings


def served(settings: Settings) -> list[Mount]:
    """The checkout as files under /, when a fault has it so: a folder of its own, beside the database."""
    contents = _contents(settings)
    if not contents:
        return []
    folder = settings.folder / "parley-checkout"
    for name, text in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return [Mount("/", StaticFiles(directory=folder))]


def _contents(settings: Settings) -> dict[str, str]:
    """What is in it by path; the keys are random and open nothing."""
    contents: dict[str, str] = {}
    if settings.has(Fault.ENV_EXPOSED):
        key, session = secrets.token_hex(24), secrets.token_hex(24)
        contents[".env"] = f"# production\nMODEL_API_KEY={key}\nSESSION_SECRET={session}\nDATABASE=parley.db\n"
    if settings.has(Fault.GIT_EXPOSED):
        contents[".git/HEAD"] = "ref: refs/heads/main\n"
        contents[".git/config"] = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n"
    return contents
