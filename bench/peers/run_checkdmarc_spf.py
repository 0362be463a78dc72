"""Reads [[DOMAIN, NAMESERVER], …] as JSON; prints for each whether checkdmarc calls its SPF invalid."""

import json
import sys

from checkdmarc import spf, utils


def is_broken(domain: str, nameserver: str) -> bool:
    for name, value in vars(utils).items():
        if name.endswith("_CACHE"):
            value.clear()
    return not spf.check_spf(domain, nameservers=[nameserver], timeout=1.0, retries=0)["valid"]


print(json.dumps([is_broken(domain, nameserver) for domain, nameserver in json.load(sys.stdin)]))
