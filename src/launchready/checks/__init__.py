"""What the facts mean: one module a topic, one small pure function a check."""

from launchready.checks import (
    caching,
    deploy,
    dkim,
    dmarc,
    domain,
    edge,
    exposure,
    health,
    journeys,
    mail,
    nameservers,
    pages,
    routing,
    spf,
    tls,
    webhooks,
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
    webhooks,
    spf,
    dkim,
    dmarc,
    mail,
    deploy,
)
