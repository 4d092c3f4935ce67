"""Signed messages in CMS, in DER and in the BER that mailers stream."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire import cms
from tests.signed_mail import WORDS, identity, signed, streamed


def test_content_certificates_and_signers() -> None:
    der = signed(WORDS)
    certificate, _ = identity("mira@away.example", False)
    for data in (der, streamed(der)):
        found = cms.signed_data(data)
        assert found.content == WORDS
        assert len(found.certificates) == 1
        (signer,) = found.signers
        assert signer.serial == certificate.serial_number
        assert signer.issuer == certificate.issuer.public_bytes()
        assert signer.message_digest is not None and signer.attributes[:1] == b"\x31"
    assert cms.signed_data(signed(WORDS, detached=True)).content is None


def test_what_is_cut_or_too_much_is_refused() -> None:
    der = signed(WORDS)
    for data in (der, streamed(der)):
        for end in range(0, len(data), 7):
            with pytest.raises(cms.BadCms):
                cms.signed_data(data[:end])
    with pytest.raises(cms.BadCms):
        cms.signed_data(b"\x30\x80" * 100_000)
    with pytest.raises(cms.BadCms):
        cms.signed_data(b"\x30\x80\x06\x09" + cms.SIGNED_DATA + b"\x05\0" * 2_000_000)


@given(st.integers(0, 2_000), st.binary(min_size=1, max_size=4))
def test_any_damage_is_an_answer_or_bad_cms(at: int, damage: bytes) -> None:
    der = streamed(signed(WORDS, curve=True))
    data = der[: at % len(der)] + damage + der[at % len(der) + len(damage) :]
    try:
        cms.signed_data(data)
    except cms.BadCms:
        return
