"""SPF beyond the published suite: the path of an evaluation, the linter's counts, merging, and hostile records."""

from collections.abc import Mapping
from ipaddress import ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from launchready.formats.spf import Lint, Reply, Result, Status, check_host, is_spf, lint, merged, parse
from tests.spf_suite import Zones

NAME = "parley.example"


def zones(texts: Mapping[str, object]) -> Zones:
    """Zone data of names with one SPF record, or with whatever a list says."""
    return Zones({name: value if isinstance(value, list) else [{"TXT": value}] for name, value in texts.items()})


def linted(record: str, **others: object) -> Lint:
    data = {NAME: record} | {f"{name}.{NAME}": value for name, value in others.items()}
    return zones(data).answered(lint(NAME))


def test_the_path_says_what_was_tried_and_where() -> None:
    data = zones({NAME: f"v=spf1 ip4:192.0.2.1 include:a.{NAME} ~all", f"a.{NAME}": "v=spf1 ip4:192.0.2.2 -all"})
    seen = data.answered(check_host(ip_address("192.0.2.3"), NAME, f"x@{NAME}", "mail.example"))
    assert (seen.result, seen.lookups, seen.void_lookups) == (Result.SOFTFAIL, 1, 0)
    assert [(step.depth, step.term, step.outcome.partition(":")[0]) for step in seen.path] == [
        (0, "ip4:192.0.2.1", "no match"),
        (0, f"include:a.{NAME}", "no match"),
        (1, "ip4:192.0.2.2", "no match"),
        (1, "-all", "match"),
        (0, "~all", "match"),
    ]


@pytest.mark.parametrize(
    ("text", "spf"),
    [("v=spf1", True), ("V=SPF1 -all", True), ("v=spf1\t-all", False), ("v=spf10 -all", False), (" v=spf1", False)],
)
def test_what_an_spf_record_is(text: str, spf: bool) -> None:
    assert is_spf(text) is spf


def test_ten_lookups_are_fine_and_eleven_are_not() -> None:
    others = {f"n{number}": "v=spf1 -all" for number in range(11)}
    terms = [f"include:{name}.{NAME}" for name in others]
    assert not linted(f"v=spf1 {' '.join(terms[:10])} -all", **others).broken
    over = linted(f"v=spf1 {' '.join(terms)} -all", **others)
    assert (over.lookups, over.broken) == (11, True)


def test_lookups_of_includes_count_and_what_stands_after_all_does_not() -> None:
    seen = linted(f"v=spf1 include:a.{NAME} mx -all a:x.{NAME} exists:y.{NAME}", a="v=spf1 a mx ?all")
    assert seen.lookups == 4
    assert dict(seen.costs) == {f"include:a.{NAME}": 3, "mx": 1}


def test_two_names_that_are_gone_are_fine_and_three_are_not() -> None:
    terms = [f"a:gone{number}.{NAME}" for number in range(3)]
    assert not linted(f"v=spf1 {' '.join(terms[:2])} -all").broken
    over = linted(f"v=spf1 {' '.join(terms)} -all")
    assert ([name for name, _ in over.voids], over.broken) == ([term[2:] for term in terms], True)
    present = {f"gone{number}": [{"AAAA": "2001:db8::1"}] for number in range(3)}
    assert not linted(f"v=spf1 {' '.join(terms)} -all", **present).broken


def test_a_record_that_includes_itself_has_an_end() -> None:
    assert linted(f"v=spf1 include:{NAME} -all").broken
    assert linted(f"v=spf1 include:a.{NAME} -all", a=f"v=spf1 include:{NAME} -all").broken


@pytest.mark.parametrize("record", ["v=spf1 +all", "v=spf1 all", "v=spf1 ip4:0.0.0.0/0 -all", "v=spf1 ip6:::/0 -all"])
def test_everybody_is_let_in(record: str) -> None:
    assert linted(record).everyone
    assert linted(f"v=spf1 include:a.{NAME} -all", a=record).everyone
    assert not linted(f"v=spf1 -include:a.{NAME} -all", a=record).everyone


@pytest.mark.parametrize("record", ["v=spf1 -all", "v=spf1 ip4:192.0.2.0/24 ~all", "v=spf1 -ip4:0.0.0.0/0 -all"])
def test_not_everybody_is_let_in(record: str) -> None:
    assert not linted(record).everyone


