"""A client that only comes back, cut off at any octet, ends up knowing what a fresh look shows.

It does so by the quick reconnect (P-50 to P-65) or by QRESYNC (RFC 7162). Others append, flag,
move, expunge and rename at random while it is away.

Shows: X-DRAFT-W02-RECONNECT.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from .conftest import Served
from .crowd import FLAGS, KINDS, Step, crowd
from .histories import Histories
from .phones import Phone, Qresync, Resuming

STEPS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 30), st.integers(0, len(FLAGS) - 1)),
    max_size=8,
)
# What happens meanwhile, and after how many octets of the answer the link is cut (None: not).
VISITS = st.lists(st.tuples(STEPS, st.one_of(st.none(), st.integers(0, 900))), max_size=6)


@pytest.mark.parametrize("kind", [Resuming, Qresync])
def test_what_it_kept_is_the_mailbox(
    served: Served, histories: Histories, kind: type[Phone]
) -> None:
    email = served.server.add_account()

    @settings(
        max_examples=histories.wanted(usual=12),
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(before=STEPS, visits=VISITS, after=STEPS)
    def check(
        before: list[Step], visits: list[tuple[list[Step], int | None]], after: list[Step]
    ) -> None:
        others.begin(f"box{histories.done}")
        for step in before:
            others.step(*step)
        phone = kind(served.server, email)
        phone.begin(others.name)
        for steps, cut in [*visits, (after, None)]:
            for step in steps:
                others.step(*step)
            phone.resume(others.name, cut)
        assert phone.known == others.truth()
        others.end()
        histories.done += 1

    with crowd(served.faces, email) as others:
        check()
