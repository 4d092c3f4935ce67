"""Statements on contents, ropes and blobs."""

BLOB_BY_HASH = "SELECT id, place FROM blob WHERE sha256 = %s AND refs > 0"
ADD_BLOB = (
    "INSERT INTO blob (sha256, size, refs, lines, dashes, place, dropped_at)"
    " VALUES (%s, %s, 1, %s, %s, %s, NULL)"
    " ON CONFLICT (sha256) DO UPDATE SET refs = blob.refs + 1, dropped_at = NULL"
    " RETURNING id, refs, place"
)
USE_BLOB = (
    "UPDATE blob SET refs = refs + 1, dropped_at = NULL WHERE sha256 = %s RETURNING id, refs, place"
)
ADD_BLOB_DATA = (
    "INSERT INTO blob_data (blob_id, data) VALUES (%s, %s) ON CONFLICT (blob_id) DO NOTHING"
)
BLOB_DATA = "SELECT data FROM blob_data WHERE blob_id = %s"
BLOB_RANGE = "SELECT SUBSTR(data, %s, %s) FROM blob_data WHERE blob_id = %s"
COUNT_BLOBS = "UPDATE blob SET refs = refs + %s, dropped_at = NULL WHERE id = %s"
LOCK_BLOBS = (
    "SELECT id FROM blob WHERE id IN (SELECT blob_id FROM segment WHERE content_id = ANY(%s))"
    " ORDER BY sha256 FOR UPDATE"
)
FREE_BLOBS = (
    "UPDATE blob SET refs = refs - u.n,"
    " dropped_at = CASE WHEN refs = u.n THEN %s ELSE dropped_at END"
    " FROM (SELECT blob_id, COUNT(*) AS n FROM segment WHERE content_id = ANY(%s)"
    " GROUP BY blob_id) u WHERE blob.id = u.blob_id"
)

ROPE = (
    "SELECT b.id, s.start, s.length, b.size, b.lines, b.dashes, b.place"
    " FROM segment s JOIN blob b ON b.id = s.blob_id WHERE s.content_id = %s ORDER BY s.pos"
)
ROPE_WITH_DATA = (
    "SELECT b.id, s.start, s.length, b.size, b.lines, b.dashes, b.place,"
    " SUBSTR(d.data, 1, CAST(s.start + %s AS INTEGER))"
    " FROM segment s JOIN blob b ON b.id = s.blob_id LEFT JOIN blob_data d ON d.blob_id = b.id"
    " WHERE s.content_id = %s ORDER BY s.pos"
)
BLOB_FACTS = "SELECT id, size, lines, dashes, place FROM blob WHERE id = ANY(%s)"
ADD_SEGMENT = (
    "INSERT INTO segment (content_id, pos, blob_id, start, length) VALUES (%s, %s, %s, %s, %s)"
)

RENDERED = (
    "size, version, sent, sent_day, message_id, refs_ids, base_subject, sort_from, sort_to,"
    " sort_cc, preview, envelope, bodystructure, body, parts, header"
)
ADD_CONTENT = (
    f"INSERT INTO content ({RENDERED})"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id"
)
MOST_SMALL_BLOBS = 4


def _add_small(blobs: int) -> str:
    one = (
        "(CAST(%s AS BYTEA), CAST(%s AS BIGINT), CAST(%s AS BIGINT), CAST(%s AS BOOLEAN),"
        " CAST(%s AS BYTEA), CAST(%s AS INTEGER), CAST(%s AS BIGINT), CAST(%s AS BIGINT))"
    )
    return (
        "WITH new (sha256, size, lines, dashes, data, pos, start, length)"
        f" AS (VALUES {', '.join([one] * blobs)}),"
        " added AS (INSERT INTO blob (sha256, size, refs, lines, dashes, place, dropped_at)"
        " SELECT sha256, size, 1, lines, dashes, '', NULL FROM new ORDER BY sha256"
        " ON CONFLICT (sha256) DO UPDATE SET refs = blob.refs + 1, dropped_at = NULL"
        " RETURNING id, sha256, refs),"
        " filled AS (INSERT INTO blob_data (blob_id, data)"
        " SELECT a.id, n.data FROM added a JOIN new n ON n.sha256 = a.sha256 WHERE a.refs = 1"
        " ON CONFLICT (blob_id) DO NOTHING),"
        f" rendered AS ({ADD_CONTENT}),"
        " searched AS (INSERT INTO content_text"
        " (content_id, subject, sender, recipient, cc, bcc, header, body)"
        " SELECT id, %s, %s, %s, %s, %s, %s, %s FROM rendered),"
        " counted AS (INSERT INTO content_use (content_id, refs, dropped_at)"
        " SELECT id, CAST(%s AS BIGINT), CAST(%s AS BIGINT) FROM rendered),"
        " joined AS (INSERT INTO segment (content_id, pos, blob_id, start, length)"
        " SELECT c.id, n.pos, a.id, n.start, n.length"
        " FROM rendered c, added a JOIN new n ON n.sha256 = a.sha256)"
        " SELECT id FROM rendered"
    )


