"""The Move menu: recent folders first, and thousands of them."""

from __future__ import annotations

import re
from typing import Any

from tests.webmail.website import Site, letter

RECENT = re.compile(r'value="([^"]+)" data-recent')


def move(site: Site, uid: int, to: str, folder: str = "INBOX", **fields: str) -> Any:
    fields = {"uid": str(uid), "to": to, "back": "/mail/INBOX/", **fields}
    return site.client.post(f"/mail/{folder}/act/", fields, headers={"X-Pane": "1"}).json()


def recent(site: Site) -> list[str]:
    sheet = site.text("/mail/INBOX/").split('id="bulk-move"')[1].split("</div>")[0]
    return RECENT.findall(sheet)


def test_folders_that_mail_was_moved_to_stand_first(site: Site) -> None:
    for name in ("Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta"):
        site.imap.create(name)
    uids = [site.put(letter(f"Number {number}")) for number in range(7)]
    assert recent(site) == []
    move(site, uids[0], "Zeta")
    words = move(site, uids[1], "Alpha")
    assert recent(site) == ["Alpha", "Zeta"]
    site.client.post(words["undo"]["url"], words["undo"]["fields"], headers={"X-Pane": "1"})
    assert recent(site) == ["Alpha", "Zeta"], "taking it back is no choice"
    for uid, name in zip(uids[2:], ("Zeta", "Beta", "Gamma", "Delta", "Epsilon"), strict=True):
        move(site, uid, name)
    assert recent(site) == ["Epsilon", "Delta", "Gamma", "Beta", "Zeta"]
    site.imap.delete("Gamma")
    assert recent(site) == ["Epsilon", "Delta", "Beta", "Zeta"]


def test_a_page_of_two_thousand_folders_has_them_all(site: Site) -> None:
    site.server.call("make_folders", site.email, 2_000)
    uid = site.put(letter("Goes far"))
    page = site.text("/mail/INBOX/")
    assert page.count('name="to" value="Many/') == 2 * 2_000  # for chosen rows and for the open one
    assert move(site, uid, "Many/1999")["text"] == "Message moved to Many / 1999."
    assert site.text("/folders/").count("/manage/") >= 2_000
    assert "2000 folders inside it go along" in site.text("/mail/Many/manage/")
