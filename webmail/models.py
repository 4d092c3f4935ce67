"""What the webmail itself has to remember: messages on their way out, names of addresses."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from .contacts import models as contact_models  # its tables are of this application

__all__ = ["contact_models"]


class Identity(models.Model):
    """What somebody has settled about one of their addresses, or shown by writing from it."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False)
    address = models.CharField(max_length=254, help_text="In lower case.")
    name = models.CharField(max_length=200, blank=True, help_text="Empty: the account's own.")
    used_at = models.DateTimeField(null=True, help_text="When a new message was written from it.")
    is_default = models.BooleanField(default=False, help_text="New messages are from it.")
    signature_text = models.TextField(blank=True)
    signature_html = models.TextField(blank=True, help_text="Cleaned; empty: made of the text.")
    reply_to = models.TextField(blank=True, help_text="Where answers go; empty: to the address.")
    bcc = models.TextField(blank=True, help_text="Who gets a blind copy of all that is sent.")
    sent_folder = models.CharField(max_length=1000, blank=True, help_text="Empty: Sent.")

    class Meta:
        db_table = "webmail_identity"
        verbose_name_plural = "identities"
        constraints = [
            models.UniqueConstraint(fields=["account", "address"], name="identity_once"),
        ]

    def __str__(self) -> str:
        return self.address


class Preferences(models.Model):
    """How somebody wants their mail shown, on every device."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True
    )
    conversations = models.BooleanField(
        default=True, help_text="Lists show conversations, not single messages."
    )
    signature_above = models.BooleanField(
        default=True, help_text="A signature stands above what is quoted, not below."
    )
    is_away = models.BooleanField(
        default=False, help_text="The active script answers for them, as far as the pages know."
    )
    away_from = models.DateField(null=True)
    away_until = models.DateField(null=True)

    rich_text = models.BooleanField(
        default=True, help_text="New messages and answers are written as HTML."
    )
    undo_seconds = models.SmallIntegerField(
        default=5, help_text="For how long what was sent can be taken back; 0: it goes out at once."
    )

    wants_receipts = models.BooleanField(
        default=False, help_text="New messages ask their readers for a receipt (RFC 8098)."
    )
    wants_reports = models.BooleanField(
        default=False, help_text="New messages ask servers for a report of delivery (RFC 3461)."
    )
    ignores_receipts = models.BooleanField(
        default=False, help_text="They are not asked about receipts that others want."
    )

    class Meta:
        db_table = "webmail_preferences"
        verbose_name_plural = "preferences"

    def __str__(self) -> str:
        return "conversations" if self.conversations else "single messages"


class MessageTemplate(models.Model):
    """A text that somebody writes often, with fields such as {{name}} in it."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False)
    name = models.CharField(max_length=100)
    subject = models.CharField(max_length=900, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True, help_text="Cleaned; empty: made of the text.")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "webmail_message_template"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["account", "name"], name="message_template_once"),
        ]

    def __str__(self) -> str:
        return self.name


