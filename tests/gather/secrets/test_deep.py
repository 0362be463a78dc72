"""Kingfisher's rules beside ours: what it alone knows is found, what both know is told once, as ours."""

import secrets
import string

from launchready.formats.secret_shapes import Shapes
from launchready.gather.secrets.deep import Deep
from launchready.model.secret import SecretVerdict

LETTERS = string.ascii_letters + string.digits
OURS = Shapes().hits


def letters(length: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def test_each_value_once_and_the_public_one_stays_public() -> None:
    deep = Deep(OURS)
    stripe, public, shopify = f"sk_live_{letters(24)}", f"pk_live_{letters(24)}", f"shpat_{secrets.token_hex(16)}"
    text = f'a = "{stripe}"\nb = "{public}"\nSHOPIFY_TOKEN = "{shopify}"\n'.encode()
    found = [(text[hit.start : hit.end].decode(), hit) for hit in deep(text)]
    assert [one for one, _ in found] == [stripe, public, shopify]
    assert [hit for _, hit in found[:2]] == list(OURS(text)[:2])
    assert found[1][1].verdict is SecretVerdict.PUBLIC
    assert found[2][1].kind.title == "Shopify access token (found by Kingfisher)"
    text = f'x = ["{shopify}"]\n'.encode()  # where no name stands beside it
    assert OURS(text) == ()
    assert [text[hit.start : hit.end].decode() for hit in deep(text)] == [shopify]
