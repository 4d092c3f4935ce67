"""Reports of other servers and readers (RFC 3464, RFC 8098)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire.received_reports import delivery_status, disposition, is_report

STATUS = b"""Original-Envelope-Id: tea 1\r
Reporting-MTA: dns; mx.example.org\r
\r
Original-Recipient: rfc822; carol+tea@example.org\r
Final-Recipient: rfc822; carol@example.org\r
Action: failed\r
Status: 5.2.2 (mailbox full)\r
Remote-MTA: dns; inner.example.org\r
Diagnostic-Code: smtp;\r
\t552 5.2.2 no room\r
\r
Final-Recipient: rfc822; dan@example.org\r
Action: Delivered (to the mailbox)\r
Status: 2.0.0\r
"""


def test_what_became_of_each_recipient() -> None:
    report = delivery_status(STATUS)
    assert (report.envid, report.reporter) == ("tea 1", "mx.example.org")
    first, second = report.fates
    assert (first.final, first.original) == ("carol@example.org", "carol+tea@example.org")
    assert (first.action, first.status, first.host) == ("failed", "5.2.2", "inner.example.org")
    assert first.words == "552 5.2.2 no room"
    assert (second.final, second.action, second.status) == ("dan@example.org", "delivered", "2.0.0")


def test_a_readers_receipt() -> None:
    found = disposition(
        b"Final-Recipient: rfc822;carol@example.org\r\nOriginal-Message-ID: <tea@x>\r\n"
        b"Disposition: manual-action/MDN-sent-manually; displayed\r\n"
    )
    assert found is not None
    assert (found.final, found.message_id, found.kind) == (
        "carol@example.org",
        "<tea@x>",
        "displayed",
    )
    assert disposition(b"Subject: no receipt\r\n") is None


def test_what_is_a_report() -> None:
    assert is_report(b"Content-Type: Multipart/Report; report-type=delivery-status\r\n\r\n")
    assert not is_report(b"Subject: multipart/report\r\nContent-Type: text/plain\r\n\r\n")


PIECES = [
    b"Final-Recipient: ",
    b"rfc822; ",
    b"Action: failed",
    b"Action: ",
    b"Status: 5.1.1",
    b"\r\n",
]
RECEIPT = [
    b"Disposition: manual-action/x; ",
    b"displayed",
    b"Content-Type: multipart/report",
    b"\n\n",
]


@given(
    st.lists(st.sampled_from(PIECES + RECEIPT) | st.binary(max_size=9), max_size=30).map(b"".join)
)
def test_any_octets_are_read(octets: bytes) -> None:
    """Into words of the registries, or not at all."""
    for fate in delivery_status(octets).fates:
        assert fate.action in ("failed", "delayed", "delivered", "relayed", "expanded")
        assert fate.status == "" or fate.status[0] in "245"
    found = disposition(octets)
    assert found is None or (found.kind.isalpha() and found.kind == found.kind.lower())
    if is_report(octets):
        assert b"content-type:" in octets.lower()
