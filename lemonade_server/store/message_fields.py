"""What can be read of a message. Protocols ask for these fields; the store knows where each is."""

from __future__ import annotations

from enum import StrEnum


class MessageField(StrEnum):
    """A field of a message in its mailbox, or of its content (``is_of_content``)."""

    UID = "m.uid"
    MODSEQ = "m.modseq"
    SYSTEM_FLAGS = "m.bits"
    KEYWORDS = "m.keywords"
    SIZE = "m.size"
    INTERNALDATE = "m.internaldate"
    ZONE = "m.zone"
    SAVEDATE = "m.savedate"
    CONTENT = "m.content_id"
    MESSAGE_ID = "c.message_id"
    REFERENCES = "c.refs_ids"
    PREVIEW = "c.preview"
    ENVELOPE = "c.envelope"
    BODYSTRUCTURE = "c.bodystructure"
    BODY = "c.body"
    PART_TABLE = "c.parts"
    HEADER = "c.header"

    @property
    def is_of_content(self) -> bool:
        """Whether the content has it, so that all copies of a message share it."""
        return self.startswith("c.")
