"""Health addresses on real servers: missing, lying, honest."""

import pytest

from launchready.model.launch import Role
from tests.box.internet import Internet
from tests.gather.test_exposure import HOME, NOT_FOUND, PAGE, found, ids


def answering(path: str, status: int, body: str, more: str = "") -> str:
    return f"{HOME} location = {path} {{ default_type application/json; {more} return {status} '{body}'; }} {NOT_FOUND}"


UNTITLED_SPA = "location / { return 200 '<div id=app>$request_id</div><script src=/app.js></script>'; }"
SPA = f"location / {{ return 200 '{PAGE}'; }}"


@pytest.mark.parametrize(
    ("server", "health", "checks"),
    [
        (f"{HOME} {NOT_FOUND}", "/health", ["health-endpoint-missing"]),
        (f"{HOME} {NOT_FOUND}", None, ["health-endpoint-missing"]),
        (SPA, None, ["health-endpoint-missing"]),
        (answering("/health", 503, '{"status":"fail"}'), "/health", []),
        (answering("/api/health", 200, "OK"), None, []),
        (answering("/up", 200, "<html><body style=background:green></body></html>"), None, []),
        (answering("/readyz", 503, '{"status":"fail"}'), None, []),
        (SPA, "/health", ["health-endpoint-lies"]),
        (UNTITLED_SPA, "/health", ["health-endpoint-lies"]),
        (answering("/health", 200, '{"status":"error"}'), "/health", ["health-endpoint-lies"]),
        (answering("/health", 200, '{"ok":true,"database":"down"}'), "/health", ["health-endpoint-lies"]),
        (answering("/health", 200, '{"status":"DOWN"}'), None, ["health-endpoint-lies"]),
        (answering("/health", 200, "OK", "add_header Cache-Control max-age=600;"), "/health", ["health-endpoint-lies"]),
        (answering("/health", 200, "OK", "add_header Age 90;"), "/health", ["health-endpoint-lies"]),
        (answering("/health", 200, "OK", "add_header X-Cache HIT;"), "/health", ["health-endpoint-lies"]),
        (answering("/health", 200, '{"status":"degraded","cache":"down"}'), "/health", []),
        (answering("/health", 200, '{"status":"warn"}'), "/health", []),
        (answering("/health", 200, '{"status":"UP","error":null,"errors":[]}'), "/health", []),
        (answering("/health", 200, "OK", "add_header Cache-Control no-store;"), "/health", []),
        (answering("/health", 204, ""), "/health", []),
    ],
)
def test_health(internet: Internet, server: str, health: str | None, checks: list[str]) -> None:
    assert ids(found(internet, server, health=health)) == checks


def test_a_site_need_not_have_a_health_address(internet: Internet) -> None:
    assert found(internet, f"{HOME} {NOT_FOUND}", role=Role.SITE) == []