class FolderOrder(models.Model):
    """In which order somebody has a folder's list, where it is not the newest first."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False)
    folder = models.CharField(max_length=1000)
    order = models.CharField(max_length=12, help_text="What is sorted by; a dash turns it round.")

    class Meta:
        db_table = "webmail_folder_order"
        constraints = [
            models.UniqueConstraint(fields=["account", "folder"], name="folder_order_once"),
        ]

    def __str__(self) -> str:
        return f"{self.folder}: {self.order}"


class BulkAction(models.Model):
    """An action on very many messages, which goes on though its page is closed.

    The row, not the broker's message, is the truth. ``undo`` is the form that takes it back.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        WORKING = "working", "Working"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    created_at = models.DateTimeField(auto_now_add=True)
    language = models.CharField(max_length=20, help_text="Of who asked for it.")
    folder = models.CharField(max_length=1000)
    uidvalidity = models.BigIntegerField(null=True)
    what = models.CharField(max_length=12, help_text="As the form's button says it.")
    target = models.CharField(max_length=1000, blank=True, help_text="Where it moves to.")
    selection = models.JSONField(help_text="Which messages, in ranges.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    done = models.BigIntegerField(default=0, help_text="Messages so far, as the server tells.")
    total = models.BigIntegerField(default=0, help_text="Messages in all.")
    text = models.TextField(blank=True, help_text="What became of it, in words.")
    undo = models.JSONField(null=True)
    seen = models.BooleanField(default=False, help_text="A page has said what became of it.")
    attempts = models.IntegerField(default=0)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "webmail_bulk_action"
        indexes = [
            models.Index(fields=["account", "seen"], name="bulk_action_account"),
            models.Index(fields=["state", "lease_until"], name="bulk_action_due"),
        ]

    def __str__(self) -> str:
        return f"{self.what} in {self.folder} ({self.state})"

    @property
    def final(self) -> bool:
        """Nothing more will happen by itself."""
        return self.state in (self.State.DONE, self.State.FAILED)


class Snooze(models.Model):
    """A message that waits in the folder for snoozed mail. The message is the truth: a row whose
    message is not where it says is dropped, and a message without a row waits for its reader.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False)
    created_at = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField(help_text="When it is to be back.")
    origin = models.CharField(max_length=1000, help_text="The folder that it returns to.")
    origin_uid = models.BigIntegerField(default=0, help_text="What it was there.")
    folder = models.CharField(max_length=1000, help_text="Where it waits.")
    uidvalidity = models.BigIntegerField(default=0)
    uid = models.BigIntegerField(default=0, help_text="0: it was not heard whether it was moved.")
    uidnext = models.BigIntegerField(default=0, help_text="Of that folder, before it was moved.")
    message_id = models.CharField(max_length=255, blank=True)
    size = models.BigIntegerField(default=0, help_text="Octets of the message.")
    return_validity = models.BigIntegerField(default=0)
    return_uidnext = models.BigIntegerField(
        default=0, help_text="Of the folder that it returns to, before an attempt; 0: none yet."
    )
    lease_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "webmail_snooze"
        indexes = [
            models.Index(fields=["until"], name="snooze_due"),
            models.Index(fields=["account", "uid"], name="snooze_account"),
        ]

    def __str__(self) -> str:
        return f"{self.folder};UID={self.uid} until {self.until}"


class MailTransfer(models.Model):
    """Mail that goes out into a file, or comes in from one. The row is the truth: a worker that
    takes it up again goes on behind ``done``.
    """

    class State(models.TextChoices):
        RECEIVING = "receiving", "Receiving the file"
        WAITING = "waiting", "Waiting"
        WORKING = "working", "Working"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    created_at = models.DateTimeField(auto_now_add=True)
    language = models.CharField(max_length=20, help_text="Of who asked for it.")
    is_export = models.BooleanField(default=False)
    folder = models.CharField(max_length=1000, blank=True, help_text="Empty: all.")
    name = models.CharField(max_length=255, help_text="Of the file.")
    makes_folders = models.BooleanField(default=False, help_text="As the file has them.")
    size = models.BigIntegerField(default=0, help_text="Octets of the file.")
    received = models.BigIntegerField(default=0, help_text="Octets of it that have come.")
    state = models.CharField(max_length=9, choices=State.choices, default=State.RECEIVING)
    done = models.BigIntegerField(default=0, help_text="Messages that were looked at.")
    total = models.BigIntegerField(default=0, help_text="Messages in all; 0: not known.")
    taken = models.BigIntegerField(default=0)
    present = models.BigIntegerField(default=0, help_text="Messages that were there already.")
    refused = models.BigIntegerField(default=0)
    text = models.TextField(blank=True, help_text="What became of it, in words.")
    attempts = models.IntegerField(default=0)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "webmail_mail_transfer"
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["account", "-created_at"], name="mail_transfer_account"),
            models.Index(fields=["state", "lease_until"], name="mail_transfer_due"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"

    @property
    def final(self) -> bool:
        """Nothing more will happen by itself."""
        return self.state in (self.State.DONE, self.State.FAILED)


class SubmittedForm(models.Model):
    """A form to write in that was sent or saved, or is being sent while ``goal`` is empty."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False)
    key = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, help_text="Of what was sent.")
    goal = models.CharField(max_length=4000, blank=True, help_text="Address that tells of it.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "webmail_submitted_form"
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="form_once"),
        ]

    def __str__(self) -> str:
        return self.goal or "(under way)"


class SavedForm(models.Model):
    """A form to write in whose draft is on the mail server: where it is, and what it is made of."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False)
    key = models.CharField(max_length=40)
    lineage = models.CharField(max_length=24, help_text="What all versions of the draft share.")
    folder = models.CharField(max_length=1000, blank=True)
    uidvalidity = models.BigIntegerField(default=0)
    uid = models.BigIntegerField(default=0, help_text="0: not stored, or nobody knows where.")
    source = models.TextField(blank=True, help_text="Token of the message that this one answers.")
    layout = models.JSONField(default=dict, help_text="What the draft is made of.")
    pending = models.JSONField(null=True, help_text="The same of one whose storing was begun.")
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "webmail_saved_form"
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="saved_form_once"),
        ]
        indexes = [models.Index(fields=["account", "uid"], name="saved_form_place")]

    def __str__(self) -> str:
        return f"{self.folder};UID={self.uid}"


class FileUpload(models.Model):
    """A file of a form to write in that comes piece by piece, until its draft has it.

    Its octets lie in a file of that name below ``settings.WEBMAIL_UPLOADS``; those behind
    ``received`` count for nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    form = models.CharField(max_length=40, help_text="Key of the form.")
    name = models.CharField(max_length=255)
    type = models.CharField(max_length=255)
    size = models.BigIntegerField(help_text="Octets of the whole file.")
    modified = models.BigIntegerField(help_text="As the browser says, in ms since 1970.")
    received = models.BigIntegerField(default=0, help_text="Octets that are on disk.")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "webmail_file_upload"
        indexes = [models.Index(fields=["updated_at"], name="file_upload_age")]

    def __str__(self) -> str:
        return f"{self.name} ({self.received} of {self.size})"

    @property
    def token(self) -> str:
        """The name that its form has for it."""
        return f"upload.{self.pk}"

    @property
    def whole(self) -> bool:
        """Nothing of it is missing."""
        return self.received == self.size


