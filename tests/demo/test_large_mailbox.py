"""The mailbox of conversations that a command makes."""

from __future__ import annotations

from collections import Counter

import pytest
from django.core.management import CommandError, call_command

from lemonade_server.directory import enrolment
from lemonade_server.store import mailboxes
from lemonade_server.store.check import check
from lemonade_server.store.db import snapshot
from lemonade_server.store.ids import AccountId

pytestmark = pytest.mark.django_db(transaction=True)
OWNER = "large@lemonade.test"


def test_it_has_as_many_messages_and_as_long_conversations_as_is_asked_for() -> None:
    account = AccountId(enrolment.enrol(OWNER, "lemonade", superuser=False).pk)
    call_command("demomailbox", OWNER, messages=600, longest=40, verbosity=0)
    with snapshot() as tx:
        box = mailboxes.find(tx, account, "Large")
        assert box is not None
        rows = tx.rows("SELECT thread, attached FROM message WHERE mailbox_id = %s", (box.id,))
    sizes = Counter(thread for thread, _ in rows)
    assert (len(rows), max(sizes.values()), min(sizes.values())) == (600, 40, 1)
    assert 0 < sum(attached for _, attached in rows) < 200
    assert 0 < box.unseen < 600
    assert check() == []
    with pytest.raises(CommandError):  # it is there
        call_command("demomailbox", OWNER, messages=1, verbosity=0)


@pytest.mark.parametrize("options", [{"messages": 0}, {"longest": 0}, {"messages": 10**9}])
def test_what_can_t_be_made_is_refused(options: dict[str, int]) -> None:
    with pytest.raises(CommandError, match="can be made"):
        call_command("demomailbox", OWNER, **options)


def test_somebody_who_is_not_there_is_refused() -> None:
    with pytest.raises(CommandError, match="no active account"):
        call_command("demomailbox", "nobody@lemonade.test")
