"""``serve`` with two mail processes, and sessions that change one mailbox at the very same time."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable
from contextlib import closing
from itertools import pairwise

from .pair import Face, Pair
from .strict import StrictClient

SESSIONS = 6
STEPS = 40
GENERATIONS = 5

LOOKS = (
    "SEARCH ALL",
    "SORT (REVERSE DATE) UTF-8 ALL",
    "THREAD REFERENCES UTF-8 ALL",
    "CONVERT 1:* (NIL) BINARY.SIZE[1]",
)
_APPENDED = re.compile(rb"APPENDUID (\d+) (\d+)")


def at_once(*jobs: Callable[[], None]) -> None:
    """Each in a thread of its own; what one raises is raised."""
    errors: list[BaseException] = []

    def run(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def append(client: StrictClient, mailbox: str, text: str) -> tuple[int, int]:
    """Its UIDVALIDITY and UID."""
    octets = f"Subject: x\r\n\r\n{text}\r\n".encode()
    done = client.ok(b"APPEND %b {%d+}\r\n%b" % (mailbox.encode(), len(octets), octets))
    found = _APPENDED.search(done)
    assert found is not None, done
    return int(found[1]), int(found[2])


class Somebody:
    """One session with its own keyword and its own mailbox for copies."""

    def __init__(self, face: Face, email: str, number: int) -> None:
        self.client = StrictClient(face, email, qresync=number % 3 == 2)
        self.dice = random.Random(number)
        self.name = f"S{number}"
        self.written: dict[int, bytes] = {}
        self.copies = 0
        self.client.ok(f"CREATE {self.name}")
        self.client.select()

    def work(self) -> None:
        acts = [self.write, self.write, self.read, self.look]
        acts += [self.mark, self.copy, self.delete, self.pipeline]
        for _ in range(STEPS):
            self.dice.choice(acts)()
            self.client.hear_nothing(0)
        self.client.ok("NOOP")

    def write(self) -> None:
        text = f"{self.name} {len(self.written)}"
        _, uid = append(self.client, "INBOX", text)
        self.written[uid] = text.encode()

    def read(self) -> None:
        """The numbers stay, and what is gone is served (B-01, B-02)."""
        if self.client.uids:
            self.client.ok("FETCH 1:* (UID BODY.PEEK[TEXT])")

    def look(self) -> None:
        """The numbers stay, whatever is asked for by them (B-01)."""
        if self.client.uids:
            self.client.ok(self.dice.choice(LOOKS))

    def mark(self) -> None:
        """What is gone hinders nobody from marking the rest (B-03)."""
        count = len(self.client.uids)
        if count:
            line = f"STORE 1:{count} +FLAGS.SILENT ({self.name})"
            self.client.ok(line)
            self.client.ok(f"SEARCH 1:{count} NOT KEYWORD {self.name}")
            (found,) = [line for line in self.client.other if line.startswith(b"* SEARCH")]
            assert found == b"* SEARCH\r\n"
            self.client.unmark_silently(count, self.name)

    def copy(self) -> None:
        """All of a set or none of it (B-03)."""
        count = len(self.client.uids)
        if count:
            reply = self.client.finish(self.client.send(f"COPY 1:{count} {self.name}"))
            assert reply.startswith((b"OK", b"NO [EXPUNGEISSUED]")), reply
            self.copies += count * reply.startswith(b"OK")
            self.client.ok(f"STATUS {self.name} (MESSAGES)")
            (status,) = [line for line in self.client.other if line.startswith(b"* STATUS")]
            assert b"(MESSAGES %d)" % self.copies in status, (reply, status)

    def delete(self) -> None:
        if self.client.uids:
            self.client.finish(self.client.send(self._doomed()))
            self.client.ok("EXPUNGE")

    def pipeline(self) -> None:
        """A number after EXPUNGE is one of the numbers after it (B-05, B-07)."""
        if self.client.uids:
            self.client.together(self._doomed(), "EXPUNGE", "FETCH 1 (UID BODY.PEEK[TEXT])")

    def _doomed(self) -> str:
        numbers = range(1, len(self.client.uids) + 1)
        chosen = self.dice.sample(numbers, min(len(numbers), 3))
        return f"STORE {','.join(map(str, chosen))} +FLAGS.SILENT (\\Deleted)"


def test_sessions_of_two_processes_keep_the_rules(pair: Pair) -> None:
    """B-01 to B-05, B-07."""
    email, faces = pair.add_account(), pair.faces()
    assert len(faces) == 2
    people = [Somebody(faces[number % 2], email, number) for number in range(SESSIONS)]
    at_once(*(each.work for each in people))
    written = {uid: text for each in people for uid, text in each.written.items()}
    assert len(written) == sum(len(each.written) for each in people), "a UID was given twice"
    assert any(each.client.bodies for each in people), "nobody has read anything"
    with closing(StrictClient(pair, email)) as fresh:
        fresh.select()
        for each in people:
            each.client.ok("NOOP")
            each.client.learn()
            assert each.client.uids == fresh.uids
            assert each.client.flags == fresh.flags
            assert each.client.bodies.items() <= written.items()
            each.client.close()


class Reader:
    """Selects a mailbox that others delete, and reads what it holds until it is gone (B-06)."""

    def __init__(self, face: Face, email: str) -> None:
        self.face, self.email = face, email
        self.enough = threading.Event()
        self.read: list[tuple[int, bytes]] = []

    def work(self) -> None:
        while not self.enough.is_set():
            with closing(StrictClient(self.face, self.email)) as client:
                try:
                    self._read(client)
                except OSError:
                    pass
                except AssertionError as error:
                    if "closed the connection" not in str(error):
                        raise

    def _read(self, client: StrictClient) -> None:
        if not client.finish(client.send("SELECT Box")).startswith(b"OK"):
            return
        lines = b"".join(client.other)
        validity = int(lines.partition(b"[UIDVALIDITY ")[2].partition(b"]")[0])
        while not self.enough.is_set():
            reply = client.finish(client.send("UID FETCH 1:* (UID BODY.PEEK[TEXT])"))
            self.read += [(validity, text) for text in client.bodies.values()]
            if not reply.startswith(b"OK"):
                return


def until_read(readers: list[Reader], validity: int) -> None:
    """Wait until somebody is in the middle of the mailbox."""
    deadline = time.monotonic() + 60
    while not any(each.read and each.read[-1][0] == validity for each in readers):
        assert time.monotonic() < deadline, "nobody has read it"
        time.sleep(0.01)


def test_nobody_sees_the_mail_of_a_mailbox_that_took_the_name(pair: Pair) -> None:
    """B-06, while it happens."""
    email, faces = pair.add_account(), pair.faces()
    readers = [Reader(faces[number % 2], email) for number in range(SESSIONS - 1)]
    validities: list[int] = []

    def delete_and_make() -> None:
        try:
            with closing(StrictClient(faces[0], email)) as owner:
                for generation in range(GENERATIONS):
                    owner.ok("CREATE Box")
                    for _ in range(3):
                        validity, _ = append(owner, "Box", f"generation {generation}")
                    validities.append(validity)
                    until_read(readers, validity)
                    owner.ok("DELETE Box")
        finally:
            for reader in readers:
                reader.enough.set()

    at_once(delete_and_make, *(reader.work for reader in readers))
    assert all(before < after for before, after in pairwise(validities))
    for reader in readers:
        for validity, text in reader.read:
            assert text == b"generation %d" % validities.index(validity)
