"""200 DNS questions through wire/ beside dnspython's own asynchronous resolver."""

import asyncio

import dns.asyncresolver
from tests.box.internet import Internet

from bench.measure import Comparison, in_turn
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Dns

QUESTIONS = 200
DOMAIN = "parley.example"


def compare(internet: Internet) -> Comparison:
    records = "".join(f"h{number} 5 A {internet.ns1}\n" for number in range(QUESTIONS))
    internet.zone(DOMAIN, records)
    network = internet.serve_dns()
    names = [f"h{number}.{DOMAIN}" for number in range(QUESTIONS)]

    async def ours() -> None:
        async with Dns(network, Deadline(60)) as wire:
            answers = await asyncio.gather(*(wire.ask(name, "A") for name in names))
        assert all(answer.records for answer in answers)

    async def bare() -> None:
        resolver = dns.asyncresolver.Resolver(configure=False)
        resolver.nameservers = [internet.resolver[0]]
        places = asyncio.Semaphore(50)

        async def ask(name: str) -> None:
            async with places:
                assert await resolver.resolve(name, "A")

        await asyncio.gather(*map(ask, names))

    ours_ms, peer_ms = in_turn(lambda: asyncio.run(ours()), lambda: asyncio.run(bare()), 7)
    return Comparison(
        what=f"{QUESTIONS} DNS questions", ours_ms=ours_ms, peer="dnspython asyncresolver", peer_ms=peer_ms, limit=1.3
    )
