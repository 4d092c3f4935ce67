"""Logging in to a smart host: the safest mechanism that it offers."""

from __future__ import annotations

import base64

import pytest

from lemonade_server.models import Account
from lemonade_server.wire.scram_client import ScramClient

from .conftest import relay_to
from .post import pass_on, rows, send
from .sink import Sink


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.django_db(transaction=True)
def test_login_by_two_prompts(alice: Account, sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    sink.features.append("AUTH LOGIN CRAM-MD5")
    sink.answers = {
        "AUTH LOGIN": "334 VXNlcm5hbWU6",
        encoded("me").upper(): "334 UGFzc3dvcmQ6",
        encoded("xyzzy").upper(): "235 2.7.0 welcome",
    }
    relay_to(monkeypatch, f"smtp://me:xyzzy@127.0.0.1:{sink.port}")
    sent = send(alice, "carol@example.org").submission
    pass_on(sent)
    assert rows(sent)[0].state == "relayed"


@pytest.mark.django_db(transaction=True)
def test_a_login_that_fails_is_tried_again_later(
    alice: Account, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink.features.append("AUTH PLAIN")
    sink.answers = {"AUTH": "535 5.7.8 who are you?"}
    relay_to(monkeypatch, f"smtp://me:xyzzy@127.0.0.1:{sink.port}")
    sent = send(alice, "carol@example.org").submission
    pass_on(sent)
    (row,) = rows(sent)
    assert row.state == "queued" and "who are you?" in row.diagnostic
    assert "xyzzy" not in row.diagnostic and sink.taken == []


def test_the_example_of_rfc_7677() -> None:
    client = ScramClient("user", "pencil", b"rOprNGfwEbeRWgbNEkqO")
    assert client.first() == b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
    nonce = b"rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    final = client.final(b"r=%b,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096" % nonce)
    assert final == b"c=biws,r=%b,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=" % nonce
    client.check(b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")
    with pytest.raises(ValueError, match="proof is wrong"):
        client.check(b"v=" + base64.b64encode(bytes(32)))


@pytest.mark.parametrize(
    "challenge",
    [b"", b"r=another,s=QQ==,i=4096", b"r=mine,s=QQ==,i=4096", b"r=mine2,s=QQ==,i=999999999"],
)
def test_a_challenge_for_somebody_else_is_not_answered(challenge: bytes) -> None:
    with pytest.raises(ValueError, match=r"challenge|iterations"):
        ScramClient("me", "xyzzy", b"mine").final(challenge)
