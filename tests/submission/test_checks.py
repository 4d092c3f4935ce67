"""The numbered checks of submission, all in one packet and on several connections at once.

A conversation is a list of (what is sent, the replies that it must get); all of it is sent before
any reply is read.
"""

from __future__ import annotations

import re
import socket
import threading
from dataclasses import dataclass, field

from tests.mailserver import MailServer, encode

from .clients import mailbox, ticket

CONNECTIONS = 6
MESSAGE = (
    "From: %s\r\nDate: Tue, 24 Nov 2026 05:00:00 +0000\r\n"
    "Message-ID: <tea@client.example>\r\nSubject: tea\r\n\r\nAt five?\r\n"
)
Step = tuple[bytes, list[str]]


@dataclass
class Person:
    """Somebody who submits: their address, a friend's, and tickets of theirs."""

    email: str
    friend: str
    url: str
    foreign: str = "imap://x@mail.example.org/Sent/;UID=1;URLAUTH=authuser:internal:91354a473744909de610943775f92038"
    delivered: int = 0
    replies: list[str] = field(default_factory=list)


def begin(person: Person, *more: str, options: str = "") -> Step:
    """MAIL and RCPT to the friend."""
    lines = [f"MAIL FROM:<{person.email}>{options}", f"RCPT TO:<{person.friend}>", *more]
    return "".join(f"{line}\r\n" for line in lines).encode(), ["250 2.1.0", "250 2.1.5"]


def burls(person: Person) -> list[Step]:
    """P-25 to P-28, P-33, P-34."""
    url = person.url
    own = f"submit+{person.email.replace('@', '%40')}"
    other = url.replace(own, "submit+mallory")
    broken = url[:-1] + ("0" if url[-1] != "0" else "1")
    nobody = f"MAIL FROM:<{person.email}>\r\nRCPT TO:<nobody@lemonade.test>\r\n".encode()
    person.delivered += 2
    return [
        begin(person),
        (f"BURL {url} LAST\r\n".encode(), ["250"]),  # P-33
        begin(person),
        (f"BURL {other} LAST\r\n".encode(), ["554 5.7.0"]),  # P-25
        (nobody, ["250", "550 5.1.1"]),
        (f"BURL {url} LAST\r\n".encode(), ["503 5.5.0"]),  # P-26
        begin(person),
        (f"BURL {broken} LAST\r\n".encode(), ["554 5.6.6"]),  # P-27
        begin(person),
        (f"BURL {person.foreign} LAST\r\n".encode(), ["554 5.7.14"]),  # P-28
        begin(person),
        # P-34: what follows a failed BURL is no command, and the message is spoiled until RSET.
        (f"BURL {broken}\r\nBDAT 9 LAST\r\nQUIT\r\n..\r".encode(), ["554 5.6.6", "503 5.5.1"]),
        (b"RSET\r\n", ["250 2.0.0"]),
        begin(person),
        (f"BURL {url}\r\n".encode(), ["250 2.5.0"]),
        (f"BURL {url} LAST\r\n".encode(), ["250"]),
        (f"BURL {url} LAST\r\n".encode(), ["503 5.5.1"]),
    ]


def line_ends(person: Person) -> list[Step]:
    """A CRLF may be divided between chunks and BURLs; half of one alone is refused."""
    person.delivered += 1
    return [
        begin(person),
        (b"BDAT 6\r\nA: b\r\n", ["250 2.0.0"]),
        (f"BURL {person.url}\r\n".encode(), ["250 2.5.0"]),
        (b"BDAT 3\r\nend", ["250 2.0.0"]),
        (b"BDAT 1\r\n\r", ["250 2.0.0"]),
        (b"BDAT 1 LAST\r\n\n", ["250 2.6.0"]),
        begin(person),
        (b"BDAT 7\r\nA: b\r\n\r", ["250 2.0.0"]),
        (f"BURL {person.url} LAST\r\n".encode(), ["554 5.6.0"]),  # the CR stays alone
        begin(person),
        (b"BDAT 3\r\nA:\r", ["250 2.0.0"]),
        (b"BDAT 2 LAST\r\nxx", ["554 5.6.0"]),
        begin(person),
        (b"BDAT 4 LAST\r\na: \r", ["554 5.6.0"]),
    ]


def parameters(person: Person) -> list[Step]:
    """S-13, S-14, S-15, S-17."""
    sender = f"MAIL FROM:<{person.email}>"
    wrong = [
        f"{sender} RET=FULL RET=HDRS", f"{sender} ENVID=a ENVID=b", f"{sender} RET=ALL",
        f"{sender} HOLDFOR=31622401", f"{sender} HOLDFOR=5 HOLDUNTIL=2030-01-01T00:00:00Z",
        f"{sender} HOLDUNTIL=2030-01-01T00:00:00+02:00",
    ]  # fmt: skip
    steps: list[Step] = [(f"{line}\r\n".encode(), ["501 5.5.4"]) for line in wrong]
    steps.append((b"MAIL FROM:<mallory@lemonade.test>\r\n", ["553 5.7.1"]))
    for notify in ("NEVER,SUCCESS", "SUCCESS NOTIFY=FAILURE", "FULL"):
        recipient = f"{sender}\r\nRCPT TO:<{person.friend}> NOTIFY={notify}\r\nRSET\r\n"
        steps.append((recipient.encode(), ["250", "501 5.5.4", "250"]))
    return steps


def conversation(person: Person) -> list[Step]:
    steps = [(b"EHLO client.example\r\n", ["250"])]
    plain = encode(f"\0{person.email}\0lemonade")
    steps += [
        (f"BURL {person.url} LAST\r\n".encode(), ["530 5.7.0"]),  # P-30
        (f"AUTH PLAIN {plain}\r\n".encode(), ["235"]),
        *burls(person), *line_ends(person), *parameters(person), *burls(person),
        (b"QUIT\r\n", ["221"]),
    ]  # fmt: skip
    return steps


def converse(server: MailServer, person: Person) -> None:
    """Send everything at once; the last line of each reply is kept."""
    steps = conversation(person)
    with socket.create_connection(("127.0.0.1", server.ports["submission"]), timeout=60) as peer:
        peer.sendall(b"".join(octets for octets, _ in steps))
        with peer.makefile("rb") as stream:
            lines = stream.read().decode().splitlines()
    person.replies = [line for line in lines if re.match(r"\d{3} ", line)]


def test_every_check_at_once(mail_server: MailServer) -> None:
    people = []
    for _ in range(CONNECTIONS):
        email, friend = mail_server.add_account("alice"), mail_server.add_account("bob")
        message = (MESSAGE % email).encode()
        people.append(Person(email, friend, ticket(mail_server, email, message)))
    threads = [threading.Thread(target=converse, args=(mail_server, one)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for person in people:
        person.delivered = 0
        wanted = ["220 ", *(reply for _, replies in conversation(person) for reply in replies)]
        found = [reply[: len(start)] for reply, start in zip(person.replies, wanted, strict=False)]
        assert found == wanted, person.replies
        assert len(person.replies) == len(wanted)
        with mailbox(mail_server, person.friend) as imap:
            _, (count,) = imap.select("INBOX")
            assert count == str(person.delivered).encode()
