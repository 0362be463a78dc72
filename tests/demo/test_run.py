"""The product's proof: the audit finds what is wrong with the first Parley and nothing wrong with the second."""

import asyncio
import os
import select
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from launchready.audit import audit
from launchready.demo.declared import APP, DOMAIN, SITE, WWW
from launchready.demo.mail import SELECTOR, MailFault
from launchready.demo.run import run
from launchready.demo.stage import Flaw, opened
from launchready.model.finding import Report, Verdict
from launchready.report.comparison import side_by_side

README = Path(__file__).parents[2] / "README.md"


def found(report: Report) -> set[tuple[str, str]]:
    return {(finding.check, finding.subject) for finding in report.findings}


def test_the_fragile_parley_fails_and_the_mended_one_is_ready() -> None:
    result = asyncio.run(run(datetime.now(UTC)))
    everywhere = (SITE, WWW, APP)
    assert found(result.before) == {
        ("server-error", f"{SITE}/pricing"),
        ("certificate-expired", APP),
        ("certificate-expires-soon", WWW),
        *(("http-not-redirected", host) for host in everywhere),
        *(("hsts-missing", host) for host in everywhere),
        ("second-canonical-host", DOMAIN),
        ("mixed-content", SITE),
        ("canonical-link-wrong", SITE),
        ("spf-multiple", DOMAIN),
        ("dmarc-missing", DOMAIN),
        ("dkim-key-weak", f"{SELECTOR}._domainkey.{DOMAIN}"),
        ("cookie-insecure", APP),
        *(
            (check, host)
            for check in ("exposed-file", "error-page-leaks", "cors-allows-any-origin")
            for host in everywhere
        ),
        *(("health-endpoint-lies", host) for host in (SITE, APP)),
        ("public-page-uncached", SITE),
        ("compression-missing", SITE),
        ("compression-missing", f"{APP}/login"),
    }
    assert result.before.verdict is Verdict.NOT_READY
    assert not result.after.findings
    assert result.after.verdict is Verdict.READY
    assert {one.check for one in result.after.unknown} == {"domain-expires-soon", "domain-lock-missing"}
    problems = len(result.before.findings)
    told = side_by_side(result.before, result.after)
    assert f"{problems} of {problems} problems mended." in told
    shown = README.read_text("utf-8").partition("```\nParley · ")[2].partition("\n  …\n")[0]
    assert shown and f"Parley · {shown}" in told, "README.md shows another output than the demo's"


@pytest.mark.parametrize(
    ("faults", "flaws", "checks"),
    [
        ("no-redirect", {}, {"http-not-redirected"}),
        ("two-hosts", {}, {"second-canonical-host"}),
        ("no-hsts", {}, {"hsts-missing"}),
        ("mixed-content", {}, {"mixed-content"}),
        ("wrong-canonical", {}, {"canonical-link-wrong"}),
        ("redirect-loses-path", {}, {"redirect-loses-path"}),
        ("redirect-chain", {}, {"redirect-chain-long"}),
        ("server-error", {}, {"server-error"}),
        ("env-exposed", {}, {"exposed-file"}),
        ("git-exposed", {}, {"exposed-file"}),
        ("error-page-leaks", {}, {"error-page-leaks"}),
        ("cookie-insecure", {}, {"cookie-insecure"}),
        ("cors-any-origin", {}, {"cors-allows-any-origin"}),
        ("health-missing", {}, {"health-endpoint-missing"}),
        ("health-lies", {}, {"health-endpoint-lies"}),
        ("pages-uncached", {}, {"public-page-uncached"}),
        ("files-uncached", {}, {"static-assets-uncached"}),
        ("chat-cached", {}, {"private-page-cached"}),
        ("uncompressed", {}, {"compression-missing"}),
        ("launch", {APP: Flaw.EXPIRED}, {"certificate-expired"}),
        ("launch", {APP: Flaw.ENDS_SOON}, {"certificate-expires-soon"}),
        ("launch", {APP: Flaw.WRONG_NAME}, {"certificate-wrong-host"}),
    ],
)
def test_each_fault_alone_is_found_as_itself(faults: str, flaws: dict[str, Flaw], checks: set[str]) -> None:
    async def play() -> Report:
        now = datetime.now(UTC)
        async with opened(now) as stage, stage.parley(faults=faults, flaws=flaws) as launch:
            return (await audit(launch, now))[1]

    assert {finding.check for finding in asyncio.run(play()).findings} == checks


