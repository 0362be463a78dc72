"""RESOLVER DOMAIN: all that checkdmarc looks at, its caches emptied before each run."""

import sys

import checkdmarc
from checkdmarc import utils

from bench.peers.timed import report

resolver, domain = sys.argv[1:]


def empty_caches() -> None:
    for name, value in vars(utils).items():
        if name.endswith("_CACHE"):
            value.clear()


report(lambda: checkdmarc.check_domains([domain], nameservers=[resolver]), empty_caches)
