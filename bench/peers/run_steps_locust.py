"""URL: the steps with Locust's FastHttpUser as its runner drives it, statistics and all."""

import gevent.monkey

gevent.monkey.patch_all()

import sys  # noqa: E402 – gevent must come first

import gevent  # noqa: E402
from locust.contrib.fasthttp import FastHttpUser  # noqa: E402
from locust.env import Environment  # noqa: E402

from bench.peers.steps import STEPS, VISITORS, WANTED, report_warm  # noqa: E402

(url,) = sys.argv[1:]


Visitor = type("Visitor", (FastHttpUser,), {"host": url})
environment = Environment(user_classes=[Visitor])
environment.create_local_runner()
visitors = [Visitor(environment) for _ in range(VISITORS)]


def visit(visitor: FastHttpUser) -> None:
    """The steps of one visitor, each judged as a journey's is."""
    for _ in range(STEPS):
        with visitor.client.get(url, catch_response=True) as answer:
            if answer.status_code != 200 or WANTED not in answer.text:
                answer.failure("not as expected")


def walk() -> None:
    gevent.joinall([gevent.spawn(visit, visitor) for visitor in visitors])
    assert not environment.stats.total.num_failures


report_warm(walk)
