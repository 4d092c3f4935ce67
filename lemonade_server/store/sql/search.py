"""The statement that a search becomes."""

JOIN_CONTENT = " JOIN content c ON c.id = m.content_id"
JOIN_TEXT = " JOIN content_text t ON t.content_id = m.content_id"

SEARCH = (
    "SELECT m.uid FROM message m{content}{text}"
    " WHERE m.mailbox_id = %s AND {condition} ORDER BY {order}"
)
HEADERS = (
    "SELECT m.uid, t.header FROM message m JOIN content_text t ON t.content_id = m.content_id"
    " WHERE m.mailbox_id = %s AND m.uid > %s AND STRPOS(t.header, %s) > 0"
    " AND STRPOS(t.header, %s) > 0 ORDER BY m.uid LIMIT %s"
)
