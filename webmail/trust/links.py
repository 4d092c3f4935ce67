"""Links whose words name another place than they lead to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from lxml import etree

from .domains import domain_of, is_registrable, organization_of

MOST_CHARACTERS = 1_000_000  # of a message that is looked through
MOST_LINKS = 2_000
LONGEST_WORDS = 200  # characters; a sentence names no place
_PLACE = re.compile(
    r"(?P<scheme>https?://)?(?P<host>(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24})(?::\d+)?(?:[/?#]\S*)?",
    re.IGNORECASE,
)
_MAILBOX = re.compile(r"[^\s@<>]{1,64}@(?P<host>(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24})")

_INSIDE = re.compile(r"https?:/{1,2}([\w.-]{1,255})")


@dataclass(frozen=True, slots=True)
class MisleadingLink:
    """``named`` is the domain in its words, ``leads_to`` the one behind them."""

    named: str
    leads_to: str


def find_misleading_links(text: str, trusted: Collection[str] = ()) -> list[MisleadingLink]:
    """Those of a message in HTML, each pair once.

    ``trusted``: organizations that may lead wherever they like from words of their own, for they
    have proven that they wrote the message. An address that also names the place in its query is
    one that counts clicks and goes on there.
    """
    found: dict[MisleadingLink, None] = {}
    for words, goal in _links(text[:MOST_CHARACTERS]):
        link = _misleading(words, goal)
        if link is not None and organization_of(link.named) not in trusted:
            found.setdefault(link)
    return list(found)


def _links(text: str) -> Iterator[tuple[str, str]]:
    """Words and address of each link that has both."""
    if "<a" not in text and "<A" not in text:
        return
    try:
        root = etree.fromstring(text.replace("\0", "").encode("utf-8", "replace"), _parser())
    except (etree.LxmlError, ValueError):
        return
    if root is None:
        return
    for number, element in enumerate(root.iter("a")):
        if number == MOST_LINKS:
            return
        goal = (element.get("href") or "").strip()
        words = _as_people_read("".join(map(str, element.itertext()))[: 2 * LONGEST_WORDS])
        if goal and words and len(words) <= LONGEST_WORDS:
            yield words, goal


def _parser() -> etree.HTMLParser:
    return etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True)


def _as_browsers_read(goal: str) -> str:
    """An address of the web as they understand it, whatever slashes follow its scheme; "" for any
    other (WHATWG URL, "special authority slashes state").
    """
    plain = re.sub(r"[\0-\x20]", "", goal).replace("\\", "/")
    found = re.match(r"(https?):/*(.*)", plain, re.IGNORECASE | re.DOTALL)
    return f"{found[1].lower()}://{found[2]}" if found else ""


def _as_people_read(words: str) -> str:
    """Words without what nobody sees, wide letters and dots as the usual ones."""
    seen = "".join(one for one in words if unicodedata.category(one) != "Cf")
    return unicodedata.normalize("NFKC", seen).strip()


def _misleading(words: str, goal: str) -> MisleadingLink | None:
    if goal[:7].lower() == "mailto:":
        return _other(
            _MAILBOX.fullmatch(words), domain_of(unquote(goal[7:].partition("?")[0])), goal
        )
    goal = _as_browsers_read(goal)
    if not goal:
        return None
    named = _PLACE.fullmatch(words.rstrip(".,;:!/"))
    if named is None or (not named["scheme"] and words != words.lower()):
        return None  # "Node.js" and "Booking.com" are names of things
    try:
        host = urlsplit(goal).hostname or ""
    except ValueError:
        return None
    return _other(named, domain_of(host), goal)


def _other(named: re.Match[str] | None, host: str, goal: str) -> MisleadingLink | None:
    if named is None or not host:
        return None
    domain = domain_of(named["host"])
    if not is_registrable(domain):
        return None
    organization = organization_of(domain)
    if organization == organization_of(host) or _goes_on_to(organization, goal):
        return None
    return MisleadingLink(domain, host)


def _goes_on_to(organization: str, goal: str) -> bool:
    """Whether a whole address at that domain stands inside of this one."""
    inside = unquote(unquote(goal)).lower()[8:]
    hosts = (found[1] for found in _INSIDE.finditer(inside))
    return any(organization_of(domain_of(host)) == organization for host in hosts)
