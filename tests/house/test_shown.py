"""What is hidden stands in the table of messages: a statement reads what the mailbox shows."""

from __future__ import annotations

import re
from importlib import import_module
from pkgutil import iter_modules

import lemonade_server.store.sql as statements

READS = re.compile(r"(FROM|JOIN) message\b")
BOUND = re.compile(
    r"uid = ANY|uid = %s|uid BETWEEN|uid \{condition\}|uid < \(SELECT uidnext|uid < b\.uidnext"
    r"|uid <= %s|\{few\}|modseq <= %s"
)
OF_ALL = {
    "contents.RELEASE_MAILBOX": "the mailbox goes with all that it has",
    "messages.DELETE_ALL": "the mailbox goes with all that it has",
    "messages._ALL_COLUMNS": "a beginning",
    "search._THREADS": "a beginning",
}


def test_a_statement_reads_what_the_mailbox_shows() -> None:
    wrong = []
    for module in iter_modules(statements.__path__):
        for name, text in vars(import_module(f"{statements.__name__}.{module.name}")).items():
            if isinstance(text, str) and READS.search(text) and not BOUND.search(text):
                wrong.append(f"{module.name}.{name}")
    assert sorted(set(wrong) - OF_ALL.keys()) == [], "see store/staging.py and sql/messages.SHOWN"
