"""Filters of an addressbook-query: which cards are meant (RFC 6352 §10.5)."""

from __future__ import annotations

from collections.abc import Callable

from webmail.people.folding import folded_text
from webmail.people.vcard.card import VCard
from webmail.people.vcard.properties import Property, plain_text

from .xml import Element, card

TESTS: dict[str, Callable[[str, str], bool]] = {
    "equals": lambda text, wanted: text == wanted,
    "contains": lambda text, wanted: wanted in text,
    "starts-with": lambda text, wanted: text.startswith(wanted),
    "ends-with": lambda text, wanted: text.endswith(wanted),
}


def is_meant(found: VCard, chosen: Element | None) -> bool:
    """Whether a filter means a card; without one all are meant."""
    if chosen is None:
        return True
    tests = [_has_property(found, one) for one in chosen.findall(card("prop-filter"))]
    return _together(chosen, tests) if tests else True


def _together(chosen: Element, tests: list[bool]) -> bool:
    return all(tests) if chosen.get("test") == "allof" else any(tests)


def _has_property(found: VCard, chosen: Element) -> bool:
    name = (chosen.get("name") or "").upper()
    there = [one for one in found.properties if one.name == name]
    if chosen.find(card("is-not-defined")) is not None:
        return not there
    texts = chosen.findall(card("text-match"))
    parameters = chosen.findall(card("param-filter"))
    if not texts and not parameters:
        return bool(there)
    tests = [any(_matches(plain_text(one.value), text) for one in there) for text in texts]
    tests += [any(_has_parameter(one, each) for one in there) for each in parameters]
    return _together(chosen, tests)


def _has_parameter(one: Property, chosen: Element) -> bool:
    values = one.parameters.get((chosen.get("name") or "").upper(), [])
    if chosen.find(card("is-not-defined")) is not None:
        return not values
    text = chosen.find(card("text-match"))
    return bool(values) if text is None else any(_matches(each, text) for each in values)


def _matches(text: str, chosen: Element) -> bool:
    test = TESTS.get(chosen.get("match-type") or "contains", TESTS["contains"])
    is_so = test(folded_text(text), folded_text(chosen.text or ""))
    return is_so != (chosen.get("negate-condition") == "yes")
