"""100 fresh, verified TLS handshakes through wire/ beside stdlib ssl on a blocking socket."""

import asyncio
import socket
import ssl

from tests.box.internet import Internet

from bench.measure import Comparison, in_turn
from launchready.wire.deadline import Deadline
from launchready.wire.tls import Look, Tls

HANDSHAKES = 100
HOST = "parley.example"


def compare(internet: Internet) -> Comparison:
    address, pair = internet.ipv4(), internet.ca.issue(HOST)
    internet.nginx(
        f"server {{ listen {address}:443 ssl; ssl_certificate {pair.certificate};"
        f" ssl_certificate_key {pair.key}; return 200; }}"
    )

    async def ours() -> None:
        async with Tls(internet.network(), Deadline(60)) as tls:
            for _ in range(HANDSHAKES):
                assert (await tls.handshake(HOST, (address, 443), Look(verify=True))).chain

    def bare() -> None:
        context = ssl.create_default_context(cafile=str(internet.ca.root_file))
        for _ in range(HANDSHAKES):
            with (
                socket.create_connection((address, 443), timeout=10) as plain,
                context.wrap_socket(plain, server_hostname=HOST) as shaken,
            ):
                assert shaken.getpeercert(binary_form=True)

    ours_ms, peer_ms = in_turn(lambda: asyncio.run(ours()), bare, 7)
    return Comparison(
        what=f"{HANDSHAKES} TLS handshakes", ours_ms=ours_ms, peer="stdlib ssl", peer_ms=peer_ms, limit=1.3
    )
