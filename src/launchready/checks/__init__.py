"""What the facts mean: one module a topic, one small pure function a check."""

from launchready.checks import (
    caching,
    dkim,
    dmarc,
    domain,
    edge,
    exposure,
    health,
    journeys,
    logins,
    mail,
    nameservers,
    pages,
    routing,
    spf,
    tls,
)

TOPICS = (
    domain,
    nameservers,
    tls,
    routing,
    edge,
    pages,
    caching,
    exposure,
    health,
    journeys,
    logins,
    spf,
    dkim,
    dmarc,
    mail,
)
