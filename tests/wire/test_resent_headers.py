"""Which fields say who sent a message on (RFC 5322 §3.6.6)."""

from __future__ import annotations

import pytest

from lemonade_server.wire import resent_headers

RECEIVED = b"Received: from a by b; x\r\n"


@pytest.mark.parametrize(
    ("header", "who"),
    [
        (b"Resent-From: a\r\nFrom: x\r\n\r\n", b"a"),
        (b"RESENT-FROM : a\r\n b\r\n\r\n", b"a b"),
        (b"Resent-From: a\r\nResent-From: b\r\n\r\n", b"a"),
        (RECEIVED + b"Resent-To: t\r\nResent-From: a\r\n" + RECEIVED + b"Resent-From: b\r\n", b"a"),
        # What has no Resent-From is no set of its own.
        (b"Resent-Sender: s\r\n" + RECEIVED + b"Resent-From: a\r\n\r\n", b"a"),
        (b"Resent-To: t\r\nResent-To: u\r\nResent-From: a\r\n\r\n", b"a"),
        # Some put them behind the older fields.
        (b"From: x\r\nTo: y\r\nResent-To: z\r\nResent-From: a\r\n\r\n", b"a"),
        (b"From: x\r\nX-Resent-From: a\r\n\r\nResent-From: in the body\r\n", None),
        (b"From: x\r\nResent-To: a\r\n\r\n", None),
        (b"", None),
    ],
)
def test_who_sent_it_on(header: bytes, who: bytes | None) -> None:
    assert resent_headers.newest(header).get(b"resent-from") == (None if who is None else [who])


def test_the_set_of_the_newest_is_told_apart() -> None:
    older = RECEIVED + b"Resent-Sender: old\r\nResent-From: b\r\nResent-Date: then\r\n\r\n"
    found = resent_headers.newest(b"Resent-From: a\r\nResent-To: t\r\n" + older)
    assert found == {b"resent-from": [b"a"], b"resent-to": [b"t"]}
