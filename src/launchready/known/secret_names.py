"""Which environment variables hold what only the server may know, by the words of their names. Date: 2026-11-24.

Sources: the quickstarts of the services in providers.toml; OWASP Secrets Management Cheat Sheet.
"""

import re

# Built into what every visitor gets: the bundlers' own documentation of their prefixes.
_BUILT_IN = re.compile(r"(?:NEXT_PUBLIC|VITE|REACT_APP|NUXT_PUBLIC|PUBLIC|EXPO_PUBLIC|GATSBY|VUE_APP|NG_APP)_")
_PUBLIC = re.compile(r"PUBLISHABLE|PUBLIC_KEY|(?:^|_)ANON_KEY")
_SECRET = re.compile(
    r"(?:^|_)(?:SECRET|SECRETS|TOKEN|PASSWORD|PASSWD|PASSPHRASE|PASS|PWD|CREDENTIALS?|APIKEY|PRIVATE_KEY|SALT|PEPPER|JWT)"
    r"(?:_|$)|_KEY(?:_BASE|_V?\d+)?$|^(?:KEY|APP_KEY)$"
    r"|(?:^|_)(?:DATABASE|DB|POSTGRES(?:QL)?|PG|MYSQL|MONGO(?:DB)?|REDIS|AMQP|RABBITMQ|CELERY_BROKER|SMTP|EMAIL)_(?:URL|URI|DSN)$"
    r"|_CONNECTION_STRING$|(?:^|_)WEBHOOK_URL$"
)
# They speak of a secret and are none: how long it lives, where it is, how it is called.
_NONE = re.compile(
    r"(?:^|_)(?:MAX|MIN|LIMIT|COUNT|BUDGET)_TOKENS?$|TOKENS?_(?:\w+_)?(?:LIMIT|COUNT|URL|URI|TTL|LIFETIME|EXPIRY|EXPIRES?(?:_IN)?"
    r"|MINUTES|HOURS|DAYS|SECONDS|ENDPOINT|TYPE|NAME|HEADER|ISSUER|AUDIENCE)$"
    r"|(?:SECRET|KEY|PASSWORD|JWT|CREDENTIALS?)_(?:ID|NAME|FILE|PATH|ALGORITHM|ALG|ISSUER|AUDIENCE|TTL|EXPIRES?(?:_IN)?|EXPIRY"
    r"|EXPIRATION|MIN_LENGTH|LENGTH|RESET_URL|ROUNDS|VERSION|PREFIX|TYPE|URL)$|(?:^|_)(?:CACHE|SORT|PRIMARY|PARTITION|HOT)_KEY$"
)


def is_secret(name: str) -> bool:
    """Whether a variable of this name holds a secret, as far as names tell."""
    upper = name.upper()
    is_other = is_built_in(upper) or _PUBLIC.search(upper) or _NONE.search(upper)
    return bool(_SECRET.search(upper)) and not is_other


def is_built_in(name: str) -> bool:
    """Whether a bundler builds the variable into what every visitor gets."""
    return _BUILT_IN.match(name.upper()) is not None
