"""Folders of others in the webmail, and the page that shares one's own."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.mailserver import MailServer

from .website import Site, letter


@pytest.fixture
def other(ours: MailServer, site: Site) -> Iterator[Site]:
    """Somebody else with a browser of his own."""
    browser = Site(ours)
    yield browser
    browser.imap.logout()


def address(owner: Site, folder: str) -> str:
    """The web address of a folder of somebody else's."""
    return f"/mail/Other%20Users~1{owner.email.partition('@')[0]}~1{folder}"


def share(site: Site, folder: str = "INBOX", status: int = 302, **fields: str) -> str:
    answer = site.client.post(f"/mail/{folder}/share/", {"do": "add", "step": "read", **fields})
    assert answer.status_code == status, answer.content
    return str(answer.content.decode())


def test_a_shared_folder_stands_under_its_owners_name(site: Site, other: Site) -> None:
    site.put(letter("For two"))
    heading = f'<li class="group">From {site.email.partition("@")[0]}</li>'
    assert heading not in other.text("/mail/INBOX/")
    share(site, who=other.email)
    page = other.text(f"{address(site, 'INBOX')}/")
    assert heading in page
    assert "For two" in page
    assert other.email in site.text("/mail/INBOX/share/")


def test_what_may_not_be_done_is_not_offered(site: Site, other: Site) -> None:
    uid = site.put(letter("Only to be read"))
    share(site, who=other.email)
    folder = address(site, "INBOX")
    for page in (other.text(f"{folder}/"), other.text(f"{folder}/{uid}/")):
        assert not re.search(r'name="do" value="(delete|archive|junk|flag|read|unread)"', page)
        assert 'name="uid" value="1" form="bulk"' not in page
        assert f"{folder}/share/" not in page
        assert f'name="to" value="Other Users/{site.email.partition("@")[0]}/INBOX"' not in page
    assert "\\Seen" not in site.flags(uid), "reading it left it unread for its owner"
    answer = other.client.post(
        f"{folder}/act/", {"uid": uid, "do": "delete"}, headers={"X-Pane": "1"}
    )
    assert answer.status_code == 409
    assert other.client.get(f"{folder}/share/").status_code == 409
    share(site, who=other.email, step="file", do="save")
    page = other.text(f"{folder}/{uid}/")
    assert re.search(r'name="do" value="delete"', page)
    assert re.search(r'name="do" value="flag"', page)
    assert f'value="Other Users/{site.email.partition("@")[0]}/INBOX"' in other.text("/mail/INBOX/")
    answer = other.client.post(f"{folder}/act/", {"uid": uid, "do": "delete"})
    assert answer.status_code == 302
    assert "Only to be read" in other.text("/mail/Trash/")
    assert site.flags(uid) == ""


def test_sharing_is_changed_and_ended(site: Site, other: Site) -> None:
    share(site, who=other.email, step="all")
    page = site.text("/mail/INBOX/share/")
    assert '<option value="all" selected>' in page
    # with everything, the other one may share it on, by his name for it
    folder = address(site, "INBOX")
    assert "owner, may do everything" in other.text(f"{folder}/share/")
    site.imap.setacl("INBOX", other.email, "lrp")
    assert "As it is: lrp" in site.text("/mail/INBOX/share/")
    share(site, who=other.email, do="remove")
    assert f'value="{other.email}"' not in site.text("/mail/INBOX/share/")
    assert other.client.get(f"{folder}/").status_code == 404


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"who": "nobody@lemonade.test"}, "Nobody with the address"),
        ({"who": ""}, "That is not an address."),
        ({"who": "mäx@lemonade.test"}, "That is not an address."),
        ({"everybody": "on", "step": "all"}, "Choose less, or name people."),
    ],
)
def test_mistakes_are_told_beside_the_form(site: Site, fields: dict[str, str], says: str) -> None:
    page = share(site, status=400, **fields)
    assert says in page
    assert 'aria-invalid="true"' in page


def test_everybody(site: Site, other: Site) -> None:
    share(site, "Archive", everybody="on")
    assert "Everybody here" in site.text("/mail/Archive/share/")
    assert other.client.get(f"{address(site, 'Archive')}/").status_code == 200
    share(site, "Archive", who="anyone", do="remove")
    assert other.client.get(f"{address(site, 'Archive')}/").status_code == 404


def test_a_folder_of_nobody_stands_under_shared(site: Site) -> None:
    site.server.call("share", "Harbour", site.email, "lrswite")
    try:
        page = site.text("/mail/Shared~1Harbour/")
        assert '<li class="group">Shared</li>' in page
        assert 'data-folder="Shared/Harbour"' in page
    finally:
        site.server.call("share", "Harbour", site.email, "")
