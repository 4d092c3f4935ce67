"""Making, renaming, moving, emptying and deleting folders, on pages without script."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.webmail.website import Site, letter


def make(site: Site, label: str, parent: str = "", status: int = 302) -> str:
    answer = site.client.post("/folders/", {"label": label, "parent": parent})
    assert answer.status_code == status, answer.content
    return str(answer.content.decode())


def manage(site: Site, folder: str, status: int = 302, **fields: Any) -> Any:
    answer = site.client.post(f"/mail/{folder.replace('/', '~1')}/manage/", fields)
    assert answer.status_code == status, answer.content
    return answer


def names(site: Site, command: str = "list") -> set[str]:
    """The folders as another program sees them."""
    _, lines = getattr(site.imap, command)()
    return {re.split(rb' "/" ', line)[1].strip(b'"').decode() for line in lines if line}


def test_a_folder_is_made_renamed_and_moved_with_what_is_in_it(site: Site) -> None:
    make(site, "  Trips ")
    make(site, "Lisbon", "Trips")
    make(site, "Private")
    uid = site.put(letter("Tickets"), "Trips/Lisbon")
    assert {"Trips", "Trips/Lisbon"} <= names(site, "lsub")
    page = site.text("/folders/")
    assert 'href="/mail/Trips~1Lisbon/manage/"' in page and "1 message" in page
    answer = manage(site, "Trips", do="rename", label="Journeys", parent="Private")
    assert answer.headers["Location"] == "/mail/Private~1Journeys/manage/"
    assert "\\Seen" not in site.flags(uid, "Private/Journeys/Lisbon")
    assert "Tickets" in site.text("/mail/Private~1Journeys~1Lisbon/")
    assert "Private/Journeys/Lisbon" in names(site, "lsub")
    assert "Trips/Lisbon" not in names(site, "lsub")
    assert "Private / Journeys / Lisbon" in site.text("/mail/Private~1Journeys~1Lisbon/manage/")


def test_a_deleted_folder_comes_back_out_of_the_trash(site: Site) -> None:
    make(site, "Old")
    make(site, "Inner", "Old")
    site.put(letter("Kept"), "Old/Inner")
    assert "1 folder inside it goes along" in site.text("/mail/Old/manage/")
    manage(site, "Old", do="delete")
    assert "Trash/Old/Inner" in names(site) and "Old" not in names(site)
    page = site.text("/folders/")
    assert "The folder is in the trash now" in page
    assert 'action="/mail/Trash~1Old/manage/"' in page, "it can be taken back"
    manage(site, "Trash/Old", do="rename", label="Old", parent="")
    assert "Kept" in site.text("/mail/Old~1Inner/")
    make(site, "Old", "Trash")
    manage(site, "Old", do="delete")  # beside one of the same name
    assert "Trash/Old 2/Inner" in names(site)
    assert "for good" in site.text("/mail/Trash~1Old%202/manage/")
    manage(site, "Trash/Old 2", do="delete")
    assert "Trash/Old 2" not in names(site) and "Trash/Old 2/Inner" not in names(site)
    assert site.client.get("/mail/Trash~1Old%202/manage/").status_code == 404


def test_a_folder_is_emptied_into_the_trash_and_the_trash_for_good(site: Site) -> None:
    make(site, "Full")
    for number in range(3):
        site.put(letter(f"Number {number}"), "Full")
    assert "3 messages" in site.text("/mail/Full/manage/")
    answer = manage(site, "Full", do="empty")
    assert answer.headers["Location"] == "/mail/Full/"
    page = site.text("/mail/Full/")
    assert "3 messages moved to Trash" in page and "Nothing in here" in page
    manage(site, "Trash", do="empty")
    assert "The trash is empty" in site.text("/mail/Trash/")
    manage(site, "Trash", do="empty")
    assert "There was nothing in it" in site.text("/mail/Trash/")


def test_subscriptions(site: Site) -> None:
    make(site, "Quiet")
    manage(site, "Quiet", do="unsubscribe")
    assert "Quiet" not in names(site, "lsub") and "Quiet" in names(site)
    assert "not in other programs" in site.text("/folders/")
    manage(site, "Quiet", do="subscribe")
    assert "Quiet" in names(site, "lsub")


@pytest.mark.parametrize(
    ("label", "says"),
    [
        ("", "Give the folder a name."),
        ("../../etc/passwd", "can’t hold “/”"),
        ("50% off*", "can’t hold “%”"),
        ("a\u0007b", "can’t hold “U+0007”"),
        ("x" * 201, "at most 200 characters"),
        ("inbox", "of this name already"),
        ("ARCHIVE", "of this name already"),
    ],
)
def test_names_that_can_not_be(site: Site, label: str, says: str) -> None:
    page = make(site, label, status=400)
    assert says.replace("’", "&#x27;") in page and 'aria-invalid="true"' in page


def test_names_like_paths_and_scripts_are_only_names(site: Site) -> None:
    for label in ("<script>alert(1)", "..", '"; rm -rf', "~1"):
        make(site, label)
    there = site.text("/folders/")
    assert "<script>alert" not in there and "&lt;script&gt;alert(1)" in there
    assert "&quot;; rm -rf" in there and site.text("/mail/~01/")
    page = site.text("/mail/~2~2/manage/")
    assert '<h1 tabindex="-1">..</h1>' in page
    manage(site, "~2~2", do="delete")
    assert "Trash/.." in names(site) and "INBOX" in names(site)


def test_what_has_a_task_stays(site: Site) -> None:
    for name in ("INBOX", "Sent", "Trash"):
        page = site.text(f"/mail/{name}/manage/")
        assert 'value="rename"' not in page and 'value="delete"' not in page
        for do in ("rename", "delete"):
            answer = manage(site, name, status=400, do=do, label="Other", parent="")
            assert "stays where it is" in answer.content.decode()
    make(site, "Outer")
    make(site, "Inner", "Outer")
    answer = manage(site, "Outer", status=400, do="rename", label="Outer", parent="Outer/Inner")
    assert "put into itself" in answer.content.decode()
    assert manage(site, "Outer", status=409, do="explode")
    assert manage(site, "Outer", status=404, do="rename", label="x", parent="Nowhere")


def test_two_devices_that_delete_and_rename_the_same_folder(site: Site) -> None:
    make(site, "Both")
    site.put(letter("Inside"), "Both")
    site.imap.rename("Both", "Elsewhere")
    assert site.client.post("/mail/Both/manage/", {"do": "delete"}).status_code == 404
    assert "Inside" in site.text("/mail/Elsewhere/")
