"""Who hears of what became of a message: only a sender for whom SPF or DKIM speaks."""

from __future__ import annotations

import pytest

from lemonade_server.screening.authentication import Findings, SignatureResult

SENDER = "bob@mail.example.org"


@pytest.mark.parametrize(
    ("found", "sender", "vouched"),
    [
        (Findings(), SENDER, False),
        (Findings(spf="pass"), SENDER, True),
        (Findings(spf="softfail"), SENDER, False),
        (Findings(spf="neutral", dmarc="pass"), SENDER, False),
        (Findings(spf="fail", signatures=[SignatureResult("example.org", "pass")]), SENDER, True),
        (Findings(signatures=[SignatureResult("example.org", "fail")]), SENDER, False),
        (Findings(signatures=[SignatureResult("example.net", "pass")]), SENDER, False),
        (Findings(spf="pass"), "", False),
    ],
)
def test_only_what_is_in_the_senders_own_name_counts(
    found: Findings, sender: str, vouched: bool
) -> None:
    """A signature of the author's domain says nothing about the envelope's sender."""
    assert found.vouch_for(sender) is vouched
