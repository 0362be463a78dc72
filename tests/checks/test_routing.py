"""Where the launch's own words change what is said of its routing."""

from dataclasses import replace

from launchready.checks import TOPICS
from launchready.checks.registry import judge, registered
from launchready.model.finding import Severity
from launchready.model.launch import Guardrails, Host, Launch, Role
from tests.checks.cases import LAUNCH, NOW
from tests.checks.cases_routing import API, HTTP, NAME, door, hsts, latency, page, routes, site, walk


def found(check: str, *facts: object, launch: Launch = LAUNCH) -> list[tuple[str, Severity]]:
    judged = judge([registered(TOPICS)[check]], facts, launch, NOW)  # type: ignore[arg-type]
    return [(finding.evidence, finding.severity) for finding in judged.findings]


def test_an_api_may_refuse_plain_http_with_an_error() -> None:
    assert not found("http-not-redirected", *routes(http=walk(HTTP, end=403)), launch=API)
    assert found("http-not-redirected", *routes(http=walk(HTTP, end=200)), launch=API)


def test_the_declared_canonical_host_is_the_one_to_lead_to() -> None:
    both = site(door(NAME, NAME), door(f"www.{NAME}", f"www.{NAME}"))
    evidence = found("second-canonical-host", *both, launch=replace(LAUNCH, canonical=f"www.{NAME}"))
    assert [text for text, _ in evidence] == [f"{NAME} answers by itself, and so does www.{NAME}"]


def test_a_foreign_canonical_is_worse_than_one_of_our_own_hosts() -> None:
    assert [grade for _, grade in found("canonical-link-wrong", *page(canonical=("https://x.fly.dev/",)))] == [
        Severity.MAJOR
    ]
    assert [grade for _, grade in found("canonical-link-wrong", *page(canonical=(f"https://app.{NAME}/",)))] == [
        Severity.MINOR
    ]


def test_a_policy_of_some_months_is_only_minor() -> None:
    assert [grade for _, grade in found("hsts-missing", *hsts(90 * 86_400))] == [Severity.MINOR]
    assert [grade for _, grade in found("hsts-missing", *hsts(None))] == [Severity.MAJOR]


def test_the_guardrail_is_the_launchs_own() -> None:
    strict = replace(LAUNCH, guardrails=Guardrails(backend_p95_ms=100))
    assert not found("endpoint-slow", *latency(5, 101, 200))
    assert found("endpoint-slow", *latency(5, 101, 200), launch=strict)


def test_only_a_site_or_an_app_must_have_a_front_page() -> None:
    def grades(role: Role, *, declared: bool = True) -> list[object]:
        hosts = (Host(name=NAME, role=role, declared=declared),)
        return [grade for _, grade in found("core-route-fails", *page(status=404), launch=replace(LAUNCH, hosts=hosts))]

    assert grades(Role.API) == grades(Role.ADMIN) == grades(Role.STATUS) == []
    assert grades(Role.SITE) == grades(Role.SITE, declared=False) == grades(Role.APP) == [Severity.BLOCKER]
    assert grades(Role.APP, declared=False) == [Severity.MAJOR]


def test_a_route_of_an_api_that_is_declared_must_answer() -> None:
    (fact,) = page(status=404)
    deep = replace(fact, subject=f"{NAME}/v1/chat")
    assert found("core-route-fails", deep, launch=API)
