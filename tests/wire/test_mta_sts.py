"""MTA-STS records, policies and patterns (RFC 8461)."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lemonade_server.wire.mta_sts import MODES, MOST_AGE, allows, parse_policy, policy_id

POLICY = (
    "version: STSv1\nmode: enforce\nmx: mail.example.com\nmx: *.example.net\n"
    "mx: backupmx.example.com\nmax_age: 604800\n"
)


def test_the_example_of_the_rfc() -> None:
    found = parse_policy(POLICY)
    assert (found.mode, found.max_age) == ("enforce", 604_800)
    assert found.hosts == ["mail.example.com", "*.example.net", "backupmx.example.com"]
    assert policy_id([b"v=STSv1; id=20160831085700Z;", b"v=spf1 -all"]) == "20160831085700Z"


def test_a_wildcard_is_one_label() -> None:
    hosts = parse_policy(POLICY).hosts
    assert allows(hosts, "MAIL.example.com.")
    assert allows(hosts, "mx1.example.net")
    for name in ("example.net", "a.b.example.net", "x.mail.example.com", "", "."):
        assert not allows(hosts, name)


@pytest.mark.parametrize(
    "records",
    [[], [b"v=STSv1; id=a", b"v=STSv1; id=b"], [b"v=STSv1"], [b"v=STSv1; id=a-b"], [b"v=STSv10;"]],
)
def test_records_that_announce_nothing(records: list[bytes]) -> None:
    with pytest.raises(ValueError, match=r"record|STSv1"):
        policy_id(records)


@pytest.mark.parametrize(
    "text",
    [
        "", "mode: enforce\nmx: a.b\nmax_age: 1", POLICY.replace("enforce", "Enforce"),
        POLICY.replace("604800", "-1"), POLICY + "nonsense", POLICY + "mx: a_b c\n",
        "version: STSv1\nmode: enforce\nmax_age: 1",
    ],
)  # fmt: skip
def test_policies_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_policy(text)


def test_blanks_take_no_more_time_than_other_characters() -> None:
    policy = f"version: STSv1{' ' * 9}\nmode: none \t\nmax_age: 9\nx: a{' ' * 400_000}b\n"
    assert parse_policy(policy).mode == "none"


def test_extensions_are_passed_over_and_the_first_field_counts() -> None:
    found = parse_policy(POLICY.replace("604800", "99999999") + "future: x\r\nmode: none\r\n\r\n")
    assert (found.mode, found.max_age) == ("enforce", MOST_AGE)


LINES = ("version: STSv1", "mode: enforce", "mode: none", "mx: *.b.test", "max_age: 9", "x: y", " ")


@given(st.lists(st.sampled_from(LINES) | st.text(max_size=9), max_size=8).map("\n".join))
@example("version: STSv1\nmax_age: 9999999999\nmode: none")
@example("version: STSv1\nmax_age: 9\nmode: enforce\nmx: *.b.test")
def test_any_text_is_a_policy_or_refused(text: str) -> None:
    try:
        found = parse_policy(text)
    except ValueError:
        return
    assert found.mode in MODES and 0 <= found.max_age <= MOST_AGE
    assert found.hosts or found.mode == "none"
    assert all(host == host.lower() and host in text.lower() for host in found.hosts)
