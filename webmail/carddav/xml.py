"""Bodies of WebDAV: read with suspicion, and written (RFC 4918 §8, §14)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

from django.http import HttpResponse
from lxml import etree

DAV = "DAV:"
CARD = "urn:ietf:params:xml:ns:carddav"
CALENDAR_SERVER = "http://calendarserver.org/ns/"
PREFIXES = {"D": DAV, "C": CARD, "S": CALENDAR_SERVER}
Element: TypeAlias = etree._Element
_NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML has (XML 1.0 §2.2)."""


class BadBody(ValueError):
    """What was sent is no XML that may be read."""


def dav(name: str) -> str:
    """The tag of an element of WebDAV."""
    return f"{{{DAV}}}{name}"


def card(name: str) -> str:
    """The tag of an element of CardDAV."""
    return f"{{{CARD}}}{name}"


def parse_body(octets: bytes) -> Element | None:
    """The root; None for an empty body. A document type is refused: an entity in it could be
    anything, or grow to any size. Raises BadBody.
    """
    if not octets.strip():
        return None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(octets, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadBody(str(error)) from None
    if root.getroottree().docinfo.doctype:
        raise BadBody("a document type is not allowed")
    return root


def element(tag: str, *children: Element | str, **attributes: str) -> Element:
    """An element with texts and others in it."""
    made = etree.Element(tag, attributes, nsmap=PREFIXES)
    for child in children:
        if isinstance(child, str):
            made.text = (made.text or "") + _NO_XML.sub("", child)
        else:
            made.append(child)
    return made


def href(path: str) -> Element:
    """The address of something, encoded already."""
    return element(dav("href"), path)


def xml_response(root: Element, status: int) -> HttpResponse:
    """A body of XML."""
    octets = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return HttpResponse(octets, status=status, content_type="application/xml; charset=utf-8")


def multistatus(responses: Iterable[Element], sync_token: str = "") -> HttpResponse:
    """207 with what is said of each resource."""
    root = element(dav("multistatus"), *responses)
    if sync_token:
        root.append(element(dav("sync-token"), sync_token))
    return xml_response(root, 207)


def error_response(status: int, condition: Element) -> HttpResponse:
    """What was not so that should have been (RFC 4918 §16)."""
    return xml_response(element(dav("error"), condition), status)


def status_line(status: int) -> Element:
    """The status of a part of an answer."""
    words = {200: "OK", 403: "Forbidden", 404: "Not Found", 507: "Insufficient Storage"}
    return element(dav("status"), f"HTTP/1.1 {status} {words[status]}")
