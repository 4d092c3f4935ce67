"""What stays: contents (ropes of segments over blobs), rendered once on arrival."""

from __future__ import annotations

from django.db import models

from .fields import SameKey


class Blob(models.Model):
    """Octets stored once, under their SHA-256. Narrow, because its count changes often."""

    sha256 = models.BinaryField(max_length=32, unique=True)
    size = models.BigIntegerField()
    refs = models.BigIntegerField(default=0, help_text="Segments that use it.")
    lines = models.BigIntegerField(help_text="Line feeds in it.")
    dashes = models.BooleanField(help_text="Holds a line that starts with --.")
    place = models.CharField(
        max_length=200, default="", blank=True, help_text="Key in the blob store; empty: inline."
    )
    dropped_at = models.BigIntegerField(null=True, help_text="When the last reference went.")

    class Meta:
        db_table = "blob"
        indexes = [
            models.Index(fields=["dropped_at"], name="blob_dropped", condition=models.Q(refs=0)),
            models.Index(fields=["place"], name="blob_place", condition=~models.Q(place="")),
        ]

    def __str__(self) -> str:
        return bytes(self.sha256).hex()[:12]


class BlobData(models.Model):
    """The octets of a small blob. Large ones are in the blob store, at ``Blob.place``."""

    blob = SameKey(Blob, on_delete=models.DO_NOTHING)
    data = models.BinaryField()

    class Meta:
        db_table = "blob_data"

    def __str__(self) -> str:
        return f"octets of blob {self.pk}"


class Content(models.Model):
    """An immutable message: a rope over blobs with everything clients often ask for, rendered.

    ``parts`` is the packed part table of ``wire/part_table.py``.
    """

    size = models.BigIntegerField()
    version = models.SmallIntegerField(help_text="Of the rendering.")
    sent = models.BigIntegerField(null=True, help_text="Date field, seconds UTC.")
    sent_day = models.IntegerField(null=True, help_text="Date field, proleptic day, no zone.")
    message_id = models.TextField(default="", blank=True)
    references = models.TextField(default="", blank=True, db_column="refs_ids")
    base_subject = models.TextField(default="", blank=True)
    sort_from = models.TextField(default="", blank=True)
    sort_to = models.TextField(default="", blank=True)
    sort_cc = models.TextField(default="", blank=True)
    preview = models.TextField(default="", blank=True)
    envelope = models.BinaryField()
    bodystructure = models.BinaryField()
    body = models.BinaryField()
    parts = models.BinaryField()
    header = models.BinaryField()

    class Meta:
        db_table = "content"

    def __str__(self) -> str:
        return f"content {self.pk}"


class ContentUse(models.Model):
    """How many messages and submissions use a content. Apart, so that COPY writes little."""

    content = SameKey(Content, on_delete=models.DO_NOTHING)
    refs = models.BigIntegerField(default=0)
    dropped_at = models.BigIntegerField(null=True, help_text="When the last reference went.")

    class Meta:
        db_table = "content_use"
        indexes = [
            models.Index(fields=["dropped_at"], name="content_dropped", condition=models.Q(refs=0))
        ]

    def __str__(self) -> str:
        return f"{self.refs} uses of content {self.pk}"


class ContentText(models.Model):
    """What SEARCH looks into: decoded and folded by i;unicode-casemap (RFC 5051)."""

    content = SameKey(Content, on_delete=models.DO_NOTHING)
    subject = models.TextField(default="")
    sender = models.TextField(default="", help_text="From")
    recipient = models.TextField(default="", help_text="To")
    cc = models.TextField(default="")
    bcc = models.TextField(default="")
    header = models.TextField(default="", help_text="Every header line, decoded.")
    body = models.TextField(default="")
    body_of = models.BigIntegerField(
        null=True, help_text="The content whose text of the body is this one's, too."
    )

    class Meta:
        db_table = "content_text"

    def __str__(self) -> str:
        return f"text of content {self.pk}"


class Segment(models.Model):
    """Piece ``pos`` of a content's rope: ``length`` octets of a blob from ``start``."""

    content = models.ForeignKey(Content, models.DO_NOTHING, db_constraint=False, db_index=False)
    pos = models.IntegerField()
    blob = models.ForeignKey(Blob, models.DO_NOTHING, db_constraint=False, db_index=False)
    start = models.BigIntegerField()
    length = models.BigIntegerField()

    class Meta:
        db_table = "segment"
        constraints = [
            models.UniqueConstraint(fields=["content", "pos"], name="segment_content_pos")
        ]

    def __str__(self) -> str:
        return f"{self.content_id}[{self.pos}]"
