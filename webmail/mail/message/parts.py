"""The parts of a message, and what of them stays on the server when they are sent on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from lemonade_server.wire.imapurl import message_url

from .filenames import name_for

PICTURES = {
    **{name: f"image/{name}" for name in ("avif", "bmp", "gif", "jpeg", "png", "webp")},
    **dict.fromkeys(("jpg", "pjpeg", "jpe"), "image/jpeg"),
    "x-png": "image/png",
    "x-ms-bmp": "image/bmp",
}


@dataclass(slots=True)
class MessagePart:
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
class PartStream:
    """The decoded octets of one part, fetched as they are read; bounded memory.

    The connection is taken for one chunk at a time, so a slow reader delays nobody.
    """

    info: MessagePart
    chunks: Callable[[], Iterator[bytes]]
    async_chunks: Callable[[], AsyncIterator[bytes]]


@dataclass(slots=True)
class ServerSidePart:
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
    content_id: str = ""  # as ``content_id`` has it
    inline: bool = False  # a picture that stands in the text
    unticked: bool = False  # it is in the draft still, but is not to be sent
    alias: str = ""  # the token of an open form for it, from before its draft was saved anew

    @property
    def offered_as(self) -> str:
        """The token under which an open form has it."""
        return self.alias or self.token

    @property
    def stays(self) -> bool:
        """Whether its octets stay on the server: not those that only we can take out of a part."""
        return "~" not in self.section

    @property
    def token(self) -> str:
        """``uidvalidity.uid.section.folder``; says nothing that its owner may not know."""
        return f"{self.uidvalidity}.{self.uid}.{self.section.replace('.', '_')}.{self.folder}"


@dataclass(slots=True)
class RichBody:
    """The HTML of a message, the plain text that says the same, and the pictures that it shows."""

    html: MessagePart
    plain: MessagePart | None = None
    pictures: list[MessagePart] = field(default_factory=list)


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
    body: RichBody | None = field(default=None, compare=False)  # its parts, where they are known


@dataclass(slots=True)
class Upload:
    """A file that came with the form. ``open`` gives it from its start; ``size`` in octets.

    ``content_id``: of a picture that stands in the text.
    """

    name: str
    type: str
    size: int
    open: Callable[[], BinaryIO]
    alias: str = ""  # the token of an open form for it; "" when it came with the form itself
    content_id: str = ""


@dataclass(slots=True)
class PartUrl:
    """A section of a message on the server: "" is the whole, "2.MIME" a part's header."""

    folder: str
    uidvalidity: int
    uid: int
    section: str
    size: int  # octets, as far as known: 0 for a MIME header
    partial: tuple[int, int | None] | None = None  # offset and octets of it; None: to its end

    @property
    def url(self) -> bytes:
        """The relative URL that CATENATE takes. RFC 5092 §7.2."""
        return message_url(self.folder, self.uidvalidity, self.uid, self.section, self.partial)
