"""Random rights and random commands: nothing happens in a mailbox that its rights don't allow.

The model is a table: which rights a command needs, and what it may do to the mailbox. After every
command the owner looks what has become of it.

Shows: ACL.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

import pytest

from lemonade_server.wire.rights import ALL, WRITING
from tests.mailserver import MailServer

from .client import Client

BOX = "Top/Box"
MESSAGE = b"Subject: x\r\n\r\nbody\r\n"
FLAG_RIGHTS = {b"\\Seen": "s", b"\\Deleted": "t", b"\\Flagged": "w", b"$Label": "w"}
STEPS = 120

Messages = dict[int, frozenset[bytes]]


@dataclass(frozen=True)
class Action:
    """A command of the grantee. ``{box}`` is the mailbox by his name for it, ``{child}`` one that
    is not there yet, ``{new}`` another name.

    ``needs``: all of these; ``any_of``: one of these beside. ``selected``: it is given in the
    mailbox, so it needs r too. ``may`` are the kinds of changes that it may make.
    """

    line: str
    needs: str = ""
    any_of: str = ""
    selected: bool = False
    may: str = ""  # flags, gone, new, moved

    def allowed(self, rights: str) -> bool:
        some = not self.any_of or bool(set(self.any_of) & set(rights))
        return set(self.needs) <= set(rights) and some


APPEND = "APPEND {box} (\\Seen \\Deleted \\Flagged $Label) {{20+}}\r\n" + MESSAGE.decode()
ACTIONS = (
    Action("STATUS {box} (MESSAGES UNSEEN)", "r"),
    Action("SELECT {box}", "r"),
    Action("EXAMINE {box}", "r"),
    Action("MYRIGHTS {box}", any_of="lrikxa"),
    Action("GETACL {box}", "a"),
    Action("LISTRIGHTS {box} anyone", "a"),
    Action("SETACL {box} anyone l", "a"),
    Action("DELETEACL {box} anyone", "a"),
    Action(APPEND, "i", may="new"),
    Action("CREATE {child}", "k"),
    Action("DELETE {box}", "x", may="moved"),
    Action("RENAME {box} {new}", "x", may="moved"),
    Action("GETMETADATA {box} /shared/comment", "l", "rswip"),
    Action('SETMETADATA {box} (/shared/comment "x")', "lw"),
    Action("RESETKEY {box}", "r"),
    Action('UID STORE 1:* ANNOTATION (/comment (value.priv "x"))', selected=True),
    Action('UID STORE 1:* ANNOTATION (/comment (value.shared "x"))', "n", selected=True),
    Action("UID FETCH 1:* (ANNOTATION (/* value))", selected=True),
    Action("UID FETCH 1 (FLAGS BODY.PEEK[TEXT]<0.3>)", selected=True),
    Action("UID FETCH 1:* BODY[TEXT]<0.3>", selected=True, may="flags"),
    Action("UID STORE 1:* +FLAGS (\\Seen)", "s", selected=True, may="flags"),
    Action("UID STORE 1:* -FLAGS (\\Seen)", "s", selected=True, may="flags"),
    Action("UID STORE 1:* +FLAGS.SILENT (\\Deleted)", "t", selected=True, may="flags"),
    Action("UID STORE 1:* -FLAGS (\\Flagged $Label)", "w", selected=True, may="flags"),
    Action("UID STORE 1:* +FLAGS ($Label \\Deleted)", "", "wt", selected=True, may="flags"),
    Action("UID STORE 1:* FLAGS (\\Flagged)", "w", selected=True, may="flags"),
    Action("UID STORE 1:* FLAGS ()", "", "swt", selected=True, may="flags"),
    Action("EXPUNGE", "e", selected=True, may="gone"),
    Action("UID EXPUNGE 1:*", "e", selected=True, may="gone"),
    Action("CLOSE", selected=True, may="gone"),
    Action("UID COPY 1:* INBOX", selected=True),
    Action("UID COPY 1:* {box}", "i", selected=True, may="new"),
    Action("UID MOVE 1 INBOX", "te", selected=True, may="gone"),
    Action("UID SEARCH ALL", selected=True),
    Action("SORT (SUBJECT) UTF-8 ALL", selected=True),
)


class World:
    """The owner, who sets rights and looks, and the grantee, who tries."""

    def __init__(self, server: MailServer, dice: random.Random) -> None:
        self.server, self.dice = server, dice
        self.bob_email = server.add_account("bob")
        alice = server.add_account("alice")
        self.name = f'"Other Users/{alice.partition("@")[0]}/{BOX}"'
        self.alice = Client(server, alice)
        self.bob = Client(server, self.bob_email)
        self.alice.ok("CREATE Top")
        self.alice.ok(f"SETACL Top {self.bob_email} k")
        self.rights = ""

    def filled(self, line: str) -> str:
        bare = self.name.rstrip('"')
        return line.format(box=self.name, child=f'{bare}/Child"', new=f'{bare}ed"')

    def close(self) -> None:
        self.alice.close()
        self.bob.close()

    def restore(self) -> None:
        """The mailbox with three messages of which one is \\Deleted, and no rights in it."""
        self.alice.send("DELETE Top/Boxed")
        self.alice.send(f"DELETE {BOX}/Child")
        self.alice.finish(self.alice.send(f"DELETE {BOX}"))
        self.alice.ok(f"CREATE {BOX}")
        self.alice.ok(f"DELETEACL {BOX} {self.bob_email}")
        for flags in ("\\Deleted", "\\Flagged $Label", "\\Seen"):
            head = f"APPEND {BOX} ({flags}) {{{len(MESSAGE)}+}}\r\n".encode()
            self.alice.ok(head + MESSAGE)

    def grant(self, rights: str) -> None:
        self.rights = rights
        self.alice.ok(f"DELETEACL {BOX} anyone")  # what a step before may have granted
        self.alice.ok(f'SETACL {BOX} {self.bob_email} "{rights}"')

    def look(self) -> Messages | None:
        """UIDs with their flags; None when the mailbox has gone from its name."""
        self.alice.uids, self.alice.flags = [], []
        if not self.alice.finish(self.alice.send(f"EXAMINE {BOX}")).startswith(b"OK"):
            return None
        if self.alice.uids:
            self.alice.ok("UID FETCH 1:* (FLAGS)")
        flags = [found or frozenset() for found in self.alice.flags]
        return dict(zip(self.alice.uids, flags, strict=True))

    def new_bob(self) -> None:
        self.bob.close()
        self.bob = Client(self.server, self.bob_email)


def attempt(world: World, line: str) -> str:
    """The status of the grantee's command; BYE when the server ended the connection."""
    if line.startswith(("SELECT", "EXAMINE")):
        world.bob.uids, world.bob.flags = [], []
    tag = world.bob.send(line)
    try:
        return world.bob.finish(tag).split()[0].decode()
    except AssertionError:
        if not any(b"BYE [NOPERM]" in each for each in world.bob.other):
            raise
        world.new_bob()
        return "BYE"


