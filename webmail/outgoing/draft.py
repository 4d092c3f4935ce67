"""A message that is written: what the form holds."""

from __future__ import annotations

from dataclasses import dataclass, field

from webmail.mail import Design, RichBody, ServerSidePart, StoredMessage, Upload, number


@dataclass(slots=True)
class Source:
    """The message that a reply or a forward is about. ``how``: "reply" or "forward"."""

    folder: str
    uidvalidity: int
    uid: int
    how: str

    @property
    def stored(self) -> StoredMessage:
        """Where that message is."""
        return StoredMessage(self.folder, self.uidvalidity, self.uid)

    @property
    def token(self) -> str:
        """``how.uidvalidity.uid.folder``, for a hidden field."""
        return f"{self.how}.{self.uidvalidity}.{self.uid}.{self.folder}"

    @classmethod
    def parse(cls, token: str) -> Source | None:
        """Back from ``token``; None when it is not one."""
        how, _, rest = token.partition(".")
        validity, _, rest = rest.partition(".")
        uid, _, folder = rest.partition(".")
        if how not in ("reply", "forward") or not folder:
            return None
        stamp, place = number(validity), number(uid)
        if stamp is None or place is None:
            return None
        return cls(folder, stamp, place, how)


@dataclass(slots=True)
class Draft:
    """What the compose form holds. Recipients as typed: "Ann <ann@x.example>, bob@y.example".

    ``html`` is clean (``webmail.html.rich_text``); where there is one, ``text`` is made of it.
    """

    sender: str
    to: str = ""
    cc: str = ""
    bcc: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    is_rich: bool = False  # it is written, and goes out, as HTML
    kept: list[ServerSidePart] = field(default_factory=list)
    uploads: list[Upload] = field(default_factory=list)
    source: Source | None = None
    in_reply_to: str = ""
    references: str = ""
    replaces: StoredMessage | None = None  # the saved draft that this one takes the place of
    later: str = ""  # when to send it, as typed: 2026-11-25T09:00
    receipt: bool = False  # ask for a reader's receipt
    tell: bool = False  # ask for a report when it is delivered
    original: StoredMessage | None = None  # the saved draft that the next three are of
    design: Design | None = None  # its body, which goes along as it is
    joined: RichBody | None = None  # the parts of the design, where it and the text become one
    fields: bytes = b""  # header fields of it that the form does not write
    field_names: list[str] = field(default_factory=list)
    reply_to: str = ""  # where answers go, when not to the sender
    sent_folder: str = ""  # where it is kept once it is sent; "" is Sent
    calendar: bytes = b""  # an answer to an invitation, which stands beside the text
    lineage: str = ""  # what all versions of a saved draft of ours have in common
