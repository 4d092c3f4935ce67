"""Several sessions that change one mailbox in every way, while somebody else listens or is away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import cycle

from .client import Client
from .pair import Face

MESSAGE = b"Subject: x\r\n\r\nbody\r\n"
FLAGS = ("\\Seen", "\\Flagged", "\\Answered", "$Label")
KINDS = ("append", "flag", "flag", "unflag", "expunge", "move", "back", "rename")
ELSEWHERE = "Elsewhere"
SESSIONS = 2

Step = tuple[str, int, int]
"""What is done, and which message and which flag are meant."""


class Crowd:
    """Each step is another session's; the first message, the anchor, stays."""

    def __init__(self, clients: list[Client]) -> None:
        *self.clients, self.elsewhere = clients
        self.name = ""
        self.elsewhere.finish(self.elsewhere.send(f"CREATE {ELSEWHERE}"))  # it may be there
        self.elsewhere.select(ELSEWHERE)

    def begin(self, name: str) -> None:
        """Make a mailbox with three messages, and go there."""
        self.name = name
        self.clients[0].ok(f"CREATE {name}")
        for _ in range(3):
            self.append(self.clients[0])
        for client in self.clients:
            client.select(name)

    def end(self) -> None:
        """Leave the mailbox and remove it."""
        for client in self.clients:
            client.ok("UNSELECT")
        self.clients[0].ok(f"DELETE {self.name}")

    def append(self, client: Client) -> None:
        client.ok(b"APPEND %b {%d+}\r\n%b" % (self.name.encode(), len(MESSAGE), MESSAGE))

    def step(self, kind: str, which: int, flag: int) -> None:
        client = self.clients[which % len(self.clients)]
        if which % 3:  # otherwise it goes by what it knew
            client.ok("NOOP")
            client.learn()
        others = client.uids[1:]
        uid = others[which % len(others)] if others else 0
        match kind:
            case "append":
                self.append(client)
            case "flag" | "unflag" if uid:
                sign = "+" if kind == "flag" else "-"
                tell(client, f"UID STORE {uid} {sign}FLAGS ({FLAGS[flag]})")
            case "expunge" if uid:
                tell(client, f"UID STORE {uid} +FLAGS (\\Deleted)")
                client.ok(f"UID EXPUNGE {uid}")
            case "move" if uid:
                tell(client, f"UID MOVE {uid} {ELSEWHERE}")
            case "back":
                self.elsewhere.ok("NOOP")
                self.elsewhere.learn()
                if self.elsewhere.uids:
                    self.elsewhere.ok(f"UID MOVE {self.elsewhere.uids[0]}:* {self.name}")
            case "rename":
                new = f"{self.name}r"
                client.ok(f"RENAME {self.name} {new}")
                self.name = new

    def mark(self, keyword: str) -> None:
        """Flag the anchor: who is told of this was told of all that was before."""
        client = self.clients[0]
        client.ok(f"UID STORE {client.uids[0]} FLAGS ({keyword})")

    def truth(self) -> dict[int, frozenset[bytes] | None]:
        """A fresh look: UIDs and flags, in order."""
        client = self.clients[0]
        client.select(self.name)
        return dict(zip(client.uids, client.flags, strict=True))


def tell(client: Client, command: str) -> None:
    """What another session has made impossible meanwhile may be refused."""
    reply = client.finish(client.send(command))
    assert reply.startswith((b"OK", b"NO [EXPUNGEISSUED]")), (command, reply)


@contextmanager
def crowd(faces: Sequence[Face], email: str) -> Iterator[Crowd]:
    """The sessions of a crowd: the processes have them in turn."""
    with ExitStack() as stack:
        doors = zip(range(SESSIONS + 1), cycle(faces), strict=False)
        yield Crowd([stack.enter_context(closing(Client(face, email))) for _, face in doors])
