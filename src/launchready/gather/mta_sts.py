"""The MTA-STS policy of a mail domain, fetched as a sending mail server would."""

from datetime import datetime

from launchready.errors import NoAnswer, WireError
from launchready.formats import mta_sts
from launchready.formats.addresses import is_private
from launchready.gather.looking import or_gap
from launchready.gather.texts import texts
from launchready.model.facts import MtaStsFacts
from launchready.model.gap import Gap, gap
from launchready.wire.dns import Dns
from launchready.wire.http import Http

BODY_LIMIT_BYTES = 64 * 1024  # RFC 8461, section 3.3, suggests it


async def policy(domain: str, dns: Dns, http: Http, now: datetime) -> MtaStsFacts:
    """The records, and the policy file when a record announces one."""
    found = await or_gap(texts(f"_mta-sts.{domain}", dns))
    file, problem = gap(found.reason) if isinstance(found, Gap) else None, None
    if isinstance(found, Gap):
        problem = gap(found.reason)
    elif mta_sts.records(found):
        file, problem = await _fetched(domain, dns, http)
    return MtaStsFacts(
        subject=domain,
        source="probe",
        at=now,
        texts=found,  # type: ignore[arg-type]
        policy=file,
        problem=problem,
        reports=await or_gap(texts(f"_smtp._tls.{domain}", dns)),  # type: ignore[arg-type]
    )


async def _fetched(domain: str, dns: Dns, http: Http) -> tuple[str | None, str | None]:
    """The text of the policy, or why senders cannot get it; Gaps when that could not be found out."""
    host = f"mta-sts.{domain}"
    try:
        if not dns.mapped(host, 443):
            found = await dns.addresses(host)
            if not found.all:
                return None, f"{host} has no address in DNS"
            if any(is_private(address) for address in found.all):
                return None, f"{host} leads into a private network"
    except WireError as error:
        return gap(str(error)), gap(str(error))
    try:
        return await _answer(f"https://{host}/.well-known/mta-sts.txt", http)
    except NoAnswer as error:
        return gap(str(error)), gap(str(error))
    except WireError as error:
        return None, str(error)


async def _answer(url: str, http: Http) -> tuple[str | None, str | None]:
    """Only a 200 counts; a redirect must not be followed (RFC 8461, section 3.3)."""
    response = await http.fetch(url, verify=True, body_limit_bytes=BODY_LIMIT_BYTES)
    if 300 <= response.status < 400:
        return None, f"{url} redirects, which senders do not follow"
    if response.status != 200:
        return None, f"{url} answers {response.status}"
    media = (response.header("content-type") or "text/plain").partition(";")[0].strip().lower()
    if media != "text/plain":  # RFC 8461, section 3.2: senders check it
        return None, f"{url} is sent as {media[:60]}, not as text/plain"
    if response.truncated:
        return None, f"{url} sends more than {BODY_LIMIT_BYTES >> 10} KiB"
    return response.body.decode("utf-8", "backslashreplace"), None
