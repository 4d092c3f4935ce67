"""The pages of conversations: rows, an opened one, what is done with it, what joins."""

from __future__ import annotations

import imaplib
import itertools
import re
from email.message import EmailMessage
from typing import Any

import pytest

from .test_conversations import BOB, letter
from .website import Site

SECONDS = itertools.count()


@pytest.fixture
def site(site: Site) -> Site:
    """Somebody who reads conversations, as everybody does who has chosen nothing else."""
    site.set_conversations(on=True)
    return site


def put(site: Site, message: EmailMessage | bytes, folder: str = "INBOX", flags: str = "") -> int:
    """Store a message that came a second after the one before it; its UID."""
    data = message if isinstance(message, bytes) else message.as_bytes()
    lines = data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    came = imaplib.Time2Internaldate(1_795_000_000 + next(SECONDS))
    _, answer = site.imap.append(folder, flags, came, lines)
    return int(answer[0].split(b"]")[0].split()[-1])


def row_of(page: str, uid: int) -> str:
    found = re.search(rf'<li class="row[^>]*id="m{uid}".*?</li>', page, re.DOTALL)
    return found[0] if found else ""


def cards_of(page: str) -> dict[str, bool]:
    """Which messages are shown, and whether they are open."""
    found = re.findall(r'<details class="one[^>]*data-place="([^"]*)"[^>]*?( open)?>', page)
    return {place: bool(is_open) for place, is_open in found}


def test_a_row_names_people_and_counts(site: Site) -> None:
    put(site, letter("A"), flags="(\\Seen)")
    put(site, letter("A2", "A", f"Rea <{site.email}>"), flags="(\\Seen)")
    newest = put(site, letter("A3", "A A2", BOB))
    single = put(site, letter("B"))
    page = site.text("/mail/INBOX/")
    row = row_of(page, newest)
    assert "Anna, me, Bob" in row and "3 messages" in row and "unread" in row
    assert f'value="{newest - 2}:{newest}"' in row and "Text of A3." in row
    assert f'href="/mail/INBOX/{newest}/conversation/"' in row
    assert "messages" not in row_of(page, single)
    assert page.count('<li class="row') == 2 and "1–2 of 2" in page
    site.set_conversations(on=False)
    page = site.text("/mail/INBOX/")
    assert page.count('<li class="row') == 4 and f'href="/mail/INBOX/{newest}/"' in page


def test_one_opened_folds_what_is_read_and_marks_what_is_not(site: Site) -> None:
    first = put(site, letter("A"), flags="(\\Seen)")
    own = put(site, letter("A2", "A", f"Rea <{site.email}>"), "Sent", flags="(\\Seen)")
    newest = put(site, letter("A3", "A A2", BOB))
    page = site.text(f"/mail/INBOX/{newest}/conversation/")
    assert cards_of(page) == {
        f"INBOX/{first}": False,
        f"Sent/{own}": False,
        f"INBOX/{newest}": True,
    }
    assert "\\Seen" in site.flags(newest)
    assert "Text of A3." in page and 'action="/mail/INBOX/act/"' in page
    page = site.text(f"/mail/INBOX/{newest}/conversation/?open=Sent/{own}")
    assert cards_of(page)[f"Sent/{own}"]
    assert "More actions on this message" in site.text(
        f"/mail/Sent/{own}/", headers={"X-Pane": "card"}
    )
    site.text(f"/mail/INBOX/{newest}/conversation/?open=nonsense", 409)
    gone = site.text("/mail/INBOX/999/conversation/", 404)
    assert "not in this folder any more" in gone


