"""What the pages get from the gateway and hand to it. Plain values, no connection inside."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from .filenames import name_for
from .numbers import number
from .origin import Address as Address
from .origin import Origin
from .signatures import Signature

PICTURES = {
    **{name: f"image/{name}" for name in ("avif", "bmp", "gif", "jpeg", "png", "webp")},
    **dict.fromkeys(("jpg", "pjpeg", "jpe"), "image/jpeg"),
    "x-png": "image/png",
    "x-ms-bmp": "image/bmp",
}


class GatewayError(Exception):
    """Something the user has to know. ``str(error)`` is a sentence fit for the page."""

    status = 502


class NotFound(GatewayError):
    """The folder, the message or the part is not there (any more)."""

    status = 404


class Unreachable(GatewayError):
    """The mail server can't be reached, or went away in the middle."""

    status = 503


class Refused(GatewayError):
    """The server understood and said no: quota, rights, size."""

    status = 409


class CannotHold(GatewayError):
    """The submission server sends everything at once (no FUTURERELEASE)."""


class SignInAgain(GatewayError):
    """The mail server no longer accepts this account's token."""

    status = 401


class BadDraft(GatewayError):
    """A field of the compose form can't be used: ``field`` names it."""

    status = 400

    def __init__(self, field_name: str, text: str) -> None:
        super().__init__(text)
        self.field = field_name


@dataclass(slots=True)
class Folder:
    """A mailbox. ``name`` is its whole IMAP name as text, ``label`` the last level for the eye.

    ``prefix`` is what stands before the names of its owner's folders: "" for one's own. ``owner``
    is whose it is, "" for one's own and for those of nobody. ``rights`` are letters of RFC 4314.
    """

    name: str
    label: str
    depth: int
    role: str  # inbox, drafts, sent, junk, trash, archive, or "" for a folder of the user's own
    selectable: bool
    messages: int
    unseen: int
    uidnext: int
    uidvalidity: int
    prefix: str = ""
    owner: str = ""
    rights: str = "lrswipkxtean"
    levels: tuple[str, ...] = ()  # the name below the prefix, from the top

    @property
    def path(self) -> str:
        """Where it is, in words: every level from the top."""
        top, *rest = self.levels or (self.label,)
        return " / ".join(["Inbox" if top == "INBOX" else top, *rest])

    @property
    def heading(self) -> str:
        """Under which words the folder is listed; "" for one's own."""
        if not self.prefix:
            return ""
        return f"From {self.owner}" if self.owner else "Shared"

    @property
    def title(self) -> str:
        """The label, with whose it is where that is somebody else's."""
        return f"{self.label} of {self.owner}" if self.owner else self.label

    @property
    def may_mark(self) -> bool:
        """Whether messages can be marked as read and unread."""
        return "s" in self.rights

    @property
    def may_flag(self) -> bool:
        return "w" in self.rights

    @property
    def may_remove(self) -> bool:
        """Whether messages can be moved elsewhere, the trash too."""
        return "t" in self.rights and "e" in self.rights

    @property
    def may_act(self) -> bool:
        """Whether anything can be done with messages but reading them."""
        return self.may_mark or self.may_flag or self.may_remove

    @property
    def may_file(self) -> bool:
        """Whether messages can be put here."""
        return "i" in self.rights

    @property
    def may_share(self) -> bool:
        return "a" in self.rights


@dataclass(slots=True)
class Flags:
    """Flags as the pages use them; ``keywords`` holds every other one."""

    seen: bool = False
    answered: bool = False
    forwarded: bool = False
    flagged: bool = False
    draft: bool = False
    deleted: bool = False
    keywords: list[str] = field(default_factory=list)


