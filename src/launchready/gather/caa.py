"""Which certificate authorities may issue for a host: the CAA records that apply to it."""

import dns.rdtypes.ANY.CAA

from launchready.model.facts import Caa
from launchready.wire.dns import Dns


async def relevant_caa(host: str, dns: Dns) -> tuple[Caa, ...]:
    """The set of the nearest name at or above the host that has any (RFC 8659, section 3); raises WireError."""
    labels = host.split(".")
    for start in range(len(labels)):
        owner = ".".join(labels[start:])
        answer = await dns.look_up(owner, "CAA", unchecked=True)
        holder = answer.chain[-1] if answer.chain else owner  # beside a CNAME nothing else may stand
        found = tuple(_caa(holder, rdata) for rdata in answer.rrset or ())
        if found:
            return found
    return ()


def _caa(owner: str, rdata: dns.rdtypes.ANY.CAA.CAA) -> Caa:
    tag = rdata.tag.decode("latin-1").lower()
    value = rdata.value.decode("latin-1")
    if tag in ("issue", "issuewild"):
        value = value.partition(";")[0].strip().lower()
    return Caa(owner=owner, critical=bool(rdata.flags & 128), tag=tag, value=value)
