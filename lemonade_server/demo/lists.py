"""Two mailing lists, with the fields that lists add (RFC 2919, 2369, 8058)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .demo_message import DemoClock, DemoMessage, parse_filing
from .parts import flow, text
from .people import ALICE, BOB, PEOPLE, Person

FOOTER = "\n_______________________________________________\n{name} mailing list\n{page}\n"


@dataclass(frozen=True, slots=True)
class MailingList:
    """A list and those of its readers who have mail here."""

    person: Person
    tag: str
    readers: tuple[Person, ...]
    folder: str

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What the list adds to each message."""
        local, host = self.person.local, self.person.host
        page = f"https://{host}/{local}"
        return [
            ("List-Id", f"{self.person.name} <{local}.{host}>"),
            ("List-Post", f"<mailto:{self.person.address}>"),
            ("List-Archive", f"<{page}/archive>"),
            ("List-Unsubscribe", f"<{page}/leave/8f2c>, <mailto:{local}-leave@{host}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            ("Precedence", "list"),
        ]

    def letter(
        self,
        writer: str,
        clock: DemoClock,
        when: str,
        subject: str,
        body: str,
        to: DemoMessage | None = None,
    ) -> DemoMessage:
        """A message to the list."""
        days, time = when.split()
        page = f"https://{self.person.host}/{self.person.local}"
        footer = FOOTER.format(name=self.person.name, page=page)
        return DemoMessage(
            sender=PEOPLE[writer],
            to=[self.person],
            via=[reader for reader in self.readers if reader.account != writer],
            subject=f"{'Re: ' if to else ''}[{self.tag}] {subject}",
            when=clock.at(int(days), time),
            body=text(flow(body) + footer),
            fields=self.fields,
            answers=to,
            filed={reader.account: parse_filing(self.folder) for reader in self.readers}
            | ({writer: parse_filing("Sent seen")} if PEOPLE[writer].account else {}),
        )


def demo_messages(clock: DemoClock) -> Iterator[DemoMessage]:
    """Charts for Bob, walks for both."""
    yield from _charts(clock)
    yield from _walks(clock)


def _charts(clock: DemoClock) -> Iterator[DemoMessage]:
    charts = MailingList(PEOPLE["mappers"], "open-chart-dev", (BOB,), "Lists/Open_Chart")
    subject = "Rounding of drying heights"
    first = charts.letter(
        "marek", clock, "12 19:05", subject,
        "Hi all,\n\nDrying heights are rounded to the nearest decimetre at the moment. For a rock "
        "that dries 0.05 m that means it may vanish from the chart or grow to twice its size, "
        "depending on the platform's idea of rounding half to even.\n\nI would like to round "
        "towards the more dangerous value instead: depths down, drying heights up. Any objections "
        "before I change four hundred test files?\n\nMarek",
    )  # fmt: skip
    second = charts.letter(
        "lotte", clock, "12 20:41", subject,
        "No objection, a request: please keep the unrounded value in the attribute. Hydrographers "
        "will want to see where a figure came from, and some of us must answer for them.\n\nLotte",
        first,
    )  # fmt: skip
    third = charts.letter(
        "bob", clock, "11 08:20", subject,
        "Strongly in favour. The paper charts have always done it that way: when in doubt, less "
        "water. I have a rock here that dries exactly 0.05 m and can send a photograph with my "
        "boot for scale.\n\nBob",
        second,
    )  # fmt: skip
    fourth = charts.letter(
        "marek", clock, "11 19:30", subject,
        "The boot would improve the documentation. Done in the development version, unrounded "
        "value kept as Lotte asked. Four hundred and twelve test files, in the end.\n\nMarek",
        third,
    )  # fmt: skip
    release = charts.letter(
        "marek", clock, "2 21:15", "Release candidate of 4.2",
        "The candidate is up. What is new: safe rounding of heights, tides for harbours with four "
        "constituents or fewer, and the symbol for a submerged pile that can be told from a full "
        "stop.\n\nPlease try it on your own harbour and complain loudly within a week.\n\nMarek",
    )  # fmt: skip
    yield from (first, second, third, fourth, release)


def _walks(clock: DemoClock) -> Iterator[DemoMessage]:
    walks = MailingList(PEOPLE["walkers"], "walkers", (ALICE, BOB), "Lists/Walkers")
    subject = "Stile at Pentire is mended"
    first = walks.letter(
        "fiona", clock, "8 17:45", subject,
        "The stile above Pentire is mended and the dog gate beside it works again. Thank you to "
        "everyone who wrote to the council; I counted nineteen letters and one drawing.\n\nThe "
        "path below it is still soft after rain. Poles help.\n\nFiona",
    )  # fmt: skip
    second = walks.letter(
        "priya", clock, "8 19:20", subject,
        "Went over it this evening with two small cousins. Approved by both. The view of the "
        "basin from the top step is the best in the county at the moment.\n\nPriya",
        first,
    )  # fmt: skip
    third = walks.letter(
        "alice", clock, "7 21:10", subject,
        "The drawing was not mine, but I would like to meet whoever made it.\n\nAlice",
        second,
    )  # fmt: skip
    plan = walks.letter(
        "fiona", clock, "1 12:30", "Programme for the next two months",
        "Saturday walks, all starting from the bakery:\n\n  Headland by the beach, 9 km, tide "
        "permitting\n  Chapel and woods, 7 km, gentle\n  The long one, 21 km, bring lunch\n  Lamps "
        "and stars, 5 km after dark, with Tomás to tell us which is which\n\nDogs on leads between "
        "the farm and the second gate, please. The ewes are back.\n\nFiona",
    )  # fmt: skip
    yield from (first, second, third, plan)
