"""URLAUTH in the admin: what is issued is seen, what is dangerous is asked, secrets stay."""

from __future__ import annotations

import time

from django.test import Client

from lemonade_server import urlauth
from lemonade_server.models import UrlauthKey, UrlauthTicket
from lemonade_server.store.db import transaction

from .conftest import World

KEYS = "/admin/lemonade_server/urlauthkey/"
TICKETS = "/admin/lemonade_server/urlauthticket/"


def shown(client: Client, query: str) -> set[int]:
    """The UIDs of the tickets that a filter leaves."""
    found = client.get(f"{TICKETS}?{query}").context["cl"].result_list
    return {ticket.uid for ticket in found}


def four(world: World) -> dict[str, UrlauthTicket]:
    """A live, an expired and a revoked ticket of one key, and one whose key is gone."""
    for uid in (1, 2, 3, 4):
        world.ticket(uid)
    rows = {ticket.uid: ticket for ticket in UrlauthTicket.objects.all()}
    now = int(time.time())
    UrlauthTicket.objects.filter(uid=2).update(expires_at=now - 5)
    UrlauthTicket.objects.filter(uid=3).update(revoked_at=now)
    UrlauthTicket.objects.filter(uid=4).update(key=None)
    return {"live": rows[1], "expired": rows[2], "revoked": rows[3], "dead": rows[4]}


def test_each_state_is_found_and_named(world: World, operator: Client) -> None:
    rows = four(world)
    for state, ticket in rows.items():
        assert shown(operator, f"state={state}") == {ticket.uid}
        page = operator.get(f"{TICKETS}{ticket.pk}/change/").content.decode()
        assert f">{state}</span>" in page
        assert "INBOX, UID" in page


def test_tickets_are_found_by_access_use_and_words(world: World, operator: Client) -> None:
    world.ticket(1)
    world.ticket(2)
    used = UrlauthTicket.objects.get(uid=2)
    with transaction() as tx:
        urlauth.count_use(tx, used.pk, 1234, "submission for alice")
    assert shown(operator, "used=day") == shown(operator, "used=ever") == {2}
    assert shown(operator, "used=never") == {1}
    assert shown(operator, "access=submit%2B") == {1, 2}
    assert shown(operator, "access=anonymous") == set()
    assert shown(operator, "q=alice%40lemonade.test") == {1, 2}
    assert shown(operator, "q=submission+for") == {2}
    assert "1.2 kB" in operator.get(TICKETS).content.decode()


def test_a_ticket_is_revoked_after_a_question(world: World, operator: Client) -> None:
    first, second = world.ticket(1), world.ticket(2)
    chosen = {"action": "revoke", "_selected_action": [UrlauthTicket.objects.get(uid=1).pk]}
    asked = operator.post(TICKETS, chosen)
    assert "Revoke 1 ticket?" in asked.content.decode()
    assert world.redeems(first)
    answer = operator.post(TICKETS, {**chosen, "confirmed": "yes"}, follow=True)
    assert "1 ticket revoked" in answer.content.decode()
    assert not world.redeems(first)
    assert world.redeems(second)
    again = operator.post(TICKETS, {**chosen, "confirmed": "yes"}, follow=True)
    assert "None of these can be redeemed any more" in again.content.decode()


def test_a_reset_shows_what_dies_and_then_kills_it(world: World, operator: Client) -> None:
    url = world.ticket(1)
    four(world)
    key = UrlauthKey.objects.get()
    chosen = {"action": "reset", "_selected_action": [key.pk]}
    asked = operator.post(KEYS, chosen).content.decode()
    assert "1 live ticket dies at once" in asked
    assert "INBOX, UID 1" in asked and "INBOX, UID 2" not in asked
    assert world.redeems(url)
    operator.post(KEYS, {**chosen, "confirmed": "yes"})
    assert not world.redeems(url)
    assert UrlauthKey.objects.get().pk != key.pk


def test_no_page_shows_a_secret(world: World, operator: Client) -> None:
    url = world.ticket(1)
    token = url.rpartition(b":")[2]
    key = UrlauthKey.objects.get()
    ticket = UrlauthTicket.objects.get()
    account = world.alice
    secrets = [
        token, bytes(key.key).hex().encode(), bytes(key.key), account.password.encode(),
        bytes(account.scram_stored_key), bytes(account.scram_stored_key).hex().encode(),
    ]  # fmt: skip
    for page in (
        "/admin/", KEYS, f"{KEYS}{key.pk}/change/", TICKETS, f"{TICKETS}{ticket.pk}/change/",
        "/admin/lemonade_server/account/", f"/admin/lemonade_server/account/{account.pk}/change/",
    ):  # fmt: skip
        answer = operator.get(page)
        assert answer.status_code == 200
        for secret in secrets:
            assert secret not in answer.content, page
        assert b"md5" not in answer.content


def test_rows_of_the_server_are_not_edited(world: World, operator: Client) -> None:
    world.ticket(1)
    ticket = UrlauthTicket.objects.get()
    assert operator.get(f"{TICKETS}add/").status_code == 403
    assert operator.post(f"{TICKETS}{ticket.pk}/change/", {"uses": "5"}).status_code == 403
    assert operator.post(f"{TICKETS}{ticket.pk}/delete/", {"post": "yes"}).status_code == 403
    answer = operator.post(TICKETS, {"action": "delete_selected", "_selected_action": [ticket.pk]})
    assert UrlauthTicket.objects.exists() and answer.status_code in (200, 302)
