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
def test_moving_and_back(site: Site, what: dict[str, Any], target: str) -> None:
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


def fill(site: Site, count: int, **fields: Any) -> list[int]:
    return [site.put(letter(f"Number {n}", **fields)) for n in range(count)]


def bulk(page: str) -> dict[str, Any]:
    """What the list's form says of all that there is, not only of this page."""
    part = page.split('id="everything"')[1].split("</div>")[0]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', part))


def test_all_of_a_folder_not_only_the_page_and_back(site: Site) -> None:
    fill(site, 60)
    page = site.text("/mail/INBOX/")
    assert "All 60 in Inbox" in page and bulk(page)["all"] == "1"
    late = site.put(letter("Came later"))
    words = do(site, do="archive", **bulk(page))
    assert words["text"] == "60 messages moved to Archive."
    assert site.flags(late) and "1–50 of 60" in site.text("/mail/Archive/")
    undo(site, words)
    assert "1–50 of 61" in site.text("/mail/INBOX/")
    assert "The archive is empty" in site.text("/mail/Archive/")


def test_all_that_a_search_found(site: Site) -> None:
    fill(site, 55, text="wanted\n")
    other = site.put(letter("Other", "different\n"))
    page = site.text("/mail/INBOX/?q=wanted")
    assert "All 55 that were found" in page
    assert do(site, do="delete", **bulk(page))["text"] == "55 messages moved to Trash."
    assert site.flags(other) and "1–1 of 1" in site.text("/mail/INBOX/")


def test_marking_all_is_taken_back_where_it_changed_something(site: Site) -> None:
    uids = fill(site, 53)
    site.imap.select("INBOX")
    site.imap.uid("STORE", str(uids[0]), "+FLAGS", "(\\Seen)")
    words = do(site, do="read", **bulk(site.text("/mail/INBOX/")))
    assert words["text"] == "53 messages: marked as read."
    assert "\\Seen" in site.flags(uids[-1])
    undo(site, words)
    assert "\\Seen" in site.flags(uids[0]) and "\\Seen" not in site.flags(uids[-1])


def test_what_fits_on_a_page_offers_no_more(site: Site) -> None:
    fill(site, 2)
    assert bulk(site.text("/mail/INBOX/")) == {}


def test_what_vanished_meanwhile_is_not_said_to_be_done(site: Site) -> None:
    uid, other = fill(site, 2)
    site.imap.select("INBOX")
    site.imap.uid("STORE", str(uid), "+FLAGS", "(\\Deleted)")
    site.imap.expunge()
    for what in ("archive", "delete", "flag", "read"):
        assert "not in this folder any more" in do(site, status=404, uid=uid, do=what)["text"]
    words = do(site, uid=[uid, other], do="archive")
    assert words["text"] == "1 of 2 messages moved to Archive. The others were not moved."


@pytest.mark.parametrize("text", ["x", "0", "5:1", "1:99999999999"])
def test_sets_that_make_no_sense(site: Site, text: str) -> None:
    assert do(site, status=409, set=text, do="archive")["text"]
