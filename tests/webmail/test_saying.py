"""What a worker keeps in English is said in the language of whoever reads it."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from webmail.outgoing.attempts import words
from webmail.outgoing.saying import keep, say
from webmail.outgoing.submission_client import SmtpReply

AGAIN = "%(trouble)s It will be tried again."


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "The mail server said: 451 ]not now[ It will be tried again."),
        ("de", "Der Mailserver sagte: 451 ]not now[ Es wird noch einmal versucht."),
    ],
)
def test_a_saying_within_a_saying(language: str, said: str) -> None:
    inner = keep("The mail server said: %(words)s", words="451 ]not now[")
    with override(language):
        assert say(keep(AGAIN, trouble=inner)) == said


def test_a_sentence_of_ours_within_a_saying() -> None:
    known = words(SmtpReply(452, "4.3.1 full"))
    with override("fr"):
        assert say(keep(AGAIN, trouble=known)).startswith("Le serveur de courrier n’a pas de place")
    with override("ja"):
        assert say(known) == "メールサーバーに現在空きがありません。"


def test_words_of_before_and_of_strangers_stay() -> None:
    with override("de"):
        assert say("") == ""
        assert say("451 something") == "451 something"
        assert (
            say("The message is no longer in Sent.") == "Die Nachricht ist nicht mehr in Gesendet."
        )
        for strange in ("[", "[1]", "[1, 2]", '["%(a)s", {}]', '["%(a)s", {"a": 1}]', "[[]]"):
            assert say(strange) == strange