def test_what_is_done_is_done_with_all_of_it_here(site: Site) -> None:
    uids = [put(site, letter("A")), put(site, letter("A2", "A", BOB))]
    own = put(site, letter("A3", "A", f"Rea <{site.email}>"), "Sent")
    page = site.text(f"/mail/INBOX/{uids[1]}/conversation/")
    assert f'name="uid" value="{uids[0]}:{uids[1]}"' in page
    chosen = {"uid": f"{uids[0]}:{uids[1]}"}
    site.client.post("/mail/INBOX/act/", chosen | {"do": "mute"})
    assert "$Muted" in site.flags(uids[0]) and "$Muted" in site.flags(uids[1])
    assert 'data-mark="muted"' in site.text("/mail/INBOX/")
    assert "Unmute" in site.text(f"/mail/INBOX/{uids[1]}/conversation/")
    site.client.post("/mail/INBOX/act/", chosen | {"do": "unmute"})
    assert "$Muted" not in site.flags(uids[0])
    site.client.post("/mail/INBOX/act/", chosen | {"do": "archive"})
    assert site.flags(uids[0]) == "" and site.flags(own, "Sent")
    assert '<li class="row' not in site.text("/mail/INBOX/")


def test_only_rows_that_changed_come_again(site: Site) -> None:
    first, other = put(site, letter("A")), put(site, letter("B"))
    page: Any = site.client.get("/mail/INBOX/").context["page"]
    versions = {row.uid: row.conversation.version for row in page.rows}
    asked = {
        "validity": page.uidvalidity,
        "modseq": page.modseq,
        "known": f"{first}:{other}",
        "versions": ",".join(versions[uid] for uid in (first, other)),
        "open": str(first),
    }
    told: Any = site.client.get("/mail/INBOX/changes/", asked)
    assert told.json()["rows"] == [] and told.json()["vanished"] == []
    answer = put(site, letter("A2", "A", BOB))
    told = site.client.get("/mail/INBOX/changes/", asked)
    words = told.json()
    assert [row["uid"] for row in words["rows"]] == [answer]
    assert words["page"]["uids"] == f"{answer},{other}"
    joined = site.text(
        f"/mail/INBOX/{answer}/conversation/?known=INBOX/{first}", headers={"X-Pane": "cards"}
    )
    assert cards_of(joined) == {f"INBOX/{answer}": True}
    assert f'data-uids="{first},{answer}"' in joined or f'data-uids="{first}:{answer}"' in joined
    site.imap.select("INBOX")
    site.imap.uid("MOVE", str(first), "Archive")
    words = site.client.get("/mail/INBOX/changes/", asked).json()
    assert words["vanished"] == [first]


def test_quoted_text_at_the_end_is_behind_a_button(site: Site) -> None:
    put(site, letter("A"), flags="(\\Seen)")
    answer = letter("A2", "A", BOB)
    answer.set_content("Yes.\n\nOn Monday, Anna wrote:\n> Shall we?\n> Soon?\n")
    answer.add_alternative(
        "<p>Yes.</p><blockquote type=cite><p>Shall we?</p></blockquote>", subtype="html"
    )
    uid = put(site, answer)
    page = site.text(f"/mail/INBOX/{uid}/conversation/")
    assert "quotes=folded" in page
    frame = site.text(f"/mail/INBOX/{uid}/html/?quotes=folded")
    assert '<details class="quoted"><summary' in frame
    plain = site.text(f"/mail/INBOX/{uid}/?view=plain", headers={"X-Pane": "card"})
    assert re.search(r"Yes\.\s+<details class=\"quoted\">", plain)
    assert "On Monday, Anna wrote:" in plain.split('<details class="quoted">')[1]


def test_names_in_every_script_and_a_subject_of_100_kb(site: Site) -> None:
    names = ["山田 太郎", "محمد علي", "Zoë Ünger", "Oliveira, Maria", "\u202eevil", "a" * 5000]
    uids = []
    for number, name in enumerate(names):
        message = letter(f"A{number}", "A", f'"{name}" <p{number}@far.example>')
        del message["Subject"]
        uids.append(put(site, message))
    long = letter("L", "A").as_bytes().replace(b"Subject: Re: L", b"Subject: " + b"x" * 100_000)
    uids.append(put(site, long))
    page = site.text("/mail/INBOX/")
    row = row_of(page, uids[-1])
    assert len(row) < 5_000 and "太郎" not in row and "…" in row
    opened = site.text(f"/mail/INBOX/{uids[-1]}/conversation/")
    assert "<bdi>محمد علي</bdi>" in opened and "\u202e" not in opened
    assert len(cards_of(opened)) == 7
