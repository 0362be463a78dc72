"""How long `launchready --help` takes beside an interpreter that does nothing."""

import sys

from bench.measure import Comparison, processes


def compare() -> Comparison:
    ours, peer = processes([sys.executable, "-m", "launchready", "--help"], [sys.executable, "-c", "pass"], 15)
    return Comparison(what="start of --help", ours_ms=ours, peer="python -c pass", peer_ms=peer, limit=8)
