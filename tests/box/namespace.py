"""A network namespace of this process's own: public addresses and standard ports are ours, and nothing can leave."""

import ctypes
import os
import subprocess
from collections.abc import Iterable

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000


def enter() -> None:
    """Move this process, which must still be single-threaded, into a fresh network namespace with `lo` up.

    Root unshares the network alone; anybody else also a user namespace in which they are root.
    Raises OSError when the kernel allows neither.
    """
    uid, gid = os.getuid(), os.getgid()
    try:
        _unshare(_CLONE_NEWNET)
    except PermissionError:
        _unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
        _map(uid, gid)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True, timeout=10)


def add_address(address: str) -> None:
    """Make a public address one of this machine's own."""
    bits = "128" if ":" in address else "32"
    command = ["ip", "address", "add", f"{address}/{bits}", "dev", "lo"]
    subprocess.run([*command, "nodad"] if ":" in address else command, check=True, timeout=10)


def drop_addresses(addresses: Iterable[str]) -> None:
    """Give addresses up again: a namespace with thousands of them runs out of room for IPv6 routes."""
    lines = "".join(f"address del {one}/{'128' if ':' in one else '32'} dev lo\n" for one in addresses)
    subprocess.run(["ip", "-batch", "-"], input=lines, text=True, check=True, timeout=30)


def _unshare(flags: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(flags) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def _map(uid: int, gid: int) -> None:
    for name, content in (("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(content)
