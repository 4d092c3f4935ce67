"""The body of a message that is written as HTML: a plain text beside it, and its pictures.

RFC 2046 §5.1.4 (alternative), RFC 2387 (related). A body that is forwarded becomes one with what is
written above it, and stays on the server for all that.
"""

from __future__ import annotations

from webmail.html import with_mail_styles
from webmail.mail import (
    Design,
    MessagePart,
    PartUrl,
    ServerSidePart,
    Upload,
    html_before,
    html_part,
    parameter,
    picture_header,
    text_before,
    text_part,
)

from .draft import Draft

Piece = bytes | Upload | PartUrl
Body = tuple[bytes, list[Piece]]
"""MIME header fields (no blank line), and the pieces of what they describe."""


def rich_body(draft: Draft, boundary: str, coding: str) -> Body:
    """What is written, with a design that is joined to it. ``coding``: of what stays."""
    design = draft.design if draft.joined is not None else None
    plain, html = _plain(draft, design), _html(draft, design)
    pictures = _pictures(draft, design)
    if pictures:
        html = _multipart("related", f"r{boundary}", [html, *pictures], coding)
    # Neither boundary may begin with the other (RFC 2046 §5.1.2).
    return _multipart("alternative", f"a{boundary}", [plain, html], coding)


def can_join(draft: Draft) -> bool:
    """Whether the design of a draft and what is written above it can be one text."""
    return draft.joined is not None and html_before("", draft.joined.html) is not None


def _plain(draft: Draft, design: Design | None) -> Body:
    part = draft.joined.plain if draft.joined is not None else None
    if design is not None and part is not None:
        before = text_before(draft.text, part)
        if before is not None:
            return before[0], [before[1], _url(design, part)]
    header, octets = text_part(draft.text)
    return header, [octets]


def _html(draft: Draft, design: Design | None) -> Body:
    html = with_mail_styles(draft.html)
    if design is not None and draft.joined is not None:
        before = html_before(f"{html}<div><br></div>", draft.joined.html)
        if before is not None:
            return before[0], [before[1], _url(design, draft.joined.html)]
    header, octets = html_part(html)
    return header, [octets]


def _pictures(draft: Draft, design: Design | None) -> list[Body]:
    """Each with its own MIME header, which says how the HTML names it."""
    found: list[Body] = []
    if design is not None and draft.joined is not None:
        here = (design.folder, design.uidvalidity, design.uid)
        for part in draft.joined.pictures:
            mime = PartUrl(*here, f"{part.section}.MIME", 0)
            found.append((b"", [mime, _url(design, part)]))
    kept = [part for part in draft.kept if part.inline and part.chosen]
    sent = [upload for upload in draft.uploads if upload.content_id]
    found += [(b"", picture_pieces(part)) for part in kept]
    found += [(b"", [picture_header(upload), upload]) for upload in sent]
    return found


def picture_pieces(part: ServerSidePart) -> list[Piece]:
    """A picture that stays on the server, with the MIME header that it has there."""
    here = (part.folder, part.uidvalidity, part.uid)
    return [PartUrl(*here, f"{part.section}.MIME", 0), PartUrl(*here, part.section, part.size)]


def _url(design: Design, part: MessagePart) -> PartUrl:
    return PartUrl(design.folder, design.uidvalidity, design.uid, part.section, part.size)


def _multipart(kind: str, boundary: str, parts: list[Body], coding: str) -> Body:
    mark = f"--{boundary}\r\n".encode("ascii")
    pieces: list[Piece] = []
    for header, inner in parts:
        begin = b"\r\n" if pieces else b""
        pieces.append(begin + mark + (header + b"\r\n" if header else b""))
        pieces += inner
    pieces.append(f"\r\n--{boundary}--\r\n".encode("ascii"))
    fields = f"Content-Type: multipart/{kind}{parameter('boundary', boundary)}\r\n"
    if coding != "7bit":
        fields += f"Content-Transfer-Encoding: {coding}\r\n"
    return fields.encode("ascii"), pieces
