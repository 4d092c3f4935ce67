"""Folders: selecting one, listing all with their counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext
from imapclient.imap_utf7 import decode as decode_utf7

from ..imap.client import LemonadeClient
from ..imap.commands import Answer, Command, mailbox, uid_set
from ..imap.server_state import Namespaces, SelectedMailbox
from ..message.errors import NotFound
from ..message.folders import Folder, FolderState
from ..message.responses import Raw, Value, responses
from . import saved_searches

ROLES = {
    b"\\DRAFTS": "drafts",
    b"\\SENT": "sent",
    b"\\ARCHIVE": "archive",
    b"\\JUNK": "junk",
    b"\\TRASH": "trash",
}
SNOOZED = "snoozed"  # no use of RFC 6154: it is known by its name, at the top alone
ORDER = ("inbox", "snoozed", "drafts", "sent", "archive", "junk", "trash", "")
# What other servers call them when they mark nothing (RFC 6154 is not everywhere).
USUAL_NAMES = {
    "drafts": ("Drafts", "Draft"),
    "sent": ("Sent", "Sent Items", "Sent Messages"),
    "archive": ("Archive", "Archives"),
    "junk": ("Junk", "Spam"),
    "trash": ("Trash", "Deleted Items", "Deleted Messages"),
    "snoozed": ("Snoozed",),
}
COUNTS = b"(MESSAGES UNSEEN UIDNEXT UIDVALIDITY)"
NOT_SELECTABLE = {b"\\NOSELECT", b"\\NONEXISTENT"}


def enter(imap: LemonadeClient, folder: str, uidvalidity: int | None = None) -> SelectedMailbox:
    """Select ``folder`` unless it is selected. Raises NotFound, also when UIDVALIDITY changed."""
    now = imap.selected
    if now is None or now.folder != folder:
        name, arguments = select_command(imap, folder)
        answer = imap.command(name, *arguments)
        now = apply_select_answer(imap, folder, answer)
    if uidvalidity is not None and now.uidvalidity != uidvalidity:
        raise NotFound(gettext("This folder was made anew; the message is not in it."))
    return now


def select_command(imap: LemonadeClient, folder: str) -> Command:
    """The SELECT that tells mod-sequences, too, where there are any (RFC 7162 §3.1.8)."""
    if imap.qresync or imap.on_progress is not None or not imap.has("CONDSTORE"):
        return b"SELECT", (mailbox(folder),)
    return b"SELECT", (mailbox(folder), b"(CONDSTORE)")


def visit(
    imap: LemonadeClient, questions: Mapping[str, Command], folder: str
) -> dict[str, tuple[int, Answer]]:
    """Ask something in each of several folders, in one exchange; ``folder`` is entered afterwards.

    UIDVALIDITY and the answer, without the folders that are not there. Raises NotFound.
    """
    last = [name for name in questions if name != folder]
    here = [questions[folder]] if folder in questions else []
    if not last:
        now = enter(imap, folder)
        return {folder: (now.uidvalidity, imap.burst(here)[0])} if here else {}
    commands: list[Command] = []
    for name in last:
        commands += [(b"EXAMINE", (mailbox(name),)), questions[name]]
    imap.selected = None  # what comes in between is about other folders
    answers = imap.burst([*commands, select_command(imap, folder), *here])
    now = apply_select_answer(imap, folder, answers[len(commands)])
    out = {folder: (now.uidvalidity, answers[-1])} if here else {}
    for name, opened, answer in zip(last, answers[::2], answers[1::2], strict=False):
        if opened.status == "OK":
            out[name] = (_number(opened.data, "UIDVALIDITY"), answer)
    return out


def resume(
    imap: LemonadeClient, folder: str, uidvalidity: int, modseq: int, known: list[int]
) -> bytes:
    """The parameter that makes SELECT tell only what changed. RFC 7162 §3.2.5."""
    wanted = b"%d %d %s" % (uidvalidity, modseq, uid_set(known))
    return b"(QRESYNC (" + wanted.rstrip() + b"))"


def apply_select_answer(imap: LemonadeClient, folder: str, answer: Answer) -> SelectedMailbox:
    """Take in the answer to SELECT. Raises NotFound."""
    if answer.status != "OK":
        imap.selected = None
        if answer.code[0] in (b"NONEXISTENT", b""):
            raise NotFound(
                gettext("There is no folder “%(folder)s” (any more).") % {"folder": folder}
            )
        answer.check()
    data = answer.data
    permanent = b" ".join(x for x in data.get("PERMANENTFLAGS", []) if isinstance(x, bytes))
    imap.selected = SelectedMailbox(
        folder=folder,
        uidvalidity=_number(data, "UIDVALIDITY"),
        uidnext=_number(data, "UIDNEXT"),
        exists=_number(data, "EXISTS"),
        modseq=_number(data, "HIGHESTMODSEQ"),
        read_only=answer.code[0] == b"READ-ONLY",
        keywords=b"\\*" in permanent,
        marks="PERMANENTFLAGS" not in data or b"\\SEEN" in permanent.upper(),
    )
    return imap.selected


def _number(data: dict[str, list[Raw]], name: str) -> int:
    for item in reversed(data.get(name, [])):
        if isinstance(item, bytes) and item.strip().isdigit():
            return int(item)
    return 0


def status(imap: LemonadeClient, folder: str, answer: Answer) -> dict[str, int]:
    """The numbers of ``* STATUS`` for ``folder``; {} when the answer has none."""
    return _statuses(answer).get(folder, {})


def _statuses(answer: Answer) -> dict[str, dict[str, int]]:
    out: dict[str, dict[str, int]] = {}
    for response in responses(answer.data.get("STATUS", [])):
        if len(response) < 2 or not isinstance(response[1], list):
            continue
        items = response[1]
        # What NOTIFY tells unasked in between names fewer items.
        out.setdefault(mailbox_name(response[0]), {}).update(
            (key.upper().decode(), value)
            for key, value in zip(items[::2], items[1::2], strict=False)
            if isinstance(key, bytes) and isinstance(value, int)
        )
    return out


def mailbox_name(value: Value) -> str:
    """The name of a mailbox as a response has it, as text."""
    if isinstance(value, int):
        return str(value)
    text: str = decode_utf7(value) if isinstance(value, bytes) else ""
    return "INBOX" if text.upper() == "INBOX" else text


def state(imap: LemonadeClient, folder: str) -> FolderState:
    """How a folder stands; it is selected afterwards. Raises NotFound."""
    now = enter(imap, folder)
    asked = COUNTS[:-1] + b" HIGHESTMODSEQ)" if now.modseq else COUNTS
    counts = status(imap, folder, imap.command(b"STATUS", mailbox(folder), asked))
    return FolderState(
        uidvalidity=counts.get("UIDVALIDITY", now.uidvalidity),
        modseq=counts.get("HIGHESTMODSEQ", 0),
        uidnext=counts.get("UIDNEXT", 0),
        messages=counts.get("MESSAGES", 0),
        unseen=counts.get("UNSEEN", 0),
    )


def list_question(imap: LemonadeClient) -> Command | None:
    """The one command that tells all about folders (RFC 5819); None where it takes several."""
    if not (imap.has("LIST-EXTENDED") and imap.has("LIST-STATUS")):
        return None
    special = [b"SPECIAL-USE"] if imap.has("SPECIAL-USE") else []
    rights = [b"MYRIGHTS"] if imap.has("LIST-MYRIGHTS") else []
    returned = b"(" + b" ".join([*special, *rights, b"STATUS", COUNTS]) + b")"
    return b"LIST", (b'""', b'"*"', b"RETURN", returned)


def folders(imap: LemonadeClient, answer: Answer | None = None) -> list[Folder]:
    """Every folder with its counts: the inbox first, then those with a role, then the others.

    ``answer``: to ``list_question``, where that was asked already. One exchange, else two.
    """
    spaces = _namespaces(imap)
    found, known, rights = _list_folders(imap, answer)
    out = []
    for flags, delimiter, name in found:
        number = known.get(name, {})
        prefix, owner = _place(spaces, delimiter, name)
        levels = name[len(prefix) :].split(delimiter) if delimiter else [name]
        folder = Folder(
            name=name,
            label=levels[-1] or name,
            depth=len(levels) - 1,
            role="" if prefix else _role(name, flags),
            selectable=not flags & NOT_SELECTABLE,
            messages=number.get("MESSAGES", 0),
            unseen=number.get("UNSEEN", 0),
            uidnext=number.get("UIDNEXT", 0),
            uidvalidity=number.get("UIDVALIDITY", 0),
            prefix=prefix,
            owner=owner,
            levels=tuple(levels),
            delimiter=delimiter,
        )
        if name in rights:
            folder.rights = rights[name]
            folder.selectable &= "r" in folder.rights
        out.append(folder)
    _guess_roles([folder for folder in out if not folder.prefix])
    imap.roles = {f.role: f.name for f in out if f.role and f.selectable}
    return _sort_folders(out)


Place = tuple[int, bool, str, str]


def _sort_folders(found: list[Folder]) -> list[Folder]:
    """One's own first, by role; then those of others, each owner's together; then the shared.

    What is inside a folder stands right below it, whatever the characters of its name.
    """
    roles = {(each.prefix, each.levels): each.role for each in found}

    def place(folder: Folder) -> tuple[bool, str, str, tuple[Place, ...]]:
        way = [folder.levels[: end + 1] for end in range(len(folder.levels))]
        steps = ((roles.get((folder.prefix, each), ""), each[-1]) for each in way)
        return (
            bool(folder.prefix),
            "" if folder.owner else folder.prefix,
            folder.owner.casefold(),
            tuple(
                (ORDER.index(role), name != "INBOX", name.casefold(), name) for role, name in steps
            ),
        )

    return sorted(found, key=place)


def _namespaces(imap: LemonadeClient) -> Namespaces:
    """Where the folders of others are; asked once a connection (RFC 2342 §5)."""
    if imap.namespaces is None:
        imap.namespaces = Namespaces([], [])
        if imap.has("NAMESPACE"):
            saved = saved_searches.question(imap)  # on the way: it is shown beside the folders
            answer, *others = imap.burst([(b"NAMESPACE", ()), *([saved] if saved else [])])
            for other in others:
                saved_searches.keep_answer(imap, other)
            answer.check()
            for spaces in responses(answer.data.get("NAMESPACE", [])):
                prefixes = [_prefixes(space) for space in spaces]
                if len(prefixes) == 3:
                    imap.namespaces = Namespaces(prefixes[1], prefixes[2])
    return imap.namespaces


def _prefixes(space: Value) -> list[str]:
    """The prefixes of one kind of namespace; an empty one would name one's own folders."""
    entries = space if isinstance(space, list) else []
    return [
        mailbox_name(entry[0])
        for entry in entries
        if isinstance(entry, list) and entry and entry[0]
    ]


