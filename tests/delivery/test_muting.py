"""What joins a muted conversation goes past the INBOX, unless a filter says where it goes."""

from __future__ import annotations

import pytest

from lemonade_server.models import Account
from lemonade_server.store import access, mailboxes, messages
from lemonade_server.store.access import Grantee
from lemonade_server.store.db import transaction
from lemonade_server.store.flags import FLAGGED, SEEN
from lemonade_server.store.ids import AccountId, MailboxId

from .filtering import box, letter, use
from .post import MESSAGE, send

pytestmark = pytest.mark.django_db

ANSWER = letter(Message_ID="<answer@x>", References="<tea@x>")
OTHER = letter(Message_ID="<other@x>")


def mailbox(account: Account, name: str) -> MailboxId:
    with transaction() as tx:
        found = mailboxes.find(tx, AccountId(account.pk), name)
    assert found is not None
    return found.id


def mute(account: Account, sender: Account, keyword: str = "$muted") -> None:
    """A first message comes, and its conversation is muted."""
    send(sender, account.email)
    with transaction() as tx:
        messages.store_flags(tx, mailbox(account, "INBOX"), [1], "+", SEEN, [keyword])


def marks(account: Account, name: str) -> list[tuple[int, str]]:
    """The flag bits and keywords of what a mailbox holds."""
    return [(bits, keywords.lower()) for _, bits, keywords in box(account, name)]


def test_an_answer_goes_to_the_archive_as_read(alice: Account, bob: Account) -> None:
    mute(alice, bob)
    send(bob, alice.email, message=ANSWER)
    send(bob, alice.email, message=OTHER)
    assert marks(alice, "INBOX") == [(SEEN, "$muted"), (0, "")]
    assert marks(alice, "Archive") == [(SEEN, "$muted")]
    send(bob, alice.email, message=letter(Message_ID="<3@x>", In_Reply_To="<tea@x>"))
    assert marks(alice, "Archive") == [(SEEN, "$muted")] * 2


def test_it_is_heard_of_again_once_no_message_is_muted(alice: Account, bob: Account) -> None:
    mute(alice, bob)
    with transaction() as tx:
        messages.store_flags(tx, mailbox(alice, "INBOX"), [1], "-", 0, ["$Muted"])
    send(bob, alice.email, message=ANSWER)
    assert marks(alice, "INBOX")[1:] == [(0, "")]


def test_what_is_muted_in_one_mailbox_is_muted_in_all(alice: Account, bob: Account) -> None:
    mute(alice, bob, "$MUTED")
    with transaction() as tx:
        messages.move(tx, mailbox(alice, "INBOX"), [1], mailbox(alice, "Trash"))
    send(bob, alice.email, message=ANSWER)
    assert marks(alice, "INBOX") == []
    assert marks(alice, "Archive") == [(SEEN, "$muted")]


def test_others_hear_of_it(alice: Account, bob: Account) -> None:
    mute(alice, bob)
    send(alice, bob.email, message=ANSWER)
    assert marks(bob, "INBOX") == [(0, "")]


@pytest.mark.parametrize(
    ("rights", "everybody", "negative", "kept"),
    [
        ("lrsi", False, False, True),
        ("lrw", False, False, True),
        ("lra", False, False, True),
        ("lrswi", True, False, True),
        ("lrsp", False, False, False),
        ("lrswi", False, True, False),
    ],
)
def test_a_mailbox_that_others_write_in_mutes_nothing(
    alice: Account, bob: Account, rights: str, everybody: bool, negative: bool, kept: bool
) -> None:
    """The keyword there may be theirs, and it is the owner's mail."""
    send(bob, alice.email)
    who = AccountId(0 if everybody else bob.pk)
    with transaction() as tx:
        mailboxes.create(tx, AccountId(alice.pk), "Team")
        team = mailboxes.find(tx, AccountId(alice.pk), "Team")
        assert team is not None
        access.give(tx, team, Grantee(who, bob.email, negative), rights, alice.email)
        messages.copy(tx, mailbox(alice, "INBOX"), [1], team.id)
        messages.store_flags(tx, team.id, [1], "+", 0, ["$Muted"])
    send(bob, alice.email, message=ANSWER)
    assert marks(alice, "INBOX")[1:] == ([(0, "")] if kept else [])


def test_without_an_archive_it_stays_in_the_inbox(alice: Account, bob: Account) -> None:
    mute(alice, bob)
    with transaction() as tx:
        mailboxes.delete(tx, AccountId(alice.pk), "Archive")
    send(bob, alice.email, message=ANSWER)
    assert marks(alice, "INBOX") == [(SEEN, "$muted")] * 2


def test_an_address_of_a_mailbox_leads_there(alice: Account, bob: Account) -> None:
    mute(alice, bob)
    with transaction() as tx:
        mailboxes.create(tx, AccountId(alice.pk), "Work")
    send(bob, alice.email.replace("@", "+work@"), message=ANSWER)
    assert marks(alice, "Work") == [(SEEN, "$muted")]


def test_spam_is_filed_as_spam(alice: Account, bob: Account) -> None:
    from lemonade_server.delivery.acceptance import Terms, accept
    from lemonade_server.store import ingest
    from lemonade_server.store.queue import Envelope, Target

    mute(alice, bob)
    with transaction() as tx:
        envelope = Envelope(account=None, sender="x@y.z", recipients=[Target(alice.email)])
        accept(tx, envelope, ingest.prepare(ANSWER), terms=Terms(junk=True))
    assert marks(alice, "Archive") == []
    assert marks(alice, "Junk") == [(0, "")]


@pytest.mark.parametrize(
    ("script", "where", "bits"),
    [
        (b'require "fileinto"; fileinto "Drafts";', "Drafts", 0),
        (b"keep;", "INBOX", 0),
        (b'require "imap4flags"; addflag "\\\\Flagged";', "Archive", FLAGGED | SEEN),
        (b"# nothing", "Archive", SEEN),
        (b'require "imap4flags"; keep :flags "\\\\Flagged";', "INBOX", FLAGGED),
    ],
)
def test_a_filter_decides_where_it_goes(
    alice: Account, bob: Account, script: bytes, where: str, bits: int
) -> None:
    """Without an action of it, muting does."""
    mute(alice, bob)
    before = len(box(alice, where))
    use(alice, script)
    send(bob, alice.email, message=ANSWER)
    assert marks(alice, where)[before:] == [(bits, "$muted")]


def test_a_filter_that_throws_it_away_is_obeyed(alice: Account, bob: Account) -> None:
    mute(alice, bob)
    use(alice, b"discard;")
    send(bob, alice.email, message=ANSWER)
    assert (len(box(alice, "INBOX")), box(alice, "Archive")) == (1, [])


def test_a_filter_that_fails_leaves_it_muted(alice: Account, bob: Account) -> None:
    mute(alice, bob)
    use(alice, b'require "fileinto"; fileinto "Nowhere";')
    send(bob, alice.email, message=ANSWER)
    assert marks(alice, "Archive") == [(SEEN, "$muted")]


def test_the_message_is_whole(alice: Account, bob: Account) -> None:
    mute(alice, bob)
    send(bob, alice.email, message=MESSAGE.replace(b"tea@x>", b"two@x>\r\nReferences: <tea@x>"))
    ((octets, _, _),) = box(alice, "Archive")
    assert octets.endswith(b"Message-ID: <two@x>\r\nReferences: <tea@x>\r\n\r\nAt five?\r\n")
