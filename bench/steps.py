"""1,000 steps of a journey on ten connections that stay open, beside httpx and Locust's FastHttpUser."""

import json
import subprocess
import sys
from pathlib import Path
from statistics import median

from tests.box.internet import Internet

from bench.measure import Comparison
from bench.peers.steps import STEPS, VISITORS

ROOT = Path(__file__).parents[1]
ROUNDS = 7


def compare(internet: Internet) -> list[Comparison]:
    """CPU of the same steps, ours beside each peer; who plays the server is not counted."""
    address = internet.ipv4()
    internet.nginx(
        f"server {{ listen {address}:80; keepalive_requests 100000; default_type text/html;"
        " return 200 '<title>Hello</title>hello'; }"
    )
    url = f"http://{address}/"
    peers = {"httpx": Path(sys.executable), "locust": ROOT / ".venv-locust" / "bin" / "python"}
    rounds = [(_cpu_ms(Path(sys.executable), "launchready", url), *_each(peers, url)) for _ in range(ROUNDS)]
    return [
        Comparison(
            what=f"{VISITORS * STEPS:,} steps of a journey",
            ours_ms=median(one[0] for one in rounds),
            peer=peer,
            peer_ms=median(one[place] for one in rounds),
            limit=0.5,
        )
        for place, peer in enumerate(peers, start=1)
    ]


def _each(peers: dict[str, Path], url: str) -> list[float]:
    return [_cpu_ms(python, name, url) for name, python in peers.items()]


def _cpu_ms(python: Path, name: str, url: str) -> float:
    command = [str(python), "-m", f"bench.peers.run_steps_{name}", url]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=300)
    return float(json.loads(done.stdout.splitlines()[-1])["cpu_ms"])
