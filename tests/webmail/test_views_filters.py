"""The filters page over a real server: by form, by hand, and with another program beside it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.managesieve.client import Client

from .website import Site


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found is not None
    return found[1]


def post(site: Site, path: str, **fields: str) -> Any:
    mark = fields.pop("mark", "") or seen(site.text("/filters/"))
    return site.client.post(f"/filters/{path}/", {"seen": mark, **fields}, follow=True)


def add(site: Site, **fields: str) -> str:
    answer = post(site, "rule", do="save", number="", **fields)
    return str(answer.content.decode())


def active(site: Site) -> bytes:
    """What another program sees: the names, and the script of the active one."""
    with Client(site.server, site.email) as client:
        return client.say(b"LISTSCRIPTS") + client.say(b'GETSCRIPT "webmail"')


def test_rules_are_made_changed_moved_and_removed(site: Site) -> None:
    assert "There are none." in site.text("/filters/")
    page = add(site, sender="ana", action="file", folder="Archive")
    assert "Rule added." in page and "move to <strong>Archive</strong>" in page
    add(site, subject="urgent <b>", action="flag")
    page = post(site, "rule", do="up", number="2").content.decode()
    assert page.index("urgent &lt;b&gt;") < page.index("ana")
    form = site.text("/filters/?rule=2")
    assert 'value="ana"' in form and '<option value="Archive" selected>' in form
    page = post(
        site, "rule", do="save", number="2", to="team@", action="forward", address="x@y.example"
    ).content.decode()
    assert "forward to <strong>x@y.example</strong>" in page and "ana" not in page
    assert b'redirect :copy "x@y.example";' in active(site)
    assert b'"webmail" ACTIVE' in active(site)
    page = post(site, "rule", do="remove", number="1").content.decode()
    assert "urgent" not in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"action": "flag"}, "Say at least one thing to look for."),
        ({"sender": "a", "action": "file"}, "Choose a folder."),
        ({"sender": "a", "action": "forward", "address": "b"}, "This is not an e-mail address."),
        ({"sender": "a"}, "Choose what is to be done."),
    ],
)
def test_what_is_missing_is_said_and_nothing_saved(
    site: Site, fields: dict[str, str], words: str
) -> None:
    answer = post(site, "rule", do="save", number="", **fields)
    assert answer.status_code == 400 and words in answer.content.decode()
    assert "There are none." in site.text("/filters/")


def test_the_answer_while_away(site: Site) -> None:
    answer = post(site, "away", on="1", subject="Away", text="Back\nsoon", days="3")
    assert "Saved." in answer.content.decode()
    assert b'vacation :days 3 :subject "Away" "Back\r\nsoon";' in active(site)
    page = site.text("/filters/")
    assert "Back\nsoon</textarea>" in page and 'name="on" checked' in page
    wrong = post(site, "away", on="1", text="", days="0")
    assert wrong.status_code == 400 and "Between 1 and 90 days." in wrong.content.decode()


def test_a_mistake_in_the_script_is_shown_in_its_line(site: Site) -> None:
    answer = post(site, "script", script="keep;\r\n  kepp;\r\n# end\r\n")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Line 2, column 3: &#x27;kepp&#x27; is no command; did you mean" in page
    assert '<span class="bad"><b>2</b>  kepp;' in page
    assert "  kepp;" in page.partition('<textarea name="script"')[2]


def test_a_script_by_hand_takes_the_place_of_the_rules(site: Site) -> None:
    add(site, sender="ana", action="flag")
    page = post(site, "script", script="# mine\r\nkeep;").content.decode()
    assert "Script saved." in page and "was written by hand" in page
    assert b"# mine\r\nkeep;" in active(site)
    post(site, "script", script=" ")
    assert b"ACTIVE" not in active(site)
    assert "There are none." in site.text("/filters/")


def test_what_another_program_changed_is_not_lost(site: Site) -> None:
    mark = seen(site.text("/filters/"))
    with Client(site.server, site.email) as client:
        client.use(b"# other\r\nkeep;", "mine")
    answer = post(site, "rule", do="save", sender="a", action="flag", mark=mark)
    assert answer.status_code == 409
    assert "changed meanwhile" in answer.content.decode()
    page = site.text("/filters/")
    assert "“mine”" in page and "# other" in page
    post(site, "script", script="# better\r\nkeep;")
    with Client(site.server, site.email) as client:
        assert b"# better" in client.say(b'GETSCRIPT "mine"')


def test_without_a_server_for_filters_the_page_says_so(site: Site, settings: Any) -> None:
    settings.WEBMAIL_SIEVE = ("127.0.0.1", 1)
    assert "The server for filters can&#x27;t be reached." in site.text("/filters/", 503)


def test_only_its_owner_sees_it(site: Site) -> None:
    site.client.logout()
    assert site.client.get("/filters/").status_code == 302
    assert site.client.post("/filters/script/", {"script": ""}).status_code == 302
