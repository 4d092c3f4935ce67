"""HTML mail as shops and societies send it: remote pictures, inline pictures, counting pixels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from string import Template

from .demo_message import DemoClock, DemoMessage, parse_filing
from .parts import alternative, attachment, flow, html, related_part
from .people import ALICE, BOB, PEOPLE

ASSETS = Path(__file__).parent / "assets"

PAGE = Template("""\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>$title</title>
<style>
  body { margin: 0; background: $ground; font-family: Georgia, serif; color: #26301f; }
  .sheet { max-width: 620px; margin: 0 auto; background: #ffffff; }
  h1 { font-size: 26px; line-height: 1.25; margin: 0 0 12px; } h2 { font-size: 19px; margin: 0; }
  p { font-size: 16px; line-height: 1.55; margin: 8px 0 16px; } a { color: $accent; }
  @media (max-width: 480px) { td.pad { padding: 16px !important; } }
</style></head>
<body bgcolor="$ground">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td>
<table role="presentation" class="sheet" width="620" align="center" cellpadding="0" cellspacing="0">
<tr><td><img src="$banner" width="620" alt="$banner_alt" style="display:block;width:100%"></td></tr>
<tr><td class="pad" style="padding:28px 36px">
<h1 style="color:$accent">$title</h1>
$blocks
</td></tr>
<tr><td class="pad" style="padding:16px 36px;background:$ground;font-size:13px;color:#56604e">
$footer</td></tr>
</table></td></tr></table>
$pixel</body></html>
""")

FOOTER = (
    "You get this because you asked for it. "
    '<a href="https://{host}/leave?r=8f2c">Leave the list</a> or '
    '<a href="https://{host}/settings">choose how often we write</a>.'
)


def picture(name: str) -> bytes:
    """The octets of one of the pictures that come with the demo."""
    return (ASSETS / name).read_bytes()


def _block(title: str, words: str, image: str = "", link: str = "") -> str:
    shown = (
        f'<img src="{image}" width="548" alt="" style="width:100%;height:auto">' if image else ""
    )
    more = f'<p><a href="{link}">Read on</a></p>' if link else ""
    return f"{shown}<h2>{title}</h2><p>{words}</p>{more}"


def _plain(title: str, blocks: Sequence[tuple[str, str]], host: str) -> str:
    body = "\n\n".join(f"{head}\n{words}" for head, words in blocks)
    return flow(f"{title}\n\n{body}\n\nLeave the list: https://{host}/leave?r=8f2c")


def _leave(host: str) -> list[tuple[str, str]]:
    return [
        ("List-Id", f"Letters from {host} <letters.{host}>"),
        ("List-Unsubscribe", f"<https://{host}/leave?r=8f2c>, <mailto:leave@{host}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("Precedence", "bulk"),
    ]


def _newsletter(
    title: str, host: str, blocks: Sequence[tuple[str, str]], accent: str, ground: str
) -> bytes:
    """A newsletter whose pictures all have to be fetched."""
    shots = f"https://images.{host}"
    page = PAGE.substitute(
        title=title, accent=accent, ground=ground, banner=f"{shots}/banner-620.jpg",
        banner_alt="", footer=FOOTER.format(host=host),
        pixel=f'<img src="{shots}/o.gif?m=8f2c" width="1" height="1" alt="">',
        blocks="\n".join(
            _block(head, words, f"{shots}/{at}.jpg", f"https://{host}/notes/{at}")
            for at, (head, words) in enumerate(blocks, 1)
        ),
    )  # fmt: skip
    return alternative(_plain(title, blocks, host), html(page))


GARDEN = (
    ("What to leave alone", "Seed heads look untidy for a month and feed finches for three. Cut "
     "the paths, leave the rest, and call it a plan."),
    ("Garlic, the easy way", "Plant the fat outer cloves, a thumb deep, before the ground is cold "
     "to the wrist. Forget them until the swifts are back."),
    ("A reader asks about tamarisk", "Yes, it stands salt wind. No, it does not need feeding. "
     "Prune it hard after it flowers and it will forgive you by June."),
)  # fmt: skip

GARDEN_SPRING = (
    ("Compost without arithmetic", "If it smells, add brown. If it sulks, add green. If it steams, "
     "stand back and be proud."),
    ("Five plants for a wall by the sea", "Thrift, rock samphire, sea campion, stonecrop, and the "
     "little fleabane that nobody plants and everybody has."),
)  # fmt: skip

BOOKS = (
    ("Letters from the Lighthouse Service", "The book of the season, back in stock on Saturday. A "
     "signed copy is behind the till for whoever asks for it by page number."),
    ("An evening with a cartographer", "How do you draw a coast that moves twice a day? Wine, "
     "maps, and a very large table. Free, but tell us that you are coming."),
    ("Second hand", "Forty boxes from a house on Chapel Street. Natural history, cookery, and "
     "a shelf of detective novels in which somebody has underlined the murderer."),
)  # fmt: skip


def demo_messages(clock: DemoClock) -> Iterator[DemoMessage]:
    """A gardener, a bookshop, a tide bulletin with its pictures inside, and a train ticket."""
    garden = "slowgardener.example"
    yield DemoMessage(
        sender=PEOPLE["garden"], to=[ALICE], subject="What to leave alone this month",
        when=clock.at(1, "06:30"), fields=_leave(garden), filed={"alice": parse_filing("unread")},
        body=_newsletter("The Slow Gardener", garden, GARDEN, "#45680c", "#eef3e2"),
    )  # fmt: skip
    yield DemoMessage(
        sender=PEOPLE["garden"], to=[ALICE], subject="Compost without arithmetic",
        when=clock.at(31, "06:30"), fields=_leave(garden),
        filed={"alice": parse_filing("Archive seen")},
        body=_newsletter("The Slow Gardener", garden, GARDEN_SPRING, "#45680c", "#eef3e2"),
    )  # fmt: skip
    books = "tidewaterbooks.example"
    yield DemoMessage(
        sender=PEOPLE["books"], to=[ALICE], subject="In the shop: lighthouses, maps, forty boxes",
        when=clock.at(3, "07:00"), fields=_leave(books), filed={"alice": parse_filing("seen")},
        body=_newsletter("Tidewater Books, Fore Street", books, BOOKS, "#7a3b1d", "#f6efe6"),
    )  # fmt: skip
    yield DemoMessage(
        sender=PEOPLE["books"], to=[BOB], subject="In the shop: lighthouses, maps, forty boxes",
        when=clock.at(3, "07:01"), fields=_leave(books), filed={"bob": parse_filing("seen")},
        body=_newsletter("Tidewater Books, Fore Street", books, BOOKS, "#7a3b1d", "#f6efe6"),
    )  # fmt: skip
    yield _tides(clock)
    yield _ticket(clock)
    yield _signed_message(clock)


def _tides(clock: DemoClock) -> DemoMessage:
    """All pictures travel along, named by ``cid:`` (RFC 2392)."""
    host = "ellerytides.example"
    words = (
        "Springs this week: low water uncovers the outer ledge and the eelgrass. Keep clear of the "
        "moorings on the flood, it runs hard past the mole."
    )
    page = PAGE.substitute(
        title="Tides this week", accent="#14506a", ground="#e7f0f3", banner=f"cid:banner@{host}",
        banner_alt="The bay before dawn", footer=FOOTER.format(host=host), pixel="",
        blocks=_block("Springs", words, f"cid:chart@{host}"),
    )  # fmt: skip
    return DemoMessage(
        sender=PEOPLE["tides"], to=[ALICE, BOB], subject="Tides this week: springs",
        when=clock.at(0, "05:45"), fields=_leave(host),
        filed={"alice": parse_filing("seen"), "bob": parse_filing("unread")},
        body=related_part(
            alternative(_plain("Tides this week", [("Springs", words)], host), html(page)),
            attachment(
                "tide-banner.jpg", "image/jpeg", picture("tide-banner.jpg"), cid=f"banner@{host}"
            ),
            attachment(
                "tide-today.png", "image/png", picture("tide-today.png"), cid=f"chart@{host}"
            ),
        ),
    )  # fmt: skip


def _ticket(clock: DemoClock) -> DemoMessage:
    rows = (
        ("From", "Port Ellery"), ("To", "Saltash Road"), ("Departure", "08:12, platform 1"),
        ("Arrival", "09:04"), ("Seat", "Coach B, seat 17, window"), ("Price", "14.80"),
    )  # fmt: skip
    table = "".join(
        f'<tr><td style="padding:6px 16px 6px 0;color:#56604e">{name}</td>'
        f'<td style="padding:6px 0"><b>{value}</b></td></tr>'
        for name, value in rows
    )
    plain = "\n".join(f"{name}: {value}" for name, value in rows)
    return DemoMessage(
        sender=PEOPLE["rail"], to=[BOB], subject="Your ticket: Port Ellery to Saltash Road",
        when=clock.at(5, "19:22"), filed={"bob": parse_filing("seen flagged")},
        body=alternative(
            f"Your ticket\n\n{plain}\n",
            html(
                '<html><body style="font-family:sans-serif"><h1 style="font-size:22px">Your ticket'
                f'</h1><table style="border-collapse:collapse">{table}</table><p>Show this message '
                "or the card you paid with.</p></body></html>\n"
            ),
        ),
    )  # fmt: skip


def _signed_message(clock: DemoClock) -> DemoMessage:
    """A colleague whose program writes HTML and puts a logo under it."""
    words = (
        "Hello Alice,\n\nThe pipefish won: the eastern patch is the densest we have ever counted, "
        "212 shoots to the square metre. Your pontoon can come as near as the marker, but please "
        "not one boat length nearer.\n\nThe report is at the printer. Thank you for getting so "
        "very wet.\n\nHannah"
    )
    markup = "".join(f"<p>{line}</p>" for line in words.split("\n\n"))
    logo = "logo@coastwise.example"
    return DemoMessage(
        sender=PEOPLE["hannah"], to=[ALICE], cc=[BOB], subject="Eelgrass: 212 shoots",
        when=clock.ago(255), filed={"alice": parse_filing("unread"), "bob": parse_filing("seen")},
        body=related_part(
            alternative(
                flow(f"{words}\n\n-- \nHannah Oduya\nCoastwise"),
                html(
                    f'<html><body style="font-family:Calibri,sans-serif">{markup}<hr>'
                    f'<table><tr><td><img src="cid:{logo}" width="48" height="48" alt="Coastwise">'
                    '</td><td style="color:#184e60"><b>Hannah Oduya</b><br>Coastwise, marine '
                    "ecology</td></tr></table></body></html>\n"
                ),
            ),
            attachment("sail-logo.png", "image/png", picture("sail-logo.png"), cid=logo),
        ),
    )  # fmt: skip
