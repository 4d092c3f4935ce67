"""Letters that bring files: photographs, a PDF, an invitation, ten sheets, and one large survey."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from .demo_message import DemoClock, DemoMessage, parse_filing
from .newsletters import picture
from .parts import attachment, flow, html, message, mixed_part, multipart, text
from .pdf import document
from .people import ALICE, BOB, PEOPLE

SURVEY_OCTETS = 12_400_000
SURVEY_SEED = 4467
ZIP_DATE = (2024, 3, 9, 12, 0, 0)

BOARD = (
    "# Purpose",
    "The board is asked to approve option B2 for three floating pontoons in the inner basin, to be "
    "built in the coming season, and to release the first part of the money for piles and drains.",
    "# What has changed since the last meeting",
    "The third pontoon stands six metres nearer to the slipway than in option B. The fishing boats "
    "keep their turning circle. The gangway lands between two existing benches, where the wall is "
    "lowest; it is level access at all states of the tide above 1.2 m.",
    "The inside berth is limited to a draught of 1.6 m, because a ledge comes up to 1.8 m below "
    "chart datum close to it. The last pile will be painted.",
    "# Depths at the new position",
)
SOUNDINGS = (
    ("Position", "Chart", "Sounded"),
    ("Outer end", "2.4 m", "2.2 m"),
    ("Middle", "2.3 m", "2.1 m"),
    ("Root", "2.1 m", "2.0 m"),
    ("Ledge", "1.9 m", "1.8 m"),
)
BOATS = (
    "Kittiwake", "Ellen May", "Second Wind", "Bosun", "Tern", "Ladybird", "Patience", "Dunlin",
    "Mary Rose", "Otter", "Halcyon", "Whimbrel",
)  # fmt: skip
CSV = "berth,length_m,draught_m,name\n" + "".join(
    f"P{1 + at // 8}-{1 + at % 8},{8 + at % 4},{1.6 + (at % 3) * 0.2:.1f},{name}\n"
    for at, name in enumerate(BOATS)
)
CARD = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Abbot;George;;;\r\nFN:George Abbot\r\n"
    "ORG:North Quay Estates\r\nEMAIL:g.abbot@northquay.example\r\nTEL:+44 1632 960417\r\n"
    "END:VCARD\r\n"
)


def demo_messages(clock: DemoClock) -> Iterator[DemoMessage]:
    """In the order in which they were sent."""
    yield _photographs(clock)
    yield _board_paper(clock)
    yield _invitation(clock)
    yield _acceptance(clock)
    yield _wall(clock)
    yield _outfall(clock)
    yield _forwarded_photographs(clock)
    yield _ten(clock)
    yield _survey(clock)


def _photo(name: str, shown: str = "") -> bytes:
    return attachment(shown or name, "image/jpeg", picture(name))


def _photographs(clock: DemoClock) -> DemoMessage:
    return DemoMessage(
        sender=PEOPLE["tomas"], to=[ALICE], subject="The four for the wall",
        when=clock.at(8, "21:30"), filed={"alice": parse_filing("Projects/Harbour seen flagged")},
        body=mixed_part(
            text(flow(
                "Alice,\n\nHere they are, small. The dusk one is from the mole, the mist is the "
                "valley from the water tower, and the moon I have told you about. The meadow is "
                "an extra, because somebody should remember that there is a back of the town as "
                "well.\n\nTomás"
            )),
            _photo("harbour-dusk.jpg", "01 Basin at dusk.jpg"),
            _photo("valley-mist.jpg", "02 Valley in mist.jpg"),
            _photo("moonrise.jpg", "03 Moonrise.jpg"),
            _photo("meadow.jpg", "04 Meadow behind the town.jpg"),
        ),
    )  # fmt: skip


def _board_paper(clock: DemoClock) -> DemoMessage:
    return DemoMessage(
        sender=PEOPLE["mireille"], to=[ALICE, BOB], subject="Board paper, final",
        when=clock.at(2, "17:55"),
        filed={"alice": parse_filing("seen"), "bob": parse_filing("seen")},
        body=mixed_part(
            text(flow(
                "Dear both,\n\nThe paper as it goes to the board. If you find a mistake, tell me "
                "before breakfast; after that it is policy.\n\nMireille"
            )),
            attachment(
                "Board paper, inner basin.pdf", "application/pdf",
                document("Inner basin: option B2", BOARD, SOUNDINGS),
            ),
            attachment("basin-plan.png", "image/png", picture("basin-plan.png")),
        ),
    )  # fmt: skip


def _calendar(clock: DemoClock, method: str, answer: str) -> bytes:
    """An iTIP object (RFC 5546) for the site meeting in six days."""
    start = (clock.now + timedelta(days=6)).replace(hour=9, minute=30)
    end = start + timedelta(hours=1, minutes=30)
    created = clock.now - timedelta(days=1)
    attendees = [
        f"ATTENDEE;CN={person.name};ROLE=REQ-PARTICIPANT;PARTSTAT={state};RSVP=TRUE:\r\n"
        f" mailto:{person.address}"
        for person, state in ((ALICE, answer), (BOB, "NEEDS-ACTION"))
        if method == "REQUEST" or person is ALICE
    ]
    lines = [
        "BEGIN:VCALENDAR", "PRODID:-//Port Ellery//Harbour office//EN", "VERSION:2.0",
        f"METHOD:{method}", "BEGIN:VEVENT", "UID:site-meeting-b2@portellery.example", "SEQUENCE:0",
        f"DTSTAMP:{_utc(created)}", f"DTSTART:{_utc(start)}", f"DTEND:{_utc(end)}",
        "SUMMARY:Site meeting\\, inner basin", "LOCATION:Fuel berth\\, Port Ellery",
        "ORGANIZER;CN=Mireille Fontaine:mailto:m.fontaine@portellery.example",
        *attendees, "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M00Z}"


def _calendar_part(octets: bytes, method: str) -> bytes:
    head = f"Content-Type: text/calendar; charset=utf-8; method={method}\r\n"
    return f"{head}Content-Transfer-Encoding: 8bit\r\n\r\n".encode("ascii") + octets


def _invitation(clock: DemoClock) -> DemoMessage:
    octets = _calendar(clock, "REQUEST", "NEEDS-ACTION")
    words = "Site meeting at the fuel berth, an hour and a half, wellingtons. The contractor comes."
    return DemoMessage(
        sender=PEOPLE["mireille"], to=[ALICE, BOB], subject="Invitation: Site meeting, inner basin",
        when=clock.at(1, "15:05"),
        filed={"alice": parse_filing("seen answered"), "bob": parse_filing("unread")},
        body=mixed_part(
            multipart(
                "alternative",
                text(f"{words}\n"),
                html(f"<html><body><p>{words}</p></body></html>\n"),
                _calendar_part(octets, "REQUEST"),
            ),
            attachment("invite.ics", "application/ics", octets),
        ),
    )  # fmt: skip


def _acceptance(clock: DemoClock) -> DemoMessage:
    return DemoMessage(
        sender=ALICE, to=[PEOPLE["mireille"]], subject="Accepted: Site meeting, inner basin",
        when=clock.at(1, "15:40"),
        body=multipart(
            "alternative",
            text("Alice Marchetti has accepted this invitation.\n"),
            _calendar_part(_calendar(clock, "REPLY", "ACCEPTED"), "REPLY"),
        ),
    )  # fmt: skip


def _wall(clock: DemoClock) -> DemoMessage:
    return DemoMessage(
        sender=ALICE, to=[BOB], subject="The outfall nobody drew", when=clock.at(7, "20:20"),
        filed={"bob": parse_filing("Projects/Harbour seen flagged")},
        body=mixed_part(
            text(flow(
                "The dark corner, as promised. Count five stones from the iron ring and it is in "
                "the joint below.\n\nA."
            )),
            _photo("sea-wall.jpg", "wet corner.jpg"),
        ),
    )  # fmt: skip


def _outfall(clock: DemoClock) -> DemoMessage:
    return DemoMessage(
        sender=PEOPLE["water"], to=[BOB], subject="Ref 20731: outfall, inner basin",
        when=clock.at(4, "09:50"), filed={"bob": parse_filing("Projects/Harbour seen $Forwarded")},
        body=text(flow(
            "Dear Mr Lindqvist,\n\nWe have looked at our drawings from 1924 and, to our surprise, "
            "at those from 1887. The outfall in the photograph is ours. A crew will film it from "
            "the manhole in Chapel Street within ten working days.\n\nYours sincerely,\n"
            "Network records"
        )),
    )  # fmt: skip


def _forwarded_photographs(clock: DemoClock) -> DemoMessage:
    """A whole message inside another one (message/rfc822)."""
    return DemoMessage(
        sender=BOB, to=[ALICE], cc=[PEOPLE["mireille"]],
        subject="Fwd: Ref 20731: outfall, inner basin", when=clock.at(3, "10:15"),
        filed={"alice": parse_filing("seen flagged")},
        body=mixed_part(
            text(flow("After two years and one photograph: it is theirs. See below.\n\nBob")),
            message(_outfall(clock).octets),
        ),
    )  # fmt: skip


def _ten(clock: DemoClock) -> DemoMessage:
    sheets = [
        _photo("harbour-dusk.jpg", "sheet 1 approach.jpg"),
        _photo("sea-wall.jpg", "sheet 2 wall.jpg"),
        _photo("dunes.jpg", "sheet 3 dunes.jpg"),
        _photo("meadow.jpg", "sheet 4 meadow.jpg"),
        attachment("sheet 5 basin plan.png", "image/png", picture("basin-plan.png")),
        attachment("sheet 6 tide.png", "image/png", picture("tide-today.png")),
        attachment(
            "sheet 7 depths.pdf", "application/pdf", document("Depths", ("As sounded.",), SOUNDINGS)
        ),
        attachment("sheet 8 berths.csv", "text/csv; charset=utf-8", CSV.encode()),
        attachment("sheet 9 notes.txt", "text/plain; charset=utf-8", b"Gate code: office.\r\n"),
        attachment("George Abbot.vcf", "text/vcard; charset=utf-8", CARD.encode()),
    ]
    return DemoMessage(
        sender=PEOPLE["george"], to=[BOB], cc=[ALICE], subject="Handover, all ten sheets",
        when=clock.at(1, "11:20"),
        filed={"alice": parse_filing("seen"), "bob": parse_filing("seen")},
        body=mixed_part(
            text(flow(
                "Dear Bob,\n\nThe handover pack as ten separate files, since your office said that "
                "it can not open the one large one.\n\nGeorge Abbot\nNorth Quay Estates"
            )),
            *sheets,
        ),
    )  # fmt: skip


def survey() -> bytes:
    """A ZIP archive of 12.4 MB, the same at each call, that can't be made smaller."""
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_STORED) as archive:
        for name, data in (
            ("readme.txt", b"Point cloud of the inner basin, 5 cm grid, binary.\r\n"),
            ("inner-basin.laz", random.Random(SURVEY_SEED).randbytes(SURVEY_OCTETS)),
        ):
            archive.writestr(zipfile.ZipInfo(name, ZIP_DATE), data)
    return octets.getvalue()


def _survey(clock: DemoClock) -> DemoMessage:
    return DemoMessage(
        sender=PEOPLE["owen"], to=[ALICE], subject="Laser survey of the harbour, full set",
        when=clock.ago(130), filed={"alice": parse_filing("unread")},
        body=mixed_part(
            text(flow(
                "Hello Alice,\n\nThe drone people have delivered. Everything from the mole to the "
                "slipway, one point every five centimetres, which is more points than there are "
                "people in the country.\n\nBob will want this too, but my line here is two bars "
                "and a prayer. Could you pass it on to him?\n\nOwen"
            )),
            attachment("harbour-survey.zip", "application/zip", survey()),
        ),
    )  # fmt: skip
