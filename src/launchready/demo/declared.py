"""What Parley's team would declare, its zones, and the roads that lead all its names to loopback."""

from dns.zone import Zone

from launchready.demo import mail
from launchready.demo.mail import MailFault
from launchready.demo.nameserver import LOOPBACK, zone
from launchready.demo.process import Ports
from launchready.model.launch import ConnectTo, Host, Journeys, Launch, Mail, Network, Role

DOMAIN = "parley.example"
SITE, WWW, APP = DOMAIN, f"www.{DOMAIN}", f"app.{DOMAIN}"
DEADLINE_S = 20.0

# Addresses for documentation (RFC 5737): they look public, and nobody has them.
ROOT = zone(".", "@ 3600 IN NS a.root.example.\nexample. 3600 IN NS a.nic.example.\n")
TLD = zone(
    "example.",
    f"""
@ 3600 IN NS a.nic
a.nic 3600 IN A 192.0.2.1
a.root 3600 IN A 192.0.2.2
{DOMAIN}. 3600 IN NS ns1.{DOMAIN}.
{DOMAIN}. 3600 IN NS ns2.{DOMAIN}.
ns1.{DOMAIN}. 3600 IN A 198.51.100.53
ns2.{DOMAIN}. 3600 IN A 203.0.113.53
""",
)
_HOSTS = """
@ 3600 IN NS ns1
@ 3600 IN NS ns2
ns1 3600 IN A 198.51.100.53
ns2 3600 IN A 203.0.113.53
@ 300 IN A 203.0.113.10
www 300 IN A 203.0.113.10
app 300 IN A 203.0.113.20
"""


def nameservers(faults: frozenset[MailFault]) -> dict[str, tuple[Zone, ...]]:
    """Each name server, by the name it is known by, and the zones it speaks for."""
    parley = zone(f"{DOMAIN}.", _HOSTS + mail.records(DOMAIN, faults))
    return {
        "a.root.example": (ROOT,),
        "a.nic.example": (TLD,),
        f"ns1.{DOMAIN}": (parley,),
        f"ns2.{DOMAIN}": (parley,),
    }


def launch(resolver: int, nameservers: dict[str, int], ports: Ports, ca: str) -> Launch:
    """Parley as its team would declare it, with every connection led to a port on this machine."""
    roads = (
        *(_road(name, 53, port) for name, port in nameservers.items()),
        *(_road(host, 80, ports.http) for host in ports.https),
        *(_road(host, 443, port) for host, port in ports.https.items()),
        ConnectTo(host="", port=None, to_host=LOOPBACK, to_port=1),  # nothing else leaves: port 1 is closed
    )
    return Launch(
        domain=DOMAIN,
        name="Parley",
        canonical=SITE,
        hosts=(
            Host(name=SITE, role=Role.SITE, routes=("/", "/pricing"), health="/health"),
            Host(name=WWW, role=Role.REDIRECT),
            Host(name=APP, role=Role.APP, routes=("/login", "/chat"), health="/health", private=("/chat",)),
        ),
        journeys=Journeys(login="login", signup="signup", first_chat="first-chat"),
        mail=Mail(addresses=(f"hello@{DOMAIN}",), selectors=(mail.SELECTOR,)),
        network=Network(resolver=(LOOPBACK, resolver), ca=ca, connect_to=roads, deadline_s=DEADLINE_S),
    )


def _road(host: str, port: int, to_port: int) -> ConnectTo:
    return ConnectTo(host=host, port=port, to_host=LOOPBACK, to_port=to_port)
