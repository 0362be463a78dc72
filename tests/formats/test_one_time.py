"""One-time codes and magic links among everything else that mails hold."""

import pytest

from launchready.formats.letter import Letter
from launchready.formats.one_time import code, elsewhere, link, tokens

HOSTS = ("app.parley.example", "localhost")
TOKEN = "8f3aX9c27Qb1"


def mail(subject: str = "Hello", text: str = "", html: str = "") -> Letter:
    return Letter(recipients=(), sender="", subject=subject, text=text, html=html)


def listed(host: str) -> bool:
    return host in HOSTS


FOOTER = "\n\n© 2026 Parley Inc, 548 Market St, San Francisco 94107\nCall +1 (415) 555-0100 or 5550100"
LINK = f"Sign in: https://app.parley.example/magic/{TOKEN}"


@pytest.mark.parametrize(
    ("letter", "expected"),
    [
        (mail("482913 is your Parley code", "Your code to sign in:\n\n    482913\n\nGood for ten minutes."), "482913"),
        (mail("482913 is your Parley code"), "482913"),
        (mail(text="Your code is 482 913." + FOOTER), "482913"),
        (mail(text="Your code is 482-913." + FOOTER), "482913"),
        (mail(text="Enter this code:\n\n4829\n" + FOOTER), "4829"),
        (mail(text="Use 012345 as your verification code.\nOrder no. 99887766" + FOOTER), "012345"),
        (mail(text="Your code:482913" + FOOTER), "482913"),
        (mail(text="Your one-time password: 482913 (good for 10 minutes)"), "482913"),
        (mail(text="Your PIN is 2024"), "2024"),  # a year by chance
        (mail(text="Your confirmation code\n\nABC-DEF\n"), "ABC-DEF"),
        (mail(text="Your code is A1B2C3."), "A1B2C3"),
        (mail(text="Ihr Bestätigungscode lautet:\n482913" + FOOTER), "482913"),
        (mail(text="Tu código es 482913"), "482913"),
        (mail(text="您的验证码是 482913"), "482913"),
        (mail(html="<h1>Your code</h1><table><tr><td>4</td><td>8</td><td>2</td><td>9</td></tr></table>"), "4829"),
        (mail(html="<style>.a{color:#123456}</style><p>Your code</p><p><b>482913</b></p>"), "482913"),
        (mail(text="Your code: 482913\nOr: https://app.parley.example/v?code=771177"), "482913"),
        (mail(text="Your code is 482913. Call 123456 if you did not ask for it."), "482913"),
        # No code at all:
        (mail("Sign in to Parley", LINK + FOOTER), None),
        (mail("Your sign-in code", LINK + FOOTER), None),
        (mail(text="Your code is in this link: https://app.parley.example/verify/482913"), None),
        (mail(text="Your code is in this link: app.parley.example/verify/482913"), None),
        (mail("Your order 482913", "Tracking number 94001234. Use promo code 123456 next time."), None),
        (mail(text="Your code is on its way. Your order 482913 too."), None),
        (mail(text="Your code is on its way. Tracking: 1Z999AA10123456784"), None),
        (mail(text="Your code is on its way. Tracking: 9400 1000 0000 0000"), None),
        (mail(text="You asked for a code on 2026-11-24 at 12:34." + FOOTER), None),
        (mail(text="Codes cost $4829 or 4829 EUR and are good for 1440 minutes."), None),
        (mail("Welcome to the class of 2026", "Bring your code.\n" + FOOTER), None),
        (mail(text="A colour code: #482913"), None),
        (mail(text="Area code 4829, zip code 94107"), None),
        (mail(text="482913"), None),  # nothing says what it is
    ],
)
def test_a_code_is_what_a_mail_calls_one(letter: Letter, expected: str | None) -> None:
    assert code(letter) == expected


@pytest.mark.parametrize(
    ("letter", "expected"),
    [
        (mail(text=LINK + "."), f"https://app.parley.example/magic/{TOKEN}"),
        (
            mail(html=f'<a href="https://app.parley.example/in?t={TOKEN}&amp;a=1">In</a>'),
            f"https://app.parley.example/in?t={TOKEN}&a=1",
        ),
        (
            mail(text=f"http://localhost:3000/auth/callback#token={TOKEN}"),
            f"http://localhost:3000/auth/callback#token={TOKEN}",
        ),
        (mail(text="https://app.parley.example/verify/482913"), "https://app.parley.example/verify/482913"),
        (
            mail(
                html=f'<a href="https://app.parley.example/pixel/{TOKEN}.gif">'
                f'<a href="https://app.parley.example/unsubscribe/{TOKEN}">'
                f'<a href="https://app.parley.example/c/{TOKEN}2">Team</a>'
                f'<a href="https://app.parley.example/reset/{TOKEN}3">Reset</a>'
            ),
            f"https://app.parley.example/reset/{TOKEN}3",
        ),
        # No link that lets anybody in:
        (mail(text="Your code: 482913. Open https://app.parley.example/chat or https://app.parley.example/"), None),
        (mail(text="https://app.parley.example/help/how-to-verify-your-address"), None),
        (mail(text=f"https://click.mailer.example/ls/{TOKEN}"), None),
        (mail(text=f"https://app.parley.example.evil.example/magic/{TOKEN}"), None),
        (mail(text=f"https://app.parley.example@evil.example/magic/{TOKEN}"), None),
        (mail(text=f"https://app.parley.example/unsubscribe/{TOKEN}"), None),
        (mail(html=f'<a href="javascript:alert(1)//app.parley.example/{TOKEN}">x</a>'), None),
        (mail(text=f"https://[app.parley.example/magic/{TOKEN}"), None),
    ],
)
def test_a_link_leads_to_a_host_of_the_launch_and_has_a_token(letter: Letter, expected: str | None) -> None:
    assert link(letter, listed) == expected


def test_whose_link_it_was_is_told() -> None:
    assert elsewhere(mail(text=f"https://click.mailer.example/ls/{TOKEN}"), listed) == "click.mailer.example"
    assert elsewhere(mail(text=LINK), listed) is None


def test_the_tokens_of_a_link_are_what_nobody_can_guess() -> None:
    url = f"https://app.parley.example/team-settings/{TOKEN}?next=/chat/history&token=abcdef&lang=en"
    assert set(tokens(url)) == {TOKEN, "abcdef"}