@dataclass(slots=True)
class PartInfo:
    """A leaf (or a whole message/rfc822) of a body structure. ``size`` in encoded octets.

    ``shown`` is what a person reads as the size: of the decoded octets, estimated for base64.
    """

    section: str
    type: str  # "image/png", lower case
    filename: str  # "" when the sender gave none
    size: int
    shown: int
    encoding: str
    charset: str
    disposition: str  # inline, attachment or ""
    cid: str  # as ``content_id`` has it
    attachment: bool  # belongs in the list of attachments
    flowed: bool = False  # text/plain; format=flowed
    delsp: bool = False
    depth: int = 0
    eight_bit: bool = False  # holds 8bit octets, so that a forward needs 8BITMIME
    binary: bool = False  # holds binary octets, so that a forward needs BINARYMIME
    method: str = ""  # of a calendar's event: what is to be done with it (RFC 6047 §2.4)
    form: bool = False  # one of the alternative forms of the text: no file, even with a name

    @property
    def label(self) -> str:
        """A name to show and to save under; never empty."""
        return self.filename or name_for(self.type, self.section)

    @property
    def place(self) -> str:
        """What stands for it where HTML names pictures; no Content-ID is written so."""
        return f"section:{self.section}"

    @property
    def is_picture(self) -> bool:
        """Whether every browser shows it, as ``picture_type``."""
        return bool(self.picture_type)

    @property
    def picture_type(self) -> str:
        """The type of a picture under its right name, by its file's name if it says none."""
        if self.type in ("application/octet-stream", "image/unknown"):
            return PICTURES.get(self.filename.rpartition(".")[2].lower(), "")
        main, _, sub = self.type.partition("/")
        return PICTURES.get(sub, "") if main == "image" else ""


@dataclass(slots=True)
class Row:
    """One line of a list. ``date`` is the sender's, else when it came; always with a zone."""

    uid: int
    flags: Flags
    origin: Origin
    recipients: list[Address]
    subject: str
    date: datetime
    received: datetime
    size: int
    preview: str
    has_attachments: bool

    @property
    def sender(self) -> Address:
        """The first author."""
        return self.origin.first


@dataclass(slots=True)
class Page:
    """A slice of a folder, newest first. ``first`` and ``last`` count from 1 at the newest.

    ``older`` and ``newer`` are UIDs for ``page(before_uid=…)`` and ``page(after_uid=…)``,
    None at the ends.
    """

    folder: str
    uidvalidity: int
    uidnext: int
    modseq: int  # 0: the server has no CONDSTORE
    exists: int
    unseen: int
    rows: list[Row]
    first: int
    last: int
    older: int | None
    newer: int | None
    uids: list[int] = field(default_factory=list)  # all of the slice; rows may be fewer (``known``)


@dataclass(slots=True)
class Letter:
    """One opened message. ``text`` is ready to show; ``html`` is as sent: never show it raw."""

    folder: str
    uidvalidity: int
    uid: int
    flags: Flags
    subject: str
    origin: Origin
    reply_to: list[Address]
    to: list[Address]
    cc: list[Address]
    bcc: list[Address]
    date: datetime
    received: datetime
    size: int
    message_id: str
    in_reply_to: str
    references: str
    list_unsubscribe: str
    receipt_to: list[Address]  # who asks to be told that it was read
    text: str  # the plain text, flowed lines joined; made from the HTML when there is no plain text
    html: str  # "" when the message has no HTML body
    cut: bool  # the body is longer than we show
    parts: list[PartInfo]  # every leaf, in order
    attachments: list[PartInfo]
    converts: bool = False  # the server shows attachments in small (CONVERT)
    signature: Signature | None = None  # of S/MIME
    inside: str = ""  # the part of the message that this one is, when it is attached to it
    may_answer: bool = False  # a receipt may be sent: nobody did yet, and that can be noted

    @property
    def sender(self) -> Address:
        """The first author."""
        return self.origin.first


@dataclass(slots=True)
class PartStream:
    """The decoded octets of one part, fetched as they are read; bounded memory.

    The connection is taken for one chunk at a time, so a slow reader delays nobody.
    """

    info: PartInfo
    chunks: Callable[[], Iterator[bytes]]
    async_chunks: Callable[[], AsyncIterator[bytes]]


@dataclass(slots=True)
class FlagChange:
    """The flags that a message has now."""

    uid: int
    flags: Flags


@dataclass(slots=True)
class Delta:
    """What changed in the window ``low..`` of a folder since a mod-sequence. RFC 7162.

    ``reset``: the folder was made anew (UIDVALIDITY): drop everything and load the page again.
    ``octets`` counts what the IMAP socket carried for this, both ways.
    """

    folder: str
    uidvalidity: int
    modseq: int
    reset: bool
    rows: list[Row]
    flags: list[FlagChange]
    vanished: list[int]
    exists: int
    unseen: int
    uidnext: int
    octets: int


