"""What is said of an S/MIME signature."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire import cms
from tests.signed_mail import WORDS, signed, streamed
from webmail.mail.message.containers import detached_signature
from webmail.mail.message.signatures import Signature, signature


@pytest.mark.parametrize("curve", [False, True])
def test_an_intact_signature_says_whose_certificate_it_is(curve: bool) -> None:
    der = signed(WORDS, curve=curve)
    for data in (der, streamed(der)):
        found = signature(cms.signed_data(data))
        assert (found.state, found.address) == ("intact", "mira@away.example")
        assert found.signer == "Mira Stone <mira@away.example>"
        assert "was not verified" in found.words


def test_altered_words_are_told_from_sound_ones() -> None:
    for curve in (False, True):
        found = cms.signed_data(signed(WORDS, curve=curve))
        assert found.content is not None
        found.content = found.content.replace(b"signed", b"forged")
        assert signature(found).state == "altered"
        found = cms.signed_data(signed(WORDS, curve=curve))
        found.signers[0].signature = bytes(len(found.signers[0].signature))
        assert signature(found).state == "altered"


def test_a_detached_signature_is_of_the_octets_beside_it() -> None:
    data = signed(WORDS, detached=True)
    assert detached_signature(WORDS, data).state == "intact"
    assert detached_signature(WORDS + b" ", data).state == "altered"
    assert detached_signature(WORDS, b"nonsense") == Signature("unknown")


def test_what_can_not_be_checked_is_said_to_be_so() -> None:
    found = cms.signed_data(signed(WORDS))
    found.signers[0].digest = b"md5"
    assert signature(found).state == "unknown"
    found = cms.signed_data(signed(WORDS))
    found.certificates = []
    assert signature(found).state == "unknown"
    found.signers = []
    assert signature(found).state == "unknown"


@given(st.integers(0, 3_000), st.integers(0, 255))
def test_no_damage_makes_other_words_intact(at: int, octet: int) -> None:
    der = bytearray(signed(WORDS, curve=True))
    der[at % len(der)] = octet
    try:
        found = cms.signed_data(bytes(der))
    except cms.BadCms:
        return
    assert found.content == WORDS or signature(found).state != "intact"
