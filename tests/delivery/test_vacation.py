"""Answers that the owner is away, and notifications: to people, once, never in a loop."""

from __future__ import annotations

import pytest

from lemonade_server.delivery import automatic_messages
from lemonade_server.delivery.acceptance import accept
from lemonade_server.delivery.local import filters
from lemonade_server.delivery.local.local_message import LocalMessage
from lemonade_server.models import (
    Account,
    Alias,
    Domain,
    SieveScript,
    Submission,
    VacationReply,
)
from lemonade_server.signing import keys
from lemonade_server.store import ingest, mailboxes
from lemonade_server.store.db import transaction
from lemonade_server.store.ids import AccountId
from lemonade_server.store.queue import Envelope, Target
from lemonade_server.wire import headers, text

from .filtering import box, letter, use
from .post import inbox, pass_on, send
from .sink import Sink

pytestmark = pytest.mark.django_db

AWAY = b'require "vacation"; vacation :days 3 :subject "Away" "Back on Monday \xc3\xa9";'


def answers(account: Account) -> list[bytes]:
    return [one for one in inbox(account) if b"auto-replied" in one]


def test_the_sender_is_told_once(alice: Account, bob: Account) -> None:
    use(alice, AWAY)
    for _ in range(3):
        send(bob, alice.email, message=letter(Message_ID="<1@x>", References="<0@x>"))
    (answer,) = answers(bob)
    assert answer.startswith(b"Return-Path: <>\r\n")
    for line in (
        b"From: alice@lemonade.test",
        b"To: bob@lemonade.test",
        b"Subject: Away",
        b"In-Reply-To: <1@x>",
        b"References: <0@x> <1@x>",
        b"Auto-Submitted: auto-replied (vacation)",
        "Back on Monday é".encode(),
    ):
        assert line in answer
    assert len(inbox(alice)) == 3
    assert VacationReply.objects.get().until > 0


def test_the_sender_is_told_again_later_or_something_else(alice: Account, bob: Account) -> None:
    use(alice, AWAY)
    send(bob, alice.email, message=letter(), arrived_at=1_000_000)
    send(bob, alice.email, message=letter(), arrived_at=1_000_000 + 3 * 86_400 - 1)
    assert len(answers(bob)) == 1
    send(bob, alice.email, message=letter(), arrived_at=1_000_000 + 3 * 86_400)
    assert len(answers(bob)) == 2
    use(alice, b'require "vacation"; vacation "Still away";')
    send(bob, alice.email, message=letter(), arrived_at=1_000_000 + 3 * 86_400)
    assert b"Subject: Auto: tea" in answers(bob)[2]


def test_the_period_may_be_an_hour(alice: Account, bob: Account) -> None:
    """RFC 6131: its name is all that a script has to require."""
    use(alice, b'require "vacation-seconds"; vacation :seconds 3600 "In a meeting";')
    for arrived_at in (1_000_000, 1_003_599, 1_003_600):
        send(bob, alice.email, message=letter(), arrived_at=arrived_at)
    assert len(answers(bob)) == 2


LISTS = ("Id", "Help", "Subscribe", "Unsubscribe", "Post", "Owner", "Archive")
"""RFC 2369, RFC 2919."""


@pytest.mark.parametrize(
    "fields",
    [
        *({f"List_{name}": "<mailto:x@example.org>"} for name in LISTS),
        *({"Precedence": word} for word in ("bulk", "List", "junk")),
        *(
            {"Auto_Submitted": word}
            for word in ("auto-generated", "Auto-Replied (x); y=z", "other")
        ),
        {"X_Auto_Response_Suppress": "DR, OOF"},
        {"To": "someone@example.org"},
        {"To": "undisclosed-recipients:;"},
    ],
)
def test_nobody_else_is_told(alice: Account, bob: Account, fields: dict[str, str]) -> None:
    use(alice, AWAY)
    send(bob, alice.email, message=letter(**fields))
    assert answers(bob) == [] and len(inbox(alice)) == 1


def test_bounces_and_programs_are_not_answered(alice: Account) -> None:
    use(alice, AWAY)
    send(None, alice.email, message=letter())
    for name in ("mailer-daemon", "postmaster", "owner-list", "list-request", "no-reply"):
        other = Account.objects.create_user(f"{name}@lemonade.test", "x")
        send(other, alice.email, message=letter())
        assert inbox(other) == []
    assert Submission.objects.filter(source=automatic_messages.SOURCE).count() == 0