def _place(spaces: Namespaces, delimiter: str, name: str) -> tuple[str, str]:
    """The prefix of a name, and the owner out of it: both empty for one's own folders."""
    for prefix in spaces.others:
        if delimiter and name.startswith(prefix):
            owner, between, _ = name[len(prefix) :].partition(delimiter)
            return (prefix + owner + between, owner) if between else (prefix, owner)
    for prefix in spaces.shared:
        if name.startswith(prefix):
            return prefix, ""
    return "", ""


def _list_folders(
    imap: LemonadeClient, answer: Answer | None
) -> tuple[list[tuple[set[bytes], str, str]], dict[str, dict[str, int]], dict[str, str]]:
    question = list_question(imap)
    if answer is None and question is not None:
        answer = imap.burst([question])[0]
    if answer is not None:
        answer.check()
        return _names(answer), _statuses(answer), _rights(answer)
    if imap.has("LIST-EXTENDED") and imap.has("SPECIAL-USE"):
        answer = imap.command(b"LIST", b'""', b'"*"', b"RETURN", b"(SPECIAL-USE)").check()
    else:
        answer = imap.command(b"LIST", b'""', b'"*"').check()
    found = _names(answer)
    asked = [name for flags, _, name in found if not flags & NOT_SELECTABLE]
    known: dict[str, dict[str, int]] = {}
    for reply in imap.burst([(b"STATUS", (mailbox(name), COUNTS)) for name in asked]):
        known.update(_statuses(reply))
    return found, known, {}


