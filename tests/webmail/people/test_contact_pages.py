"""The pages of the address book, without script: found, changed, removed and brought back."""

from __future__ import annotations

import html
import re
from typing import Any

from tests.webmail.website import Site, letter
from webmail.contacts.models import Contact, Correspondent
from webmail.mail import Address
from webmail.people import address_book
from webmail.people.vcard.card import parse_vcard

from .test_correspondents import JPEG, keep, offered, remember


def post(site: Site, path: str, **fields: Any) -> str:
    answer: Any = site.client.post(path, fields, follow=True)
    assert answer.status_code == 200, answer.content
    return str(answer.content.decode())


def undo(site: Site, page: str) -> str:
    """What the button of the toast does."""
    toast = page.split('class="toast"', 1)[1].split("</form>")[0]
    values = [html.unescape(one) for one in re.findall(r'name="contact" value="([^"]+)"', toast)]
    return post(site, re.findall(r'action="([^"]+)"', toast)[0], contact=values)


def names(site: Site) -> list[str]:
    return [one.display_name for one in address_book.contacts_of(site.account.pk)]


def test_a_contact_is_made_found_changed_deleted_and_back(site: Site) -> None:
    page = post(
        site, "/people/new/", name="Ann Lee", emails="ann@x.example\nann@home.example",
        phones="+49 1", company="Acme", birthday="1990-12-31", note="Met in Bonn\nlate",
    )  # fmt: skip
    for text in ("Ann Lee", "ann@home.example", "+49 1", "Acme", "19901231", "Met in Bonn<br>late"):
        assert text in page
    row = Contact.objects.get()
    assert "Ann Lee" in site.text("/people/?q=acm")
    assert "Nobody is called so" in site.text("/people/?q=nobody")
    form = site.text(f"/people/contacts/{row.name}/edit/")
    assert 'value="1990-12-31"' in form
    post(site, f"/people/contacts/{row.name}/edit/", name="Ann Tree", emails="ann@home.example",
         etag=row.etag)  # fmt: skip
    card = parse_vcard(Contact.objects.get().card)
    assert (card.name, card.emails, card.fields("N")[:2]) == (
        "Ann Tree", ["ann@home.example"], ["Tree", "Ann"]
    )  # fmt: skip
    page = post(site, "/people/change/", contact=row.name, do="delete")
    assert names(site) == []
    assert "1 contact is back" in undo(site, page)
    assert names(site) == ["Ann Tree"]


def test_a_form_keeps_what_it_does_not_show_and_says_what_is_wrong(site: Site) -> None:
    row = keep(site, "FN:Ann", "EMAIL;TYPE=work:ann@x.example", "X-ODD:kept",
               f"PHOTO:data:image/jpeg;base64,{JPEG}", "IMPP:xmpp:ann@x.example")  # fmt: skip
    path = f"/people/contacts/{row.name}/edit/"
    filled = {"name": "Anna", "emails": "ann@x.example\nnew@x.example", "etag": row.etag}
    answer: Any = site.client.post(path, filled | {"emails": "nonsense", "birthday": "x"})
    assert answer.status_code == 400
    assert "the @ is missing" in answer.content.decode()
    assert "A date is needed" in answer.content.decode()
    post(site, path, **filled)
    text = Contact.objects.get().card
    for line in ("X-ODD:kept", "IMPP:xmpp:ann@x.example", "EMAIL;TYPE=work;PREF=1:ann@x.example"):
        assert f"{line}\r\n" in text
    assert Contact.objects.get().has_photo
    stale: Any = site.client.post(path, filled | {"name": "Anne"})  # a phone was faster
    assert stale.status_code == 400
    assert "changed elsewhere" in stale.content.decode()
    assert names(site) == ["Anna"]


def test_who_wrote_is_added_from_the_message(site: Site) -> None:
    uid = site.put(letter(sender='"Maria, O." <maria@far.example>'))
    page = site.text(f"/mail/INBOX/{uid}/")
    link = html.unescape(re.findall(r'href="(/people/new/[^"]+)"', page)[0])
    form = site.text(link)
    assert 'value="Maria, O."' in form
    assert "maria@far.example" in form


