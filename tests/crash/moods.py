"""A host with moods: it defers, loses the answer to a whole message, and is away for a while; and
what explains that it got a message again.
"""

from __future__ import annotations

import random
import re
import time
from dataclasses import dataclass
from itertools import pairwise

from tests.delivery.sink import Sink, Taken
from tests.patience import let_pass

from .ledger import tokens

REFUSED = "nobody@example.net"
"""Nobody there."""

ANSWER_LOST, KILLED, UNEXPLAINED = "answer lost", "worker killed", "unexplained"

_PATH = re.compile(r"RCPT TO:<([^>]*)>")


class Pause:
    """A host that takes a moment before it answers, so that kills hit what is on its way."""

    def wait(self, _: float) -> None:
        let_pass(random.uniform(0, 0.06))


@dataclass
class MoodyHost(Sink):
    """``deferral`` is the chance of each recipient, ``refusal`` and ``silence`` of each message;
    ``back_at`` is when the host answers again.
    """

    deferral: float = 0.0
    refusal: float = 0.0
    silence: float = 0.0
    back_at: float = 0.0

    def be_moody(self) -> None:
        """From now on."""
        self.deferral, self.refusal, self.silence = 0.04, 0.04, 0.03
        self.answers[f"RCPT TO:<{REFUSED}>"] = "550 5.1.1 nobody of that name"
        self.before_data_reply = Pause()

    def calm_down(self) -> None:
        """Be a host like any other."""
        self.deferral = self.refusal = self.silence = self.back_at = 0.0
        self.answers.clear()
        self.before_data_reply = None

    def go_away(self, seconds: float) -> None:
        self.back_at = time.monotonic() + seconds

    def is_up(self) -> bool:
        return time.monotonic() >= self.back_at

    def reply_to(self, text: str) -> str | None:
        if text.startswith("RCPT") and REFUSED not in text and random.random() < self.deferral:
            return "450 4.2.1 come again"
        return super().reply_to(text)

    def take(self, message: Taken) -> str:
        if not self.is_up():
            message.answered = False
            return ""
        if random.random() < self.refusal:
            return "451 4.3.0 not now"
        answer = super().take(message)
        return "" if random.random() < self.silence else answer


def recipients(taken: Taken) -> list[str]:
    """The addresses that a message was taken for."""
    return [match[1] for text in taken.recipients if (match := _PATH.match(text)) is not None]


@dataclass(frozen=True)
class Repeat:
    """Somebody got a message again, so many seconds after the first time."""

    token: str
    address: str
    after: float
    reason: str


def repeats(messages: list[Taken]) -> list[Repeat]:
    """Whatever somebody got again, and why.

    There are two reasons: after the final dot the host hung up without an answer, or it answered
    and then heard nothing more on that connection, not even QUIT, because the worker was dead.
    """
    copies: dict[tuple[str, str], list[Taken]] = {}
    for taken in messages:
        (token,) = tokens([taken.octets])
        for address in recipients(taken):
            copies.setdefault((token, address), []).append(taken)
    return [
        Repeat(*whose, second.at - first.at, _reason(first))
        for whose, sent in copies.items()
        for first, second in pairwise(sent)
    ]


def _reason(first: Taken) -> str:
    if not first.answered:
        return ANSWER_LOST
    return UNEXPLAINED if first.went_on else KILLED
