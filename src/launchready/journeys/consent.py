"""May a request that writes go there? Only to hosts that launch.toml lists, and to production only when it is owned."""

from ipaddress import ip_address

from launchready.formats.urls import host_of
from launchready.model.launch import Launch


def refusal(url: str, launch: Launch, *, owned: bool) -> str | None:
    """Why a request that writes may not go to `url`, as a sentence that names the host; None when it may.

    `owned` is what `--i-own-this` says. Production is a declared host that is neither this machine, a private address,
    nor named by the url of an environment that is not production.
    """
    host = host_of(url)
    staging = {host_of(one.url) for one in launch.environments if not one.is_production}
    if not host or host not in listed(launch):
        return f"{host or url[:200]} is not listed in launch.toml; add it under [hosts] if it is yours"
    if host in staging or _is_near(host) or owned:
        return None
    return f"{host} is production: this writes to it, so that it needs --i-own-this"


def listed(launch: Launch) -> frozenset[str]:
    """The hosts that launch.toml names."""
    hosts = {*(one.name for one in launch.hosts if one.declared), *launch.local_hosts}
    return frozenset(hosts | {host_of(one.url) for one in launch.environments})


def _is_near(host: str) -> bool:
    """Whether a name can only mean this machine or its own network."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or (address.is_private and not address.is_unspecified)
