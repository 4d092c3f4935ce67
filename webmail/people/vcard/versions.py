"""Cards of version 3 (RFC 2426) and 2.1 as version 4, and back (RFC 6350 appendix A).

What only one of them knows stays as it is, so that it comes back whole.
"""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import UUID

from .card import VCard, bare_uid
from .properties import Property, escaped_text

BINARY = {"PHOTO": "image", "LOGO": "image", "SOUND": "audio", "KEY": "application"}
"""What may be in a card itself, and what kind of data that is."""
APPLE = {"X-ADDRESSBOOKSERVER-KIND": "KIND", "X-ADDRESSBOOKSERVER-MEMBER": "MEMBER"}
_RENAMED = {**APPLE, "X-ANNIVERSARY": "ANNIVERSARY"}
_RENAMED_BACK = {new: old for old, new in _RENAMED.items()}
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)\Z")
_BASIC_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)\Z")
_DATA = re.compile(r"data:([^,;]*)[^,]*;base64,", re.IGNORECASE)
_FORGOTTEN_TYPES = {"pref", "internet", "x400"}


def as_version_4(card: VCard) -> VCard:
    """The same card in version 4; itself if it is that already."""
    if card.version == "4.0":
        return card
    found = [_newer(replace(one, parameters=dict(one.parameters))) for one in card.properties]
    out = VCard(found)
    if not out.text("FN"):
        out.properties.insert(0, Property("FN", escaped_text(card.name)))
    return out


def _newer(one: Property) -> Property:
    one.name = _RENAMED.get(one.name, one.name)
    if one.parameters.get("TYPE"):
        types = one.types
        if "pref" in types and "PREF" not in one.parameters:
            one.parameters["PREF"] = ["1"]
        one.parameters["TYPE"] = [each for each in types if each not in _FORGOTTEN_TYPES]
        if not one.parameters["TYPE"]:
            del one.parameters["TYPE"]
    if one.name in BINARY:
        return _data_uri(one)
    if one.name in ("BDAY", "ANNIVERSARY") and (date := _DATE.match(one.value)):
        one.value = "".join(date.groups())
    elif one.name == "GEO" and not one.value.startswith("geo:"):
        one.value = "geo:" + one.value.replace(";", ",")
    elif one.name in ("UID", "MEMBER") and _is_uuid(bare_uid(one.value)):
        one.value = f"urn:uuid:{bare_uid(one.value)}"
    elif one.name == "KIND":
        one.value = one.value.lower()
    return one


def _data_uri(one: Property) -> Property:
    """What is in the card itself, as version 4 has it."""
    if one.parameter("ENCODING").upper() not in ("B", "BASE64"):
        return one
    del one.parameters["ENCODING"]
    one.parameters.pop("VALUE", None)
    kind = next(iter(one.parameters.pop("TYPE", [])), "") or "octet-stream"
    kind = kind if "/" in kind else f"{BINARY[one.name]}/{kind}"
    one.value = f"data:{kind};base64,{''.join(one.value.split())}"
    return one


def as_version_3(card: VCard) -> VCard:
    """The same card in version 3, which Apple's programs know alone."""
    if card.version == "3.0":
        return card
    found = [_older(replace(one, parameters=dict(one.parameters))) for one in card.properties]
    out = VCard(found, "3.0")
    if not out.all("N"):  # which must be there (RFC 2426 §3.1.2)
        out.properties.append(Property("N", f"{escaped_text(card.name)};;;;"))
    return out


def _older(one: Property) -> Property:
    one.name = _RENAMED_BACK.get(one.name, one.name)
    if one.parameters.pop("PREF", None):
        one.parameters["TYPE"] = [*one.parameters.get("TYPE", []), "pref"]
    if one.name in BINARY and (found := _DATA.match(one.value)):
        kind = found[1].rpartition("/")[2].upper()
        one.parameters.pop("VALUE", None)
        one.parameters["ENCODING"] = ["b"]
        if kind:
            one.parameters["TYPE"] = [kind]
        one.value = one.value[found.end() :]
    elif one.name in ("BDAY", "X-ANNIVERSARY") and (date := _BASIC_DATE.match(one.value)):
        one.value = "-".join(date.groups())
    elif one.name == "GEO":
        one.value = one.value.removeprefix("geo:").partition(";")[0].replace(",", ";")
    elif one.name == "TEL" and one.value.lower().startswith("tel:"):
        one.value = one.value[4:]
        one.parameters.pop("VALUE", None)
    elif one.name == "UID":
        one.value = bare_uid(one.value)
    return one


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
