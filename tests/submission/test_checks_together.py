"""The checks that need a host beside ours, or another face: in one packet, on six connections.

S-10 to S-13, S-16, S-18, P-29, P-31, P-32; ``test_checks.py`` has the others. A conversation is a
list of (what is sent, the replies that it must get); all of it is sent before a reply is read.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.delivery.sink import Sink, running
from tests.mailserver import MailServer, encode, free_ports

from .clients import mailbox, ticket
from .test_checks import CONNECTIONS, Person, Step, begin

LIMIT = 400_000
CLOSED = free_ports(1)[0]
"""Where no IMAP server listens, though it is trusted."""
BINARY = (
    b"From: %s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n"
    b"Content-Transfer-Encoding: 8bit\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n=C3=A4\r\n--b\r\n"
    b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    b"\0\1\2\r\0\r\n--b--\r\n"
)


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    with running(Sink(answers={"RCPT TO:<never": "550 5.1.1 nobody"})) as host:
        yield host


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, sink: Sink) -> Iterator[MailServer]:
    """Ours, with a small limit, a relay and a trusted IMAP server that is away."""
    ours = MailServer(
        tmp_path_factory.mktemp("together"),
        MAX_MESSAGE=str(LIMIT),
        RELAY_URL=f"smtp://127.0.0.1:{sink.port}",
        BURL_SERVERS=f"imap+plain://127.0.0.1:{CLOSED} submit secret",
    )
    ours.start()
    yield ours
    ours.stop()


@pytest.fixture
def people(server: MailServer) -> list[Person]:
    """One for each connection."""
    return [
        Person(server.add_account("alice"), server.add_account("bob"), "")
        for _ in range(CONNECTIONS)
    ]


Conversation = Callable[[Person], list[Step]]


def at_once(server: MailServer, port: str, people: list[Person], talk: Conversation) -> None:
    """Everybody has the conversation at the same time, each in one write."""

    def one(person: Person) -> None:
        steps = talk(person)
        with socket.create_connection(("127.0.0.1", server.ports[port]), timeout=60) as peer:
            peer.sendall(b"".join(octets for octets, _ in steps) + b"QUIT\r\n")
            lines = peer.makefile("rb").read().decode().splitlines()
        replies = [line for line in lines if re.match(r"\d{3} ", line)]
        wanted = ["220 ", *(reply for _, each in steps for reply in each), "221 "]
        found = [reply[: len(start)] for reply, start in zip(replies, wanted, strict=False)]
        assert found == wanted and len(replies) == len(wanted), lines

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(one, people))


def logged_in(person: Person) -> list[Step]:
    plain = encode(f"\0{person.email}\0lemonade")
    return [(f"EHLO client.example\r\nAUTH PLAIN {plain}\r\n".encode(), ["250 ", "235 "])]


def chunk(octets: bytes) -> Step:
    return b"BDAT %d LAST\r\n%b" % (len(octets), octets), ["250 2.6.0"]


def letter(person: Person) -> bytes:
    return b"From: %b\r\nSubject: tea\r\n\r\nAt five?\r\n" % person.email.encode()


def passed_on(server: MailServer) -> None:
    """Everything that waits for the other host has been tried."""
    while server.call("pass_on"):
        pass


def inbox(server: MailServer, login: str) -> list[str]:
    """The messages, whole."""
    with mailbox(server, login) as imap:
        found = imap.fetch("1:*", "(BODY.PEEK[])")[1] if imap.select("INBOX")[1] != [b"0"] else []
        return [each[1].decode("utf-8", "replace") for each in found if isinstance(each, tuple)]


def test_reports_are_those_that_were_asked_for(
    server: MailServer, people: list[Person], sink: Sink
) -> None:
    """S-11 to S-13: of local delivery, and of a hop without DSN; one with DSN is told the wish."""

    def talk(person: Person) -> list[Step]:
        name = person.email.partition("@")[0]
        lines = (
            f"MAIL FROM:<{person.email}> ENVID=tea+20one RET=HDRS\r\n"
            f"RCPT TO:<{person.friend}> NOTIFY=SUCCESS ORCPT=rfc822;b+2Bob@x.example\r\n"
            f"RCPT TO:<{name}@far.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;c+3D@x.example\r\n"
            f"RCPT TO:<never{name}@far.example> NOTIFY=NEVER\r\n"
        )
        nobody = f"MAIL FROM:<>\r\nRCPT TO:<{person.friend}> NOTIFY=SUCCESS\r\n"
        four = ["250 2.1.0", "250 2.1.5", "250 2.1.5", "250 2.1.5"]
        return [
            *logged_in(person), (lines.encode(), four), chunk(letter(person)),
            (nobody.encode(), ["250 2.1.0", "250 2.1.5"]), chunk(letter(person)),
        ]  # fmt: skip

    sink.features = ["8BITMIME", "SIZE", "PIPELINING"]
    at_once(server, "submission", people, talk)
    passed_on(server)
    for person in people:
        here, there = inbox(server, person.email)
        assert "Action: delivered" in here and "rfc822; b+ob@x.example" in here
        assert "Action: relayed" in there and "rfc822; c=@x.example" in there
        for report in (here, there):
            assert "Original-Envelope-Id: tea one" in report and "Return-Path: <>" in report
            assert "Subject: tea" in report and "At five?" not in report
        assert len(inbox(server, person.friend)) == 2
    sink.features = ["8BITMIME", "SIZE", "PIPELINING", "DSN"]
    sink.lines.clear()
    at_once(server, "submission", people, talk)
    passed_on(server)
    for person in people:
        assert len(inbox(server, person.email)) == 3, "the local delivery's alone is new"
        name = person.email.partition("@")[0]
        received = [line for line in sink.lines if line.startswith(f"RCPT TO:<{name}@")]
        assert [line.partition("> ")[2] for line in received] == [
            "NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;c+3D@x.example"
        ]
        mail = [line for line in sink.lines if line.startswith(f"MAIL FROM:<{person.email}>")]
        assert all("RET=HDRS" in line and "ENVID=tea+20one" in line for line in mail) and mail


def test_what_is_binary_is_encoded_for_a_hop_that_can_not_take_it(
    server: MailServer, people: list[Person], sink: Sink
) -> None:
    """S-10: the leaf becomes base64, a leaf that is encoded stays, and so does the multipart."""

    def talk(person: Person) -> list[Step]:
        start = f"MAIL FROM:<{person.email}> BODY=BINARYMIME\r\nRCPT TO:<x@far.example>\r\n"
        message = BINARY % person.email.encode()
        return [
            *logged_in(person), (start.encode(), ["250 2.1.0", "250 2.1.5"]), chunk(message),
        ]  # fmt: skip

    sink.features = ["8BITMIME", "PIPELINING"]
    sink.taken.clear()
    at_once(server, "submission", people, talk)
    passed_on(server)
    assert len(sink.taken) == len(people)
    for taken in sink.taken:
        header, _, body = taken.octets.partition(b"\r\n\r\n")
        assert b"base64" not in header and b"BODY=BINARYMIME" not in taken.mail.encode()
        assert b"quoted-printable\r\n\r\n=C3=A4\r\n--b" in body
        assert b"base64\r\n\r\nAAECDQA=\r\n\r\n--b--" in body and b"\0" not in body


def test_what_stands_behind_starttls_is_not_executed(
    server: MailServer, people: list[Person]
) -> None:
    """S-16: in the same write, on six connections."""
    tls = server.client_tls()

    def one(person: Person) -> list[str]:
        address = ("127.0.0.1", server.ports["submission"])
        with socket.create_connection(address, timeout=60) as plain:
            plain.sendall(b"EHLO evil.example\r\nSTARTTLS\r\nEHLO evil.example\r\nNOOP\r\n")
            seen = b""
            while b"\r\n220 " not in seen:
                seen += plain.recv(1)
            while not seen.endswith(b"\r\n"):
                seen += plain.recv(1)
            try:
                with tls.wrap_socket(plain, server_hostname="localhost") as safe:
                    safe.sendall(b"MAIL FROM:<>\r\nQUIT\r\n")
                    return safe.makefile("rb").read().decode().splitlines()
            except (ssl.SSLError, ConnectionError):
                return ["the handshake was refused"]

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        for lines in pool.map(one, people):
            assert [line[:9] for line in lines] in (
                ["530 5.7.0", "221 2.0.0"], ["the hands"],
            )  # fmt: skip


def test_what_a_message_lacks_is_added_and_bcc_removed(
    server: MailServer, people: list[Person]
) -> None:
    """S-18, by DATA, whose text follows in the same write (a client that knows it is taken)."""

    def talk(person: Person) -> list[Step]:
        text = f"From: {person.email}\r\nBcc: x@far.example,\r\n y@far.example\r\n\r\nx\r\n.\r\n"
        return [
            *logged_in(person), begin(person), (b"DATA\r\n", ["354 "]),
            (text.encode(), ["250 2.6.0"]), begin(person), chunk(letter(person)),
        ]  # fmt: skip

    at_once(server, "submission", people, talk)
    for person in people:
        found = inbox(server, person.friend)
        assert len(found) == 2
        for message in found:
            header = message.partition("\r\n\r\n")[0]
            assert "far.example" not in header and "Bcc" not in header
            assert len(re.findall(r"(?m)^(?:Date|Message-ID): ", header)) == 2
            assert " with ESMTPA id " in header


def test_burl_is_judged_by_what_it_brings(server: MailServer, people: list[Person]) -> None:
    """P-32: two parts, each below the limit and with a short command line, are not together.

    P-29: a trusted server that is away is a temporary failure.
    """
    for person in people:
        message = letter(person) + b"y" * 76 + b"\r\n" + (b"z" * 76 + b"\r\n") * 3000
        person.url = ticket(server, person.email, message)

    def talk(person: Person) -> list[Step]:
        local = person.email.partition("@")[0]
        away = f"imap://x@127.0.0.1:{CLOSED}/Sent/;UID=1;URLAUTH=submit+{local}:internal:{'0' * 32}"
        return [
            *logged_in(person),
            begin(person),
            (f"BURL {person.url}\r\n".encode(), ["250 2.5.0"]),
            (f"BURL {person.url} LAST\r\n".encode(), ["552 5.3.4"]),
            begin(person),
            (f"BURL {away} LAST\r\n".encode(), ["451 4.4.1"]),
            begin(person),
            (f"BURL {person.url} LAST\r\n".encode(), ["250 2.6.0"]),
        ]

    at_once(server, "submission", people, talk)
    assert [len(inbox(server, person.friend)) for person in people] == [1] * CONNECTIONS


def test_burl_is_nothing_that_others_have(server: MailServer, people: list[Person]) -> None:
    """P-31: neither announced nor taken by SMTP and LMTP."""
    for port, hello in (("smtp", "EHLO"), ("lmtp", "LHLO")):

        def talk(person: Person, hello: str = hello) -> list[Step]:
            return [
                (f"{hello} host.example\r\n".encode(), ["250 BINARYMIME"]),
                (b"MAIL FROM:<x@far.example>\r\n", ["250 2.1.0"]),
                (f"RCPT TO:<{person.friend}>\r\n".encode(), ["250 2.1.5"]),
                (b"BURL imap://localhost/ LAST\r\n", ["500 5.5.1"]),
                chunk(letter(person)) if hello == "EHLO" else (b"RSET\r\n", ["250 "]),
            ]

        at_once(server, port, people, talk)
