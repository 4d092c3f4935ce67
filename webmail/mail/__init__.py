"""The webmail's way to mail: IMAP and, for filters, ManageSieve.

All that other rooms may know of it stands here. ``MailSession`` is one person's mail; the rest are
the values that it takes and gives, and the errors that it raises.
"""

from lemonade_server.wire import mbox
from lemonade_server.wire.authentication_results import AuthenticationResults
from lemonade_server.wire.html_layout import readable_text
from lemonade_server.wire.idn import in_unicode as domain_in_unicode
from lemonade_server.wire.text import decode as decode_charset
from lemonade_server.wire.text import is_charset

from .access.conversion import NotConverted, Picture, Words, converted_kind
from .access.mail_session import MailSession, own_session, session
from .access.open_pages import add_listener, open_pages, page_open, sign_out
from .access.opening import readable_words
from .access.rights import EVERYBODY, Grant, UnknownPerson, level_of
from .access.saved_drafts import SavedDraft, fields_for_others, names_of_fields
from .access.server_side_parts import offered_by, offered_message, offered_part
from .imap.commands import Payload
from .managesieve import BadScript, SieveClient, sieve_session
from .message.addresses import (
    mailbox_label,
    mailbox_labels,
    parse_list,
    parse_one,
    parse_unfinished_list,
)
from .message.changes import Changes
from .message.containers import container_kind
from .message.content_ids import content_id
from .message.conversations import Conversation
from .message.errors import (
    BadDraft,
    CannotHold,
    MailboxFull,
    MailError,
    NotFound,
    Refused,
    ReplacedElsewhere,
    SignInRequired,
    Unreachable,
)
from .message.fields import (
    address_field,
    base64_pieces,
    base64_size,
    calendar_part,
    file_header,
    html_part,
    ids_field,
    one_line,
    parameter,
    picture_header,
    text_field,
    text_part,
)
from .message.filenames import uploaded_name
from .message.folders import Folder, FolderState, MovedMessages, StoredMessage, level_label
from .message.messages import Flag, Flags, OpenedMessage, Page, Row
from .message.names import is_right_to_left
from .message.numbers import number, read_uid_set, uid_number, write_uid_set
from .message.opened_conversations import (
    ConversationMessage,
    Member,
    OpenedConversation,
    Place,
)
from .message.order import NEWEST_FIRST, Order, read_order
from .message.origin import Address
from .message.parts import (
    Design,
    MessagePart,
    PartStream,
    PartUrl,
    RichBody,
    ServerSidePart,
    Upload,
)
from .message.prefixes import html_before, text_before
from .message.query import (
    EVERYTHING,
    FIELDS,
    AgeKey,
    AllOf,
    AnyOf,
    AttachmentKey,
    DayKey,
    FilterKey,
    FolderKey,
    LabelKey,
    MessageState,
    NoneOf,
    SearchTree,
    SizeKey,
    StateKey,
    TextKey,
    all_of,
    any_of,
    leaves,
    none_of,
    words_to_mark,
)
from .message.saved_search import SavedSearch
from .message.search_results import FoundRow, SearchResults
from .message.selection import (
    FiledMessages,
    MarkedMessages,
    MessageTrace,
    Selection,
    Survey,
    count_of_set,
)
from .message.whole_messages import IncomingMessage, StoredItem

__all__ = [
    "EVERYBODY",
    "EVERYTHING",
    "FIELDS",
    "NEWEST_FIRST",
    "Address",
    "AgeKey",
    "AllOf",
    "AnyOf",
    "AttachmentKey",
    "AuthenticationResults",
    "BadDraft",
    "BadScript",
    "CannotHold",
    "Changes",
    "Conversation",
    "ConversationMessage",
    "DayKey",
    "Design",
    "FiledMessages",
    "FilterKey",
    "Flag",
    "Flags",
    "Folder",
    "FolderKey",
    "FolderState",
    "FoundRow",
    "Grant",
    "IncomingMessage",
    "LabelKey",
    "MailError",
    "MailSession",
    "MailboxFull",
    "MarkedMessages",
    "Member",
    "MessagePart",
    "MessageState",
    "MessageTrace",
    "MovedMessages",
    "NoneOf",
    "NotConverted",
    "NotFound",
    "OpenedConversation",
    "OpenedMessage",
    "Order",
    "Page",
    "PartStream",
    "PartUrl",
    "Payload",
    "Picture",
    "Place",
    "Refused",
    "ReplacedElsewhere",
    "RichBody",
    "Row",
    "SavedDraft",
    "SavedSearch",
    "SearchResults",
    "SearchTree",
    "Selection",
    "ServerSidePart",
    "SieveClient",
    "SignInRequired",
    "SizeKey",
    "StateKey",
    "StoredItem",
    "StoredMessage",
    "Survey",
    "TextKey",
    "UnknownPerson",
    "Unreachable",
    "Upload",
    "Words",
    "add_listener",
    "address_field",
    "all_of",
    "any_of",
    "base64_pieces",
    "base64_size",
    "calendar_part",
    "container_kind",
    "content_id",
    "converted_kind",
    "count_of_set",
    "decode_charset",
    "domain_in_unicode",
    "fields_for_others",
    "file_header",
    "html_before",
    "html_part",
    "ids_field",
    "is_charset",
    "is_right_to_left",
    "leaves",
    "level_label",
    "level_of",
    "mailbox_label",
    "mailbox_labels",
    "mbox",
    "names_of_fields",
    "none_of",
    "number",
    "offered_by",
    "offered_message",
    "offered_part",
    "one_line",
    "open_pages",
    "own_session",
    "page_open",
    "parameter",
    "parse_list",
    "parse_one",
    "parse_unfinished_list",
    "picture_header",
    "read_order",
    "read_uid_set",
    "readable_text",
    "readable_words",
    "session",
    "sieve_session",
    "sign_out",
    "text_before",
    "text_field",
    "text_part",
    "uid_number",
    "uploaded_name",
    "words_to_mark",
    "write_uid_set",
]