def test_faults_that_no_check_looks_for_yet_are_not_found_as_something_else() -> None:
    later = (
        "login-broken,any-password,no-csrf,session-fixed,session-kept,no-limit,mail-lost,no-timeout,no-retry,"
        "truncated-as-whole,error-shown-raw,plan-read-each-request,prompts-read-each-request,missing-index,n-plus-one,"
        "list-unbounded,blocking-call,pool-exhausted,webhook-unsigned,webhook-stale-accepted,webhook-not-idempotent,"
        "webhook-crashes,job-dies-silently,errors-unlogged,prompts-logged,key-in-page"
    )

    async def play() -> Report:
        now = datetime.now(UTC)
        async with opened(now) as stage, stage.parley(faults=later) as launch:
            return (await audit(launch, now))[1]

    assert not asyncio.run(play()).findings


def test_ctrl_c_leaves_nothing_behind(tmp_path: Path) -> None:
    script = "import asyncio, datetime\nfrom launchready.demo.run import run\n"
    script += "asyncio.run(run(datetime.datetime.now(datetime.UTC)))\n"
    with subprocess.Popen(
        [sys.executable, "-c", script], stderr=subprocess.PIPE, env={**os.environ, "TMPDIR": str(tmp_path)}
    ) as demo:
        ended = os.pidfd_open(first_child(demo))
        demo.send_signal(signal.SIGINT)
        _, words = demo.communicate(timeout=30)
    assert demo.returncode == -signal.SIGINT
    assert words.decode().strip().endswith("KeyboardInterrupt")
    assert select.select([ended], [], [], 0)[0] == [ended]  # readable once the process has ended: pidfd_open(2)
    os.close(ended)
    assert not list(tmp_path.iterdir())


def first_child(of: subprocess.Popen[bytes]) -> int:
    """The first process that another one starts."""
    while of.poll() is None:
        if children := Path(f"/proc/{of.pid}/task/{of.pid}/children").read_text().split():
            return int(children[0])
    raise AssertionError("it ended before it started one")


@pytest.mark.parametrize(
    ("fault", "checks"),
    [
        (MailFault.NO_MX, {"mx-missing"}),
        (MailFault.NO_SPF, {"spf-missing"}),
        (MailFault.TWO_SPF, {"spf-multiple"}),
        (MailFault.SPF_TYPO, {"spf-syntax"}),
        (MailFault.SPF_ALLOWS_EVERYONE, {"spf-allows-everyone"}),
        (MailFault.SPF_TOO_MANY_LOOKUPS, {"spf-too-many-lookups"}),
        (MailFault.SPF_VOID_LOOKUPS, {"spf-too-many-void-lookups"}),
        (MailFault.NO_DKIM, {"dkim-missing"}),
        (MailFault.DKIM_TYPO, {"dkim-syntax"}),
        (MailFault.WEAK_DKIM, {"dkim-key-weak"}),
        (MailFault.REVOKED_DKIM, {"dkim-key-revoked"}),
        (MailFault.NO_DMARC, {"dmarc-missing"}),
        (MailFault.TWO_DMARC, {"dmarc-multiple"}),
        (MailFault.DMARC_TYPO, {"dmarc-syntax"}),
        (MailFault.DMARC_ONLY_WATCHES, {"dmarc-not-enforced"}),
        (MailFault.DMARC_WITHOUT_REPORTS, {"dmarc-without-reports"}),
        (MailFault.FOREIGN_REPORTS, {"dmarc-reports-unauthorised"}),
    ],
)
def test_each_mail_fault_alone_is_found_as_itself(fault: MailFault, checks: set[str]) -> None:
    async def play() -> Report:
        now = datetime.now(UTC)
        async with opened(now) as stage, stage.parley(faults="launch", mail=frozenset({fault})) as launch:
            return (await audit(launch, now))[1]

    assert {finding.check for finding in asyncio.run(play()).findings} == checks
