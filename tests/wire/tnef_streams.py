"""TNEF streams to read back: written after MS-OXTNEF §2.1.3."""

from __future__ import annotations

import struct

SIGNATURE = struct.pack("<IH", 0x223E9F78, 1)


def attribute(name: int, data: bytes, level: int = 2, kind: int = 6) -> bytes:
    checksum = sum(data) & 0xFFFF
    return struct.pack("<BHHI", level, name, kind, len(data)) + data + struct.pack("<H", checksum)


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def properties(*found: tuple[int, int, bytes]) -> bytes:
    """(identifier, type, value) each: text, binary data or an object."""
    out = [struct.pack("<I", len(found))]
    for key, kind, value in found:
        out.append(struct.pack("<HHII", kind, key, 1, len(value)) + padded(value))
    return b"".join(out)


def file(title: bytes, data: bytes, *more: tuple[int, int, bytes]) -> bytes:
    """The attributes of one attachment."""
    out = attribute(0x9002, bytes(14)) + attribute(0x8010, title + b"\0")
    out += attribute(0x800F, data) if data else b""
    return out + (attribute(0x9005, properties(*more)) if more else b"")


def stream(*attributes: bytes) -> bytes:
    return (
        SIGNATURE + attribute(0x9007, struct.pack("<II", 1252, 0), level=1) + b"".join(attributes)
    )
