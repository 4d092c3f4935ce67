"""A domain's page: its keys and records, who gets what nobody has, its other names."""

from __future__ import annotations

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import Permission
from django.test import Client

from lemonade_server.directory import enrolment
from lemonade_server.models import DkimKey, Domain
from lemonade_server.signing import keys

from .conftest import PASSWORD, World

DOMAINS = "/admin/lemonade_server/domain/"
KEYS = "/admin/lemonade_server/dkimkey/"


def act(client: Client, page: str, action: str, *numbers: int, sure: bool = True) -> str:
    fields = {"action": action, ACTION_CHECKBOX_NAME: numbers}
    if sure:
        fields["confirmed"] = "yes"
    return client.post(page, fields, follow=True).content.decode()


def page_of(client: Client) -> str:
    return client.get(f"{DOMAINS}{Domain.objects.get().pk}/change/").content.decode()


def states() -> dict[str, str]:
    return dict(DkimKey.objects.values_list("selector", "state"))


def test_keys_are_made_used_replaced_and_retired(world: World, operator: Client) -> None:
    ours = Domain.objects.get()
    assert "outgoing mail is not signed" in page_of(operator)
    assert "Mail is signed as before" in act(operator, DOMAINS, "make_keys", ours.pk, sure=False)
    assert states() == {}
    act(operator, DOMAINS, "make_keys", ours.pk)
    ((first, _),) = states().items()
    for key in DkimKey.objects.all():
        assert key.record_name in page_of(operator) and key.public in page_of(operator)
    one = DkimKey.objects.first()
    assert one is not None
    assert "must be published by now" in act(operator, KEYS, "use", one.pk, sure=False)
    assert set(states().values()) == {"prepared"}
    act(operator, KEYS, "use", one.pk)
    assert states() == {first: "signing"}
    assert "signs: use other keys first" in act(operator, KEYS, "retire", one.pk)
    act(operator, DOMAINS, "make_keys", ours.pk)
    (second,) = states().keys() - {first}
    act(operator, KEYS, "use", DkimKey.objects.filter(selector=second)[0].pk)
    assert states() == {first: "replaced", second: "signing"}
    act(operator, KEYS, "retire", one.pk)
    assert states() == {second: "signing"}


def test_a_private_key_is_on_no_page(world: World, operator: Client) -> None:
    rsa, edwards = keys.make(Domain.objects.get())
    for key in (rsa, edwards):
        for page in (KEYS, f"{KEYS}{key.pk}/change/", f"{DOMAINS}{key.domain_id}/change/"):
            text = operator.get(page).content.decode()
            assert key.selector in text
            assert bytes(key.secret).decode("ascii")[:40] not in text
            assert "secret" not in text.lower()


def test_records_can_be_pasted(world: World, operator: Client) -> None:
    text = page_of(operator)
    for line in (
        "lemonade.test. MX 10 ",
        "lemonade.test. TXT &quot;v=spf1 mx -all&quot;",
        "_dmarc.lemonade.test. TXT &quot;v=DMARC1; p=quarantine&quot;",
        "_imaps._tcp.lemonade.test. SRV 0 1 993 ",
        "_submissions._tcp.lemonade.test. SRV 0 1 465 ",
    ):
        assert line in text


def save(client: Client, name: str, **fields: str) -> str:
    """The page after the attempt; empty when it was taken."""
    number = Domain.objects.get(name=name).pk
    every = {"catch_all": "", "alias_of": "", "hourly_limit": "", **fields}
    answer = client.post(f"{DOMAINS}{number}/change/", every)
    return "" if answer.status_code == 302 else answer.content.decode()


def test_a_catch_all_a_limit_and_another_name(world: World, operator: Client) -> None:
    Domain.objects.create(name="other.test")
    main = str(Domain.objects.get(name="lemonade.test").pk)
    assert save(operator, "lemonade.test", catch_all="Bob@lemonade.test", hourly_limit="50") == ""
    ours = Domain.objects.get(name="lemonade.test")
    assert (ours.name, ours.catch_all, ours.hourly_limit) == (
        "lemonade.test", "bob@lemonade.test", 50,
    )  # fmt: skip
    assert save(operator, "other.test", alias_of=main) == ""
    assert Domain.objects.get(name="other.test").alias_of == ours


@pytest.mark.parametrize(
    ("name", "fields", "words"),
    [
        ("lemonade.test", {"catch_all": "x@lemonade.test"}, "neither an account nor an alias"),
        ("lemonade.test", {"alias_of": "third.test"}, "has other names itself"),
        ("third.test", {"alias_of": "other.test"}, "Select a valid choice"),
    ],
)
def test_what_would_lead_nowhere(
    world: World, operator: Client, name: str, fields: dict[str, str], words: str
) -> None:
    Domain.objects.create(name="other.test", alias_of=Domain.objects.get())
    Domain.objects.create(name="third.test")
    if chosen := fields.get("alias_of"):
        fields = {"alias_of": str(Domain.objects.get(name=chosen).pk)}
    assert words in save(operator, name, **fields)


def test_a_domain_goes_with_its_keys(world: World, operator: Client) -> None:
    idle = Domain.objects.create(name="idle.test")
    keys.make(idle)
    assert operator.post(f"{DOMAINS}{idle.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not DkimKey.objects.exists()


def test_who_may_only_look_changes_nothing(world: World) -> None:
    looker = enrolment.enrol("looker@lemonade.test", PASSWORD)
    looker.is_staff = True
    looker.save()
    seen = Permission.objects.filter(codename__in=("view_domain", "view_dkimkey"))
    looker.user_permissions.set(seen)
    client = Client()
    client.force_login(looker)
    ours = Domain.objects.get()
    act(client, DOMAINS, "make_keys", ours.pk)
    made = keys.make(ours)
    act(client, KEYS, "use", made[0].pk)
    assert set(states().values()) == {"prepared"}
    assert client.get(f"{DOMAINS}{ours.pk}/change/").status_code == 200
    assert client.post(f"{DOMAINS}{ours.pk}/change/", {"catch_all": ""}).status_code == 403
