"""What a mail client does at the other end of a slow link."""

from __future__ import annotations

import base64
import io
import itertools
import random
from typing import NamedTuple

from PIL import Image, ImageFilter

from . import forward, reconnect
from .far_server import FarServer, Job
from .forward import Post
from .host import PASSWORD
from .imap import Imap, ProtocolTrouble

ATTACHMENT = 10_000_000
PIXELS = (4000, 3000)
SCREEN = b"pix-x 1080 pix-y 810"
MESSAGES = 20_000


# --- forward --------------------------------------------------------------------------------------


def forward_by(far: FarServer, way: forward.Way) -> Job:
    """By somebody whose connections are open: he has just read the message."""
    server = far.server
    near = Post(
        server.imap("forward"),
        server.smtp("forward"),
        server.address("forward"),
        server.address("receiver"),
    )
    source = forward.put_source(near, ATTACHMENT)
    near.imap.close()
    near.smtp.close()
    post = Post(far.imap("forward"), far.smtp("forward"), near.sender, near.receiver)

    def job() -> None:
        way(post, source, 0)
        post.imap.close()
        post.smtp.close()

    return job


# --- come back ------------------------------------------------------------------------------------


_rounds = itertools.count()


class State(NamedTuple):
    """What a client knew of the mailbox when its link was lost."""

    validity: int
    modseq: int
    uidnext: int


def come_back(far: FarServer, how: str) -> Job:
    """To a mailbox in which ten things happened meanwhile, from the TCP connection on."""
    sid = reconnect.begin(far.server) if how == "RECONNECT" else ""
    state = State(*reconnect.known_state(far.server))
    reconnect.meanwhile(far.server, next(_rounds))
    user = f"{far.address('reader')} {PASSWORD}"
    known = f"{state.validity} {state.modseq} 1:{state.uidnext - 1}"
    since = f"UID FETCH 1:* (FLAGS) (CHANGEDSINCE {state.modseq})"
    bursts = {
        "classic": [[f"LOGIN {user}"], ["SELECT huge"], ["UID FETCH 1:* (FLAGS)"]],
        "CONDSTORE": [
            [f"LOGIN {user}"],
            ["SELECT huge (CONDSTORE)"],
            [since, "UID SEARCH RETURN (ALL) ALL"],  # the latter for what was expunged
        ],
        "QRESYNC": [[f"LOGIN {user}", "ENABLE QRESYNC", f"SELECT huge (QRESYNC ({known}))"]],
        "RECONNECT": [[f"LOGIN {user} (SID {sid} {known})"]],
    }[how]

    def job() -> None:
        imap = far.connect()
        lines = [in_one_burst(imap, burst) for burst in bursts][-1]
        if sid and b"* FOLDER huge" not in lines:
            raise ProtocolTrouble("the session was not resumed")
        imap.close()

    return job


def in_one_burst(imap: Imap, commands: list[str]) -> list[bytes]:
    """Send them together; the lines of all answers."""
    tagged = [(imap.tag(), command.encode()) for command in commands]
    imap.send(b"".join(b"%b %b\r\n" % pair for pair in tagged))
    return [line for tag, _ in tagged for line in imap.until(tag)]


# --- a photograph ---------------------------------------------------------------------------------


def photograph() -> bytes:
    """A JPEG of a telephone's size, with as much to see as one has."""
    dice = random.Random(1)
    small = Image.frombytes("RGB", (500, 375), dice.randbytes(500 * 375 * 3))
    noise = Image.frombytes("RGB", PIXELS, dice.randbytes(PIXELS[0] * PIXELS[1] * 3))
    image = small.filter(ImageFilter.GaussianBlur(6)).resize(PIXELS)
    buffer = io.BytesIO()
    Image.blend(image, noise, 0.06).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def put_photograph(imap: Imap) -> int:
    """Put a message with one into the INBOX; octets of the part as it is sent."""
    body = base64.encodebytes(photograph()).replace(b"\n", b"\r\n")
    message = (
        b"From: Ada <ada@example.org>\r\nTo: bench@lemonade.test\r\nSubject: The harbour\r\n"
        b"Date: Tue, 03 Jan 2023 08:00:00 +0000\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="=_p"\r\n\r\n'
        b"--=_p\r\nContent-Type: text/plain\r\n\r\nLook!\r\n"
        b"--=_p\r\nContent-Type: image/jpeg; name=harbour.jpg\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + body + b"--=_p--\r\n"
    )
    tag = imap.tag()
    imap.send(tag + b" APPEND INBOX {%d+}\r\n%b\r\n" % (len(message), message))
    imap.until(tag)
    return len(body)


def look_at_photograph(far: FarServer, command: bytes) -> Job:
    """By somebody who has the message open."""
    near = far.server.imap("large")
    put_photograph(near)
    near.close()
    imap = far.imap("large")
    imap.command(b"SELECT INBOX")

    def job() -> None:
        imap.command(command)
        imap.close()

    return job
