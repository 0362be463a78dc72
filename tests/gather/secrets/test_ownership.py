"""Whose script is it?"""

import pytest

from launchready.gather.secrets.ownership import is_own


@pytest.mark.parametrize(
    ("script", "page"),
    [
        ("https://app.parley.dev/a.js", "https://app.parley.dev/"),
        ("https://static.parley.dev/a.js", "https://app.parley.dev/"),
        ("https://cdn.parley.co.uk/a.js", "https://www.parley.co.uk/"),
        ("http://localhost:5173/a.js", "http://localhost:3000/"),
        ("http://127.0.0.1:5173/a.js", "http://127.0.0.1:3000/"),
        ("https://parley.vercel.app/a.js", "https://parley.vercel.app/"),
        ("https://d1a2b3c4d5e6f7.cloudfront.net/_next/static/chunks/main-0a1b2c3d4e5f6071.js", "https://parley.dev/"),
        ("https://parley.b-cdn.net/assets/index-BkQ3xZ9a.js", "https://parley.dev/"),
        ("https://storage.googleapis.com/parley/index.0a1b2c3d4e.js", "https://parley.dev/"),
        ("https://parley.vercel.app/assets/index-0a1b2c3d.js", "https://parley.dev/"),
    ],
)
def test_the_makers_own(script: str, page: str) -> None:
    assert is_own(script, page)


@pytest.mark.parametrize(
    ("script", "page"),
    [
        ("https://js.stripe.com/v3/", "https://parley.dev/"),
        ("https://www.googletagmanager.com/gtag/js?id=G-0A1B2C3D4E", "https://parley.dev/"),
        ("https://cdn.jsdelivr.net/npm/vue@3.4.0/dist/vue.min.js", "https://parley.dev/"),
        ("https://d1a2b3c4d5e6f7.cloudfront.net/widget.js", "https://parley.dev/"),
        ("https://evilcloudfront.net/index-0a1b2c3d.js", "https://parley.dev/"),
        ("https://other.vercel.app/a.js", "https://parley.vercel.app/"),
        ("https://other.co.uk/a.js", "https://parley.co.uk/"),
        ("http://127.0.0.1/a.js", "https://parley.dev/"),
        ("http://10.0.0.1/a.js", "http://127.0.0.1/"),
        ("http://1.0.0.1/a.js", "http://2.0.0.1/"),
        ("data:text/javascript,1", "https://parley.dev/"),
        ("https://", "https://parley.dev/"),
    ],
)
def test_somebody_elses(script: str, page: str) -> None:
    assert not is_own(script, page)
