"""`make bench`: every comparison, one line each; exit 1 when a limit is not held."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.box import namespace
from tests.box.certificates import Authority
from tests.box.internet import Internet

from bench import audits, handshakes, questions, secrets_history, spf_suite, startup, steps


def main() -> int:
    namespace.enter()
    print("CPU time unless wall time is said; medians of runs taken in turn")
    with TemporaryDirectory() as folder:
        authority = Authority.new("Let's Encrypt", Path(folder) / "authority")
        with Internet(Path(folder) / "internet", authority) as internet:
            comparisons = [startup.compare(), questions.compare(internet), handshakes.compare(internet)]
        with Internet(Path(folder) / "five-hosts", authority) as internet:
            comparisons += audits.compare(internet)
        with Internet(Path(folder) / "steps", authority) as internet:
            comparisons += steps.compare(internet)
        with Internet(Path(folder) / "suite", authority) as internet:
            ours, theirs = spf_suite.compare(internet)
    histories = secrets_history.compare()
    for comparison in (*comparisons, *histories):
        print(comparison)
    print(ours, theirs, sep="\n")
    return 0 if ours.held and all(comparison.held for comparison in (*comparisons, *histories)) else 1


if __name__ == "__main__":
    sys.exit(main())
