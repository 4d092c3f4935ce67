"""A user's script decides at the delivery, in the transaction that takes the message."""

from __future__ import annotations

from typing import Any

import pytest

from lemonade_server.delivery.acceptance import accept
from lemonade_server.directory import sharing
from lemonade_server.models import Account, Annotation, SieveScript, Submission
from lemonade_server.store import ingest, mailboxes, vendor
from lemonade_server.store.db import transaction
from lemonade_server.store.flags import FLAGGED, SEEN
from lemonade_server.store.ids import AccountId
from lemonade_server.store.queue import Envelope, Target
from lemonade_server.wire import addresses, resent_headers
from lemonade_server.wire.errors import Reply

from .filtering import box, letter, use
from .post import MESSAGE, inbox, rows, send

pytestmark = pytest.mark.django_db


def test_a_message_is_filed_with_flags(alice: Account, bob: Account) -> None:
    use(
        alice,
        b'require ["fileinto", "imap4flags"]; if header :contains "subject" "tea"'
        b' { addflag ["\\\\Flagged", "$Label1"]; fileinto "Archive"; }',
    )
    send(bob, alice.email)
    assert inbox(alice) == []
    ((message, bits, keywords),) = box(alice, "Archive")
    assert message == b"Return-Path: <bob@lemonade.test>\r\n" + MESSAGE
    assert (bits, keywords) == (FLAGGED, "$Label1")


def test_copies_share_one_content(alice: Account, bob: Account) -> None:
    use(
        alice,
        b'require ["fileinto", "mailbox", "copy", "imap4flags"]; fileinto :copy :create "A/B";'
        b' fileinto "inbox"; keep :flags "\\\\Seen";',
    )
    send(bob, alice.email)
    assert [bits for _, bits, _ in box(alice, "INBOX")] == [SEEN]
    assert [message for message, _, _ in box(alice, "A/B")] == inbox(alice)


@pytest.mark.parametrize(
    "actions",
    [
        b'keep :flags "\\\\Seen"; fileinto :flags "a \\\\Flagged" "INBOX";',
        b'fileinto :flags "A \\\\Seen" "inbox"; fileinto :flags "\\\\Flagged" "InBox"; keep;',
        b'fileinto :copy :flags "a" "INBOX"; setflag ["\\\\Seen", "\\\\Flagged"];',
    ],
)
def test_one_mailbox_has_the_message_once_with_all_flags(
    actions: bytes, alice: Account, bob: Account
) -> None:
    """INBOX, in any spelling, is where mail goes without a filter (RFC 5228 §2.10.3)."""
    use(alice, b'require ["fileinto", "imap4flags", "copy"];' + actions)
    send(bob, alice.email)
    ((_, bits, keywords),) = box(alice, "INBOX")
    assert (bits, keywords.lower()) == (SEEN | FLAGGED, "a")


def test_the_mailbox_of_a_detail_is_one_mailbox_by_its_name_too(
    alice: Account, bob: Account
) -> None:
    use(
        alice,
        b'require ["fileinto", "imap4flags"]; keep :flags "\\\\Seen"; '
        b'fileinto :flags "\\\\Flagged" "Archive"; fileinto "INBOX";',
    )
    send(bob, "alice+Archive@lemonade.test")
    assert [bits for _, bits, _ in box(alice, "Archive")] == [SEEN | FLAGGED]
    assert [bits for _, bits, _ in box(alice, "INBOX")] == [0]


def test_the_last_header_is_that_of_the_one_copy(alice: Account, bob: Account) -> None:
    use(
        alice,
        b'require ["fileinto", "editheader"]; keep; addheader "X-New" "1"; fileinto "INBOX";',
    )
    send(bob, alice.email)
    ((message, _, _),) = box(alice, "INBOX")
    assert message.startswith(b"X-New: 1\r\n")