class UnsentForm(models.Model):
    """What somebody posted in vain; it waits for its writer to sign in again."""

    account = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    path = models.CharField(max_length=4000, help_text="Where it was posted.")
    page = models.CharField(max_length=4000, help_text="The page with the form.")
    posted = models.TextField(help_text="The fields, as a form is encoded.")
    files = models.JSONField(default=list, help_text="Names of the files, which are not kept.")
    created_at = models.DateTimeField(auto_now=True)
    shown_at = models.DateTimeField(null=True, default=None, help_text="When it was shown first.")

    class Meta:
        db_table = "webmail_unsent_form"

    def __str__(self) -> str:
        return self.path


class Outbox(models.Model):
    """A message in Sent that is being submitted. The row, not the broker's message, is the truth.

    ``octets_*`` count what sockets carried, both ways.
    """

    class State(models.TextChoices):
        COMPOSED = "composed", gettext_lazy("Composed")
        SUBMITTING = "submitting", gettext_lazy("Submitting")
        ACCEPTED = "accepted", gettext_lazy("Accepted")
        DELIVERED = "delivered", gettext_lazy("Delivered")
        FAILED = "failed", gettext_lazy("Failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    folder = models.CharField(max_length=1000)
    uidvalidity = models.BigIntegerField()
    uid = models.BigIntegerField()
    message_id = models.CharField(max_length=255)
    subject = models.TextField(blank=True)
    sender = models.CharField(max_length=254)
    recipients = models.JSONField(default=list, help_text=gettext_lazy("Addresses, Bcc included."))
    refused = models.JSONField(
        default=dict, help_text=gettext_lazy("Refused at submission: address to reason.")
    )
    notify = models.CharField(
        max_length=30, blank=True, help_text=gettext_lazy("NOTIFY, when asked for.")
    )
    release_at = models.DateTimeField(
        null=True, help_text=gettext_lazy("Not to be sent before (RFC 4865).")
    )
    remembered = models.JSONField(
        default=list, help_text="Name and address of each recipient that is to be offered again."
    )
    source = models.TextField(
        blank=True, help_text=gettext_lazy("Token of the message that this one marked.")
    )
    pending = models.BooleanField(
        default=True, help_text=gettext_lazy("In Sent it still has $SubmitPending.")
    )
    head = models.BinaryField(default=b"", help_text="Header without Bcc; empty: as stored.")
    body = models.CharField(
        max_length=12, blank=True, help_text=gettext_lazy("8BITMIME or BINARYMIME.")
    )
    size = models.BigIntegerField(default=0, help_text=gettext_lazy("Octets of the whole message."))

    ticket = models.TextField(blank=True, help_text="URLAUTH URL; wiped once it has been used.")
    ticket_renewed = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=State.choices, default=State.COMPOSED)
    reply = models.TextField(
        blank=True, help_text=gettext_lazy("The submission server's last reply.")
    )
    trouble = models.TextField(blank=True, help_text=gettext_lazy("The same in the user's words."))
    accepted_at = models.DateTimeField(null=True, editable=False)
    attempts = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    lease_owner = models.CharField(max_length=36, blank=True)

    kept = models.BigIntegerField(
        default=0, help_text=gettext_lazy("Octets that stayed on the server.")
    )
    shown = models.BigIntegerField(
        default=0, help_text=gettext_lazy("The same decoded: the size of the files.")
    )
    forwards = models.BooleanField(default=False, help_text="It sends another message on.")
    attachments = models.JSONField(default=list, help_text="Name, size, whether it stayed.")
    octets_imap = models.BigIntegerField(default=0)
    octets_submission = models.BigIntegerField(default=0)

    class Meta:
        db_table = "webmail_outbox"
        ordering = ["-created_at"]
        verbose_name = gettext_lazy("message on its way")
        verbose_name_plural = gettext_lazy("messages on their way")
        indexes = [
            models.Index(fields=["account", "-created_at"], name="outbox_account"),
            models.Index(fields=["state", "next_attempt_at"], name="outbox_due"),
        ]

    def __str__(self) -> str:
        return f"{self.subject or '(no subject)'} ({self.state})"

    @property
    def final(self) -> bool:
        """Nothing more will happen by itself."""
        return self.state in (self.State.DELIVERED, self.State.FAILED)

    @property
    def moved(self) -> int:
        """Octets that this message moved on all our sockets."""
        return self.octets_imap + self.octets_submission

    @property
    def usual(self) -> int:
        """Octets that downloading the kept parts, submitting, and storing a copy would move."""
        return self.kept + 2 * self.size
