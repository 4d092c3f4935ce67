"""Mail filters in the admin: users' are read, the server's are written and checked."""

from __future__ import annotations

from django.test import Client

from lemonade_server.models import SieveScript
from lemonade_server.store import scripts
from lemonade_server.store.db import transaction
from lemonade_server.store.ids import AccountId

from .conftest import World

PAGE = "/admin/lemonade_server/sievescript/"
SCRIPT = b'require "fileinto";\r\nfileinto "<b>Lists</b>";'


def test_a_users_script_is_shown_and_not_changed(world: World, operator: Client) -> None:
    account = AccountId(world.alice.pk)
    with transaction() as tx:
        scripts.put(tx, account, "main", SCRIPT)
        scripts.put(tx, account, "other", b"keep;")
        scripts.activate(tx, account, "main")
        found = {one.name: one.id for one in scripts.all_of(tx, account)}
        scripts.record_failure(tx, found["main"], "There is no mailbox", 1_740_000_000)
    listed = operator.get(f"{PAGE}?state=active").content.decode()
    assert ">main<" in listed and ">other<" not in listed and "alice@lemonade.test" in listed
    assert ">other<" not in operator.get(f"{PAGE}?state=failed").content.decode()
    page = operator.get(f"{PAGE}{found['main']}/change/").content.decode()
    assert "&lt;b&gt;Lists&lt;/b&gt;" in page and "There is no mailbox" in page
    assert "<textarea" not in page and 'name="_save"' not in page
    operator.post(f"{PAGE}{found['main']}/change/", {"name": "x", "source": "discard;"})
    operator.post(f"{PAGE}{found['main']}/delete/", {"post": "yes"})
    with transaction() as tx:
        assert scripts.get(tx, account, "main") == SCRIPT


def test_a_script_of_the_server_is_checked_and_stored(world: World, operator: Client) -> None:
    wrong = operator.post(f"{PAGE}add/", {"name": "spam", "source": "keep;\r\n  kepp;"})
    assert "Line 2, column 3" in wrong.content.decode()
    operator.post(f"{PAGE}add/", {"name": "spam", "source": "keep;"})
    script = SieveScript.objects.get()
    assert (script.account, bytes(script.text)) == (None, b"keep;")
    assert "keep;" in operator.get(f"{PAGE}{script.pk}/change/").content.decode()
    operator.post(f"{PAGE}{script.pk}/change/", {"name": "spam", "source": "discard;"})
    with transaction() as tx:
        assert scripts.server_script(tx, "spam") == b"discard;"
    operator.post(f"{PAGE}{script.pk}/delete/", {"post": "yes"})
    assert not SieveScript.objects.exists()
