"""What the facts mean: one module a topic, one small pure function a check."""

from launchready.checks import domain, exposure, health, routing, tls

TOPICS = (domain, tls, routing, exposure, health)
