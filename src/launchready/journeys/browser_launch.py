"""A Chromium that is installed here, started for one journey with a profile of its own that is thrown away."""

import os
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Browser, Error, async_playwright

from launchready.errors import UsageError
from launchready.formats.printable import printable
from launchready.model.launch import ConnectTo, Network

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_CERTUTIL_S = 20
_LONGEST_TMPDIR = 60
_SWITCHES = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-site-isolation-trials",  # frames of other sites stay where the page's guard sees them
    "--disable-features=IsolateOrigins,site-per-process,OptimizationHints,MediaRouter",
)


def program(given: str | None) -> str:
    """The browser to start; raises UsageError when there is none."""
    if given:
        found = shutil.which(given)
        if found is None:
            raise UsageError(f"--browser {printable(given)}: is no program; name the Chromium to start")
        return found
    found = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    if found is None:
        raise UsageError(
            f"--browser: none of {', '.join(PROGRAMS)} is installed; install one, or name it: --browser PATH"
        )
    return found


@asynccontextmanager
async def launched(given: str | None, network: Network) -> AsyncIterator[Browser]:
    """A browser until the end of the block; raises UsageError when it cannot be had."""
    path = program(given)
    if network.resolver:
        raise UsageError("--resolver: a browser asks the system's resolver; use --connect-to HOST:443:ADDRESS:443")
    with TemporaryDirectory(prefix="launchready-browser-", ignore_cleanup_errors=True) as home:
        if network.ca:
            trust(Path(network.ca), Path(home))
        async with async_playwright() as playwright:
            try:
                browser = await playwright.chromium.launch(
                    executable_path=path,
                    args=[*_SWITCHES, *rules(network.connect_to)],
                    env=_environ(home),
                    handle_sigint=False,  # the cleanup still needs it
                    handle_sigterm=False,
                    handle_sighup=False,
                )
            except Error as error:
                raise UsageError(f"--browser: {path} does not start: {_first(error)}") from None
            try:
                yield browser
            finally:
                with suppress(Exception):  # it may have been ended already, and Playwright with it
                    await browser.close()


def _environ(home: str) -> dict[str, str | float | bool]:
    """Ours, with a home of its own. Chromium keeps a socket below TMPDIR, whose name has 108 bytes (unix(7)) and which
    it does not start without: a folder that leaves it too few is not named."""
    kept: dict[str, str | float | bool] = {**os.environ, "HOME": home, "XDG_DATA_HOME": f"{home}/.local/share"}
    if len(os.environ.get("TMPDIR", "")) > _LONGEST_TMPDIR:
        del kept["TMPDIR"]
    return kept


def rules(entries: tuple[ConnectTo, ...]) -> list[str]:
    """--connect-to as Chromium has it: names are mapped when it connects, and certificates stay those of the name."""
    if not entries:
        return []
    mapped = [f"MAP {_pattern(entry)} {_replacement(entry)}" for entry in entries]
    return [f"--host-resolver-rules={', '.join(mapped)}"]


def _pattern(entry: ConnectTo) -> str:
    host = _bracketed(entry.host or "*")
    return host if entry.port is None else f"{host}:{entry.port}"


def _replacement(entry: ConnectTo) -> str:
    if not entry.to_host:
        raise UsageError("--connect-to: a browser needs the host to connect to, not only its port")
    host = _bracketed(entry.to_host)
    return host if entry.to_port is None else f"{host}:{entry.to_port}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def trust(ca: Path, home: Path) -> None:
    """Let Chromium trust these authorities too, for this run: it reads the NSS database of its home."""
    tool = shutil.which("certutil")
    if tool is None:
        raise UsageError("--ca: Chromium needs certutil to trust it for one run: apt install libnss3-tools")
    try:
        text = ca.read_text("ascii", "replace")
        ssl.create_default_context().load_verify_locations(cadata=text)
    except (OSError, ValueError, ssl.SSLError):
        raise UsageError(f"--ca: {printable(str(ca))} is no file of certificates (PEM)") from None
    for folder in (home / ".pki" / "nssdb", home / ".local" / "share" / "pki" / "nssdb"):
        folder.mkdir(parents=True)
        _certutil(tool, folder, "-N", "--empty-password")
        for number, block in enumerate(text.split("-----BEGIN CERTIFICATE-----")[1:]):
            one = home / f"{number}.pem"
            one.write_text(f"-----BEGIN CERTIFICATE-----{block}", "ascii")
            _certutil(tool, folder, "-A", "-n", f"launchready-{number}", "-t", "C,,", "-i", str(one))


def _certutil(tool: str, folder: Path, *arguments: str) -> None:
    command = [tool, "-d", f"sql:{folder}", *arguments]
    done = subprocess.run(command, capture_output=True, timeout=_CERTUTIL_S, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise UsageError(
            f"--ca: certutil would not take it: {printable(done.stderr.decode('utf-8', 'replace').strip())}"
        )


def _first(error: Error) -> str:
    return printable(error.message.strip().partition("\n")[0], 200)
