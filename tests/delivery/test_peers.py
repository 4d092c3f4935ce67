"""What we pass on, as others see it: a real Postfix takes it, and another server of ours believes
its signatures.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bench.imap import Imap
from lemonade_server.models import Account, Domain
from lemonade_server.signing import keys
from tests.interop import postfix
from tests.mailserver import PASSWORD, MailServer
from tests.nameserver import NameServer

from .conftest import relay_to
from .post import pass_on, rows, send

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.client
@pytest.mark.skipif(postfix.COMMAND is None, reason="postfix is not installed")
@pytest.mark.skipif(os.geteuid() != 0, reason="postfix is started by root only")
def test_postfix_takes_what_we_relay(alice: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    with postfix.running(lmtp=1) as peer:
        relay_to(monkeypatch, f"smtp://127.0.0.1:{peer.port}")
        sent = send(alice, "carol@example.org", "dave@example.org").submission
        assert pass_on(sent) == 2
        assert [(row.state, row.status) for row in rows(sent)] == [("relayed", "2.0.0")] * 2
        for name in ("carol", "dave"):
            peer.await_log(f"to=<{name}@example.org>")
        assert "from=<alice@lemonade.test>" in peer.log()
        assert "message-id=<tea@x>" in peer.log()


def test_another_server_believes_our_signatures(
    alice: Account, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ours = Domain.objects.create(name="lemonade.test")
    made = keys.make(ours)
    keys.use(ours, made[0].selector)
    with NameServer() as dns:
        for key in made:
            dns.add(key.record_name, "TXT", key.record)
        dns.add("lemonade.test", "TXT", "v=spf1 ip4:127.0.0.1 -all")
        dns.add("_dmarc.lemonade.test", "TXT", "v=DMARC1; p=reject; aspf=s; adkim=s")
        other = MailServer(tmp_path, DMARC="enforce", DNS=dns.address, DOMAIN="other.test")
        other.start()
        try:
            reader = other.add_account("reader", domain="other.test")
            relay_to(monkeypatch, f"smtp://127.0.0.1:{other.ports['smtp']}")
            sent = send(alice, reader).submission
            assert pass_on(sent) == 1
            assert [row.state for row in rows(sent)] == ["relayed"]
            imap = Imap("127.0.0.1", other.ports["imap"])
            imap.login(reader, PASSWORD)
            imap.command(b"EXAMINE INBOX")
            header = imap.command(b"FETCH 1 BODY.PEEK[HEADER]")[0]
            imap.close()
        finally:
            other.stop()
    assert b"spf=pass smtp.mailfrom=alice@lemonade.test" in header
    assert header.count(b"dkim=pass header.d=lemonade.test") == 2
    assert b"dmarc=pass header.from=lemonade.test" in header
