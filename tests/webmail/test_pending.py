"""Of two devices that send one draft, one does (L-21, RFC 5550 §5.10)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from tests.mailserver import MailServer
from webmail import mail
from webmail.mail import once
from webmail.mail.client import LemonadeClient
from webmail.mail.fetching import fetch_one
from webmail.mail.pool import sign_in
from webmail.mail.sending import compose
from webmail.mail.types import Draft, Refused, Stored
from webmail.models import Outbox
from webmail.outgoing import keywords as status_keywords
from webmail.outgoing import outbox, submission, tasks

pytestmark = pytest.mark.django_db(transaction=True)
DEVICES = 2
ROUNDS = 5


@pytest.fixture
def alice(ours: MailServer, django_user_model: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(outbox, "wake", lambda pk, hold=0: None)
    email = ours.add_account("alice")
    django_user_model.objects.create_user(email)
    return email


def a_draft(email: str) -> Stored:
    with mail.session(email) as imap:
        text = Draft(sender=email, to=email, subject="Once", text="Only once, please.\n")
        return mail.save_draft(imap, text)


def keywords(email: str, folder: str, uid: int) -> set[str]:
    with mail.session(email) as imap:
        (row,) = mail.rows(imap, folder, [uid])
    return {word for word in row.flags.keywords if word.startswith("$Submi")}


def test_two_devices_race_and_one_message_is_sent(alice: str) -> None:
    devices = [sign_in(alice) for _ in range(DEVICES)]
    for number in range(1, ROUNDS + 1):
        stored = a_draft(alice)
        for device in devices:
            device.command(b"NOOP")  # as between two requests
        drafts = [mail.open_draft(device, stored.folder, stored.uid) for device in devices]
        start = Barrier(DEVICES)

        def press(device: LemonadeClient, draft: Draft, start: Barrier = start) -> bool:
            start.wait(30)
            try:
                compose(device, draft)
            except Refused:
                return False
            return True

        with ThreadPoolExecutor(DEVICES) as pool:
            sent = list(pool.map(press, devices, drafts))
        assert sorted(sent) == [False, True]
        with mail.session(alice) as imap:
            assert mail.page(imap, "Sent").exists == number
            assert mail.page(imap, "Drafts").exists == 0
    for device in devices:
        device.drop()


def test_a_change_in_between_is_looked_at_again(
    alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = a_draft(alice)
    other = sign_in(alice)
    meddled: list[int] = []

    def meddle(*words: Any) -> Any:
        found = fetch_one(*words)
        if not meddled:
            mail.set_flags(other, stored.folder, [stored.uid], add=["\\Flagged"])
            meddled.append(1)
        return found

    monkeypatch.setattr(once, "fetch_one", meddle)
    with mail.session(alice) as imap:
        mail.claim(imap, stored)
    assert keywords(alice, stored.folder, stored.uid) == {"$SubmitPending", "$Submitted"}
    with pytest.raises(Refused, match="another window or device"):
        mail.claim(other, stored)
    other.drop()


def test_the_marks_in_sent_follow_the_submission(
    alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = Draft(sender=alice, to=alice, subject="Hi", text="x")
    row = outbox.send(alice, draft)
    assert keywords(alice, "Sent", row.uid) == {"$SubmitPending", "$Submitted"}
    submission.attempt(row.pk)
    monkeypatch.setattr(status_keywords, "PATIENCE", -1)
    tasks.sweep()
    assert keywords(alice, "Sent", row.uid) == {"$Submitted"}
    assert not Outbox.objects.get().pending

    draft.to = "nobody-here@lemonade.test"
    row = outbox.send(alice, draft)
    submission.attempt(row.pk)
    tasks.sweep()
    assert keywords(alice, "Sent", row.uid) == set()
    row.refresh_from_db()
    outbox.retry(row)
    assert keywords(alice, "Sent", row.uid) == {"$SubmitPending", "$Submitted"}


def test_what_can_not_be_composed_can_be_sent_again(alice: str, settings: Any) -> None:
    stored = a_draft(alice)
    settings.WEBMAIL_URL_HOST = "another.example"  # no ticket for such a URL
    with mail.session(alice) as imap:
        draft = mail.open_draft(imap, stored.folder, stored.uid)
        with pytest.raises(Refused):
            compose(imap, draft)
        assert keywords(alice, stored.folder, stored.uid) == set()
        settings.WEBMAIL_URL_HOST = "localhost"
        compose(imap, draft)
