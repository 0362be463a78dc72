"""What the value of a variable gives away at a glance: empty, a placeholder, for tests, local, debugging. Nothing more.

Sources, not each opened again on 2026-11-24: docs.stripe.com/keys, developer.paddle.com (API keys; client-side tokens),
docs.mollie.com (authentication), razorpay.com/docs (test mode), developers.cloudflare.com/turnstile (testing),
docs.hcaptcha.com (integration testing keys), developers.google.com/recaptcha/docs/faq, RFC 2606 (example.com).
"""

import re

from launchready.known.secret_kinds import documented
from launchready.known.secret_names import is_built_in, is_secret
from launchready.model.environment import Looks

_PLACEHOLDER = re.compile(
    r"<[^<>]{0,80}>|\[[a-z][\w -]{2,60}\]|\{\{[^{}]{0,80}\}\}|(?:[\w-]{0,12}[-_])?x{3,}(?:[-_x]*)|\.{3,}"
    r"|[\w-]{0,20}\.{3}|\*{3,}"
    r"|change[-_ ]?(?:me|this|it)\S*|(?:please[-_ ])?(?:replace|insert|enter|set|put|fill)[-_ ](?:me|with|this"
    r"|your|in|here)\b.*"
    r"|(?:[\w-]{1,20}[-_])?your[-_ ].*|(?:[\w-]{1,20}[-_])?(?:goes|here)[-_]?here|todo|tbd|fixme"
    r"|placeholder\S*|dummy\S*|fill[-_]?me[-_]?in"
    r"|.{0,200}(?:://|@)(?:[\w.-]{0,60}\.)?(?:example\.(?:com|org|net)|your-?(?:domain|app|site|host"
    r"|company)\.\w+)(?:[:/].*)?"
    r"|\w+://(?:user|username|your\w*):(?:pass|password|your\w*)@(?:host|hostname|localhost|your\w*|example\S*)\b.*",
    re.IGNORECASE,
)
_THOUGHT_UP = re.compile(
    r"(?:my|your|super|the|a|some|dev|test|local)?[-_ ]?(?:secret|password|passw0rd|token|key|api[-_]?key"
    r"|jwt)(?:[-_ ]?(?:key|here|123|1234|value|string))?"
    r"|admin|test|testing|dev|development|local|foo|bar|foobar|secretsecret|supersecret|insecure\S*"
    r"|django-insecure-\S+|qwerty|12345\d*|abc123|example\S*|sample\S*",
    re.IGNORECASE,
)
_FOR_TESTS = re.compile(
    r"(?:sk|rk|pk)_test_\S+|rzp_test_\S+|pdl_sdbx_\S+|test_[0-9a-zA-Z]{27,}|FLW(?:SECK|PUBK)_TEST-\S+|sandbox-sq0\S+"
    r"|[123]x0{20}[AB]{2}|[123]x0{31,33}AA|10000000-ffff-ffff-ffff-00000000000\d|0x0{40}"
    r"|6LeIxAcTAAAAA(?:JcZVRqyHh71UMIEGNQ_MXjiZKhI|GG-vFI1TnRWxMZNFuojJ4WifJWe)"
)
_MODE = re.compile(
    r"(?:STRIPE|PADDLE|PAYPAL|PLAID|LEMON_?SQUEEZY|POLAR|BRAINTREE|SQUARE|ADYEN|MOLLIE|RAZORPAY)_(?:MODE"
    r"|ENV(?:IRONMENT)?|SERVER)"
)
_LOCAL_HOST = r"(?:localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1\]|host\.docker\.internal)"
_LOCAL = re.compile(rf"(?:[a-z][a-z0-9+.-]*://)?(?:[^@/\s]*@)?{_LOCAL_HOST}(?::\d+)?(?:[/?#].*)?", re.IGNORECASE)
_DEBUG = re.compile(r"(?:\w+_)?DEBUG(?:_MODE)?")
_STAGE = re.compile(
    r"(?:NODE|APP|FLASK|DJANGO|PYTHON|RAILS|DEPLOY|NUXT|GO)_ENV|(?:APP_)?ENVIRONMENT|ENV|(?:\w+_)?ENVIRONMENT"
)
_ON = frozenset({"1", "true", "yes", "on", "t", "y"})
_DEVELOPMENT = frozenset({"development", "dev", "local", "localhost"})


def looks(name: str, value: str, *, refers: bool = False) -> frozenset[Looks]:
    """How the value of a variable looks; `refers` says that it is made of other variables."""
    value = value.strip()
    if not value:
        return frozenset({Looks.INTERPOLATED} if refers else {Looks.EMPTY})
    found = {Looks.INTERPOLATED} if refers else set()
    if not refers and _is_placeholder(name, value):
        found.add(Looks.PLACEHOLDER)
    if _FOR_TESTS.fullmatch(value) or (_MODE.fullmatch(name) and value.lower() in ("test", "sandbox")):
        found.add(Looks.TEST_KEY)
    parts = [one.strip(" '\"[]") for one in value.split(",") if one.strip(" '\"[]")]
    if parts and all(map(_LOCAL.fullmatch, parts)):
        found.add(Looks.LOCAL_ADDRESS)
    if _is_debugging(name.upper(), value.lower()):
        found.add(Looks.DEBUG_ON)
    return frozenset(found)


def _is_placeholder(name: str, value: str) -> bool:
    if _PLACEHOLDER.fullmatch(value):
        return True
    return is_secret(name) and (bool(_THOUGHT_UP.fullmatch(value)) or documented(value.encode("utf-8", "replace")))


def _is_debugging(name: str, value: str) -> bool:
    return bool((_DEBUG.fullmatch(name) and value in _ON) or (_STAGE.fullmatch(name) and value in _DEVELOPMENT))


# Addresses that visitors, or services outside, are led to.
_FOR_OTHERS = re.compile(
    r"(?:\w+_)?(?:APP|SITE|WEBSITE|PUBLIC|FRONTEND|CLIENT|WEB|CALLBACK|REDIRECT|WEBHOOK|CANONICAL|RETURN"
    r"|SUCCESS|CANCEL|CORS|NEXTAUTH|AUTH0?)"
    r"(?:_BASE|_ALLOWED)?_(?:URL|URI|ORIGINS?|HOST|DOMAIN)|(?:CORS_|ALLOWED_)+ORIGINS?"
    r"|(?:BACKEND_)?CORS_ORIGINS?|BASE_URL|DOMAIN|NEXTAUTH_URL"
)


def is_for_others(name: str) -> bool:
    """Whether a variable holds an address that somebody outside is led to, by its name."""
    return bool(is_built_in(name) or (_FOR_OTHERS.fullmatch(name.upper()) and "INTERNAL" not in name.upper()))
