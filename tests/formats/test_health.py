"""Health answers in the shapes that frameworks give them: what they say, and no input raises."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from launchready.formats import health
from launchready.model.facts import Says


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("OK", Says.WELL),
        ('"healthy"', Says.WELL),
        ("", Says.WELL),
        ("pong", Says.WELL),
        ("Healthy", Says.WELL),
        ("Degraded", Says.DEGRADED),
        ("Unhealthy", Says.UNWELL),
        ("ERROR: database", Says.UNWELL),
        ("DOWN", Says.UNWELL),
        ("database connection failed", Says.UNWELL),
        ("12 checks, 0 failed, no error", Says.WELL),
        ('{"status":"healthy","checks":{"database":{"status":"unhealthy"}}}', Says.UNWELL),
        ('{"data":{"status":"Service Unavailable"}}', Says.UNWELL),
        ("[+]ping ok\n[-]etcd failed: reason withheld\nhealthz check failed", Says.UNWELL),
        ("<html><body>everything is down to earth</body></html>", Says.WELL),
        ('{"status":"pass"}', Says.WELL),
        ('{"status":"warn","checks":{"disk":[{"status":"fail"}]}}', Says.DEGRADED),
        ('{"status":"fail"}', Says.UNWELL),
        ('{"status":"pass","checks":{"db:connections":[{"status":"fail"}]}}', Says.UNWELL),
        ('{"status":"UP","components":{"db":{"status":"UP"},"diskSpace":{"status":"UP"}}}', Says.WELL),
        ('{"status":"OUT_OF_SERVICE"}', Says.UNWELL),
        ('{"DatabaseBackend":"working","CacheBackend":"unavailable: no redis"}', Says.UNWELL),
        ('{"DatabaseBackend":"working"}', Says.WELL),
        ('{"ok":false}', Says.UNWELL),
        ('{"healthy":true,"database":"down"}', Says.UNWELL),
        ('{"status":"ok","database":false}', Says.UNWELL),
        ('{"status":"ok","database":{"connected":false}}', Says.UNWELL),
        ('{"status":"ok","services":[{"name":"redis","healthy":false}]}', Says.UNWELL),
        ('{"status":"error"}', Says.UNWELL),
        ('{"error":"connect ECONNREFUSED"}', Says.UNWELL),
        ('{"status":503}', Says.UNWELL),
        ('{"status":"ok","error":null,"errors":[],"failures":0,"debug":false}', Says.WELL),
        ('{"status":"ok","features":{"email":false,"ai":false},"log_level":"error","mode":"offline"}', Says.WELL),
        ('{"status":"ok","message":"no errors, nothing is down"}', Says.WELL),
        ('{"status":"ok","version":"1.2.3","uptime":12,"database":"ok"}', Says.WELL),
        ("[]", Says.WELL),
        ("[" * 5000, Says.WELL),
        ("1e999", Says.WELL),
    ],
)
def test_health(body: str, says: Says) -> None:
    assert health.read(body.encode()).says is says


def test_details_of_what_is_unwell_are_not_repeated() -> None:
    for body in ('{"database":"down: postgres://a:secret@db"}', '{"db":"cannot reach secret"}', '{"error":"secret"}'):
        said = health.read(body.encode())
        assert said.says is Says.UNWELL
        assert "secret" not in (said.because or "")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["status", "error", "db", "x"]), inner),
)


@given(JSON)
def test_no_json_raises(document: object) -> None:
    health.read(json.dumps(document).encode())


@given(st.binary())
@example(b"[" * 100_000)
def test_no_body_raises(body: bytes) -> None:
    health.read(body)
