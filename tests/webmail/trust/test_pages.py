"""What pages say about whom to trust, over a real server."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from tests.webmail.website import Site, letter
from webmail.mail import Address
from webmail.people.correspondents import remember

OWN = "localhost"  # as the server is called here


def judged(results: str, sender: str = "Maria <maria@far.example.com>", **more: str) -> bytes:
    """A letter under a field of Authentication-Results, as our server writes it."""
    message = letter(sender=sender)
    for name, value in more.items():
        message[name.replace("_", "-")] = value
    return f"Authentication-Results: {results}\r\n".encode() + message.as_bytes()


def page_of(site: Site, message: bytes | EmailMessage) -> str:
    return site.text(f"/mail/INBOX/{site.put(message)}/")


def knows(site: Site, name: str, address: str) -> None:
    remember(site.account.pk, [Address(name, address)], datetime.now(UTC))


@pytest.mark.parametrize(
    ("results", "words"),
    [
        ("spf=pass smtp.mailfrom=x@example.com; dkim=pass header.d=example.com; "
         "dmarc=pass header.from=far.example.com", "Signed by example.com"),
        ("spf=pass smtp.mailfrom=x@far.example.com; dkim=none; dmarc=none",
         "Sent by a server of far.example.com"),
        ("spf=fail smtp.helo=far.example.com; dkim=pass header.d=mailer.example.net; dmarc=none",
         "Signed by mailer.example.net, not by far.example.com"),
        ("spf=none smtp.mailfrom=x@far.example.com; dkim=fail header.d=example.com; dmarc=none",
         "Nobody vouches for the sender’s address"),
    ],
)  # fmt: skip
def test_one_quiet_line_says_who_signed(site: Site, results: str, words: str) -> None:
    page = page_of(site, judged(f"{OWN}; {results}"))
    assert f"{words}</summary>" in page.replace("\n", "")
    assert "<dt>SPF</dt>" in page and "<dt>DMARC</dt>" in page
    assert "note odd" not in page


def test_the_field_of_anybody_else_is_not_believed(site: Site) -> None:
    good = "dkim=pass header.d=example.com; dmarc=pass header.from=far.example.com"
    assert "Signed by" not in page_of(site, judged(f"mx.elsewhere.example; {good}"))
    assert "Signed by" not in page_of(site, judged(f"({OWN}) mx.elsewhere.example; {good}"))
    below = judged(f"{OWN}; spf=none; dkim=none; dmarc=none") + b""
    below = below.replace(b"\r\n", f"\r\nAuthentication-Results: {OWN}; {good}\r\n".encode(), 1)
    assert "Signed by" not in page_of(site, below)  # the topmost is ours


def test_a_failed_dmarc_is_a_warning_unless_a_list_passed_it_on(site: Site) -> None:
    failed = f"{OWN}; spf=pass smtp.mailfrom=x@lists.example.net; dkim=fail header.d=example.com; "
    failed += "dmarc=fail header.from=far.example.com"
    words = "far.example.com did not sign this message as it should. It may be forged."
    assert words in page_of(site, judged(failed))
    page = page_of(site, judged(failed, List_Id="<x.lists.example.net>"))
    assert words not in page and "note odd" not in page


def test_of_several_authors_none_lends_another_its_name(site: Site) -> None:
    results = f"{OWN}; spf=none; dkim=pass header.d=example.com; dmarc=none header.from=bank.com"
    page = page_of(site, judged(results, sender="a@example.com, b@bank.com"))
    assert "Signed by" not in page and "Nobody vouches for the sender’s address" in page


def test_a_lookalike_of_a_known_domain(site: Site) -> None:
    knows(site, "Bank", "service@paypal.com")
    words = "The sender’s domain is paypa1.com: that looks like paypal.com and is not."
    assert words in page_of(site, letter(sender="Service <service@paypa1.com>"))
    assert "looks like" not in page_of(site, letter(sender="x@paypal.com"))
    assert "looks like" not in page_of(site, letter(sender="x@paypal.de"))


def test_a_known_name_at_a_new_address_is_said_once(site: Site) -> None:
    knows(site, "María Oliveira", "maria@work.example.com")
    stranger = letter(sender='"Oliveira, Maria" <boss2233@free.example.net>')
    words = "You know Oliveira, Maria by another address: maria@work.example.com."
    assert words in page_of(site, stranger)
    assert words not in page_of(site, stranger)  # it is no first letter any more
    assert "by another address" not in page_of(site, letter(sender="Maria <m@y.example>"))


def test_an_answer_that_would_go_elsewhere(site: Site) -> None:
    def page(reply_to: str, **more: str) -> str:
        message = letter(sender="Boss <boss@work.example.com>")
        message["Reply-To"] = reply_to
        for name, value in more.items():
            message[name.replace("_", "-")] = value
        return page_of(site, message)

    words = "Answers go to another place than it comes from: boss@free.example.net."
    assert words in page("boss@free.example.net")
    assert words not in page("boss@free.example.net", List_Id="<x.example>")
    assert "Answers go" not in page("office@sub.work.example.com")
    assert "Answers go" not in page("Rea <rea@lemonade.test>")
    knows(site, "", "boss@free.example.net")
    assert "Answers go" not in page("boss@free.example.net")


def test_a_link_that_says_another_place(site: Site) -> None:
    message = letter(sender="x@shop.example.com")
    message.add_alternative('<a href="https://evil.net/1">www.bank.com</a>', subtype="html")
    words = "A link says www.bank.com and leads to evil.net."
    assert words in page_of(site, message)
    bulk = {"List_Unsubscribe": "<https://evil.net/u>"}
    signed = f"{OWN}; dkim=pass header.d=shop.example.com; dkim=pass header.d=evil.net; dmarc=pass"
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in bulk.items())
    octets = f"Authentication-Results: {signed}\r\n{head}".encode() + message.as_bytes()
    assert words not in page_of(site, octets)  # the clicks of a newsletter are counted
    knows(site, "Bank", "x@bank.com")
    assert words in page_of(site, octets)


def encrypted_archive() -> bytes:
    """What a ZIP begins like whose member needs a password."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("invoice.exe", b"MZ")
    octets = bytearray(buffer.getvalue())
    octets[6] |= 1
    return bytes(octets)


def test_an_encrypted_attachment_of_a_stranger(site: Site) -> None:
    def page(octets: bytes, name: str) -> str:
        message = letter(sender="x@stranger.example.com")
        message.add_attachment(octets, maintype="application", subtype="zip", filename=name)
        return page_of(site, message)

    words = "encrypted, so nobody could look for a virus in it: %s."
    assert words % "invoice.zip" in page(encrypted_archive(), "invoice.zip")
    protected = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
    assert words % "offer.docx" in page(protected, "offer.docx")
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("a.txt", b"a")
    assert "virus" not in page(plain.getvalue(), "plain.zip")
    assert "virus" not in page(b"", "empty.zip") + page(protected, "old.doc")
    knows(site, "", "x@stranger.example.com")
    assert "virus" not in page(encrypted_archive(), "invoice.zip")


def test_what_one_wrote_oneself_is_not_judged(site: Site) -> None:
    uid = site.put(judged(f"{OWN}; spf=none; dkim=none; dmarc=fail"), "Sent")
    page = site.text(f"/mail/Sent/{uid}/")
    assert "note odd" not in page and 'class="trust"' not in page
