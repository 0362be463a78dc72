"""URL: the steps with httpx, one client a visitor; each answer's status and body are looked at."""

import sys

import httpx

from bench.peers.steps import STEPS, VISITORS, WANTED, report_warm

(url,) = sys.argv[1:]
clients = [httpx.Client() for _ in range(VISITORS)]


def walk() -> None:
    for client in clients:
        for _ in range(STEPS):
            answer = client.get(url)
            assert answer.status_code == 200
            assert WANTED in answer.text


report_warm(walk)
