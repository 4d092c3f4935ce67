"""The statement that a search becomes."""

JOIN_CONTENT = " JOIN content c ON c.id = m.content_id"
JOIN_TEXT = " JOIN content_text t ON t.content_id = m.content_id"

FEW = " AND m.uid = ANY(%s)"
UPTO = " AND m.uid <= %s"

_FOUND = " FROM message m{content}{text} WHERE m.mailbox_id = %s{few} AND {condition}"
SEARCH = f"SELECT m.uid{_FOUND} ORDER BY {{order}}"
COUNT = f"SELECT COUNT(*){_FOUND}"
PART = " LIMIT %s OFFSET %s"
HEADERS = (
    "SELECT m.uid, t.header FROM message m JOIN content_text t ON t.content_id = m.content_id"
    " WHERE m.mailbox_id = %s AND {after} > %s{few} AND {condition} ORDER BY m.uid LIMIT %s"
)
ATTACHED = (
    "SELECT m.uid, c.parts FROM message m JOIN content c ON c.id = m.content_id"
    " JOIN content_text t ON t.content_id = m.content_id"
    " WHERE m.mailbox_id = %s AND {after} > %s{few} AND m.attached"
    " AND ({condition} OR SUBSTR(c.bodystructure, 1, 2) <> %s) ORDER BY m.uid LIMIT %s"
)
HAS_THREAD = "SELECT 1 FROM message WHERE mailbox_id = %s AND thread = %s AND uid <= %s LIMIT 1"
WITHOUT_IDENTIFIER = (
    "SELECT uid, -thread FROM message WHERE mailbox_id = %s AND thread < 0 AND uid <= %s"
)
"""Messages that are threads by themselves, and their contents."""

FUZZY = (
    "SELECT m.uid, {columns} FROM message m JOIN content_text t ON t.content_id = m.content_id"
    " WHERE m.mailbox_id = %s AND {after} > %s{few} AND {condition} ORDER BY m.uid LIMIT %s"
)
SENT_DAYS = (
    "SELECT COALESCE(c.sent_day, 0) FROM message m JOIN content c ON c.id = m.content_id"
    " WHERE m.mailbox_id = %s AND m.uid > %s"
    " AND m.uid < (SELECT uidnext FROM mailbox WHERE id = %s) ORDER BY m.uid"
)
LONGEST_MESSAGE_ID = 1_200
"""Characters of a field that are read to know its identifier."""

MESSAGE_IDS = (
    f"SELECT m.uid, SUBSTR(t.header, STRPOS(t.header, %s), {LONGEST_MESSAGE_ID}),"
    " STRPOS(SUBSTR(t.header, STRPOS(t.header, %s) + 1), %s)"
    " FROM message m JOIN content_text t ON t.content_id = m.content_id"
    " WHERE m.mailbox_id = %s AND m.uid BETWEEN %s AND %s ORDER BY m.uid"
)
"""The field with what follows, if there is one, and where there is another one behind it."""

LAST_REFERENCES = 8_192
"""Characters of References that count: a mail program asks for no more than the last ones."""

_THREADS = (
    "SELECT m.uid, m.internaldate, c.sent, c.base_subject, {subject},"
    f" c.message_id, CASE WHEN LENGTH(c.refs_ids) > {LAST_REFERENCES}"
    f" THEN SUBSTR(c.refs_ids, LENGTH(c.refs_ids) - {LAST_REFERENCES} + 1) ELSE c.refs_ids END"
    " FROM message m JOIN content c ON c.id = m.content_id{text}"
    " WHERE m.mailbox_id = %s AND m.uid "
)
WITH_SUBJECT = {"subject": "SUBSTR(t.subject, 1, 2000)", "text": JOIN_TEXT}
WITHOUT_SUBJECT = {"subject": "NULL", "text": ""}
THREADS = _THREADS + "= ANY(%s) ORDER BY m.uid"
THREADS_BETWEEN = _THREADS + "BETWEEN %s AND %s ORDER BY m.uid"


def bounds(is_among_few: bool) -> dict[str, str]:
    """How a statement that is run again and again after a UID is bounded: beside ``FEW``, which an
    index serves, that UID must offer itself for none.
    """
    return {"few": FEW, "after": "+m.uid"} if is_among_few else {"few": UPTO, "after": "m.uid"}