def test_what_was_sent_by_hand_is_answered(alice: Account, bob: Account) -> None:
    use(alice, AWAY)
    send(bob, alice.email, message=letter(Auto_Submitted="no (by hand)", Precedence="normal"))
    assert len(answers(bob)) == 1


def test_nobody_answers_oneself(alice: Account) -> None:
    Alias.objects.create_leading_to("sales@lemonade.test", alice.email)
    use(alice, AWAY)
    for sender in (alice.email, "Sales@lemonade.test", "alice+tea@lemonade.test"):
        with transaction() as tx:
            envelope = Envelope(None, sender, [Target(alice.email)], arrived_at=1_000_000)
            accept(tx, envelope, ingest.prepare(letter()))
    assert len(inbox(alice)) == 3


def test_two_who_are_away_do_not_answer_each_other(alice: Account, bob: Account) -> None:
    use(alice, AWAY)
    use(bob, AWAY)
    send(bob, alice.email, message=letter())
    assert (len(answers(bob)), len(answers(alice))) == (1, 0)


def test_an_alias_and_an_address_that_was_named_are_the_owner(alice: Account, bob: Account) -> None:
    Alias.objects.create_leading_to("sales@lemonade.test", alice.email)
    use(alice, b'require "vacation"; vacation :addresses "old@example.org" "x";')
    send(bob, alice.email, message=letter(To="", Cc="sales@lemonade.test"))
    assert len(answers(bob)) == 1
    VacationReply.objects.all().delete()
    send(bob, alice.email, message=letter(To="Old <OLD@example.org>"))
    assert len(answers(bob)) == 2


def test_an_address_that_was_named_may_have_a_name(alice: Account, bob: Account) -> None:
    use(alice, b'require "vacation"; vacation :addresses "Other <other@lemonade.test>" "x";')
    send(bob, alice.email, message=letter(To="other@lemonade.test"))
    assert len(answers(bob)) == 1


@pytest.mark.parametrize(
    "sender",
    [
        "=?utf-8?q?Al=C3=ADce?= <alice@lemonade.test>",
        '\\"=?utf-8?b?QWzDrWNl?=\\" <alice@lemonade.test>',
        "Alíce <alice@lemonade.test>",
    ],
)
def test_a_name_is_encoded_once(sender: str, alice: Account, bob: Account) -> None:
    use(
        alice,
        f'require ["vacation", "enotify"]; vacation :from "{sender}" "x";'
        f'notify :from "{sender}" "mailto:bob@lemonade.test";'.encode(),
    )
    send(bob, alice.email, message=letter())
    senders = [headers.value(one, b"From") for one in inbox(bob)]
    assert [text.decode_words(one or b"") for one in senders] == 2 * ["Alíce <alice@lemonade.test>"]
    assert all(one is not None and one.isascii() for one in senders)


def test_the_commas_of_a_notification_may_be_encoded(alice: Account, bob: Account) -> None:
    use(alice, b'require "enotify"; notify "mailto:bob@lemonade.test%2Calice@lemonade.test";')
    send(bob, alice.email, message=letter())
    assert (len(inbox(bob)), len(inbox(alice))) == (1, 2)


def test_a_changed_header_decides_who_is_answered_and_what_is_told(
    alice: Account, bob: Account
) -> None:
    """Actions behind a change look at the changed header (RFC 5293 §7)."""
    use(
        alice,
        b'require ["vacation", "enotify", "editheader"];'
        b' deleteheader "Subject"; addheader "Subject" "coffee";'
        b' notify "mailto:bob@lemonade.test"; vacation "x"; deleteheader "List-Id"; vacation "y";',
    )
    send(bob, alice.email, message=letter(List_Id="<tea.example>"))
    received, answer = inbox(bob)
    assert b"Subject: coffee" in received
    assert b"Subject: Auto: coffee" in answer and b"\r\n\r\ny\r\n" in answer


def test_only_the_owners_addresses_are_believed(alice: Account, bob: Account) -> None:
    use(alice, b'require "vacation"; vacation :from "Boss <bob@lemonade.test>" "x";')
    send(bob, alice.email, message=letter())
    assert b"From: alice@lemonade.test" in answers(bob)[0]


