"""Of two devices that send one draft, one does (L-21, RFC 5550 §5.10)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from tests.mailserver import MailServer
from webmail import mail
from webmail.mail.access import conditional_store
from webmail.mail.access.fetching import fetch_one
from webmail.mail.imap.client import LemonadeClient
from webmail.mail.imap.pool import sign_in
from webmail.mail.message.errors import Refused
from webmail.mail.message.folders import StoredMessage
from webmail.models import Outbox
from webmail.outgoing import attempts, outbox, tasks
from webmail.outgoing import keywords as status_keywords
from webmail.outgoing.composition import compose
from webmail.outgoing.draft import Draft
from webmail.outgoing.keywords import claim
from webmail.writing.originals import open_draft

from .sessions import save, send

pytestmark = pytest.mark.django_db(transaction=True)
DEVICES = 2
ROUNDS = 5


@pytest.fixture
def alice(ours: MailServer, django_user_model: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(outbox, "wake", lambda pk, hold=0: None)
    email = ours.add_account("alice")
    django_user_model.objects.create_user(email)
    return email


def a_draft(email: str) -> StoredMessage:
    with mail.session(email) as imap:
        text = Draft(sender=email, to=email, subject="Once", text="Only once, please.\n")
        return save(imap, text)


def keywords(email: str, folder: str, uid: int) -> set[str]:
    with mail.session(email) as imap:
        (row,) = imap.rows(folder, [uid])
    return {word for word in row.flags.keywords if word.startswith("$Submi")}


def test_who_comes_when_all_is_done_sends_nothing(
    alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other device has sent the draft, and it is gone, between a look at it and its claim."""
    connections = [sign_in(alice) for _ in range(DEVICES)]
    late, quick = [mail.MailSession(alice, connection) for connection in connections]
    stored = a_draft(alice)
    drafts = [open_draft(device, stored.folder, stored.uid) for device in (late, quick)]
    look = conditional_store._look

    def look_slowly(imap: LemonadeClient, message: StoredMessage) -> tuple[int, set[str]]:
        seen = look(imap, message)
        if imap is connections[0]:
            compose(quick, drafts[1])
        return seen

    monkeypatch.setattr(conditional_store, "_look", look_slowly)
    with pytest.raises(Refused, match="no longer among the drafts"):
        compose(late, drafts[0])
    with mail.session(alice) as imap:
        assert imap.page("Sent").exists == 1
    for connection in connections:
        connection.drop()


def test_two_devices_race_and_one_message_is_sent(alice: str) -> None:
    connections = [sign_in(alice) for _ in range(DEVICES)]
    devices = [mail.MailSession(alice, connection) for connection in connections]
    for number in range(1, ROUNDS + 1):
        stored = a_draft(alice)
        for connection in connections:
            connection.command(b"NOOP")  # as between two requests
        drafts = [open_draft(device, stored.folder, stored.uid) for device in devices]
        start = Barrier(DEVICES)

        def press(device: mail.MailSession, draft: Draft, start: Barrier = start) -> bool:
            start.wait(60)
            try:
                compose(device, draft)
            except Refused:
                return False
            return True

        with ThreadPoolExecutor(DEVICES) as pool:
            sent = list(pool.map(press, devices, drafts))
        assert sorted(sent) == [False, True]
        with mail.session(alice) as imap:
            assert imap.page("Sent").exists == number
            assert imap.page("Drafts").exists == 0
    for connection in connections:
        connection.drop()


def test_a_change_in_between_is_looked_at_again(
    alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = a_draft(alice)
    connection = sign_in(alice)
    other = mail.MailSession(alice, connection)
    meddled: list[int] = []

    def meddle(*words: Any) -> Any:
        found = fetch_one(*words)
        if not meddled:
            other.set_flags(stored.folder, [stored.uid], add=["\\Flagged"])
            meddled.append(1)
        return found

    monkeypatch.setattr(conditional_store, "fetch_one", meddle)
    with mail.session(alice) as imap:
        claim(imap, stored)
    assert keywords(alice, stored.folder, stored.uid) == {"$SubmitPending", "$Submitted"}
    with pytest.raises(Refused, match="another window or device"):
        claim(other, stored)
    connection.drop()


def test_the_marks_in_sent_follow_the_submission(
    alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = Draft(sender=alice, to=alice, subject="Hi", text="x")
    row = send(alice, draft)
    assert keywords(alice, "Sent", row.uid) == {"$SubmitPending", "$Submitted"}
    attempts.attempt(row.pk)
    monkeypatch.setattr(status_keywords, "SETTLED_BY_PAGES", -1)
    tasks.sweep()
    assert keywords(alice, "Sent", row.uid) == {"$Submitted"}
    assert not Outbox.objects.get().pending

    draft.to = "nobody-here@lemonade.test"
    row = send(alice, draft)
    attempts.attempt(row.pk)
    tasks.sweep()
    assert keywords(alice, "Sent", row.uid) == set()
    row.refresh_from_db()
    outbox.retry(row)
    assert keywords(alice, "Sent", row.uid) == {"$SubmitPending", "$Submitted"}


def test_what_can_not_be_composed_can_be_sent_again(alice: str, settings: Any) -> None:
    stored = a_draft(alice)
    settings.WEBMAIL_URL_HOST = "another.example"  # no ticket for such a URL
    with mail.session(alice) as imap:
        draft = open_draft(imap, stored.folder, stored.uid)
        with pytest.raises(Refused):
            compose(imap, draft)
        assert keywords(alice, stored.folder, stored.uid) == set()
        settings.WEBMAIL_URL_HOST = "localhost"
        compose(imap, draft)