def test_the_size_is_that_of_the_message_as_it_came(alice: Account, bob: Account) -> None:
    """RFC 5293 §7 names the tests of header fields alone."""
    use(
        alice,
        b'require ["editheader", "fileinto"]; addheader "X-Long" "%b";'
        b' if size :over 1000 { fileinto "Archive"; }' % (b"x" * 2000),
    )
    send(bob, alice.email)
    assert (len(box(alice, "Archive")), len(inbox(alice))) == (0, 1)


def test_a_special_use_finds_the_mailbox(alice: Account, bob: Account) -> None:
    use(
        alice,
        b'require ["fileinto", "special-use"];'
        b' if specialuse_exists "\\\\Junk" { fileinto :specialuse "\\\\Junk" "Nowhere"; }',
    )
    send(bob, alice.email)
    assert len(box(alice, "Junk")) == 1


def test_a_discarded_message_counts_as_delivered(alice: Account, bob: Account) -> None:
    use(alice, b"discard;")
    accepted = send(bob, alice.email)
    assert (accepted.delivered, inbox(alice)) == (1, [])


def test_a_changed_header_is_what_is_filed(alice: Account, bob: Account) -> None:
    use(
        alice,
        b'require ["editheader", "fileinto"]; deleteheader "subject";'
        b' addheader "Subject" "[tea] at five"; fileinto "Archive";',
    )
    send(bob, alice.email)
    ((message, _, _),) = box(alice, "Archive")
    assert message.startswith(b"Subject: [tea] at five\r\nReturn-Path:")
    assert message.endswith(b"\r\n\r\nAt five?\r\n") and message.count(b"Subject") == 1


def test_a_changed_header_is_sent_on_in_the_owners_name(alice: Account, bob: Account) -> None:
    """Else a filter could have anybody say anything."""
    use(
        alice,
        b'require ["editheader", "copy"]; redirect :copy "bob@lemonade.test"; deleteheader "from";'
        b' addheader "From" "ceo@lemonade.test"; redirect "bob@lemonade.test";',
    )
    send(bob, alice.email)
    ours, forged = inbox(bob)
    assert b"Resent-From" not in ours and b"From: ceo@lemonade.test" in forged
    (resender,) = resent_headers.resenders(forged)
    assert addresses.specification(resender) == alice.email
    assert b"\r\nResent-Date: " in forged and b"\r\nResent-Message-ID: <" in forged


def test_a_refused_message_is_refused_in_the_dialogue(alice: Account, bob: Account) -> None:
    use(alice, b'require "ereject"; ereject "Not\r\nfor me";')
    with pytest.raises(Reply, match=r"550 5\.7\.1 Not for me"):
        send(bob, alice.email)
    assert Submission.objects.count() == 0


def test_one_refusal_among_others_is_reported(alice: Account, bob: Account) -> None:
    use(alice, b'require "reject"; reject "Not for me";')
    accepted = send(bob, alice.email, bob.email)
    assert (accepted.delivered, accepted.failed) == (1, 1)
    _, report = sorted(inbox(bob), key=len)
    assert b"Not for me" in report and b"Status: 5.7.1" in report


def test_the_recipient_of_the_envelope_keeps_its_detail(alice: Account, bob: Account) -> None:
    use(
        alice,
        b'require ["envelope", "subaddress", "fileinto", "variables", "mailbox"];'
        b' if envelope :matches :detail "to" "*" { fileinto :create "${1}"; }',
    )
    send(bob, "alice+lists@lemonade.test")
    assert len(box(alice, "lists")) == 1


def test_a_redirected_message_goes_through_the_queue(alice: Account, bob: Account) -> None:
    use(alice, b'require "copy"; redirect :copy "carol@example.org";')
    send(bob, alice.email)
    assert len(inbox(alice)) == 1
    sent = Submission.objects.get(source="sieve")
    assert sent.sender == bob.email
    assert [row.address for row in rows(sent.pk)] == ["carol@example.org"]
    header = bytes(sent.content.header)
    assert header.startswith(b"Received: by localhost id ")
    assert b"X-Sieve-Redirected-From: alice@lemonade.test\r\n" in header
    assert b"Return-Path" not in header


