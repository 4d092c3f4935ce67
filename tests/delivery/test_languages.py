"""Mails that the server writes are in the language of their readers."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from lemonade_server.delivery.reader_language import reader_language
from lemonade_server.languages import catalogue
from lemonade_server.models import Account
from lemonade_server.store.db import transaction
from lemonade_server.store.ids import AccountId

from .filtering import letter, use
from .post import MESSAGE, inbox, pass_on, send
from .sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)

CAROL = "carol@example.org"


def set_language(account: Account, language: str) -> None:
    account.language = language
    account.save(update_fields=["language"])


def parsed(octets: bytes) -> EmailMessage:
    message = message_from_bytes(octets, policy=SMTP)
    assert [part.defects for part in message.walk()] == [[]] * len(list(message.walk()))
    return message


@pytest.mark.parametrize(
    ("account", "field", "language", "subject", "words"),
    [
        ("de", "", "de", "Ihre Nachricht konnte nicht zugestellt werden", "Betreff: tea"),
        ("fr", "Accept-Language: de", "fr", "Votre message n’a pas pu être distribué", "Objet"),
        ("", "Accept-Language: xx, ar-EG;q=0.5", "ar", "تعذّر تسليم رسالتك", "الموضوع: tea"),
        ("", "Content-Language: ja-JP", "ja", "メールを配信できませんでした", "件名： tea"),
        ("", "Accept-Language: \u00fc;;;q=x", "en", "Your message could not be delivered", ""),
        ("", "", "en", "Your message could not be delivered", "Subject: tea"),
    ],
)
def test_a_report_is_in_the_language_of_its_reader(
    alice: Account, sink: Sink, account: str, field: str, language: str, subject: str, words: str
) -> None:
    set_language(alice, account)
    sink.answers["RCPT"] = "550 5.1.1 no such user here"
    message = (f"{field}\r\n" if field else "").encode() + MESSAGE
    pass_on(send(alice, CAROL, message=message).submission)
    (octets,) = inbox(alice)
    report = parsed(octets)
    assert report["Subject"] == subject
    assert octets.partition(b"\r\n\r\n")[0].isascii()
    text = next(report.iter_parts())
    assert text["Content-Language"] == language
    content = text.get_content()
    assert words in content and CAROL in content and "no such user here" in content
    assert all(len(line) <= 78 for line in content.splitlines())


def test_the_owner_of_a_filter_that_failed_reads_it_in_his_language(
    alice: Account, bob: Account
) -> None:
    set_language(alice, "de")
    use(alice, b'require "fileinto"; fileinto "Nowhere";', name="Täglich")
    send(bob, alice.email, message=letter(Subject="=?utf-8?q?T=C3=A9?="))
    note = next(one for one in map(parsed, inbox(alice)) if "postmaster" in one["From"])
    assert note["Subject"] == "Ihr Mailfilter „Täglich“ ist gescheitert"
    assert note["Content-Language"] == "de"
    assert note["From"].addresses[0].display_name == "Mailserver"
    assert "    Betreff: Té" in note.get_content()


def test_the_reader_comes_first_then_the_writer_then_the_message(
    alice: Account, bob: Account
) -> None:
    set_language(alice, "de")
    writer = AccountId(alice.pk)
    header = b"Subject: x\r\nAccept-Language: fr\r\n\r\n"
    with transaction() as tx:
        assert reader_language(tx, CAROL, writer=writer, header=header) == "de"
        assert reader_language(tx, "BOB@lemonade.test", header=header) == "fr"
        assert reader_language(tx, "bob@lemonade.test", writer=AccountId(0)) == "en"
    set_language(bob, "ja")
    with transaction() as tx:
        assert reader_language(tx, "Bob@Lemonade.test", writer=writer, header=header) == "ja"


def test_english_needs_no_catalogue() -> None:
    assert catalogue("en").gettext("logged in") == "logged in"
    assert catalogue("xx").gettext("") == ""
    assert catalogue("../../etc").gettext("logged in") == "logged in"
