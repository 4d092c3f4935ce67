"""What is done about mail that nobody wants more of: a rule from a message, junk and not junk."""

from __future__ import annotations

import re
from html import unescape

from tests.webmail.website import Site, letter


def link_of(page: str, words: str) -> str:
    """The address behind a link that ends with these words."""
    found = re.search(rf'<a href="([^"]*)"[^>]*>(?:(?!</a>).)*{words}</a>', page, re.DOTALL)
    assert found is not None
    return unescape(found[1]).partition("#")[0]


def post_rule(site: Site, form: str) -> str:
    """Press the button below the rule as the form has it."""
    seen = re.search(r'name="seen" value="(\w+)"', form)
    sender = re.search(r'name="sender" value="([^"]*)"', form)
    to = re.search(r'name="to" value="([^"]*)"', form)
    folder = re.search(r'<option value="([^"]*)"\s+selected>', form)
    assert seen and sender and to
    fields = {"seen": seen[1], "sender": unescape(sender[1]), "to": unescape(to[1])}
    fields |= {"do": "save", "number": "", "action": "file"}
    fields["folder"] = folder[1] if folder else "Archive"
    return site.client.post("/filters/rule/", fields, follow=True).content.decode()


def test_a_sender_is_blocked_by_a_rule_that_is_shown_first(site: Site) -> None:
    uid = site.put(letter(sender="Pest <pest+a@far.example>"))
    form = site.text(link_of(site.text(f"/mail/INBOX/{uid}/"), "Block the sender"))
    assert "There are none." in form  # nothing is saved by looking
    page = post_rule(site, form)
    assert "pest+a@far.example" in page and "<strong>Junk</strong>" in page


def test_mails_like_this_get_a_rule_about_the_sender_or_the_list(site: Site) -> None:
    uid = site.put(letter(sender="Ann <ann@far.example>"))
    form = site.text(link_of(site.text(f"/mail/INBOX/{uid}/"), "Mails like this go to …"))
    assert 'value="ann@far.example"' in form and "selected" not in form.partition("</form>")[0]
    message = letter(sender="Ann <ann@far.example>", to="talk@lists.example")
    message["List-Id"] = "<talk.lists.example>"
    form = site.text(
        link_of(site.text(f"/mail/INBOX/{site.put(message)}/"), "Mails like this go to …")
    )
    assert 'name="to" value="talk@lists.example"' in form
    assert 'name="sender" value=""' in form


def test_one_s_own_mail_is_not_blocked(site: Site) -> None:
    uid = site.put(letter(), "Sent")
    assert "Block the sender" not in site.text(f"/mail/Sent/{uid}/")


def test_hostile_addresses_stay_words_of_the_form(site: Site) -> None:
    form = site.text("/filters/?sender=%22%3E%3Cscript%3E&block=1&to=" + "x" * 3_000)
    assert "<script>" not in form.partition('id="rule"')[2] and "&quot;&gt;&lt;script&gt;" in form
    assert "x" * 501 not in form


def test_what_is_no_junk_goes_back_to_the_inbox(site: Site) -> None:
    uid = site.put(letter("Taken for junk"), "Junk")
    page = site.text(f"/mail/Junk/{uid}/")
    assert "Not junk" in page and "Move to Junk" not in page
    assert "Not junk" not in site.text(f"/mail/INBOX/{site.put(letter('Another'))}/")
    site.client.post("/mail/Junk/act/", {"uid": uid, "to": "INBOX"})
    assert site.flags(uid, "Junk") == ""
    assert "Taken for junk" in site.text("/mail/INBOX/")
