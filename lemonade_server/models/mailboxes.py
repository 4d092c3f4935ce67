"""What changes: mailboxes, the messages in them, and the UIDs that vanished.

Foreign keys of hot tables carry no database constraint: the store keeps them, ``checkstore``
proves it, and erasing never scans a table.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy

from .accounts import Account
from .contents import Content


class Mailbox(models.Model):
    """A mailbox with its counters. Its row lock orders all changes in it (RFC 7162 §3.1.1)."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    name = models.CharField(
        max_length=1000, help_text=gettext_lazy("Unicode, levels separated by /.")
    )
    uidvalidity = models.BigIntegerField("UIDVALIDITY")
    uidnext = models.BigIntegerField(
        "UIDNEXT", default=1, help_text=gettext_lazy("The UID of the next message to arrive.")
    )
    modseq = models.BigIntegerField(
        "HIGHESTMODSEQ", default=1, help_text=gettext_lazy("The mod-sequence of the newest change.")
    )
    tombstone_floor = models.BigIntegerField(
        gettext_lazy("history from"),
        default=0,
        help_text=gettext_lazy("VANISHED is exact for mod-sequences from here on."),
    )
    messages = models.BigIntegerField(default=0)
    unseen = models.BigIntegerField(default=0)
    octets = models.BigIntegerField(default=0)
    recent_from = models.BigIntegerField(
        gettext_lazy("recent from"),
        default=1,
        help_text=gettext_lazy("First UID that is still \\Recent."),
    )
    keywords = models.TextField(
        default="", blank=True, help_text=gettext_lazy("Known keywords, space between.")
    )
    special_use = models.CharField(
        max_length=20, default="", blank=True, help_text=gettext_lazy("As \\Sent.")
    )
    noselect = models.BooleanField(
        gettext_lazy("parent only"),
        default=False,
        help_text=gettext_lazy("\\Noselect: holds mailboxes, no messages."),
    )
    created_at = models.BigIntegerField(default=0)
    annotation_octets = models.BigIntegerField(
        default=0, help_text="What the annotations of its messages take."
    )

    class Meta:
        db_table = "mailbox"
        ordering = ["account_id", "name"]
        verbose_name_plural = "mailboxes"
        constraints = [
            models.UniqueConstraint(fields=["account", "name"], name="mailbox_account_name")
        ]

    def __str__(self) -> str:
        return self.name


class Subscription(models.Model):
    """A subscribed name; it outlives the mailbox (RFC 3501 §6.3.6)."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    name = models.CharField(max_length=1000)

    class Meta:
        db_table = "subscription"
        constraints = [
            models.UniqueConstraint(fields=["account", "name"], name="subscription_account_name")
        ]

    def __str__(self) -> str:
        return self.name


class MailboxAccess(models.Model):
    """What somebody who is not its owner may do in a mailbox (RFC 4314): one entry of its list.

    ``account`` is 0 for ``anyone``.
    """

    mailbox = models.ForeignKey(Mailbox, models.DO_NOTHING, db_constraint=False, db_index=False)
    account = models.ForeignKey(
        Account,
        models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="granted",
        help_text="0: anyone.",
    )
    negative = models.BooleanField(default=False, help_text="Takes these rights away.")
    rights = models.CharField(max_length=16, help_text="Letters of RFC 4314, without c and d.")

    class Meta:
        db_table = "mailbox_access"
        verbose_name = "right"
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox", "account", "negative"], name="mailbox_access_entry"
            )
        ]
        indexes = [models.Index(fields=["account", "mailbox"], name="mailbox_access_account")]

    def __str__(self) -> str:
        return self.rights


class Message(models.Model):
    """One message in one mailbox: narrow and mutable; what it says is its content."""

    mailbox = models.ForeignKey(Mailbox, models.DO_NOTHING, db_constraint=False, db_index=False)
    uid = models.BigIntegerField("UID")
    modseq = models.BigIntegerField()
    created_modseq = models.BigIntegerField()
    bits = models.IntegerField(default=0, help_text="System flags, see store/flags.py.")
    keywords = models.TextField(default="", blank=True, help_text="Sorted, one space between.")
    size = models.BigIntegerField(help_text="RFC822.SIZE")
    internaldate = models.BigIntegerField()
    zone = models.SmallIntegerField(default=0, help_text="Minutes east of UTC of INTERNALDATE.")
    savedate = models.BigIntegerField()
    content = models.ForeignKey(Content, models.DO_NOTHING, db_constraint=False, db_index=False)
    thread = models.BigIntegerField(
        db_default=0, help_text="Number of the thread, see store/stored_columns.py."
    )
    attached = models.BooleanField(
        "attachment", db_default=False, help_text="Whether anything is attached."
    )

    class Meta:
        db_table = "message"
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "uid"], name="message_mailbox_uid")
        ]
        indexes = [
            models.Index(fields=["mailbox", "modseq"], name="message_mailbox_modseq"),
            # All that a list of conversations is sorted by, see ``store/sql/conversations.py``.
            models.Index(
                fields=["mailbox", "thread", "internaldate", "uid"], name="message_conversation"
            ),
            # What few messages are; ``store/search.py`` writes the same conditions.
            models.Index(
                fields=["mailbox", "uid"],
                name="message_unseen",
                condition=Q(Exact(F("bits").bitand(1), 0)),
            ),
            models.Index(
                fields=["mailbox", "uid"],
                name="message_flagged",
                condition=Q(Exact(F("bits").bitand(4), 4)),
            ),
            models.Index(
                fields=["mailbox", "uid"],
                name="message_deleted",
                condition=Q(Exact(F("bits").bitand(8), 8)),
            ),
            models.Index(
                fields=["mailbox", "uid", "keywords"],
                name="message_keywords",
                condition=Q(keywords__gt=""),
            ),
        ]

    def __str__(self) -> str:
        return f"UID {self.uid}"


class Vanished(models.Model):
    """A run of UIDs that was expunged at one mod-sequence: the tombstone.

    For an hour it keeps the rows of the messages (``store/ghosts.py``).
    """

    mailbox = models.ForeignKey(Mailbox, models.DO_NOTHING, db_constraint=False, db_index=False)
    modseq = models.BigIntegerField()
    uid_first = models.BigIntegerField()
    uid_last = models.BigIntegerField()
    kept = models.BinaryField(null=True, help_text="Their rows, in JSON.")
    kept_at = models.BigIntegerField(null=True, help_text="When they were expunged.")

    class Meta:
        db_table = "vanished"
        indexes = [
            models.Index(fields=["mailbox", "modseq"], name="vanished_mailbox_modseq"),
            models.Index(
                fields=["kept_at"],
                name="vanished_kept",
                condition=models.Q(kept_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uid_first}:{self.uid_last}"


class HiddenMessages(models.Model):
    """Messages that no mailbox shows (``store/staging.py``): of a copy in preparation, until
    it is published, or of a mailbox that is gone, until they are erased.
    """

    mailbox_id = models.BigIntegerField(help_text="The mailbox may be gone.")
    uid_first = models.BigIntegerField()
    uid_last = models.BigIntegerField()
    until = models.BigIntegerField(help_text="From then on they may be erased.")

    class Meta:
        db_table = "hidden_messages"
        indexes = [models.Index(fields=["mailbox_id"], name="hidden_messages_mailbox")]

    def __str__(self) -> str:
        return f"{self.mailbox_id}/{self.uid_first}:{self.uid_last}"
