"""What the facts mean: one module a topic, one small pure function a check."""

from launchready.checks import domain, routing, spf, tls

TOPICS = (domain, tls, routing, spf)