def test_from_elsewhere_to_elsewhere_goes_under_a_sender_of_ours(alice: Account) -> None:
    use(alice, b'redirect "carol@example.org";')
    with transaction() as tx:
        targets = [Target(alice.email)]
        envelope = Envelope(None, "ana@example.net", targets, arrived_at=1_000_000)
        accept(tx, envelope, ingest.prepare(letter()))
    sent = Submission.objects.get(source="sieve")
    assert sent.sender.startswith("SRS0=") and sent.sender.endswith("=ana@lemonade.test")


def test_accounts_that_redirect_to_each_other_lose_nothing(alice: Account, bob: Account) -> None:
    use(alice, b'redirect "bob@lemonade.test";')
    use(bob, b'redirect "alice@lemonade.test";')
    send(bob, alice.email)
    assert [len(inbox(one)) for one in (alice, bob)] == [1, 0]


def test_redirections_do_not_multiply(alice: Account, db: object) -> None:
    people = [Account.objects.create_user(f"p{n}@lemonade.test", "x") for n in range(6)]
    script = b'redirect "p%d@lemonade.test";'
    for at, person in enumerate(people):
        others = [script % n for n in range(6) if n != at]
        use(person, b"".join(others[:4]))
    send(alice, people[0].email)
    arrived = sum(len(inbox(person)) for person in people)
    assert 0 < arrived <= 4 + 4 * 3 + 4 * 3 * 2 + 4 * 3 * 2 * 1


def test_a_redirection_to_nobody_keeps_the_message(alice: Account, bob: Account) -> None:
    use(alice, b'require "fileinto"; fileinto "Archive"; redirect "nobody@lemonade.test";')
    send(bob, alice.email)
    assert box(alice, "Archive") == []
    message, received = inbox(alice)
    assert b"Subject: tea" in message
    assert b"nobody@lemonade.test can't be sent to" in received


def test_a_script_that_fails_keeps_the_message_and_tells_once(alice: Account, bob: Account) -> None:
    use(alice, b'require ["fileinto"];\r\nfileinto "Nowhere";')
    for _ in range(3):
        send(bob, alice.email)
    messages = inbox(alice)
    assert [b"Subject: tea" in one and b"Your mail filter" not in one for one in messages].count(
        True
    ) == 3
    (received,) = [one for one in messages if b"Auto-Submitted: auto-generated" in one]
    assert b"There is no mailbox 'Nowhere'" in received and b"postmaster@lemonade.test" in received
    script = SieveScript.objects.get()
    assert script.last_error == "There is no mailbox 'Nowhere'" and script.last_error_at


def test_a_fault_is_placed(alice: Account, bob: Account) -> None:
    use(alice, b'require ["variables", "fileinto"];\r\n\r\n  fileinto "${nothing}";')
    send(bob, alice.email)
    assert SieveScript.objects.get().last_error.startswith("line 3, column 3: No mailbox")


def test_a_script_that_was_right_once_may_be_wrong_now(alice: Account, bob: Account) -> None:
    use(alice, b"nonsense;")
    send(bob, alice.email)
    assert len(inbox(alice)) == 2
    assert "line 1, column 1" in SieveScript.objects.get().last_error


def test_a_full_mailbox_is_full_with_a_script_too(alice: Account, bob: Account) -> None:
    use(alice, b'require "fileinto"; fileinto "Archive";')
    Account.objects.filter(pk=alice.pk).update(quota=10)
    with pytest.raises(Reply, match=r"552 5\.2\.2"):
        send(bob, alice.email)


