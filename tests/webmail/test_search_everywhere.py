"""Searching all folders, against our server, Dovecot, and a server that can do next to nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from tests.mailserver import MailServer
from webmail import mail
from webmail.mail import FoundRow, SearchResults
from webmail.mail.imap.commands import Payload, mailbox
from webmail.mail.imap.pool import connections
from webmail.search.parser import parse

from .conftest import dovecot_login
from .letters import message

FOLDERS = ["INBOX", "Sent", "Lists/Привет"]
KEEP = "Keep"


@pytest.fixture(params=["ours", "dovecot", "plain"])
def user(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Somebody whose mail lies in several folders, on each kind of server."""
    kind = request.param
    if kind == "ours":
        server: MailServer = request.getfixturevalue("ours")
        name = server.add_account("seeker")
    else:
        port = request.getfixturevalue(f"{kind}_port")
        name = request.node.originalname[:40]
        monkeypatch.setattr(connections, "_connect", lambda email: dovecot_login(port, email))
    fill(name)
    yield name
    connections.close()


def fill(email: str) -> None:
    """Thirty messages about a roof in turns over three folders, the older the later they came in;
    and others.
    """
    with connections.session(email) as imap:
        for folder in (*FOLDERS[2:], "Keep"):
            imap.command(b"CREATE", mailbox(folder)).check()
    for number in range(30):
        put(email, FOLDERS[number % 3], f"Roof {number:02}", day=28 - number // 2, hour=number % 2)
    for number in range(4):
        put(email, KEEP, f"Garden {number}", day=1)
    put(email, "INBOX", "Hortensie", "Grüße vom Dach\n", day=1, attachment=b"%PDF")


def put(
    email: str,
    folder: str,
    subject: str,
    text: str = "About it.\n",
    day: int = 1,
    hour: int = 0,
    attachment: bytes = b"",
) -> None:
    data = message(subject, text, attachment=attachment, name="Dachplan.pdf")
    moment = b'"%2d-Nov-2026 %02d:00:00 +0000"' % (day, hour)
    with connections.session(email) as imap:
        imap.command(b"APPEND", mailbox(folder), moment, Payload(len(data), [data])).check()


def find(
    email: str,
    query: str,
    folders: Sequence[str] = (*FOLDERS, KEEP),
    first: int = 1,
    size: int = 50,
) -> SearchResults:
    with mail.session(email) as session:
        return session.search_page(folders, parse(query), first, size)


def subjects(rows: list[FoundRow]) -> list[str]:
    return [each.row.subject for each in rows]


def test_the_newest_of_all_folders_a_page_at_a_time(user: str) -> None:
    expected = [f"Roof {day * 2 + hour:02}" for day in range(15) for hour in (1, 0)]
    one = find(user, "subject:roof", size=10)
    assert (one.total, one.first, one.last) == (30, 1, 10)
    assert subjects(one.rows) == expected[:10]
    assert {each.folder for each in one.rows} == set(FOLDERS) and one.totals["INBOX"] == 10
    assert all(each.uidvalidity and each.row.preview == "About it." for each in one.rows)
    three = find(user, "subject:roof", first=21, size=10)
    assert subjects(three.rows) == expected[20:] and (three.first, three.last) == (21, 30)
    beyond = find(user, "subject:roof", first=31, size=10)
    assert (beyond.rows, beyond.total, beyond.first, beyond.last) == ([], 30, 0, 0)
    with mail.session(user) as session:
        assert session.count_found([*FOLDERS, KEEP], parse("subject:roof")) == 30
        assert session.count_found([*FOLDERS, KEEP], parse("subject:roof in:Sent")) == 10
        assert session.page("INBOX").exists == 11  # the connection is in order


def test_pages_of_messages_of_one_second_skip_none_and_repeat_none(user: str) -> None:
    for number in range(14):
        put(user, FOLDERS[number % 2], f"Storm {number:02}", day=5)
    pages = [subjects(find(user, "subject:storm", first=first, size=4).rows) for first in (1, 5, 9)]
    pages.append(subjects(find(user, "subject:storm", first=13, size=4).rows))
    assert [len(page) for page in pages] == [4, 4, 4, 2]
    found = [subject for page in pages for subject in page]
    assert sorted(found) == [f"Storm {number:02}" for number in range(14)]


def test_every_operator_finds_what_it_means(user: str) -> None:
    assert subjects(find(user, "grüße").rows) == ["Hortensie"]
    assert subjects(find(user, "has:attachment").rows) == ["Hortensie"]
    assert subjects(find(user, "filename:dachplan").rows) == ["Hortensie"]
    assert find(user, "filename:roof").total == 0
    assert find(user, "subject:roof in:Sent").total == 10
    assert find(user, "-in:Keep -subject:roof").total == 1
    assert find(user, "(in:Keep garden) OR subject:hortensie").total == 5
    assert find(user, "in:Keep subject:roof").total == 0
    assert find(user, "before:2026-11-02").total == 5
    assert find(user, "after:2026-11-27 before:2026-11-28").total == 2
    assert find(user, "is:unread from:zoe to:alice").total == 35
    assert find(user, "is:flagged").total == 0
    assert find(user, "larger:1k").total + find(user, "smaller:1k").total == 35
    assert find(user, "older_than:1d newer_than:100y").total in range(36)
    assert find(user, "label:nothing list:nobody cc:nobody bcc:nobody").total == 0
    assert find(user, '"vom dach" body:grüße').total == 1
    assert find(user, " ".join(f"w{n}" for n in range(90))).total == 0
    gone = find(user, "subject:roof", ["INBOX", "Nowhere"])
    assert gone.total == 10


def test_the_best_first_where_the_server_ranks(user: str) -> None:
    put(user, "Sent", "Chimney", "The roof of the chimney is no roof.\n", day=30)
    with mail.session(user) as session:
        best = session.search_page([*FOLDERS, KEEP], parse("roof"), by_relevance=True)
        assert best.by_relevance == session.ranks
    assert best.total == 31
    assert (best.rows[0].row.subject == "Chimney") != best.by_relevance  # it is the newest