def _rights(answer: Answer) -> dict[str, str]:
    """One's own rights by folder (RFC 8440)."""
    out: dict[str, str] = {}
    for response in responses(answer.data.get("MYRIGHTS", [])):
        if len(response) == 2 and isinstance(response[1], bytes):
            out[mailbox_name(response[0])] = response[1].decode("ascii", "replace")
    return out


def _names(answer: Answer) -> list[tuple[set[bytes], str, str]]:
    out = []
    for response in responses(answer.data.get("LIST", [])):
        if len(response) < 3 or not isinstance(response[0], list):
            continue
        words = {x.upper() for x in response[0] if isinstance(x, bytes)}
        if b"\\NONEXISTENT" not in words:
            delimiter = response[1]
            between = delimiter.decode() if isinstance(delimiter, bytes) else ""
            out.append((words, between, mailbox_name(response[2])))
    return out


def _role(name: str, flags: set[bytes]) -> str:
    if name == "INBOX":
        return "inbox"
    return next((role for flag, role in ROLES.items() if flag in flags), "")


def _guess_roles(found: list[Folder]) -> None:
    taken = {folder.role for folder in found}
    for role, names in USUAL_NAMES.items():
        if role in taken:
            continue
        for folder in found:
            if not folder.role and folder.label in names and (role != SNOOZED or not folder.depth):
                folder.role = role
                break


