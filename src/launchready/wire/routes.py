"""Where a connection really goes: `--connect-to` maps any host and port, for every protocol alike."""

from launchready.model.launch import ConnectTo


class Routes:
    """The `connect_to` entries of a run; the first that matches wins, as in curl."""

    def __init__(self, entries: tuple[ConnectTo, ...]) -> None:
        self.entries = entries

    def target(self, host: str, port: int) -> tuple[str, int]:
        """The host (name or address) and port to connect to instead of `host:port`; the same ones when unmapped."""
        for entry in self.entries:
            if entry.host in ("", host) and entry.port in (None, port):
                return entry.to_host or host, entry.to_port or port
        return host, port
