"""The declared records beside what DNS holds."""

from collections import Counter
from datetime import datetime

from launchready.errors import WireError
from launchready.formats.records import normalised
from launchready.model.facts import RecordFacts
from launchready.model.gap import gap
from launchready.model.launch import DnsRecord, Launch
from launchready.wire.dns import Dns


def subjects(launch: Launch) -> tuple[tuple[str, DnsRecord], ...]:
    """Each declared record with its subject, "NAME TYPE"; the value is added where several share name and type."""
    plain = [f"{record.name} {record.type}" for record in launch.records]
    often = Counter(plain)
    return tuple(
        (subject if often[subject] == 1 else f"{subject} {normalised(record.type, record.value)}", record)
        for subject, record in zip(plain, launch.records, strict=True)
    )


async def record_facts(subject: str, record: DnsRecord, dns: Dns, now: datetime) -> RecordFacts:
    """One declared record beside the records of its name and type."""
    try:
        answer = await dns.look_up(record.name, record.type, unchecked=True)
        found = tuple(sorted({normalised(record.type, text) for text in answer.records}))
    except WireError as error:
        found = gap(str(error))
    return RecordFacts(
        subject=subject, source="probe", at=now, wanted=normalised(record.type, record.value), found=found
    )
