"""What a saved draft is made of, so that the next time it is saved nobody has to be asked."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from webmail.mail import Design, PartUrl, ServerSidePart, StoredMessage, Upload
from webmail.outgoing.draft import Draft
from webmail.outgoing.plan import Piece, Plan

DATE_HOLDS = timedelta(minutes=10)  # so long the Date of a draft is left as it is
FILE = "file."  # the beginning of the alias of a file that the form does not know as a part
UPLOAD = "upload."  # the same of one that came before the form, by ``uploads``


@dataclass(slots=True)
class DraftLayout:
    """The parts of a saved draft, each where it lies now, and the octets before and after its text.

    ``lead`` and ``tail`` 0: not known. A part that is not ``chosen`` was unticked: it stays in the
    draft while that is written.
    """

    date: datetime
    boundary: str
    lead_digest: str = ""
    lead: int = 0  # octets before the text
    tail: int = 0  # octets up to the end of the text, where something follows
    has_text: bool = True
    fields: bytes = b""
    design: Design | None = None
    parts: list[ServerSidePart] = field(default_factory=list)

    def find(self, token: str) -> ServerSidePart | None:
        """A copy of the part that a form has under ``token``."""
        for part in self.parts:
            if token in (part.alias, part.token):
                return replace(part, alias=token)
        return None

    def others(self, tokens: Iterable[str]) -> list[ServerSidePart]:
        """Copies of the parts that the draft alone has and that the form does not name."""
        named = set(tokens)
        return [
            replace(part)
            for part in self.parts
            if part.alias not in named and part.token not in named and is_own(part)
        ]

    def to_json(self) -> dict[str, Any]:
        """As it is kept; ``from_json`` reads it."""
        kept = {"date": self.date.isoformat(), "fields": self.fields.decode("latin-1")}
        plain = ("boundary", "lead_digest", "lead", "tail", "has_text")
        return {
            **{name: getattr(self, name) for name in plain},
            **kept,
            "design": _pack(self.design) if self.design else None,
            "parts": [_pack(part) for part in self.parts],
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> DraftLayout:
        """Back from ``to_json``."""
        design = kept["design"]
        return cls(
            **{
                **kept,
                "date": datetime.fromisoformat(kept["date"]),
                "fields": kept["fields"].encode("latin-1"),
                "design": Design(**_unpack(design)) if design else None,
                "parts": [ServerSidePart(**_unpack(part)) for part in kept["parts"]],
            }
        )

    def without_octets(self) -> DraftLayout:
        """The same of a version whose octets nobody has counted."""
        return replace(self, lead_digest="", lead=0, tail=0)

    def at(self, stored: StoredMessage) -> DraftLayout:
        """The same as it is stored there."""
        place = asdict(stored)
        design = replace(self.design, **place) if self.design else None
        return replace(self, design=design, parts=[replace(part, **place) for part in self.parts])

    def of_version(self, stored: StoredMessage) -> DraftLayout:
        """The same of another message with the same parts."""
        return self.at(stored).without_octets()


def _pack(value: Design | ServerSidePart) -> dict[str, Any]:
    packed = {**asdict(value), "mime": value.mime.decode("latin-1")}
    packed.pop("body", None)  # of where it lay before
    packed.pop("data", None)  # a stored draft has it as a part of its own
    return packed


def _unpack(kept: dict[str, Any]) -> dict[str, Any]:
    return {**kept, "mime": kept["mime"].encode("latin-1")}


def is_own(part: ServerSidePart) -> bool:
    """Whether the draft alone has it: no other message does, as far as the form says."""
    home = part.offered_as.split(".", 3)[3:]
    return part.alias.startswith((FILE, UPLOAD)) or home == [part.folder]


def new_boundary(text: str, before: DraftLayout | None) -> str:
    """The boundary of the last time, unless the text has it."""
    boundary = before.boundary if before else ""
    while not boundary or boundary in text:
        boundary = f"=_{secrets.token_hex(6)}"
    return boundary


def date_field(now: datetime, before: DraftLayout | None) -> datetime:
    """The Date of the last time, while it is about right."""
    if before and abs(now - before.date) < DATE_HOLDS:
        return before.date
    return now.replace(microsecond=0)


def splice(
    plan: Plan, draft: Draft, before: DraftLayout, place: StoredMessage, boundary: str
) -> list[Piece]:
    """The pieces of a draft, with ranges of the stored one for what is the same as in that."""
    lead, text, tail = _cut(plan)
    here = (place.folder, place.uidvalidity, place.uid, "")
    head = b"".join(piece for piece in lead if isinstance(piece, bytes))
    if before.lead and before.lead_digest == _digest(head):
        lead = [PartUrl(*here, len(head), (0, len(head)))]
    sections = [part.section for part in draft.kept if part.chosen]
    is_same = (
        bool(before.tail)
        and before.boundary == boundary
        and before.has_text == bool(text)
        and not draft.uploads
        and all(_is_at(part, place) for part in draft.kept if part.chosen)
        and sections == [part.section for part in before.parts]
        and draft.design == before.design
    )
    if is_same:
        tail = [PartUrl(*here, sum(part.size for part in before.parts), (before.tail, None))]
    return [*lead, *text, *tail]


def _is_at(part: ServerSidePart, place: StoredMessage) -> bool:
    return (part.folder, part.uidvalidity, part.uid) == (place.folder, place.uidvalidity, place.uid)


def _cut(plan: Plan) -> tuple[list[Piece], list[Piece], list[Piece]]:
    return plan.pieces[: plan.lead], plan.pieces[plan.lead : plan.tail], plan.pieces[plan.tail :]


def _digest(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()


def layout_of(
    plan: Plan, draft: Draft, stored: StoredMessage, when: datetime, boundary: str
) -> DraftLayout:
    """What a draft is made of once it is stored there. A part's ``chosen`` is not judged here."""
    lead, text, tail = _cut(plan)
    head = b"".join(piece for piece in lead if isinstance(piece, bytes))
    octets = len(head) + sum(len(piece) for piece in text if isinstance(piece, bytes))
    has_text = bool(text)
    place = asdict(stored)
    number = int(has_text)
    design = draft.design
    if design is not None:
        number += 1
        is_alone = not has_text and not draft.uploads and not any(p.chosen for p in draft.kept)
        if not (is_alone and design.mime):
            design = replace(design, section=str(number), mime=b"", files=[])
        design = replace(design, **place, body=None)
    parts = []
    for part in draft.kept:
        if part.chosen:
            number += 1
            parts.append(_part_in_draft(part, place, str(number)))
    for upload in draft.uploads:
        number += 1
        parts.append(
            ServerSidePart(
                **place,
                section=str(number),
                name=upload.name,
                type=upload.type,
                size=upload.size,
                shown=upload.size,
                encoding="base64",
                mime=b"",
                alias=upload.alias or f"{FILE}{_key_of(upload) or number}",
                content_id=upload.content_id,
                inline=bool(upload.content_id),
            )
        )
    return DraftLayout(
        date=when,
        boundary=boundary,
        lead_digest=_digest(head),
        lead=len(head),
        tail=octets if tail else 0,
        has_text=has_text,
        fields=draft.fields,
        design=design,
        parts=parts,
    )


def _key_of(upload: Upload) -> str:
    """How the page's script names a picture that stands in the text."""
    return upload.content_id.partition("@")[0]


def _part_in_draft(part: ServerSidePart, place: dict[str, Any], section: str) -> ServerSidePart:
    """A part as it lies in the stored draft."""
    has_travelled = part.data is not None
    return replace(
        part,
        **place,
        section=section,
        mime=b"",
        data=None,
        alias=part.offered_as,
        encoding="base64" if has_travelled else part.encoding,
    )
