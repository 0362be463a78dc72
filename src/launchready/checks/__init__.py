"""What the facts mean: one module a topic, one small pure function a check."""

from launchready.checks import dkim, dmarc, domain, exposure, health, mail, nameservers, pages, routing, tls

TOPICS = (domain, nameservers, tls, routing, pages, exposure, health, dkim, dmarc, mail)
