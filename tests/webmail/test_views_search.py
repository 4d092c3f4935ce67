"""Searching as pages: the box, the results, the panel."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webmail.mail import Folder
from webmail.search.folder_names import find_called
from webmail.search.panel_form import PanelForm, fields_of
from webmail.search.parser import parse
from webmail.search.words import QueryError

from .website import Site, letter

MARK = re.compile("</?mark>")
ROW = re.compile(r'<li class="row.*?</li>', re.DOTALL)


def found(site: Site, query: str, **more: str) -> list[str]:
    """The subjects of what is found, with their folders."""
    response: Any = site.client.get("/search/", {"q": query, **more})
    assert response.status_code == 200, response.content
    rows = ROW.findall(MARK.sub("", response.content.decode()))
    return [
        " in ".join(re.findall(r'<span class="(?:subject|place)">([^<]*)', row)) for row in rows
    ]


def test_all_mail_is_searched_from_one_box(site: Site) -> None:
    site.put(letter("Roof survey"))
    site.put(letter("Survey, sent"), "Sent")
    site.put(letter("Survey in the bin"), "Trash")
    site.put(letter("Garden"))
    page = site.text("/mail/INBOX/")
    assert 'action="/search/"' in page and 'name="in"' in page
    assert sorted(found(site, "survey")) == ["Roof survey in Inbox", "Survey, sent in Sent"]
    assert found(site, "survey in:trash") == ["Survey in the bin in Trash"]
    assert len(found(site, "survey in:anywhere")) == 3  # trash and junk, too
    results = site.text("/search/?q=survey")
    assert 'class="subject">Roof <mark>survey</mark></span>' in results
    assert "2 found" in results and "1–2 of 2" in results
    assert 'href="/mail/Sent/?q=survey"' in results  # the list of that folder alone
    assert "Best first" in results and len(found(site, "survey", sort="best")) == 2


def test_a_found_message_is_opened_beside_the_results(site: Site) -> None:
    uid = site.put(letter("Survey, sent"), "Sent")
    site.put(letter("Roof survey"))
    results = site.text("/search/?q=survey")
    link = f"/mail/Sent/{uid}/?q=survey&amp;all=1"
    assert f'href="{link}"' in results
    page = site.text(link.replace("&amp;", "&"))
    assert "Roof <mark>survey</mark>" in page and "data-results" in page and 'id="subject"' in page
    assert 'href="/search/?q=survey" data-nav data-back' in page
    alone = site.text(link.replace("&amp;", "&"), headers={"X-Pane": "letter"})
    assert 'id="letter"' in alone and "Roof" not in alone
    assert '<h1 id="subject" tabindex="-1"><mark>Survey</mark>, sent</h1>' in alone


def test_a_search_is_saved_for_every_client_and_can_be_renamed(site: Site) -> None:
    site.put(letter("Roof survey"))
    site.put(letter("Grüße"), flags="(\\Seen)")
    query = 'subject:"roof survey" (grüße OR -in:Sent)'
    site.client.post("/search/save/", {"q": query, "label": "Dächer  & Roofs"})
    site.imap.select("INBOX")
    assert site.imap.uid("SEARCH", "FILTER", "dacher-roofs")[1][0] == b"1"  # another client
    page = site.text("/search/", 200)
    assert "Dächer &amp; Roofs" in page and 'data-saved="dacher-roofs"' in page
    assert site.client.get("/search/counts/").json() == {"dacher-roofs": 1}
    assert found(site, "saved:dacher-roofs is:unread") == ["Roof survey in Inbox"]
    site.client.post("/search/saved/dacher-roofs/", {"do": "rename", "label": "Tiles", "q": query})
    page = site.text("/mail/INBOX/")
    assert ">Tiles</span>" in page and "Roofs" not in page
    site.imap.xatom("SETMETADATA", '"" (/private/filters/values/mine "UNSEEN")')
    site.client.post("/search/saved/dacher-roofs/", {"do": "delete", "q": query})
    page = site.text("/mail/INBOX/")
    assert "Tiles" not in page and 'href="/search/?q=saved%3Amine"' in page
    assert len(found(site, "saved:mine")) == 1
    gone = site.client.post("/search/saved/dacher-roofs/", {"do": "delete"})
    assert gone.status_code == 404
    assert site.client.post("/search/save/", {"q": "x", "label": " "}).status_code == 409
    assert site.client.post("/search/save/", {"q": "(x", "label": "X"}).status_code == 400


def test_pages_of_results_lead_to_one_another(site: Site) -> None:
    for number in range(53):
        site.put(letter(f"Number {number}", message_id=f"<{number}@far.example>"))
    page = site.text("/search/?q=subject:number")
    assert page.count('<li class="row') == 50 and "1–50 of 53" in page
    assert 'rel="next" href="/search/?q=subject%3Anumber&amp;from=51"' in page
    last = site.text("/search/?q=subject%3Anumber&from=51")
    assert last.count('<li class="row') == 3 and "51–53 of 53" in last and 'rel="prev"' in last


def test_this_folder_is_a_choice_and_takes_operators(site: Site) -> None:
    uid = site.put(letter("Roof survey"))
    site.put(letter("Garden"))
    site.put(letter("Roof, sent"), "Sent")
    there = site.client.get("/search/", {"q": "roof", "in": "INBOX"})
    assert there.headers["Location"] == "/mail/INBOX/?q=roof"
    page = site.text("/mail/INBOX/?q=roof -garden is:unread")
    assert "Roof survey" in page and "Garden" not in page and "1 found" in page
    assert 'value="INBOX" selected' in page
    answer = site.client.post(
        "/mail/INBOX/act/", {"all": "1", "q": "roof", "upto": str(uid + 1), "do": "flag"}
    )
    assert answer.status_code == 302 and "\\Flagged" in site.flags(uid)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ('roof "survey', "Word 2 of the search: this quotation mark is never closed."),
        ("OR OR OR", "Word 1 of the search"),
        ("from: to: subject:", "Word 1 of the search"),
        ("is: in: larger:", "Word 1 of the search"),
        ("- - -", "Nothing found"),
        ("( ) ( )", "Word "),
        ("-" * 300, "Nothing found"),
        ("roof in:Nowhere", "Word 2 of the search: there is no folder “Nowhere”."),
        (" ".join(["word"] * 300), "a search takes at most 100 words"),
        ("x" * 5_000, "the search is too long"),
        ("", "What are you looking for?"),
        ("nothing-like-it", "Nothing found"),
    ],
)
def test_every_search_has_a_clear_answer(site: Site, query: str, words: str) -> None:
    assert words in site.client.get("/search/", {"q": query}).content.decode()
    assert site.client.get("/mail/INBOX/", {"q": query}).status_code in (200, 400)


def test_the_panel_writes_the_operators(site: Site) -> None:
    site.text("/search/options/?q=from:anna roof")
    fields = {
        "sender": "anna",
        "recipient": "",
        "subject": "two words",
        "words": "roof OR moon",
        "without": "spam",
        "filename": "plan.pdf",
        "where": "Sent",
        "state": "unread",
        "size": "10000000",
        "after": "2026-01-31",
        "before": "",
        "attachment": "on",
        "go": "1",
    }
    answer = site.client.get("/search/options/", fields)
    query = parse_qs(urlsplit(answer.headers["Location"]).query)["q"][0]
    assert query == (
        'from:anna subject:"two words" filename:plan.pdf roof OR moon -spam in:Sent is:unread'
        " larger:10M after:2026-01-31 has:attachment"
    )
    again = site.text(f"/search/options/?q={query}")
    assert 'value="anna"' in again and 'value="roof OR moon"' in again
    assert '<option value="Sent" selected>' in again and "checked" in again
    wrong = site.text("/search/options/?go=1&words=(roof&before=soon")
    assert "this bracket is never closed" in wrong and "Enter a valid date" in wrong


FOLDERS = [
    Folder("INBOX", "Inbox", 0, "inbox", True, 0, 0, 1, 1, levels=("INBOX",)),
    Folder("Work/Plans", "Plans", 1, "", True, 0, 0, 1, 1, levels=("Work", "Plans")),
    Folder("Home/Plans", "Plans", 1, "", True, 0, 0, 1, 1, levels=("Home", "Plans")),
    Folder("Junk", "Junk", 0, "junk", True, 0, 0, 1, 1, levels=("Junk",)),
]


@pytest.mark.parametrize(
    ("name", "folders"),
    [
        ("inbox", ["INBOX"]),
        ("work/plans", ["Work/Plans"]),
        ("plans", ["Work/Plans", "Home/Plans"]),
        ("spam", ["Junk"]),
        ("nowhere", []),
    ],
)
def test_a_folder_is_called_as_people_call_it(name: str, folders: list[str]) -> None:
    assert [folder.name for folder in find_called(FOLDERS, name)] == folders


@given(st.text(alphabet='ab "()-:ORfrom', max_size=40))
def test_the_panel_says_the_same_as_the_query(text: str) -> None:
    try:
        tree = parse(text)
    except QueryError:
        return
    form = PanelForm(FOLDERS, data=fields_of(tree, FOLDERS))
    if form.is_valid():
        assert set(map(str, _parts(form.tree()))) == set(map(str, _parts(tree)))


def _parts(tree: Any) -> Any:
    return getattr(tree, "nodes", None) or (tree,)


def completed(site: Site, query: str) -> list[str]:
    response: Any = site.client.get("/search/completion/", {"q": query})
    assert response.status_code == 200
    return list(response.json()["queries"])


def test_the_last_word_is_completed(site: Site) -> None:
    site.put(letter("One", sender="Anna Bird <anna@far.example>"))
    site.put(letter("Two", sender="Anna Bird <anna@far.example>"))
    site.put(letter("Three", sender="Hanna <hanna@far.example>"))
    site.put(letter("Four", to="Zoe <zoe@far.example>, Ann <ann@far.example>"), "Sent")
    assert completed(site, "roof from:an") == [
        "roof from:anna@far.example",
        "roof from:hanna@far.example",
    ]
    assert completed(site, "from:bird") == ["from:anna@far.example"]
    assert completed(site, "-to:an") == ["-to:ann@far.example"]
    assert completed(site, "from:a") == [] and completed(site, "") == []
    assert completed(site, "roof fil") == ["roof filename:"]
    assert completed(site, "in:se") == ["in:sent"]
    assert completed(site, "is:un") == ["is:unread", "is:unflagged"]
    assert completed(site, 'subject:"from:an') == []
    assert completed(site, "x" * 10_000 + " \0 from:\r\n(") == []
