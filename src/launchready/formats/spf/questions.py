"""What the evaluator asks of DNS, what it is told, and how names are made for it."""

from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Address, IPv6Address

LONGEST_LABEL = 63
LONGEST_NAME = 253

Address = IPv4Address | IPv6Address


class Status(Enum):
    """What came back: records, none of that type, no such name, or no answer that could be used."""

    FOUND = "found"
    NODATA = "nodata"
    NXDOMAIN = "nxdomain"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Question:
    """A name (as text, without final dot, no zone file escapes) and a record type: TXT, A, AAAA, MX or PTR."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Reply:
    """The records in the form of `formats.records.normalised`; `reason` says why there was no answer."""

    status: Status
    records: tuple[str, ...] = ()
    reason: str = ""

    @property
    def void(self) -> bool:
        """Whether it counts towards the limit of two (RFC 7208, section 4.6.4)."""
        return self.status in (Status.NODATA, Status.NXDOMAIN) or (self.status is Status.FOUND and not self.records)


def can_be_asked(name: str) -> bool:
    """Whether DNS can hold the name: labels of 1 to 63 characters, ASCII."""
    labels = name.split(".")
    return name.isascii() and len(name) <= LONGEST_NAME and all(0 < len(label) <= LONGEST_LABEL for label in labels)


def is_domain(name: str) -> bool:
    """Whether a record can be looked for there at all (section 4.3): a name of two labels or more."""
    return "." in name and can_be_asked(name) and not name.startswith("[")


def dotted(ip: Address) -> str:
    """The value of the macro i: an IPv6 address is 32 hexadecimal digits with dots between (section 7.3)."""
    return str(ip) if isinstance(ip, IPv4Address) else ".".join(ip.exploded.replace(":", "").upper())


def reverse_name(ip: Address) -> str:
    """Where the PTR record of an address stands."""
    return ip.reverse_pointer


def addresses(records: tuple[str, ...]) -> tuple[Address, ...]:
    """The records that are addresses."""
    found: list[Address] = []
    for text in records:
        try:
            found.append(IPv6Address(text) if ":" in text else IPv4Address(text))
        except ValueError:
            continue
    return tuple(found)


def exchanges(records: tuple[str, ...]) -> tuple[str, ...]:
    """The hosts of MX records, the preferred one first; a null MX (RFC 7505) names none."""
    pairs = [text.split() for text in records]
    usable = [(int(pair[0]), pair[1]) for pair in pairs if len(pair) == 2 and pair[0].isdigit() and len(pair[0]) < 6]
    return tuple(name.removesuffix(".") for _, name in sorted(usable) if name.strip("."))