def role_folder(imap: LemonadeClient, role: str) -> str:
    """The folder for ``role`` ("sent", "trash"…); made when the account has none."""
    if role not in imap.roles:
        folders(imap)
    if role in imap.roles:
        return imap.roles[role]
    name = USUAL_NAMES[role][0]
    imap.command(b"CREATE", mailbox(name)).check()
    imap.command(b"SUBSCRIBE", mailbox(name))
    imap.roles[role] = name
    return name


def top_delimiter(imap: LemonadeClient) -> str:
    """What stands between the levels of one's own names (RFC 9051 §6.3.9); "" for none."""
    answer = imap.command(b"LIST", b'""', b'""').check()
    return next((found[1] for found in _names(answer)), "")


def subscriptions(imap: LemonadeClient) -> set[str]:
    """The names that one has subscribed to, which other programs show (RFC 9051 §6.3.7)."""
    if imap.has("LIST-EXTENDED"):
        answer = imap.command(b"LIST", b"(SUBSCRIBED)", b'""', b'"*"').check()
    else:
        answer = imap.command(b"LSUB", b'""', b'"*"').check()
        answer.data["LIST"] = answer.data.get("LSUB", [])
    return {name for _, _, name in _names(answer)}


def make_below(imap: LemonadeClient, parent: str, levels: Sequence[str]) -> str:
    """Make a folder below another, or at the top of all where that is "", and subscribe to it,
    unless it is there; its name. Raises Refused.
    """
    between = top_delimiter(imap) or "/"
    kept = [level.replace(between, "_").strip()[:200] or "_" for level in levels]
    name = between.join([*([parent] if parent else []), *kept])
    name = "INBOX" if name.upper() == "INBOX" else name
    if any(folder.name == name and folder.selectable for folder in folders(imap)):
        return name
    imap.command(b"CREATE", mailbox(name)).check()
    imap.command(b"SUBSCRIBE", mailbox(name))
    return name
