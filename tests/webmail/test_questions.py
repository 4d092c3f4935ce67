"""What is asked once before a message goes out."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from webmail.mail import Address
from webmail.models import Outbox
from webmail.outgoing.draft import Draft
from webmail.people.identity import Identities
from webmail.writing.questions import own_words, questions

from .test_views_writing import fields
from .website import Site


def own() -> Identities:
    me = Address("", "me@here.example")
    return Identities([me], me)


@pytest.mark.parametrize(
    "text",
    [
        "Please see the attached plan.",
        "Der Plan ist angehängt.",
        "Anbei der Plan.",
        "Le plan est ci-joint.",
        "Voir la pièce jointe.",
        "الخطة في المرفق",
        "計画書を添付します。",
    ],
)
def test_an_attachment_that_one_wrote_of_is_missed_in_each_language(text: str) -> None:
    ((field, words),) = questions(own(), Draft(sender="", subject="Plan", text=text))
    assert field == "files" and "You wrote of an attachment" in words


@pytest.mark.parametrize(
    "text",
    ["", "Good morning", "Yes.\n\n> see the attached plan\n", "Hi\n-- \nattached to the sea"],
)
def test_words_of_others_are_not_taken_for_one_s_own(text: str) -> None:
    assert questions(own(), Draft(sender="", subject="Plan", text=text)) == []
    assert "plan" not in own_words(text)


def test_many_strangers_see_each_other() -> None:
    colleagues = ", ".join(f"{n}@here.example" for n in range(20))
    strangers = ", ".join(f"{n}@there.example" for n in range(10))
    assert questions(own(), Draft(sender="", subject="Us", to=colleagues)) == []
    draft = Draft(sender="", subject="Us", to=f"{colleagues}, {strangers}")
    ((field, words),) = questions(own(), draft)
    assert field == "to" and words.startswith("10 people") and "Bcc" in words
    assert questions(own(), Draft(sender="", subject="Us", bcc=strangers)) == []


def test_it_is_asked_once_and_the_second_press_sends(site: Site) -> None:
    form = fields(site.text("/write/?to=bob@lemonade.test&subject=Plan"))
    form |= {"text": "The plan is attached.", "do": "send"}
    asked = site.client.post("/write/", form)
    page = asked.content.decode()
    assert asked.status_code == 400 and "You wrote of an attachment" in page
    assert not Outbox.objects.exists()
    again = fields(page) | {"do": "send"}
    assert again["text"].strip() == "The plan is attached."
    assert site.client.post("/write/", again).status_code == 302


def test_all_questions_are_asked_together_on_a_page_and_its_button_sends(site: Site) -> None:
    form = fields(site.text("/write/?to=bob@lemonade.test"))
    form |= {"text": "The plan is attached.", "subject": "  ", "do": "send"}
    page = site.client.post("/write/", form).content.decode()
    asked = page.partition('class="note ask"')[2].partition("</section>")[0]
    assert "Send it as it is?" in asked and "The subject is empty." in asked
    assert "You wrote of an attachment" in asked
    assert '<button class="primary" name="do" value="send">Send anyway</button>' in asked
    assert "aria-invalid" not in page
    assert site.client.post("/write/", fields(page) | {"do": "send"}).status_code == 302
    assert Outbox.objects.count() == 1


def test_a_script_gets_the_questions_one_by_one_and_is_asked_with_files_too(site: Site) -> None:
    form = fields(site.text("/write/?to=bob@lemonade.test"))
    form |= {"text": "Good morning", "do": "send"}

    def press() -> Any:
        picture = SimpleUploadedFile(f"{'0' * 16}~a.png", b"x", "image/png")
        return site.client.post("/write/", form | {"pictures": picture}, headers={"X-Pane": "form"})

    problem = press().json()["problem"]
    assert problem["questions"] == ["The subject is empty."] and problem["field"] == "subject"
    assert [problem["once"]] == form["once"]
    assert not Outbox.objects.exists()
    assert press().json()["goal"].startswith("/sending/")


def test_nothing_is_asked_where_a_file_goes_along(site: Site) -> None:
    form = fields(site.text("/write/?to=bob@lemonade.test&subject=Plan"))
    form |= {"text": "The plan is attached.", "do": "send"}
    form["files"] = SimpleUploadedFile("plan.txt", b"the plan")
    assert site.client.post("/write/", form).status_code == 302
