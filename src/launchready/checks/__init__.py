"""What the facts mean: one module a topic, one small pure function a check."""

from launchready.checks import dkim, dmarc, domain, mail, routing, tls

TOPICS = (domain, tls, routing, dkim, dmarc, mail)
