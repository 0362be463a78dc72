"""Zone files of the box: a signed root, signed top-level domains, and what hangs below them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

import dns.dnssec
import dns.dnssectypes
import dns.name
import dns.rdata
import dns.rdataset
import dns.rdatatype
import dns.rdtypes.ANY.DNSKEY
import dns.zone
from cryptography.hazmat.primitives.asymmetric import ec

TTL = 5
_SOA = f"@ {TTL} SOA {{primary}}. hostmaster.{{primary}}. 1 3600 600 86400 {TTL}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """One zone as published; see `Internet.zone` for the words."""

    name: str
    records: str
    nameservers: dict[str, str]
    signed: bool = False
    broken: str | None = None

    def text(self) -> str:
        """The zone file, signed where it is to be."""
        names = "".join(f"@ {TTL} NS {server}.\n" for server in self.nameservers)
        plain = _SOA.format(primary=next(iter(self.nameservers))) + names + self.glue() + self.records
        return _signed(plain, self.name, self.broken) if self.signed else _zone(plain, self.name).to_text()

    def glue(self) -> str:
        """Addresses of the name servers that lie inside the zone."""
        return "".join(
            f"{server}. {TTL} {'AAAA' if ':' in address else 'A'} {address}\n"
            for server, address in self.nameservers.items()
            if server.endswith(f".{self.name}")
        )

    def delegation(self) -> str:
        """What the parent publishes: NS, glue, and the DS of a signed zone."""
        names = "".join(f"{self.name}. {TTL} NS {server}.\n" for server in self.nameservers)
        if not self.signed:
            return names + self.glue()
        key = _key(f"another than {self.name}" if self.broken == "wrong-ds" else self.name)[1]
        ds = dns.dnssec.make_ds(dns.name.from_text(self.name), key, "SHA256")
        return f"{names}{self.glue()}{self.name}. {TTL} DS {ds.to_text()}\n"


def mail_records(domain: str) -> str:
    """Zone file lines of a domain that takes mail, sends it from the same server, and lets nobody forge it."""
    return (
        f'@ {TTL} MX 10 mail\nmail {TTL} A 192.0.2.25\n@ {TTL} TXT "v=spf1 mx -all"\n'
        f'_dmarc {TTL} TXT "v=DMARC1; p=quarantine; rua=mailto:dmarc@{domain}"\n'
    )


def root_and_tlds(address: str, zones: Iterable[Zone]) -> Mapping[str, str]:
    """Zone texts of the root and of every top-level domain that the zones need, all served at one address."""
    below: dict[str, str] = {}
    for zone in zones:
        tld = zone.name.rpartition(".")[2]
        below[tld] = below.get(tld, "") + zone.delegation()
    tlds = [
        Zone(name=tld, records=delegations, nameservers={f"a.nic.{tld}": address}, signed=True)
        for tld, delegations in below.items()
    ]
    records = "".join(tld.delegation() for tld in tlds) + f"a.root. {TTL} A {address}\n"
    root = _signed(_SOA.format(primary="a.root") + f"@ {TTL} NS a.root.\n" + records, ".", None)
    return {".": root, **{tld.name: tld.text() for tld in tlds}}


def anchor() -> str:
    """The DS of the box's root, as a validator's trust anchor."""
    return f". DS {dns.dnssec.make_ds(dns.name.root, _key('.')[1], 'SHA256').to_text()}"


def _zone(text: str, name: str) -> dns.zone.Zone:
    return dns.zone.from_text(text, origin=dns.name.from_text(name), relativize=False, check_origin=False)


def _signed(text: str, name: str, broken: str | None) -> str:
    zone = _zone(text, name)
    now = datetime.now(UTC)
    ends = now + timedelta(days=-1 if broken == "expired" else 30)
    dns.dnssec.sign_zone(zone, keys=[_key(name)], inception=now - timedelta(days=10), expiration=ends, dnskey_ttl=TTL)
    if broken == "tampered":
        for _, rdataset in zone.iterate_rdatasets("A"):
            rdataset.clear()  # type: ignore[no-untyped-call]
            rdataset.add(dns.rdata.from_text("IN", "A", "9.9.9.9"), TTL)
    return zone.to_text()


@cache
def _key(name: str) -> tuple[ec.EllipticCurvePrivateKey, dns.rdtypes.ANY.DNSKEY.DNSKEY]:
    private = ec.generate_private_key(ec.SECP256R1())
    algorithm = dns.dnssectypes.Algorithm.ECDSAP256SHA256
    return private, dns.dnssec.make_dnskey(private.public_key(), algorithm, flags=257)
