"""Plain conversations, one a text file beside this; ``read`` makes letters of them.

A letter starts with ``--- writer > reader, reader; cc reader``, then ``days-ago hh:mm`` or
``minutes-ago``, the subject (``re``: an answer to the letter before, ``re N``: to the Nth), then
``login: place`` for each reader who filed it (see ``letter.place``), all with `` | `` between.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from lemonade_server.demo import parts
from lemonade_server.demo.demo_message import DemoClock, DemoMessage, Filing, parse_filing
from lemonade_server.demo.people import PEOPLE, Person

FOLDER = Path(__file__).parent
HEAD = "--- "


def demo_messages(clock: DemoClock) -> Iterator[DemoMessage]:
    """The letters of every conversation."""
    for path in sorted(FOLDER.glob("*.txt")):
        yield from read(path.read_text(encoding="utf-8"), clock)


def read(text: str, clock: DemoClock) -> list[DemoMessage]:
    """The letters of one conversation, in the order of the file."""
    found: list[DemoMessage] = []
    for block in f"\n{text}".split(f"\n{HEAD}")[1:]:
        head, _, body = block.partition("\n")
        found.append(_message(head, body.strip("\n") + "\n", found, clock))
    return found


def _message(head: str, body: str, before: list[DemoMessage], clock: DemoClock) -> DemoMessage:
    people, moment, subject, *filed = head.split(" | ")
    writer, _, readers = people.partition(" > ")
    to, _, cc = readers.partition("; cc ")
    answered = _find_answered(subject, before)
    return DemoMessage(
        sender=PEOPLE[writer],
        to=_people(to),
        cc=_people(cc),
        subject=subject if answered is None else _reply(answered.subject),
        when=_moment(moment, clock),
        body=parts.text(parts.flow(body)),
        answers=answered,
        filed=dict(map(_parse_filed, filed)),
        delivered="draft" not in head,
    )


def _people(names: str) -> list[Person]:
    return [PEOPLE[name] for name in names.split(", ") if name]


def _moment(words: str, clock: DemoClock) -> datetime:
    days, _, time = words.partition(" ")
    return clock.at(int(days), time) if time else clock.ago(int(days))


def _find_answered(subject: str, before: list[DemoMessage]) -> DemoMessage | None:
    if subject == "re":
        return before[-1]
    if subject.startswith("re "):
        return before[int(subject.removeprefix("re ")) - 1]
    return None


def _reply(subject: str) -> str:
    return subject if subject.startswith("Re: ") else f"Re: {subject}"


def _parse_filed(words: str) -> tuple[str, Filing]:
    login, _, where = words.partition(": ")
    return login, parse_filing(where)
