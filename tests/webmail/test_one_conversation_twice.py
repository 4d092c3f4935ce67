"""Two devices at one conversation, and people whose names are written in every script."""

from __future__ import annotations

import threading
from email.header import Header
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from .test_bulk import messages
from .test_views_actions import SCRIPT
from .website import Site, letter

COUNT = 30
NAMES = {
    "Maria Oliveira": "m1",
    "Дмитрий Орлов": "m2",
    "ليلى حداد": "m3",
    "יעל ברק": "m4",
    "渡辺 直子": "m5",
    "김민준": "m6",
    "Νίκος Παπαδόπουλος": "m7",
    "ธนากร ศรีสุข": "m8",
    "अनन्या शर्मा": "m9",
    "Zoë \U0001f33b Ångström": "m10",
}


def conversation(site: Site, count: int = COUNT) -> str:
    """A conversation of so many; its messages as a form names them."""
    site.set_conversations(on=True)
    uids = [
        site.put(
            letter(f"Re: Gates {n}" if n else "Gates 0", message_id=f"<{n}@gates.example>")
            .as_bytes()
            .replace(b"Subject:", b"References: <0@gates.example>\nSubject:", 1)
        )
        for n in range(count)
    ]
    return f"{uids[0]}:{uids[-1]}"


@pytest.mark.django_db(transaction=True)
def test_two_devices_that_file_a_conversation_at_once_lose_nothing(site: Site) -> None:
    uids = conversation(site)
    start = threading.Barrier(2)
    answers: list[tuple[int, dict[str, Any]]] = []

    def file(to: str) -> None:
        device = Client()
        device.force_login(site.account)
        start.wait(60)
        form = {"uid": uids, "to": to}
        answer = device.post("/mail/INBOX/act/", form, headers=SCRIPT)
        answers.append((answer.status_code, answer.json()))
        connections.close_all()

    devices = [threading.Thread(target=file, args=(to,)) for to in ("Archive", "Junk")]
    for device in devices:
        device.start()
    for device in devices:
        device.join(60)
    there = [messages(site, name) for name in ("INBOX", "Archive", "Junk")]
    assert there[0] == 0 and sum(there) == COUNT  # each message once
    assert len(answers) == 2
    for status, words in answers:  # whoever was late is told so
        assert status == 200 or "not in this folder any more" in words["text"], words
    assert 200 in {status for status, _ in answers}


def test_people_of_every_script_in_one_conversation(site: Site) -> None:
    site.set_conversations(on=True)
    for name, number in NAMES.items():
        sender = f"{Header(name, 'utf-8').encode()} <{number}@far.example>"
        fields = f"From: {sender}\nSubject: Scripts\nMessage-ID: <{number}@s.example>\n"
        again = "References: <m1@s.example>\n" if number != "m1" else ""
        site.put(f"{fields}{again}\nSays {name}.\n".encode())
    page = site.text("/mail/INBOX/")
    assert "10 messages" in page and "Maria" in page  # one row
    assert page.count('class="open"') == 1
    opened = site.text("/mail/INBOX/10/conversation/")
    for name in NAMES:
        assert name in opened, name
    for name, number in NAMES.items():
        found = site.text(f"/search/?q=from:{name.split(maxsplit=1)[0]}")
        assert f'data-uid="{number[1:]}"' in found, name