@dataclass(slots=True)
class Moved:
    """Where messages went; ``uids`` old to new, empty when the server did not say (no UIDPLUS)."""

    source: str
    target: str
    uidvalidity: int
    uids: dict[int, int]


@dataclass(slots=True)
class Stored:
    """A message that was put into a folder. ``uid`` 0: the server did not say (no UIDPLUS)."""

    folder: str
    uidvalidity: int
    uid: int


@dataclass(slots=True)
class Kept:
    """A part (or, with section "", a whole message) that stays on the server.

    ``token`` is what a form carries; ``gateway.keep`` brings it back, checked.
    """

    folder: str
    uidvalidity: int
    uid: int
    section: str
    name: str
    type: str
    size: int
    shown: int
    encoding: str
    mime: bytes  # MIME header to write ourselves; b"" = take the part's own by SECTION=n.MIME
    eight_bit: bool = False
    binary: bool = False
    chosen: bool = True
    data: bytes | None = None  # of a file that is inside a part: it has to travel

    @property
    def stays(self) -> bool:
        """Whether its octets stay on the server: not those that only we can take out of a part."""
        return "~" not in self.section

    @property
    def token(self) -> str:
        """``uidvalidity.uid.section.folder``; says nothing that its owner may not know."""
        return f"{self.uidvalidity}.{self.uid}.{self.section.replace('.', '_')}.{self.folder}"


@dataclass(slots=True)
class Design:
    """The body of a saved draft that the form can't edit; ``section`` "TEXT": all of it.

    ``mime``: its MIME fields and the blank line, where they stand in the draft's own header; else
    b"". ``files``: names of attachments inside it.
    """

    folder: str
    uidvalidity: int
    uid: int
    section: str
    mime: bytes
    size: int
    shown: int
    eight_bit: bool
    binary: bool
    files: list[str]
    stays: bool = True


@dataclass(slots=True)
class Upload:
    """A file that came with the form. ``open`` gives it from its start; ``size`` in octets."""

    name: str
    type: str
    size: int
    open: Callable[[], BinaryIO]


@dataclass(slots=True)
class Source:
    """The message that a reply or a forward is about. ``how``: "reply" or "forward"."""

    folder: str
    uidvalidity: int
    uid: int
    how: str

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
    """What the compose form holds. Recipients as typed: "Ann <ann@x.example>, bob@y.example"."""

    sender: str
    to: str = ""
    cc: str = ""
    bcc: str = ""
    subject: str = ""
    text: str = ""
    kept: list[Kept] = field(default_factory=list)
    uploads: list[Upload] = field(default_factory=list)
    source: Source | None = None
    in_reply_to: str = ""
    references: str = ""
    replaces: Stored | None = None  # the saved draft that this one takes the place of
    later: str = ""  # when to send it, as typed: 2026-11-25T09:00
    receipt: bool = False  # ask for a reader's receipt
    tell: bool = False  # ask for a report when it is delivered
    original: Stored | None = None  # the saved draft that the next three are of
    design: Design | None = None  # its body, which goes along as it is
    fields: bytes = b""  # header fields of it that the form does not write
    field_names: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Recipient:
    """One recipient of a sent message. ``state``: waiting, accepted, delivered, failed."""

    address: str
    state: str
    text: str = ""


@dataclass(slots=True)
class Receipt:
    """How a message on its way stands, in words, and what it cost.

    ``moved``: octets on the IMAP and submission sockets, both ways.
    ``usual``: octets that fetching the kept parts, submitting and storing a copy would move, at
    least. ``shown``: the size of what stayed on the server, as people know it: decoded.
    """

    id: str
    state: str  # composed, submitting, accepted, delivered, failed
    text: str
    subject: str
    recipients: list[Recipient]
    moved: int
    usual: int
    shown: int
    final: bool
    can_undo: bool  # it has not been handed over yet
    can_retry: bool
    can_cancel: bool  # the mail server holds it for later
    release_at: datetime | None  # when it is to be sent
