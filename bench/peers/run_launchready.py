"""RESOLVER CA DOMAIN HOST…: a whole audit of a launch with these hosts."""

import asyncio
import sys
from datetime import UTC, datetime

from bench.peers.timed import report
from launchready.audit import audit
from launchready.model.launch import Host, Launch, Network, Role

resolver, ca, domain, *names = sys.argv[1:]
hosts = tuple(Host(name=name, role=Role.SITE if name == domain else Role.APP) for name in names)
network = Network(resolver=(resolver, 53), ca=ca, deadline_s=60)
launch = Launch(domain=domain, name=domain, hosts=hosts, network=network)

report(lambda: asyncio.run(audit(launch, datetime.now(UTC))))
