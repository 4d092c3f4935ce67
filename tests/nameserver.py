"""A name server on loopback with the records that a test gives it, over UDP and TCP.

>>> with NameServer() as dns:
...     dns.add("example.org", "MX", "10 mx.example.org.")
...     dns.add("mx.example.org", "A", "127.0.0.2")
...     ...  # LEMONADE_DNS = dns.address

It is the whole world: what was not added does not exist.
"""

from __future__ import annotations

import socket
import struct
import threading
from types import TracebackType

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

TTL = 60
_POLL = 0.1


class NameServer:
    """``asked`` lists (name, type) of every question, in order. ``secure`` sets the AD bit, but for
    ``insecure`` names.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.secure = False
        self.insecure: set[str] = set()
        self._records: dict[tuple[dns.name.Name, str], list[str]] = {}
        self._failing: set[tuple[dns.name.Name, str]] = set()
        self._silent: set[dns.name.Name] = set()
        self._ending = threading.Event()
        self._udp, self._tcp = _pair()
        self.port = int(self._udp.getsockname()[1])
        self._threads = [
            threading.Thread(target=self._serve_udp, name="dns-udp"),
            threading.Thread(target=self._serve_tcp, name="dns-tcp"),
        ]

    @property
    def address(self) -> str:
        """As LEMONADE_DNS wants it."""
        return f"127.0.0.1:{self.port}"

    def add(self, name: str, kind: str, *values: str) -> None:
        """Add records. Names inside the values are absolute; TXT is given without quotes."""
        texts = [_quoted(value) for value in values] if kind == "TXT" else list(values)
        self._records.setdefault((_name(name), kind), []).extend(texts)

    def remove(self, name: str, kind: str) -> None:
        """Forget the records of a name and type."""
        self._records.pop((_name(name), kind), None)

    def fail(self, name: str, kind: str = "") -> None:
        """Answer SERVFAIL for a name, or only for one type of its records."""
        self._failing.add((_name(name), kind))

    def silence(self, name: str) -> None:
        """Never answer for a name."""
        self._silent.add(_name(name))

    def __enter__(self) -> NameServer:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join()
        self._udp.close()
        self._tcp.close()

    def _serve_udp(self) -> None:
        while not self._ending.is_set():
            try:
                packet, peer = self._udp.recvfrom(4096)
            except TimeoutError:
                continue
            answer = self._answer(packet, udp=True)
            if answer is not None:
                self._udp.sendto(answer, peer)

    def _serve_tcp(self) -> None:
        while not self._ending.is_set():
            try:
                peer, _ = self._tcp.accept()
            except TimeoutError:
                continue
            with peer:
                peer.settimeout(2)
                try:
                    self._converse(peer)
                except OSError:
                    continue  # the client has gone

    def _converse(self, peer: socket.socket) -> None:
        with peer.makefile("rb") as stream:
            while len(head := stream.read(2)) == 2:
                answer = self._answer(stream.read(struct.unpack("!H", head)[0]), udp=False)
                if answer is None:
                    return
                peer.sendall(struct.pack("!H", len(answer)) + answer)

    def _answer(self, packet: bytes, udp: bool) -> bytes | None:
        try:
            query = dns.message.from_wire(packet)
        except dns.exception.DNSException:
            return None
        question = query.question[0]
        kind = dns.rdatatype.to_text(question.rdtype)
        self.asked.append((question.name.to_text(omit_final_dot=True).lower(), kind))
        if question.name in self._silent:
            return None
        reply = dns.message.make_response(query, recursion_available=True)
        if self.secure and self.asked[-1][0] not in self.insecure:
            reply.flags |= dns.flags.AD
        self._fill(reply, question.name, kind)
        limit = query.payload or 512 if udp else 65_535
        try:
            return reply.to_wire(max_size=limit)
        except dns.exception.TooBig:
            reply.answer.clear()
            reply.flags |= dns.flags.TC
            return reply.to_wire()

    def _fill(self, reply: dns.message.Message, name: dns.name.Name, kind: str) -> None:
        if {(name, ""), (name, kind)} & self._failing:
            reply.set_rcode(dns.rcode.SERVFAIL)
            return
        alias = self._records.get((name, "CNAME"))
        while alias and kind != "CNAME":
            reply.answer.append(dns.rrset.from_text(name, TTL, "IN", "CNAME", *alias))
            name = dns.name.from_text(alias[0])
            alias = self._records.get((name, "CNAME"))
        values = self._records.get((name, kind))
        if values:
            reply.answer.append(dns.rrset.from_text(name, TTL, "IN", kind, *values))
        elif not any(known.is_subdomain(name) for known, _ in self._records):
            reply.set_rcode(dns.rcode.NXDOMAIN)


def _name(text: str) -> dns.name.Name:
    return dns.name.from_text(text.lower())


def _quoted(text: str) -> str:
    """A TXT value of any length, as strings of at most 255 octets."""
    escaped = [text[at : at + 255] for at in range(0, len(text), 255)] or [""]
    return " ".join('"' + each.replace("\\", r"\\").replace('"', r"\"") + '"' for each in escaped)


def _pair() -> tuple[socket.socket, socket.socket]:
    """A UDP and a TCP socket with the same free port."""
    while True:
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        try:
            tcp = socket.create_server(udp.getsockname())
        except OSError:
            udp.close()
            continue
        for each in (udp, tcp):
            each.settimeout(_POLL)
        return udp, tcp