@pytest.mark.parametrize(
    ("term", "words"),
    [("includ:a.example", "no mechanism"), ("ip4:1.2.3", ""), ("a/33", ""), ("include:", ""), ("redirect=x", "")],
)
def test_a_mistake_behind_a_term_that_matches_first_is_found(term: str, words: str) -> None:
    flaws = linted(f"v=spf1 +ip4:192.0.2.1 {term} -all").flaws
    assert [flaw.term for flaw in flaws] == [term]
    assert words in flaws[0].text


def test_merging_keeps_one_record_and_the_customers_own_all() -> None:
    one = merged(["v=spf1 include:_spf.google.com ~all"], includes=["amazonses.com"])
    assert one.text == "v=spf1 include:_spf.google.com include:amazonses.com ~all"
    two = merged(["v=spf1 include:a.example ~all", "v=spf1 include:b.example -all"])
    assert two.text == "v=spf1 include:a.example include:b.example -all"
    assert merged(["v=spf1 include:a.example +all"]).text == "v=spf1 include:a.example ~all"
    assert merged([], includes=["a.example"]).text == "v=spf1 include:a.example ~all"
    assert merged(["V=SPF1 INCLUDE:a.example -all"], includes=["a.example"]).text.lower().count("a.example") == 1


def test_merging_authorises_nobody_anew_and_forgets_nobody() -> None:
    assert merged(["v=spf1 include:a.example -all include:late.example"]).text == "v=spf1 include:a.example -all"
    assert merged(["v=spf1 -all redirect=late.example"]).text == "v=spf1 -all"
    alone = merged(["v=spf1 mx redirect=b.example"], includes=["a.example"], costs={"redirect=b.example": 4})
    assert (alone.text, alone.lookups) == ("v=spf1 mx include:a.example redirect=b.example", 6)
    two = merged(["v=spf1 ip4:192.0.2.1 ~all", "v=spf1 redirect=b.example"], costs={"redirect=b.example": 4})
    assert (two.text, two.lookups) == ("v=spf1 ip4:192.0.2.1 include:b.example ~all", 4)
    closed = merged(["v=spf1 redirect=b.example"], default="~", without=["redirect=b.example"])
    assert (closed.text, closed.lookups) == ("v=spf1 ~all", 0)


def test_merging_stays_within_ten_lookups_or_says_that_it_cannot() -> None:
    costs = {"include:heavy.example": 6, "include:light.example": 2, "ptr": 1}
    texts = ["v=spf1 ptr mx a include:heavy.example include:light.example -all"]
    less = merged(texts, costs=costs, needed=["light.example"])
    assert (less.fits, less.dropped) == (True, ("ptr",))
    none = merged(texts, costs=costs | {"include:light.example": 12}, needed=["light.example", "heavy.example"])
    assert not none.fits


def answers(asking: object, reply: Reply) -> object:
    """Whatever is asked, the same reply; the number of questions is bounded."""
    try:
        next(asking)  # type: ignore[call-overload]
        for _ in range(1000):
            asking.send(reply)  # type: ignore[attr-defined]
    except StopIteration as end:
        return end.value
    raise AssertionError("more than a thousand questions")


terms = st.one_of(
    st.sampled_from(
        ["all", "-all", "include:parley.example", "a", "mx", "ptr", "exists:%{i}.x.example", "redirect=parley.example"]
    ),
    st.text(max_size=40),
    st.text("%{}slodiphvcrt0123456789.:/=-+~?@", max_size=40),
)


@settings(max_examples=300)
@given(st.lists(terms, max_size=20), st.text(max_size=50), st.text(max_size=50))
def test_no_record_raises_or_goes_on_for_ever(parts: list[str], sender: str, helo: str) -> None:
    text = " ".join(["v=spf1", *parts])
    parse(text)
    for status in Status:
        reply = Reply(status, (text,)) if status is Status.FOUND else Reply(status)
        answers(check_host(ip_address("192.0.2.1"), NAME, sender, helo), reply)
        answers(lint(NAME), reply)
    merged([text, text], includes=["a.example"])


@given(st.text())
def test_any_text_may_be_read(text: str) -> None:
    parse(text)
    assert is_spf(text) in (True, False)


def test_a_record_of_a_megabyte_takes_no_time() -> None:
    for text in ("v=spf1 " + "a " * 500_000, "v=spf1 a:" + "%{d}" * 250_000, "v=spf1 " + "/" * 1_000_000):
        assert answers(lint(NAME), Reply(Status.FOUND, (text,))) is not None
