"""Receipts and reports by a setting; what others want is asked about, or never."""

from __future__ import annotations

import email
import re

from webmail.models import Outbox, Preferences

from .test_views_writing import fields
from .website import Site, letter

LOOK = {"language": "", "theme": "auto", "density": "comfortable", "conversations": "on"}


def set_to(site: Site, *names: str) -> None:
    answer = site.client.post("/settings/", LOOK | dict.fromkeys(names, "on"))
    assert answer.status_code == 302


def test_new_messages_ask_by_the_settings_and_each_can_say_otherwise(site: Site) -> None:
    assert not {"receipt", "tell"} & set(fields(site.text("/write/")))
    set_to(site, "wants_receipts", "wants_reports")
    page = site.text("/settings/")
    assert re.search(r'name="wants_receipts"[^>]* checked', page)
    assert re.search(r'name="wants_reports"[^>]* checked', page)
    form = fields(site.text("/write/?to=bob@lemonade.test&subject=Both")) | {"text": "a"}
    assert {"receipt", "tell"} <= set(form)
    assert site.client.post("/write/", form | {"do": "send"}).status_code == 302
    row = Outbox.objects.get()
    source = b"".join(site.client.get(f"/mail/Sent/{row.uid}/source/"))
    assert "Disposition-Notification-To" in email.message_from_bytes(source)
    assert row.notify.startswith("SUCCESS")
    other = fields(site.text("/write/?to=bob@lemonade.test&subject=Neither")) | {"text": "b"}
    del other["receipt"], other["tell"]
    assert site.client.post("/write/", other | {"do": "send"}).status_code == 302
    assert Outbox.objects.get(subject="Neither").notify == ""


def test_what_others_want_is_asked_about_unless_one_does_not_want_that(site: Site) -> None:
    message = letter("Did you read it")
    message["Disposition-Notification-To"] = "maria@far.example"
    uid = site.put(message)
    assert 'value="never"' in site.text(f"/mail/INBOX/{uid}/")
    set_to(site, "ignores_receipts")
    assert Preferences.objects.get(account=site.account).ignores_receipts
    assert 'value="never"' not in site.text(f"/mail/INBOX/{uid}/")
