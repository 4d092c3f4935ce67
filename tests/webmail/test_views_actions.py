"""Moving, deleting, flagging; and taking it back."""

from __future__ import annotations

import re
from typing import Any

import pytest

from .website import Site, letter

SCRIPT = {"X-Pane": "1"}


def do(site: Site, folder: str = "INBOX", status: int = 200, **fields: Any) -> dict[str, Any]:
    """Press a button as the script does; the answer."""
    answer = site.client.post(f"/mail/{folder}/act/", fields, headers=SCRIPT)
    assert answer.status_code == status, answer.content
    words: dict[str, Any] = answer.json()
    return words


def undo(site: Site, words: dict[str, Any]) -> None:
    answer = site.client.post(words["undo"]["url"], words["undo"]["fields"], headers=SCRIPT)
    assert answer.status_code == 200, answer.content


@pytest.mark.parametrize(
    ("what", "target"),
    [
        ({"do": "archive"}, "Archive"),
        ({"do": "junk"}, "Junk"),
        ({"do": "delete"}, "Trash"),
        ({"to": "Sent"}, "Sent"),
    ],
)
def test_moving_and_back(site: Site, what: dict[str, str], target: str) -> None:
    uid = site.put(letter("A traveller"))
    words = do(site, uid=uid, **what)
    assert words["text"] == f"Message moved to {target}."
    assert site.flags(uid) == "" and "A traveller" in site.text(f"/mail/{target}/")
    undo(site, words)
    assert "A traveller" in site.text("/mail/INBOX/")
    assert "A traveller" not in site.text(f"/mail/{target}/")


def test_deleting_in_the_trash_is_for_good(site: Site) -> None:
    uid = site.put(letter(), folder="Trash")
    words = do(site, "Trash", uid=uid, do="delete")
    assert words == {"text": "Message deleted for good.", "undo": None}
    assert site.flags(uid, "Trash") == ""


@pytest.mark.parametrize(
    ("what", "flag", "stands"),
    [
        ("read", "\\Seen", True),
        ("unread", "\\Seen", False),
        ("flag", "\\Flagged", True),
        ("unflag", "\\Flagged", False),
    ],
)
def test_undo_restores_only_what_was_changed(
    site: Site, what: str, flag: str, stands: bool
) -> None:
    other = site.put(letter(), flags="" if stands else f"({flag})")
    same = site.put(letter(), flags=f"({flag})" if stands else "")
    words = do(site, uid=[other, same], do=what)
    assert (flag in site.flags(other), flag in site.flags(same)) == (stands, stands)
    undo(site, words)
    assert (flag in site.flags(other), flag in site.flags(same)) == (not stands, stands)


def test_without_script_the_next_page_tells_and_offers_undo(site: Site) -> None:
    uids = [site.put(letter(f"Number {n}")) for n in range(3)]
    answer = site.client.post(
        "/mail/INBOX/act/", {"uid": uids[:2], "do": "archive", "back": "/mail/INBOX/"}
    )
    assert answer.headers["Location"] == "/mail/INBOX/"
    page = site.text("/mail/INBOX/")
    toast = re.search(r'<div class="toast">.*?</form>', page, re.DOTALL)
    assert toast is not None and "2 messages moved to Archive." in toast[0]
    address = re.search(r'action="([^"]+)"', toast[0])
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', toast[0]):
        fields.setdefault(name, []).append(value)
    assert address is not None
    site.client.post(address[1], fields)
    again = site.text("/mail/INBOX/")
    assert again.count('<li class="row') == 3 and "moved to Inbox" in again


def test_bad_requests_are_answered_in_words(site: Site) -> None:
    uid = site.put(letter())
    assert "No message was chosen" in do(site, status=409, do="archive")["text"]
    assert "no such action" in do(site, status=409, uid=uid, do="explode")["text"]
    assert "There is no folder" in do(site, status=404, uid=uid, to="Nowhere")["text"]
    assert "made anew" in do(site, status=404, uid=uid, do="flag", validity="1")["text"]
    assert "\\Flagged" not in site.flags(uid)
    assert site.client.get("/mail/INBOX/act/").status_code == 405


def test_one_is_never_sent_elsewhere_afterwards(site: Site) -> None:
    uid = site.put(letter())
    answer = site.client.post(
        "/mail/INBOX/act/", {"uid": uid, "do": "flag", "back": "https://far.example/"}
    )
    assert answer.headers["Location"] == "/mail/INBOX/"
