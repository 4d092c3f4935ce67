"""Fill a mailbox with very many messages in little time: ``python -m bench.filling``.

The first thousands are different; the rest are copies of their rows, which share what they say.
"""

from __future__ import annotations

import argparse

import django

from .sample_messages import sample_message

DIFFERENT = 2_000
AT_ONCE = 50_000


def fill(email: str, name: str, count: int, different: int = DIFFERENT, size: int = 463) -> None:
    """Bring a mailbox, made where it is missing, to ``count`` messages of about ``size`` octets."""
    from lemonade_server.models import Account
    from lemonade_server.store import ingest, mailboxes, messages
    from lemonade_server.store.db import transaction
    from lemonade_server.store.ids import AccountId
    from lemonade_server.store.messages import NewMessage

    account = AccountId(Account.objects.get(email=email).pk)
    with transaction() as tx:
        box = mailboxes.find(tx, account, name) or mailboxes.create(tx, account, name)
    for start in range(0, min(different, count) - box.messages, 500):
        prepared = [
            ingest.prepare(sample_message(start + at, size))
            for at in range(min(500, count - box.messages - start))
        ]
        with transaction() as tx:
            contents = [ingest.commit(tx, each) for each in prepared]
            new = [
                NewMessage(content, at % 3 and 1, [], 1_700_000_000 + start + at)
                for at, content in enumerate(contents)
            ]
            messages.append_all(tx, box.id, new)
    while True:
        with transaction() as tx:
            uids = messages.uids(tx, box.id)
            if len(uids) >= count:
                return
            messages.copy(tx, box.id, uids[: min(count - len(uids), AT_ONCE)], box.id)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.filling", description=__doc__)
    parser.add_argument("email")
    parser.add_argument("mailbox")
    parser.add_argument("count", type=int)
    parser.add_argument("--different", type=int, default=DIFFERENT)
    parser.add_argument("--size", type=int, default=463, help="octets of a message")
    arguments = parser.parse_args()
    django.setup()
    found = arguments
    fill(found.email, found.mailbox, found.count, found.different, found.size)


if __name__ == "__main__":
    main()
