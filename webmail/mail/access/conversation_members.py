"""Which messages a conversation has, in all of somebody's folders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lemonade_server.wire.headers import table
from lemonade_server.wire.thread_keys import message_ids

from ..imap.client import LemonadeClient
from ..imap.commands import Answer, Command, uid_set
from ..message.errors import NotFound
from ..message.opened_conversations import Member
from ..message.responses import Items, numbers, parse_fetch, responses
from ..message.texts import internal_date
from .fetching import GONE, fetch_one
from .listing import flags
from .mailboxes import enter, folders, mailbox_name, visit
from .search import found_uids
from .threads import WINDOW, can_thread, find_threads, thread_name

MOST = 10_000
"""Messages of one conversation in one folder; the newest are known."""

PUT_AWAY = ("trash", "junk")
"""What is there belongs to no conversation, unless that was opened there."""

_IDS = b"BODY.PEEK[HEADER.FIELDS (MESSAGE-ID REFERENCES IN-REPLY-TO)]"


def members(imap: LemonadeClient, folder: str, uid: int) -> tuple[str, list[Member]]:
    """The name of the thread and all its messages, the oldest first. Raises NotFound.

    The folder is entered afterwards.
    """
    if imap.has("OBJECTID"):
        name = thread_name(fetch_one(imap, folder, uid, b"(UID THREADID)"))
        places = _by_name(imap, folder, name) if name else {}
    else:
        name = ""
        places = _by_references(imap, folder, uid)
    places.setdefault(folder, [uid])
    found = _load(imap, folder, places)
    if not any(one.place == (folder, uid) for one in found):
        raise NotFound(GONE)
    return name, found


def _by_name(imap: LemonadeClient, folder: str, name: str) -> dict[str, Iterable[int]]:
    """What has this THREADID, by folder."""
    question = b"THREADID " + name.encode("ascii")
    if imap.has("MULTISEARCH"):
        sources = (b"IN (personal selected) RETURN (ALL)", question)
        answer = imap.command(b"ESEARCH", *sources).check()
        kept_out = {imap.roles.get(role) for role in _roles(imap, PUT_AWAY)} - {folder}
        return {name: uids for name, uids in _by_folder(answer) if name not in kept_out}
    return _search(imap, folder, _usual(imap, folder), (b"UID SEARCH", (question,)))


def _by_folder(answer: Answer) -> Iterable[tuple[str, list[int]]]:
    """ESEARCH responses of several mailboxes (RFC 7377 §2.1)."""
    for response in responses(answer.data.get("ESEARCH", [])):
        correlator = response[0] if response else None
        words = [*(correlator if isinstance(correlator, list) else []), *response[1:]]
        said = {
            word.upper(): words[at + 1]
            for at, word in enumerate(words[:-1])
            if isinstance(word, bytes)
        }
        if b"MAILBOX" in said and b"ALL" in said:
            yield mailbox_name(said[b"MAILBOX"]), numbers(said[b"ALL"])


def _by_references(imap: LemonadeClient, folder: str, uid: int) -> dict[str, Iterable[int]]:
    """What goes back to the same message as this one, and what the server threads with it."""
    own = next((w for w in _words(fetch_one(imap, folder, uid, b"(UID " + _IDS + b")"))), "")
    out: dict[str, Iterable[int]] = {}
    if own.isascii() and own.isprintable() and own:
        quoted = b'"' + own.replace("\\", "\\\\").replace('"', '\\"').encode("ascii") + b'"'
        program = b"OR OR HEADER REFERENCES %b HEADER IN-REPLY-TO %b HEADER MESSAGE-ID %b"
        question = (b"UID SEARCH", (program % (quoted, quoted, quoted),))
        out = _search(imap, folder, _usual(imap, folder), question)
    if can_thread(imap):
        low = max(1, enter(imap, folder).exists - WINDOW + 1)
        threads = find_threads(imap, low)
        near = next((thread.uids for thread in threads if uid in thread.uids), [])
        out[folder] = {*out.get(folder, ()), *near}
    return out


def _words(items: Items) -> Iterable[str]:
    """Identifiers of the message that began it all, the surest first."""
    block = next((v for k, v in items.items() if k.startswith(b"BODY[HEADER.FIELDS")), b"")
    found = table(block if isinstance(block, bytes) else b"")
    for name in (b"references", b"in-reply-to", b"message-id"):
        for value in found.get(name, [])[:1]:
            yield from message_ids(value)[:1]


def _usual(imap: LemonadeClient, folder: str) -> list[str]:
    """Where the rest of a conversation mostly lies."""
    named = [imap.roles[role] for role in _roles(imap, ("inbox", "sent", "archive"))]
    return list(dict.fromkeys([folder, *named]))


def _roles(imap: LemonadeClient, wanted: Iterable[str]) -> list[str]:
    if not imap.roles:
        folders(imap)
    return [role for role in wanted if role in imap.roles]


def _search(
    imap: LemonadeClient, folder: str, names: Iterable[str], question: Command
) -> dict[str, Iterable[int]]:
    answers = visit(imap, dict.fromkeys(names, question), folder)
    return {name: found_uids(answer) for name, (_, answer) in answers.items()}


def _load(imap: LemonadeClient, folder: str, places: Mapping[str, Iterable[int]]) -> list[Member]:
    """When each of them came, and whether it was read; without what is gone."""
    questions: dict[str, Command] = {}
    for name, uids in places.items():
        if wanted := sorted(uids)[-MOST:]:
            questions[name] = b"UID FETCH", (uid_set(wanted), b"(UID FLAGS INTERNALDATE)")
    out = []
    for name, (validity, answer) in visit(imap, questions, folder).items():
        for uid, items in parse_fetch(answer.data.get("FETCH", [])).items():
            if b"INTERNALDATE" in items:
                state = flags(items.get(b"FLAGS"))
                came = internal_date(items[b"INTERNALDATE"])
                out.append(Member(name, validity, uid, came, state))
    return sorted(out, key=lambda one: (one.received, one.folder == folder, one.uid))
