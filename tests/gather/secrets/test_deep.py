"""Kingfisher's rules beside ours: what it alone knows is found, what both know is told once, as ours."""

import random
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
    stripe, public = f"sk_live_{letters(24)}", f"pk_live_{letters(24)}"
    dropbox = f"sl.u.{letters(135)}"  # a kind that is none of ours
    text = f'a = "{stripe}"\nb = "{public}"\nDROPBOX_TOKEN = "{dropbox}"\nc = "{random.randint(1, 9)}"\n'.encode()
    found = {text[hit.start : hit.end].decode(): hit for hit in deep(text)}
    assert len(found) == len(deep(text))
    assert found[stripe].kind == OURS(text)[0].kind
    assert found[public].verdict is SecretVerdict.PUBLIC
    assert [hit.start for hit in deep(text)] == sorted(hit.start for hit in deep(text))
    more = [hit for hit in deep(text) if hit not in OURS(text)]
    assert all(hit.kind.title.endswith("(found by Kingfisher)") for hit in more)
