"""Recipients as people type them, checked, with words that say what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext, gettext_lazy, ngettext

from lemonade_server.wire import idn
from lemonade_server.wire.control_characters import has_controls

from .errors import BadDraft
from .fields import mailbox_text
from .origin import Address

MOST = 500
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\Z")
_QUOTED_LOCAL = re.compile(r'"(?:[^"\\\x00-\x1f\x7f]|\\[\x20-\x7e])+"\Z')
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\Z")
_ANGLED = re.compile(r"(?P<name>.*?)<(?P<address>[^<>]*)>\Z", re.DOTALL)
NAMES = {
    "to": gettext_lazy("To"),
    "cc": gettext_lazy("Cc"),
    "bcc": gettext_lazy("Bcc"),
    "sender": gettext_lazy("From"),
    "reply_to": gettext_lazy("Reply-To"),
}


def parse_list(field: str, text: str) -> list[Address]:
    """The addresses of one form field; doubles are dropped. Raises BadDraft."""
    out: list[Address] = []
    seen: set[str] = set()
    for item in _items(text):
        address = parse_one(field, item)
        if address.address.lower() not in seen:
            seen.add(address.address.lower())
            out.append(address)
    if len(out) > MOST:
        raise BadDraft(
            field,
            ngettext(
                "%(field)s holds %(number)d address; %(most)d is the most.",
                "%(field)s holds %(number)d addresses; %(most)d is the most.",
                len(out),
            )
            % {"field": NAMES[field], "number": len(out), "most": MOST},
        )
    return out


def parse_unfinished_list(field: str, text: str) -> tuple[list[Address], str]:
    """The addresses of a form field that is still being written, and the rest of it as typed."""
    out: dict[str, Address] = {}
    rest: list[str] = []
    for item in _items(text):
        try:
            address = parse_one(field, item)
        except BadDraft:
            rest.append(item)
        else:
            out.setdefault(address.address.lower(), address)
    return list(out.values()), ", ".join(rest)


def _items(text: str) -> Iterator[str]:
    """Split at commas, semicolons and line ends that are not inside quotes or angles."""
    quoted = escaped = False
    angle = False
    item = ""
    for c in text:
        if quoted:
            item += c
            if escaped:
                escaped = False
            elif c == "\\":
                escaped = True
            elif c == '"':
                quoted = False
            continue
        if c in ",;\n\r" and not angle:
            if item.strip():
                yield item.strip()
            item = ""
            continue
        quoted = c == '"'
        angle = c == "<" or (angle and c != ">")
        item += c
    if item.strip():
        yield item.strip()


def parse_one(field: str, text: str) -> Address:
    """``Ann <ann@x.example>`` or ``ann@x.example``. Raises BadDraft naming the trouble."""

    def wrong(why: str) -> BadDraft:
        return BadDraft(
            field,
            gettext("%(field)s: “%(text)s” is not an address: %(why)s.")
            % {"field": NAMES[field], "text": text[:80], "why": why},
        )

    if has_controls(text):
        raise wrong(gettext("it holds a character that can't be seen"))
    match = _ANGLED.match(text)
    if match:
        name, address = match["name"].strip(), match["address"].strip()
    elif "<" in text or ">" in text:
        raise wrong(gettext("“<” and “>” must enclose the address"))
    else:
        name, address = "", text
    if name.startswith('"') and name.endswith('"') and len(name) > 1:
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return Address(" ".join(name.split()), _check_address(address, wrong))


def _check_address(address: str, wrong: object) -> str:
    """The address with its domain in ASCII, or raises what ``wrong`` makes."""
    assert callable(wrong)
    local, at, host = address.rpartition("@")
    if not at:
        raise wrong(gettext("the @ is missing"))
    if not local:
        raise wrong(gettext("nothing stands before the @"))
    if not host:
        raise wrong(gettext("nothing stands after the @"))
    if " " in host or (" " in local and not local.startswith('"')):
        raise wrong(gettext("it has a space in it; put a comma between two addresses"))
    if not local.isascii():
        raise wrong(gettext("only plain letters are possible before the @"))
    if not _LOCAL.match(local) and not _QUOTED_LOCAL.match(local):
        raise wrong(gettext("what stands before the @ can't be read"))
    if len(local) > 64 or len(address) > 254:
        raise wrong(gettext("it is too long"))
    try:
        plain = idn.to_ascii(host.rstrip(".")) if not host.isascii() else host
    except ValueError:
        raise wrong(gettext("there is no such domain name")) from None
    if not all(_LABEL.match(label) for label in plain.split(".")):
        raise wrong(gettext("what stands after the @ is not a domain name"))
    return f"{local}@{plain.lower()}"


def mailbox_label(address: Address) -> str:
    """How an address stands in a form field: a name with a comma in it is quoted."""
    if not address.address:
        return ""
    plain = Address(address.name if address.name.isascii() else "", address.address)
    if plain.name or not address.name:
        return mailbox_text(plain)
    name = address.name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{name}" <{address.address}>' if set(name) & set(',;<>@"') else str(address)


def mailbox_labels(found: Iterable[Address]) -> str:
    """The addresses of a form field, with commas between."""
    return ", ".join(label for label in map(mailbox_label, found) if label)
