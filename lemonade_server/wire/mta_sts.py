"""MTA-STS: the record that announces a domain's policy, the policy, and its host patterns.

RFC 8461 §3.1, §3.2, §4.1. What is not well formed raises ValueError.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MOST_AGE = 31_557_600
"""Seconds, about a year (§3.2)."""

MODES = ("enforce", "testing", "none")

_RECORD = re.compile(rb"v=STSv1[ \t]*(?:;|\Z)")
_ID = re.compile(rb"(?:;|\A)[ \t]*id=([A-Za-z0-9]{1,32})[ \t]*(?:;|\Z)")
_LINE = re.compile(r"[ \t]*([A-Za-z0-9][A-Za-z0-9_.-]{0,31})[ \t]*:[ \t]*(.*)")
_PATTERN = re.compile(r"(?:\*\.)?[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)*\.?")


@dataclass(slots=True)
class Sts:
    """A policy as published. ``max_age`` in seconds."""

    mode: str
    max_age: int
    hosts: list[str]


def policy_id(records: Sequence[bytes]) -> str:
    """The id of the one record among a name's TXT records that announces a policy."""
    announced = [record for record in records if _RECORD.match(record)]
    if len(announced) != 1:
        raise ValueError("there is not exactly one STSv1 record")
    found = _ID.search(announced[0])
    if found is None:
        raise ValueError("the record has no id")
    return found[1].decode("ascii")


def parse_policy(text: str) -> Sts:
    """The body of ``.well-known/mta-sts.txt``. Of a field given twice the first one counts."""
    fields: dict[str, str] = {}
    hosts: list[str] = []
    for line in text.splitlines():
        found = _LINE.fullmatch(line)
        if found is None:
            if line.strip():
                raise ValueError("a line is no field")
            continue
        value = found[2].rstrip(" \t")
        if found[1] == "mx":
            hosts.append(_pattern(value))
        else:
            fields.setdefault(found[1], value)
    if fields.get("version") != "STSv1":
        raise ValueError("the version is not STSv1")
    mode, age = fields.get("mode", ""), fields.get("max_age", "")
    if mode not in MODES:
        raise ValueError(f"the mode is not one of {', '.join(MODES)}")
    if not re.fullmatch("[0-9]{1,10}", age):
        raise ValueError("max_age is no number")
    if not hosts and mode != "none":
        raise ValueError("no mail host is named")
    return Sts(mode, min(int(age), MOST_AGE), hosts)


def _pattern(text: str) -> str:
    if not _PATTERN.fullmatch(text):
        raise ValueError("a mail host's name is not well formed")
    return text.lower().removesuffix(".")


def allows(hosts: Sequence[str], name: str) -> bool:
    """Whether a mail host matches one of the patterns; ``*.`` stands for exactly one label."""
    name = name.lower().removesuffix(".")
    _, dot, parent = name.partition(".")
    return any(
        host == name or (dot and host.startswith("*.") and host[2:] == parent) for host in hosts
    )
