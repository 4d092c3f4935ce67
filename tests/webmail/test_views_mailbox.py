"""Folders, lists and letters as pages."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from webmail.mail.message.folders import Folder
from webmail.pages.converters import FilenameConverter, FolderConverter
from webmail.pages.folders import arrange

from .website import Site, letter


def test_the_front_door_is_the_inbox(site: Site) -> None:
    response = site.client.get("/")
    assert response.headers["Location"] == "/mail/INBOX/"


def test_a_list_shows_the_newest_first_and_says_what_is_unread(site: Site) -> None:
    site.put(letter("The older one"), flags="(\\Seen)")
    site.put(letter("The newer one", "First words of it.\n"))
    page = site.text("/mail/INBOX/")
    assert page.index("The newer one") < page.index("The older one")
    assert page.count("Unread. ") == 1
    assert "First words of it." in page
    assert "1 unread" in page and "<title>" in page


def test_an_empty_folder_says_so(site: Site) -> None:
    assert "Your inbox is empty" in site.text("/mail/INBOX/")
    assert "The trash is empty" in site.text("/mail/Trash/")


def test_fifty_a_page_with_links_to_the_others(site: Site) -> None:
    uids = [site.put(letter(f"Number {n}"), flags="(\\Seen)") for n in range(60)]
    page = site.text("/mail/INBOX/")
    assert page.count('<li class="row') == 50 and "1–50" in page
    older = re.search(r'rel="next" href="([^"]+)"', page)
    assert older is not None and older[1] == f"/mail/INBOX/?before={uids[10]}"
    second = site.text(older[1])
    assert second.count('<li class="row') == 10 and "51–60" in second
    assert f'href="/mail/INBOX/{uids[0]}/?before={uids[10]}"' in second
    assert 'rel="prev"' in second and 'rel="next"' not in second


def test_reading_shows_the_letter_and_marks_it(site: Site) -> None:
    uid = site.put(letter("Minutes", "See https://far.example/a?b=1&c.\n> old\nnew\n"))
    page = site.text(f"/mail/INBOX/{uid}/")
    assert "Minutes" in page and "maria@far.example" in page
    assert 'href="https://far.example/a?b=1&amp;c"' in page
    assert 'class="quote"' in page
    assert "\\Seen" in site.flags(uid)


def test_the_script_gets_the_panes_that_change(site: Site) -> None:
    uid = site.put(letter("Only me"))
    alone = site.text(f"/mail/INBOX/{uid}/", headers={"X-Pane": "letter"})
    assert 'id="letter"' in alone and 'id="list"' not in alone and "<html" not in alone
    bare = site.client.get(f"/mail/INBOX/{uid}/", headers={"X-Pane": "letter"})
    assert bare.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    listed = site.text("/mail/INBOX/", headers={"X-Pane": "list"})
    assert 'id="list"' in listed and 'id="letter"' not in listed


def test_pages_are_not_stored_and_run_only_our_own(site: Site) -> None:
    response = site.client.get("/mail/INBOX/")
    assert "no-store" in response.headers["Cache-Control"]
    assert "private" in response.headers["Cache-Control"]
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy
    page = response.content.decode()
    assert " style=" not in page and " onclick=" not in page
    assert not re.search(r"<script(?![^>]* src=|[^>]* type=\"application/json\")", page)


def test_what_is_not_there_says_what_to_do(site: Site) -> None:
    assert "There is no folder “Nowhere”" in site.text("/mail/Nowhere/", 404)
    assert "not here any more" in site.text("/mail/INBOX/4711/", 404)
    told = site.client.get("/mail/INBOX/4711/", headers={"X-Pane": "letter"})
    assert told.status_code == 404 and told.json()["text"]
    assert "There is no such page" in site.text("/mail/", 404)


def test_markup_in_a_header_stays_text(site: Site) -> None:
    uid = site.put(letter("<script>alert(1)</script>", sender='"<b>x</b>" <x@far.example>'))
    for path in ("/mail/INBOX/", f"/mail/INBOX/{uid}/"):
        page = site.text(path)
        assert "<script>alert" not in page and "<b>x" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_searching(site: Site) -> None:
    site.put(letter("Roof survey"))
    site.put(letter("Garden"))
    page = site.text("/mail/INBOX/?q=survey")
    assert "Roof survey" in page and "Garden" not in page and "1 found" in page
    assert '2<span class="sr"> unread' in page  # the folder's own count stays
    assert "Nothing found" in site.text("/mail/INBOX/?q=submarine")


def test_changes_since_a_mod_sequence(site: Site) -> None:
    uid = site.put(letter("First"))
    page = site.text("/mail/INBOX/")
    marks = dict(re.findall(r'data-(validity|modseq)="(\d+)"', page))
    question = f"/mail/INBOX/changes/?validity={marks['validity']}&modseq={marks['modseq']}"
    nothing = site.client.get(f"{question}&known={uid}").json()
    assert (nothing["rows"], nothing["flags"], nothing["vanished"]) == ([], [], [])
    site.imap.select("INBOX")
    site.imap.uid("STORE", str(uid), "+FLAGS", "(\\Flagged)")
    fresh = site.put(letter("Second"))
    answer = site.client.get(f"{question}&known={uid}").json()
    assert [row["uid"] for row in answer["rows"]] == [fresh]
    assert "Second" in answer["rows"][0]["html"]
    assert answer["flags"][0]["uid"] == uid and answer["flags"][0]["flagged"]
    assert answer["unseen"] == 2 and answer["counts"]["INBOX"] == 2  # others may share theirs
    assert site.client.get("/mail/INBOX/changes/?validity=x").status_code == 409
    far = site.client.get(f"{question}&known=1:99999999")
    assert far.status_code == 409


def test_a_folder_inside_a_folder_has_an_address(site: Site) -> None:
    site.imap.create("Lists/python~dev")
    assert 'href="/mail/Lists~1python~0dev/"' in site.text("/mail/INBOX/")
    assert "python~dev" in site.text("/mail/Lists~1python~0dev/")


@given(st.text(min_size=1))
def test_any_folder_name_is_one_segment(name: str) -> None:
    written = FolderConverter().to_url(name)
    assert "/" not in written and written not in (".", "..")
    assert FolderConverter().to_python(written) == name


@given(st.text())
def test_any_file_name_is_one_segment(name: str) -> None:
    written = FilenameConverter().to_url(name)
    assert written and "/" not in written and written not in (".", "..")


def folder_rows(page: str) -> list[tuple[int, str]]:
    """Each folder of the page: how many steps it is indented, and what it is called."""
    rows = page.split('id="folder-rows"')[1].split("</ul>")[0].split("<li>")[1:]
    return [(row.count("<i>"), re.findall(r"<span>([^<]*)</span>", row)[0]) for row in rows]


def test_what_is_inside_a_folder_stands_below_it_at_any_depth(site: Site) -> None:
    deep = "A/B/C/D/E/F"
    for name in (deep, "A B", "A-x", "Archive/2024/Q1", "INBOX/Child"):
        site.imap.create(f'"{name}"')
    rows = folder_rows(site.text("/mail/INBOX/"))
    at = rows.index((0, "A"))
    assert rows[at : at + 6] == [(depth, name) for depth, name in enumerate("ABCDEF")]
    assert {(0, "A B"), (0, "A-x")} <= set(rows)
    archive = rows.index((0, "Archive"))
    assert rows[archive + 1 : archive + 3] == [(1, "2024"), (2, "Q1")]
    assert rows[:2] == [(0, "Inbox"), (1, "Child")]


def test_a_folder_whose_parent_is_hidden_keeps_its_path(site: Site) -> None:
    tree = [
        Folder(name, name.rpartition("/")[2], name.count("/"), "", True, 0, 0, 1, 1)
        for name in ("A/B", "A/B/C", "A/B/C/D/E")
    ]
    for each in tree:
        each.levels = tuple(each.name.split("/"))
    shown = [(each.depth, each.label) for each in arrange(tree)]
    assert shown == [
        (0, "A/B"),
        (1, "C"),
        (2, "D/E"),
    ]


def test_move_to_names_the_whole_path(site: Site) -> None:
    for name in ("Work/Acme/Invoices", "Home/Invoices", "INBOX/Later"):
        site.imap.create(f'"{name}"')
    uid = site.put(letter())
    page = site.text(f"/mail/INBOX/{uid}/")
    sheet = page.split('id="one-move"')[1].split("</div>")[0]
    for path in ("Work / Acme / Invoices", "Home / Invoices", "Inbox / Later"):
        assert f"</svg>{path}</button>" in sheet
    answer = site.client.post(
        "/mail/INBOX/act/", {"uid": uid, "to": "Work/Acme/Invoices"}, headers={"X-Pane": "1"}
    )
    assert answer.json()["text"] == "Message moved to Work / Acme / Invoices."


def test_a_long_subject_and_many_recipients_are_folded_and_all_there(site: Site) -> None:
    many = [f"person{n}@far.example" for n in range(100)]
    words = "On and on it goes. " * 45
    uid = site.put(letter(words, to=", ".join(many)))
    page = site.text(f"/mail/INBOX/{uid}/")
    heading = page.split('class="scroll"')[1].split("</details>")[0]
    assert 'class="fold"' in heading and words.strip() in heading
    assert all(address in page for address in many)
    short = site.text(f"/mail/INBOX/{site.put(letter('Short'))}/")
    assert 'class="fold"' not in short
