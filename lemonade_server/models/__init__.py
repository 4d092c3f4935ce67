"""The store's tables. They are defined here for Django (migrations, admin);
hot paths read and write them through the statements in ``store/sql``.

Times are integers, seconds since 1970 UTC, so that both databases return the same value.
"""

from .accounts import Account, Alias, AliasTarget, Domain
from .annotations import Annotation, MessageAnnotation
from .app_passwords import AppPassword
from .attempts import LoginAttempts
from .contents import Blob, BlobData, Content, ContentText, ContentUse, Segment
from .destinations import Courier, Destination, StsPolicy
from .limits import Greylisted, Sent
from .mailboxes import HiddenMessages, Mailbox, MailboxAccess, Message, Subscription, Vanished
from .queue import DeliveryEvent, Recipient, Submission
from .sessions import ImapSession
from .sieve import SieveScript, TrackedIdentifier, VacationReply
from .signing import DkimKey
from .urlauth import UrlauthKey, UrlauthTicket

__all__ = [
    "Account",
    "Alias",
    "AliasTarget",
    "Annotation",
    "AppPassword",
    "Blob",
    "BlobData",
    "Content",
    "ContentText",
    "ContentUse",
    "Courier",
    "DeliveryEvent",
    "Destination",
    "DkimKey",
    "Domain",
    "Greylisted",
    "HiddenMessages",
    "ImapSession",
    "LoginAttempts",
    "Mailbox",
    "MailboxAccess",
    "Message",
    "MessageAnnotation",
    "Recipient",
    "Segment",
    "Sent",
    "SieveScript",
    "StsPolicy",
    "Submission",
    "Subscription",
    "TrackedIdentifier",
    "UrlauthKey",
    "UrlauthTicket",
    "VacationReply",
    "Vanished",
]