def test_somebody_elses_mailbox_takes_what_its_rights_allow(alice: Account, bob: Account) -> None:
    with transaction() as tx:
        mailboxes.provision(tx, AccountId(bob.pk))
        archive = mailboxes.find(tx, AccountId(bob.pk), "Archive")
        assert archive is not None
        sharing.change(tx, archive, alice.email, "lri", "a test")
        inbox_of_bob = mailboxes.find(tx, AccountId(bob.pk), "INBOX")
        assert inbox_of_bob is not None
        sharing.change(tx, inbox_of_bob, alice.email, "lr", "a test")
    use(
        alice,
        b'require ["fileinto", "imap4flags", "mailbox"];'
        b' if mailboxexists "Other Users/bob/Archive" {'
        b' fileinto :flags ["\\\\Seen", "$x"] "Other Users/bob/Archive"; }',
    )
    send(bob, alice.email)
    assert [(bits, words) for _, bits, words in box(bob, "Archive")] == [(0, "")]
    use(alice, b'require ["fileinto", "mailbox"]; fileinto "Other Users/bob/INBOX";')
    send(bob, alice.email)
    assert inbox(bob) == []
    assert SieveScript.objects.get().last_error == "There is no mailbox 'Other Users/bob/INBOX'"


def test_an_included_script_of_the_server_runs(alice: Account, bob: Account) -> None:
    SieveScript.objects.create(name="spam", text=b'require "imap4flags"; addflag "\\\\Seen";',
                               changed_at=0)  # fmt: skip
    use(alice, b'require "include"; include :global "spam"; include :personal "own";')
    use(alice, b'require "fileinto"; fileinto "Archive";', name="own", active=False)
    send(bob, alice.email)
    assert [bits for _, bits, _ in box(alice, "Archive")] == [SEEN]


def test_without_a_script_there_is_no_question_more(
    alice: Account, bob: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(alice, b"keep;", active=False)
    asked: list[str] = []
    execute = vendor.execute

    def recording(connection: Any, sql: str, args: Any = ()) -> Any:
        asked.append(sql)
        return execute(connection, sql, args)

    monkeypatch.setattr(vendor, "execute", recording)
    send(bob, alice.email)
    assert not any("FROM sieve_script" in sql or "vacation" in sql for sql in asked)
    assert sum("FROM mailbox" in sql for sql in asked) == 1


def test_the_body_is_read_for_the_script(alice: Account, bob: Account) -> None:
    use(alice, b'require ["body", "fileinto"]; if body :contains "five" { fileinto "Archive"; }')
    send(bob, alice.email, message=letter())
    assert len(box(alice, "Archive")) == 1


def test_a_script_learns_where_it_runs(alice: Account, bob: Account) -> None:
    with transaction() as tx:
        mailboxes.provision(tx, AccountId(alice.pk))
        here = mailboxes.find(tx, AccountId(alice.pk), "INBOX")
    assert here is not None
    Annotation.objects.create(
        account=alice, mailbox_id=here.id, name="/private/comment", value=b"Away"
    )
    script = (
        b'require ["environment", "mboxmetadata", "servermetadata", "spamtest", "fileinto"];'
        b'if allof (environment "location" "MDA", environment "domain" "lemonade.test",'
        b' metadata "INBOX" "/private/comment" "away", spamtest "0",'
        b' not metadataexists "Nowhere" "/private/comment",'
        b' not servermetadataexists "/shared/comment") { fileinto "Drafts"; }'
    )
    use(alice, script)
    send(bob, alice.email, message=letter())
    assert inbox(alice) == []


def test_parts_are_read_from_the_store(alice: Account, bob: Account) -> None:
    """Their headers and their text, by the table that the message has (RFC 5703)."""
    use(
        alice,
        b'require ["mime", "foreverypart", "extracttext", "variables", "fileinto", "mailbox"];'
        b'foreverypart { if header :mime :param "filename" "Content-Disposition" "a.txt"'
        b' { extracttext :first 4 "t"; break; } } fileinto :create "Notes ${t}";',
    )
    message = (
        b"From: bob@lemonade.test\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: base64\r\n"
        b'Content-Disposition: attachment; filename="a.txt"\r\n\r\n'
        b"Y2Fmw6kgYXQgZml2ZQ==\r\n--b--\r\n"
    )
    send(bob, alice.email, message=message)
    assert len(box(alice, "Notes café")) == 1