def test_a_group_is_made_of_those_that_are_ticked(site: Site) -> None:
    ann = keep(site, "FN:Ann", "EMAIL:ann@x.example")
    bert = keep(site, "FN:Bert", "EMAIL:bert@x.example")
    page = post(site, "/people/change/", contact=[ann.name, bert.name], do="group")
    assert "Ann &lt;ann@x.example&gt;, Bert &lt;bert@x.example&gt;" in page
    page = post(site, "/people/new/", name="Team", kind="group",
                members="Ann <ann@x.example>, zoe@y.example")  # fmt: skip
    assert "zoe@y.example" in page
    group = Contact.objects.get(is_group=True)
    assert address_book.members_of(group) == ([ann], ["zoe@y.example"])
    (one,) = offered(site, "team")
    assert one["label"] == "Ann <ann@x.example>, zoe@y.example"


def test_doubles_become_one_that_says_all(site: Site) -> None:
    first = keep(site, "UID:1", "FN:Ann Lee", "EMAIL:ann@x.example", "TEL:1")
    second = keep(site, "UID:2", "FN:A. Lee", "EMAIL:ANN@x.example", "EMAIL:a@y.example", "TEL:2")
    third = keep(site, "UID:3", "FN:ann lee", "X-ODD:kept", "NOTE:hm")
    keep(site, "UID:4", "FN:Bert", "EMAIL:bert@x.example")
    group = keep(site, "FN:Team", "KIND:group", "MEMBER:urn:uuid:1", "MEMBER:urn:uuid:3")
    page = site.text("/people/doubles/")
    assert all(f'value="{one.name}" checked' in page for one in (first, second, third))
    assert "Bert" not in page
    chosen = [first.name, second.name, third.name]
    page = post(site, "/people/change/", contact=chosen, do="merge")
    assert "2 contacts were added to this one" in page
    card = parse_vcard(Contact.objects.get(uid="1").card)
    assert card.name == "Ann Lee"
    assert card.emails == ["ann@x.example", "a@y.example"]
    assert [one.value for one in card.all("TEL")] == ["1", "2"]
    assert card.text("NICKNAME") == "A. Lee"
    assert (card.text("X-ODD"), card.text("NOTE")) == ("kept", "hm")
    assert names(site) == ["Ann Lee", "Bert", "Team"]
    group.refresh_from_db()
    assert parse_vcard(group.card).members == ["1"]
    assert "2 contacts are back" in undo(site, page)


def test_all_go_out_as_vcards_of_both_versions(site: Site) -> None:
    keep(site, "FN:Ann", "EMAIL;PREF=1:ann@x.example")
    keep(site, "FN:Bert")
    new: Any = site.client.get("/people/export/")
    assert new["Content-Type"].startswith("text/vcard")
    assert new.content.count(b"VERSION:4.0") == 2
    old: Any = site.client.get("/people/export/?version=3&q=ann")
    assert old.content.count(b"VERSION:3.0") == 1
    assert b"EMAIL;TYPE=pref:ann@x.example" in old.content


def test_people_written_to_are_shown_forgotten_and_not_remembered(site: Site) -> None:
    remember(site, Address("Bob", "bob@far.example"), Address("", "carol@far.example"))
    page = site.text("/people/written-to/")
    assert "bob@far.example" in page
    assert "/people/new/?name=Bob&amp;email=bob%40far.example" in page
    assert "1 address forgotten" in post(site, "/people/written-to/", address="bob@far.example")
    post(site, "/people/written-to/", do="off")
    remember(site, Address("", "dora@far.example"))
    assert list(Correspondent.objects.values_list("key", flat=True)) == ["carol@far.example"]
    post(site, "/people/written-to/", do="all")
    assert not Correspondent.objects.exists()


def test_nobody_reaches_what_is_somebody_else_s(site: Site) -> None:
    row = keep(site, "FN:Ann")
    Contact.objects.update(account=_other())
    for path in (f"/people/contacts/{row.name}/", f"/people/contacts/{row.name}/edit/",
                 f"/people/contacts/{row.name}/photo/"):  # fmt: skip
        assert site.client.get(path).status_code == 404
    assert b"Ann" not in site.client.get("/people/export/").content
    site.client.post("/people/change/", {"contact": row.name, "do": "delete"})
    assert Contact.objects.count() == 1


def _other() -> Any:
    from lemonade_server.models import Account

    return Account.objects.create_user("other@lemonade.test", "x")