def test_a_mime_answer_brings_its_own_fields(alice: Account, bob: Account) -> None:
    use(
        alice,
        b'require "vacation"; vacation :mime text:\r\n'
        b"Content-Type: text/html; charset=utf-8\r\nX-Evil: 1\r\n\r\n<p>Away</p>\r\n.\r\n;",
    )
    send(bob, alice.email, message=letter())
    (answer,) = answers(bob)
    assert b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>Away</p>\r\n" in answer
    assert b"X-Evil" not in answer and answer.count(b"MIME-Version: 1.0") == 1


def test_somebody_is_notified_by_mail(alice: Account, bob: Account) -> None:
    use(
        alice,
        b'require ["enotify", "variables"]; if header :matches "subject" "*" {'
        b' notify :importance "1" :message "New: ${1}"'
        b' "mailto:bob@lemonade.test?body=Look%20here&keywords=x&from=evil@x.example"; }',
    )
    send(bob, alice.email, message=letter(Message_ID="<1@x>"))
    (received,) = inbox(bob)
    for line in (
        b"Return-Path: <alice@lemonade.test>",
        b'Auto-Submitted: auto-notified; owner-email="alice@lemonade.test"',
        b"From: alice@lemonade.test",
        b"To: bob@lemonade.test",
        b"Subject: New: tea",
        b"References: <1@x>",
        b"X-Priority: 1 (Highest)",
        b"Keywords: x",
        b"\r\n\r\nLook here\r\n",
    ):
        assert line in received
    assert b"evil" not in received


def test_notifications_do_not_notify(alice: Account, bob: Account) -> None:
    use(alice, b'require "enotify"; notify "mailto:bob@lemonade.test";')
    use(bob, b'require "enotify"; notify "mailto:alice@lemonade.test";')
    send(bob, alice.email, message=letter())
    assert [len(inbox(one)) for one in (alice, bob)] == [1, 1]
    send(None, alice.email, message=letter())
    assert inbox(bob)[1].startswith(b"Return-Path: <>\r\n")


@pytest.mark.parametrize("sender", ["ü@lemonade.test", '"a b"@lemonade.test', "a..b@lemonade.test"])
def test_a_strange_sender_is_answered_too(alice: Account, sender: str) -> None:
    Account.objects.create_user(sender, "x")
    use(alice, AWAY)
    send(Account.objects.get(email=sender), alice.email, message=letter(Subject="été"))
    (answer,) = answers(Account.objects.get(email=sender))
    assert f"\r\nTo: {sender}\r\n".encode() in answer


def test_what_was_taken_for_spam_is_not_answered(alice: Account, bob: Account) -> None:
    use(
        alice,
        b'require ["vacation", "enotify"]; vacation "Away"; notify "mailto:bob@lemonade.test";',
    )
    account = AccountId(alice.pk)
    with transaction() as tx:
        junk = mailboxes.find(tx, account, "Junk")
        assert junk is not None
        envelope = Envelope(None, bob.email, [Target(alice.email)], arrived_at=1_000_000)
        content = ingest.commit(tx, ingest.prepare(letter()))
        arriving = LocalMessage(account, content, envelope, alice.email, junk.id, accept, junk=True)
        assert filters.run(tx, arriving, SieveScript.objects.get().pk) == ""
    assert inbox(bob) == []
    assert len(box(alice, "Junk")) == 1


def test_answers_are_signed_and_what_is_redirected_is_not(alice: Account, sink: Sink) -> None:
    """They come from the owner, under the empty sender, which SPF can say nothing of."""
    domain = Domain.objects.create(name="lemonade.test")
    keys.use(domain, keys.make(domain)[0].selector)
    use(
        alice,
        b'require ["vacation", "enotify"]; vacation "Away"; notify "mailto:eve@example.org";'
        b'redirect "dan@example.org";',
    )
    with transaction() as tx:
        envelope = Envelope(None, "ana@example.net", [Target(alice.email)], arrived_at=1_000_000)
        accept(tx, envelope, ingest.prepare(letter(From="ana@example.net")))
    for sent in Submission.objects.filter(recipient__state="queued"):
        pass_on(sent.pk)
    signed = {
        taken.recipients[0].partition("<")[2].partition("@")[0]: b"d=lemonade.test" in taken.octets
        for taken in sink.taken
    }
    assert signed == {"ana": True, "eve": True, "dan": False}
