"""$SubmitPending and $Submitted: several devices send a draft once (RFC 5550 §5.10)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

from tests.mailserver import MailServer

from .client import Client

DRAFTS = 10
DEVICES = 4


def test_of_devices_that_want_to_send_exactly_one_does(mail_server: MailServer) -> None:
    """L-21: each sees the same mod-sequence, and STORE (UNCHANGEDSINCE) lets one of them win."""
    email = mail_server.add_account()
    with ExitStack() as stack, ThreadPoolExecutor(DEVICES) as pool:
        devices = [stack.enter_context(closing(Client(mail_server, email))) for _ in range(DEVICES)]
        for number in range(DRAFTS):
            devices[0].ok(f"APPEND Drafts ($SubmitPending) {{14+}}\r\nSubject: {number}\r\n\r\n")
        for device in devices:
            device.select("Drafts", " (CONDSTORE)")
        for uid in range(1, DRAFTS + 1):
            replies = list(pool.map(lambda device, uid=uid: _claim(device, uid), devices))
            winners = [reply for reply in replies if b"MODIFIED" not in reply]
            assert len(winners) == 1, replies
            assert all(reply.startswith(b"OK") for reply in replies)
        devices[0].ok("UID STORE 1 -FLAGS.SILENT ($SubmitPending)")
        devices[1].ok("UID SEARCH KEYWORD $Submitted UNKEYWORD $SubmitPending")
        assert devices[1].other[-1] == b"* SEARCH 1\r\n", "sent"
        devices[1].ok("UID SEARCH KEYWORD $Submitted KEYWORD $SubmitPending")
        sending = b" ".join(b"%d" % uid for uid in range(2, DRAFTS + 1))
        assert devices[1].other[-1] == b"* SEARCH %b\r\n" % sending, "being sent"


def _claim(device: Client, uid: int) -> bytes:
    """Mark a draft as being sent, if nobody has touched it since it was appended."""
    modseq = uid + 1  # a fresh mailbox stands at 1, and each APPEND takes the next one
    return device.finish(
        device.send(f"UID STORE {uid} (UNCHANGEDSINCE {modseq}) +FLAGS.SILENT ($Submitted)")
    )


def test_they_can_be_stored_where_there_is_no_room_for_another_keyword(
    mail_server: MailServer,
) -> None:
    with closing(Client(mail_server, mail_server.add_account())) as client:
        client.ok("APPEND INBOX {14+}\r\nSubject: 1\r\n\r\n")
        client.select()
        client.ok(f"STORE 1 FLAGS.SILENT ({' '.join(f'k{number}' for number in range(200))})")
        reply = client.finish(client.send("STORE 1 +FLAGS.SILENT (another)"))
        assert reply.startswith(b"NO [LIMIT]")
        client.ok("STORE 1 FLAGS ($Forwarded $MDNSent $SubmitPending $Submitted $Junk)")
        client.ok("COPY 1 Sent")
        client.select("Sent")
        assert client.flags[0] is not None
        assert {b"$SubmitPending", b"$Submitted"} < client.flags[0]