def step(world: World) -> None:
    """One set of rights, one command, and what came of it."""
    dice = world.dice
    action = dice.choice(ACTIONS)
    rights = "".join(letter for letter in ALL if dice.random() < 0.5)
    late = action.selected and dice.random() < 0.5
    world.grant(dice.choice((ALL, "lr", "rswite")) if late else rights)
    if action.selected:
        status = attempt(world, f"SELECT {world.name}")
        assert status == ("OK" if "r" in world.rights else "NO"), world.rights
        if status == "NO":
            return
    if "{child}" in action.line:  # that a step before may have made
        world.alice.finish(world.alice.send(f"DELETE {BOX}/Child"))
    before = world.look()
    if late:
        world.grant(rights)
    status = attempt(world, world.filled(action.line))
    if action.selected and "r" not in rights:
        assert status == "BYE", (action.line, rights)
    else:
        assert status == ("OK" if action.allowed(rights) else "NO"), (action.line, rights)
    if status != "BYE":
        world.bob.finish(world.bob.send("UNSELECT"))
    judge(action, rights, before, world.look())


def judge(action: Action, rights: str, before: Messages | None, after: Messages | None) -> None:
    """Every difference must be one that the rights allow, and that the command makes."""
    context = action.line, rights
    assert before is not None
    if after is None:
        assert action.may == "moved" and "x" in rights, context
        return
    gone, new = before.keys() - after.keys(), after.keys() - before.keys()
    assert not gone or (action.may == "gone" and "e" in rights), context
    assert not new or (action.may == "new" and "i" in rights), context
    for uid in new:
        brought = after[uid] & FLAG_RIGHTS.keys()
        assert all(FLAG_RIGHTS[flag] in rights for flag in brought), (context, brought)
    for uid in before.keys() & after.keys():
        changed = before[uid] ^ after[uid]
        assert not changed or action.may == "flags", context
        assert all(FLAG_RIGHTS[flag] in rights for flag in changed), (context, changed)


@pytest.mark.parametrize("seed", range(3))
def test_no_command_does_what_the_rights_forbid(mail_server: MailServer, seed: int) -> None:
    with closing(World(mail_server, random.Random(seed))) as world:
        for number in range(STEPS):
            if number % 4 == 0 or world.look() is None:
                world.restore()
            step(world)
        world.restore()
    assert mail_server.call("check") == []


LOOKS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ('LIST "" {name}', lambda rights: "l" in rights),
    ('LIST "" {name} RETURN (MYRIGHTS STATUS (MESSAGES))', lambda rights: "l" in rights),
)


@pytest.mark.parametrize("rights", ["", "l", "r", "lr", "rswite", "lrswipkxtea", "p", "kx"])
def test_what_is_listed_selected_and_told_follows_the_rights(
    mail_server: MailServer, rights: str
) -> None:
    with closing(World(mail_server, random.Random(1))) as world:
        world.restore()
        world.grant(rights)
        for line, visible in LOOKS:
            world.bob.ok(line.format(name=world.name))
            listed = [each for each in world.bob.other if each.startswith(b"* LIST")]
            received = [each for each in world.bob.other if each.startswith(b"* STATUS")]
            assert bool(listed) == visible(rights)
            assert bool(received) == ("STATUS" in line and {"l", "r"} <= set(rights))
        reply = world.bob.finish(world.bob.send(f"SELECT {world.name}"))
        if "r" in rights:
            writes = bool(set(WRITING) & set(rights))
            assert (b"[READ-WRITE]" if writes else b"[READ-ONLY]") in reply
        else:
            code = b"NOPERM" if "l" in rights else b"NONEXISTENT"
            assert re.match(rb"NO \[%b\]" % code, reply)
