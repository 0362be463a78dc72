"""TXT records as the protocols that live in them read them: each with its strings joined."""

from launchready.wire.dns import Dns


async def texts(name: str, dns: Dns) -> tuple[str, ...]:
    """The TXT records of a name, also through CNAMEs; none when DNS says so. Raises WireError when it says nothing."""
    answer = await dns.look_up(name, "TXT")
    joined = (b"".join(rdata.strings) for rdata in answer.rrset or ())
    return tuple(sorted(text.decode("utf-8", "backslashreplace") for text in joined))