ADD_SMALL = {blobs: _add_small(blobs) for blobs in range(1, MOST_SMALL_BLOBS + 1)}
"""A whole content of so many new blobs, all unlike and in the database: what ``ADD_CONTENT``,
``ADD_TEXT``, ``ADD_USE``, ``ADD_BLOB``, ``ADD_BLOB_DATA`` and ``ADD_SEGMENT`` add, for PostgreSQL.
"""

SET_CONTENT = (
    "UPDATE content SET size = %s, version = %s, sent = %s, sent_day = %s, message_id = %s,"
    " refs_ids = %s, base_subject = %s, sort_from = %s, sort_to = %s, sort_cc = %s,"
    " preview = %s, envelope = %s, bodystructure = %s, body = %s, parts = %s, header = %s"
    " WHERE id = %s"
)
CONTENT = f"SELECT {RENDERED} FROM content WHERE id = %s"
BODY_TEXT = (
    "CASE WHEN t.body_of IS NULL THEN t.body ELSE COALESCE("
    "(SELECT o.body FROM content_text o WHERE o.content_id = t.body_of), '') END"
)
"""The text of the body of ``content_text t``, its own or that of the copy that has it."""

TEXT = (
    f"SELECT subject, sender, recipient, cc, bcc, header, {BODY_TEXT} FROM content_text t"
    " WHERE content_id = %s"
)
ADD_TEXT = (
    "INSERT INTO content_text (content_id, subject, sender, recipient, cc, bcc, header, body)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
)
ADD_BORROWED_TEXT = (
    "INSERT INTO content_text"
    " (content_id, subject, sender, recipient, cc, bcc, header, body, body_of)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
RETURN_TEXT = (
    "UPDATE content_use SET refs = refs - u.n,"
    " dropped_at = CASE WHEN refs = u.n THEN %s ELSE dropped_at END"
    " FROM (SELECT body_of, COUNT(*) AS n FROM content_text"
    " WHERE content_id = ANY(%s) AND body_of IS NOT NULL GROUP BY body_of) u"
    " WHERE content_use.content_id = u.body_of"
)
DROP_TEXT = "DELETE FROM content_text WHERE content_id = ANY(%s)"
OUTDATED = "SELECT id FROM content WHERE version < %s AND id > %s ORDER BY id LIMIT %s"

ADD_USE = "INSERT INTO content_use (content_id, refs, dropped_at) VALUES (%s, %s, %s)"
HOLD = "UPDATE content_use SET refs = refs + %s, dropped_at = NULL WHERE content_id = %s"
RELEASE = (
    "UPDATE content_use SET refs = refs - %s,"
    " dropped_at = CASE WHEN refs = %s THEN %s ELSE dropped_at END WHERE content_id = %s"
)
RELEASE_MESSAGES = (
    "UPDATE content_use SET refs = refs - u.n,"
    " dropped_at = CASE WHEN refs = u.n THEN %s ELSE dropped_at END"
    " FROM (SELECT content_id, COUNT(*) AS n FROM message"
    " WHERE mailbox_id = %s AND uid = ANY(%s) GROUP BY content_id) u"
    " WHERE content_use.content_id = u.content_id"
)
RELEASE_MAILBOX = (
    "UPDATE content_use SET refs = refs - u.n,"
    " dropped_at = CASE WHEN refs = u.n THEN %s ELSE dropped_at END"
    " FROM (SELECT content_id, COUNT(*) AS n FROM message"
    " WHERE mailbox_id = %s GROUP BY content_id) u WHERE content_use.content_id = u.content_id"
)
HOLD_MESSAGES = (
    "UPDATE content_use SET refs = refs + u.n, dropped_at = NULL"
    " FROM (SELECT content_id, COUNT(*) AS n FROM message"
    " WHERE mailbox_id = %s AND uid BETWEEN %s AND %s GROUP BY content_id) u"
    " WHERE content_use.content_id = u.content_id"
)

UNUSED_CONTENTS = (
    "SELECT content_id FROM content_use WHERE refs = 0 AND dropped_at < %s"
    " ORDER BY dropped_at LIMIT %s FOR UPDATE SKIP LOCKED"
)
DROP_SEGMENTS = "DELETE FROM segment WHERE content_id = ANY(%s)"
DROP_CONTENTS = "DELETE FROM content WHERE id = ANY(%s)"
DROP_USES = "DELETE FROM content_use WHERE content_id = ANY(%s)"
UNUSED_BLOBS = (
    "SELECT id, place FROM blob WHERE refs = 0 AND dropped_at < %s"
    " ORDER BY dropped_at LIMIT %s FOR UPDATE SKIP LOCKED"
)
DROP_BLOB_DATA = "DELETE FROM blob_data WHERE blob_id = ANY(%s)"
DROP_BLOBS = "DELETE FROM blob WHERE id = ANY(%s)"
PLACE_IS_USED = "SELECT 1 FROM blob WHERE place = %s AND place <> ''"

SIZE = "SELECT size FROM content WHERE id = %s"
SIZE_AND_PARTS = "SELECT size, parts FROM content WHERE id = %s"
HEADER = "SELECT header FROM content WHERE id = %s"
THOSE_THERE = "SELECT id FROM content WHERE id = ANY(%s)"
BLOB_HASHES = "SELECT id, sha256 FROM blob WHERE id = ANY(%s)"
