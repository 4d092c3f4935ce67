"""Texts that are written often: kept, filled in, made of what was written."""

from __future__ import annotations

import html
from typing import Any

import pytest

from webmail.models import MessageTemplate
from webmail.people.identity import MailSignature
from webmail.people.signatures import sign_text, unsign_text
from webmail.writing.message_templates import first_name

from .test_views_writing import fields
from .website import Site

PAGE = "/settings/templates/"


def keep(site: Site, status: int = 302, **typed: str) -> Any:
    answer = site.client.post(PAGE, {"do": "save"} | typed)
    assert answer.status_code == status, answer.content
    return answer


def fill(site: Site, row: MessageTemplate, to: str = "") -> dict[str, Any]:
    posted = {"template": row.pk, "to": to, "sender": site.email}
    answer = site.client.post("/write/template/", posted)
    assert answer.status_code == 200, answer.content
    words: dict[str, Any] = answer.json()
    return words


def test_fields_are_filled_in_for_who_gets_it(site: Site) -> None:
    keep(
        site,
        name="Thanks",
        subject="Thank you, {{first_name}}",
        text="Dear {{ name }},\r\n{{date}} {{unknown}} {{my_name}} <{{my_address}}>\r\n",
    )
    row = MessageTemplate.objects.get()
    filled = fill(site, row, '"Miller, <b>Ann" <ann@x.example>, Bob <bob@x.example>, half')
    assert filled["subject"] == "Thank you, <b>Ann" and filled["missing"] == []
    assert filled["text"].startswith("Dear Miller, <b>Ann, Bob,\n")
    assert f"{{{{unknown}}}} Rea Reader <{site.email}>" in filled["text"]
    assert "Dear Miller, &lt;b&gt;Ann, Bob,<br>" in filled["html"]
    assert fill(site, row)["missing"] == ["first_name", "name"]
    assert "Dear {{ name }}" in fill(site, row)["text"]


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Ann Miller", "Ann"),
        ("Miller, Ann B.", "Ann"),
        ("Ann", "Ann"),
        ("", ""),
        ("Shop,", "Shop,"),
    ],
)
def test_how_somebody_is_called(name: str, first: str) -> None:
    assert first_name(name) == first


def test_a_script_in_a_template_is_taken_out_and_that_is_said(site: Site) -> None:
    keep(site, name="Bad", html="<p onclick=x()>Hi {{name}}</p><script>x()</script>", text="unused")
    page = html.unescape(site.text(PAGE))
    assert "Template saved, without what mail can't have: onclick, <script>." in page
    row = MessageTemplate.objects.get()
    assert row.html == "<p>Hi {{name}}</p>" and row.text.strip() == "Hi {{name}}"
    filled = fill(site, row, '"<script>x()</script>" <a@x.example>')
    assert filled["html"] == "<p>Hi &lt;script&gt;x()&lt;/script&gt;</p>"


def test_a_field_is_a_name_and_is_never_run(site: Site) -> None:
    text = "{{name|safe}} {{ 7*7 }} {% debug %} {{name.__class__}} {{" + "a" * 60_000
    keep(site, status=400, name="Long", text=text)
    keep(site, name="Code", text=text[:80])
    assert fill(site, MessageTemplate.objects.get(), "Ann <a@x.example>")["text"] == text[:80]


def test_a_form_begins_with_one_and_becomes_one(site: Site) -> None:
    site.client.post("/settings/identities/", {"address": site.email, "text": "Rea"})
    keep(site, name="Hello", subject="Hello", text="Dear {{first_name}}")
    row = MessageTemplate.objects.get()
    form = fields(site.text(f"/write/?template={row.pk}&to=Ann%20<ann@x.example>"))
    assert form["subject"] == ["Hello"] and form["text"] == "Dear Ann\n\n-- \nRea\n"
    assert "data-templates" in site.text("/write/") and ">Hello</option>" in site.text("/write/")
    form |= {"template_name": "Of a form", "do": "send"}
    answer = site.client.post("/write/template/new/", form)
    assert answer.json()["name"] == "Of a form"
    made = MessageTemplate.objects.get(name="Of a form")
    assert made.text == "Dear Ann\n" and made.subject == "Hello"
    again = site.client.post("/write/template/new/", form, headers={"X-Pane": "form"})
    assert again.status_code == 400 and "already" in again.json()["text"]


def test_they_are_changed_and_removed_by_their_owner_alone(site: Site) -> None:
    keep(site, name="One", text="1")
    row = MessageTemplate.objects.get()
    keep(site, name="One and more", text="2", template=str(row.pk))
    row.refresh_from_db()
    assert (row.name, row.text) == ("One and more", "2")
    assert "2</textarea>" in site.text(f"{PAGE}?template={row.pk}")
    keep(site, status=400, name="", text="x")
    keep(site, status=400, name="One and more", text="x")
    other = type(site)(site.server)
    assert other.client.post("/write/template/", {"template": row.pk}).status_code == 404
    assert other.client.post(PAGE, {"template": row.pk, "do": "remove"}).status_code == 404
    other.imap.logout()
    site.client.post(PAGE, {"template": row.pk, "do": "remove"})
    assert not MessageTemplate.objects.exists()


def test_a_signature_is_taken_off_where_it_stands_as_it_was_put() -> None:
    rea = MailSignature("Rea\nLemon Street", "")
    assert unsign_text(sign_text("Hi", rea, above=False), rea) == "Hi\n"
    assert unsign_text("Hi\n\n-- \nRea", rea) == "Hi\n\n-- \nRea\n"
    assert unsign_text("Hi ", MailSignature()) == "Hi "
