"""What is asked once before a message goes out."""

from __future__ import annotations

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
    ((field, words),) = questions(own(), Draft(sender="", text=text))
    assert field == "files" and "You wrote of an attachment" in words


@pytest.mark.parametrize(
    "text",
    ["", "Good morning", "Yes.\n\n> see the attached plan\n", "Hi\n-- \nattached to the sea"],
)
def test_words_of_others_are_not_taken_for_one_s_own(text: str) -> None:
    assert questions(own(), Draft(sender="", text=text)) == []
    assert "plan" not in own_words(text)


def test_many_strangers_see_each_other() -> None:
    colleagues = ", ".join(f"{n}@here.example" for n in range(20))
    strangers = ", ".join(f"{n}@there.example" for n in range(10))
    assert questions(own(), Draft(sender="", to=colleagues)) == []
    ((field, words),) = questions(own(), Draft(sender="", to=f"{colleagues}, {strangers}"))
    assert field == "to" and words.startswith("10 people") and "Bcc" in words
    assert questions(own(), Draft(sender="", bcc=strangers)) == []


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


def test_nothing_is_asked_where_a_file_goes_along(site: Site) -> None:
    form = fields(site.text("/write/?to=bob@lemonade.test&subject=Plan"))
    form |= {"text": "The plan is attached.", "do": "send"}
    form["files"] = SimpleUploadedFile("plan.txt", b"the plan")
    assert site.client.post("/write/", form).status_code == 302
