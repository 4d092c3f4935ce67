"""What must never be found: (what it means, statement). Each row fills the text's braces."""

from .message_annotations import SIZE as ANNOTATION

HIDDEN = (
    "EXISTS (SELECT 1 FROM hidden_messages h WHERE h.mailbox_id = m.mailbox_id"
    " AND m.uid BETWEEN h.uid_first AND h.uid_last)"
)
"""Message ``m`` is not in its mailbox, not yet or no more."""

ROWS: tuple[tuple[str, str], ...] = (
    (
        "mailbox {} counts {} messages, {} unseen, {} octets, but holds {}, {}, {}",
        "SELECT b.id, b.messages, b.unseen, b.octets, COALESCE(m.n, 0), COALESCE(m.unseen, 0),"
        " COALESCE(m.octets, 0) FROM mailbox b LEFT JOIN"
        " (SELECT mailbox_id, COUNT(*) AS n, SUM(size) AS octets,"
        " SUM(CASE WHEN bits & 1 = 0 THEN 1 ELSE 0 END) AS unseen"
        f" FROM message m WHERE NOT {HIDDEN} GROUP BY mailbox_id) m ON m.mailbox_id = b.id"
        " WHERE b.messages <> COALESCE(m.n, 0) OR b.unseen <> COALESCE(m.unseen, 0)"
        " OR b.octets <> COALESCE(m.octets, 0)",
    ),
    (
        "mailbox {}: UIDNEXT {} is not above UID {}",
        "SELECT b.id, b.uidnext, m.uid FROM mailbox b JOIN message m ON m.mailbox_id = b.id"
        f" WHERE m.uid >= b.uidnext AND NOT {HIDDEN}",
    ),
    (
        "mailbox {}: UIDNEXT {} is not above the vanished UID {}",
        "SELECT b.id, b.uidnext, v.uid_last FROM mailbox b JOIN vanished v"
        " ON v.mailbox_id = b.id WHERE v.uid_last >= b.uidnext",
    ),
    (
        "mailbox {} is at mod-sequence {}, but its message {} at {}, made at {}",
        "SELECT b.id, b.modseq, m.uid, m.modseq, m.created_modseq FROM mailbox b"
        " JOIN message m ON m.mailbox_id = b.id"
        " WHERE (m.modseq > b.modseq OR m.created_modseq > m.modseq OR m.created_modseq < 1)"
        f" AND NOT {HIDDEN}",
    ),
    (
        "mailbox {} is at mod-sequence {}, but a tombstone of it at {}",
        "SELECT b.id, b.modseq, v.modseq FROM mailbox b JOIN vanished v"
        " ON v.mailbox_id = b.id WHERE v.modseq > b.modseq",
    ),
    (
        "mailbox {}: the tombstone {}:{} covers the living UID {}",
        "SELECT v.mailbox_id, v.uid_first, v.uid_last, m.uid FROM vanished v JOIN message m"
        " ON m.mailbox_id = v.mailbox_id AND m.uid BETWEEN v.uid_first AND v.uid_last",
    ),
    (
        "mailbox {}: the tombstone {}:{} is no range",
        "SELECT mailbox_id, uid_first, uid_last FROM vanished"
        " WHERE uid_first > uid_last OR uid_first < 1",
    ),
    (
        "mailbox {}: forgets tombstones up to {}, but is at mod-sequence {}",
        "SELECT id, tombstone_floor, modseq FROM mailbox WHERE tombstone_floor > modseq",
    ),
    (
        "mailbox {}: first recent UID {} is above UIDNEXT {}",
        "SELECT id, recent_from, uidnext FROM mailbox WHERE recent_from > uidnext",
    ),
    (
        "mailbox {} is only a parent, but holds message {}",
        "SELECT b.id, m.uid FROM mailbox b JOIN message m ON m.mailbox_id = b.id WHERE b.noselect",
    ),
    (
        "mailbox {} has UIDVALIDITY {}, above the {} that its account has given out",
        "SELECT b.id, b.uidvalidity, a.last_uidvalidity FROM mailbox b JOIN account a"
        " ON a.id = b.account_id WHERE b.uidvalidity > a.last_uidvalidity",
    ),
    (
        "account {}: {} mailboxes have UIDVALIDITY {}",
        "SELECT account_id, COUNT(*), uidvalidity FROM mailbox GROUP BY account_id, uidvalidity"
        " HAVING COUNT(*) > 1",
    ),
    (
        "message {} (UID {}) is in the missing mailbox {}",
        "SELECT m.id, m.uid, m.mailbox_id FROM message m WHERE NOT EXISTS"
        f" (SELECT 1 FROM mailbox b WHERE b.id = m.mailbox_id) AND NOT {HIDDEN}",
    ),
    (
        "mailbox {} shows UIDs from {} on that are hidden, below its UIDNEXT {}",
        "SELECT b.id, h.uid_first, b.uidnext FROM hidden_messages h JOIN mailbox b"
        " ON b.id = h.mailbox_id WHERE h.uid_first < b.uidnext",
    ),
    (
        "a tombstone belongs to the missing mailbox {}",
        "SELECT DISTINCT v.mailbox_id FROM vanished v WHERE NOT EXISTS"
        " (SELECT 1 FROM mailbox b WHERE b.id = v.mailbox_id)",
    ),
    (
        "mailbox {}: UID {} shows the missing content {}",
        "SELECT m.mailbox_id, m.uid, m.content_id FROM message m WHERE NOT EXISTS"
        " (SELECT 1 FROM content c WHERE c.id = m.content_id)",
    ),
    (
        "mailbox {}: UID {} has {} octets, its content {}",
        "SELECT m.mailbox_id, m.uid, m.size, c.size FROM message m JOIN content c"
        " ON c.id = m.content_id WHERE m.size <> c.size",
    ),
    (
        "mailbox {}: UID {} and UID {} of mailbox {} show content {}, but in threads {} and {}",
        "SELECT m.mailbox_id, m.uid, o.uid, o.mailbox_id, m.content_id, m.thread, o.thread"
        " FROM message m JOIN (SELECT content_id, MIN(id) AS id FROM message GROUP BY content_id)"
        " f ON f.content_id = m.content_id JOIN message o ON o.id = f.id"
        " WHERE m.thread <> o.thread OR m.attached <> o.attached",
    ),
    (
        "submission {} shows the missing content {}",
        "SELECT s.id, s.content_id FROM submission s WHERE NOT EXISTS"
        " (SELECT 1 FROM content c WHERE c.id = s.content_id)",
    ),
    (
        "content {} counts {} uses, but has {}",
        "SELECT u.content_id, u.refs, COALESCE(n.n, 0) FROM content_use u LEFT JOIN"
        " (SELECT content_id, COUNT(*) AS n FROM"
        " (SELECT content_id FROM message UNION ALL SELECT content_id FROM submission"
        " UNION ALL SELECT body_of FROM content_text WHERE body_of IS NOT NULL) uses"
        " GROUP BY content_id) n ON n.content_id = u.content_id"
        " WHERE u.refs <> COALESCE(n.n, 0)",
    ),
    (
        "content {} with {} uses was dropped at {}",
        "SELECT content_id, refs, dropped_at FROM content_use"
        " WHERE (refs = 0) <> (dropped_at IS NOT NULL)",
    ),
    (
        "rights {} are in the missing mailbox {}",
        "SELECT a.id, a.mailbox_id FROM mailbox_access a WHERE NOT EXISTS"
        " (SELECT 1 FROM mailbox b WHERE b.id = a.mailbox_id)",
    ),
    (
        "rights {} in mailbox {} are those of its owner or of the missing account {}",
        "SELECT a.id, a.mailbox_id, a.account_id FROM mailbox_access a"
        " JOIN mailbox b ON b.id = a.mailbox_id WHERE b.account_id = a.account_id"
        " OR (a.account_id <> 0 AND NOT EXISTS"
        " (SELECT 1 FROM account o WHERE o.id = a.account_id))",
    ),
    (
        "annotation {} is on the missing message {} of mailbox {}",
        "SELECT a.id, a.uid, a.mailbox_id FROM message_annotation a WHERE NOT EXISTS"
        " (SELECT 1 FROM message m WHERE m.mailbox_id = a.mailbox_id AND m.uid = a.uid)",
    ),
    (
        "annotation {} is at mod-sequence {}, but UID {} of mailbox {} at {}",
        "SELECT a.id, a.modseq, a.uid, a.mailbox_id, m.modseq FROM message_annotation a"
        " JOIN message m ON m.mailbox_id = a.mailbox_id AND m.uid = a.uid"
        " WHERE a.modseq > m.modseq",
    ),
    (
        "annotation {} in mailbox {} is of the missing account {}",
        "SELECT a.id, a.mailbox_id, a.account_id FROM message_annotation a WHERE a.account_id <> 0"
        " AND NOT EXISTS (SELECT 1 FROM account o WHERE o.id = a.account_id)",
    ),
    (
        "mailbox {} counts {} octets of annotations, but holds {}",
        "SELECT b.id, b.annotation_octets, COALESCE(a.octets, 0) FROM mailbox b LEFT JOIN"
        f" (SELECT mailbox_id, SUM({ANNOTATION}) AS octets FROM message_annotation"
        " GROUP BY mailbox_id) a ON a.mailbox_id = b.id"
        " WHERE b.annotation_octets <> COALESCE(a.octets, 0)",
    ),
    (
        "an annotation {} is of the missing mailbox {}",
        "SELECT a.id, a.mailbox_id FROM annotation a WHERE a.mailbox_id <> 0"
        " AND NOT EXISTS (SELECT 1 FROM mailbox b WHERE b.id = a.mailbox_id)",
    ),
    (
        "content {} has no count of uses",
        "SELECT c.id FROM content c WHERE NOT EXISTS"
        " (SELECT 1 FROM content_use u WHERE u.content_id = c.id)",
    ),
    (
        "uses of the missing content {} are counted",
        "SELECT u.content_id FROM content_use u WHERE NOT EXISTS"
        " (SELECT 1 FROM content c WHERE c.id = u.content_id)",
    ),
    (
        "content {} has no search text",
        "SELECT c.id FROM content c WHERE NOT EXISTS"
        " (SELECT 1 FROM content_text t WHERE t.content_id = c.id)",
    ),
    (
        "content {} borrows the text of content {}, which has none of its own",
        "SELECT t.content_id, t.body_of FROM content_text t WHERE t.body_of IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM content_text o WHERE o.content_id = t.body_of"
        " AND o.body_of IS NULL)",
    ),
    (
        "the missing content {} has search text",
        "SELECT t.content_id FROM content_text t WHERE NOT EXISTS"
        " (SELECT 1 FROM content c WHERE c.id = t.content_id)",
    ),
    (
        "content {} has {} octets, its rope {}",
        "SELECT c.id, c.size, COALESCE(s.length, 0) FROM content c LEFT JOIN"
        " (SELECT content_id, SUM(length) AS length FROM segment GROUP BY content_id) s"
        " ON s.content_id = c.id WHERE c.size <> COALESCE(s.length, 0)",
    ),
    (
        "content {}: {} pieces, numbered {} to {}",
        "SELECT content_id, COUNT(*), MIN(pos), MAX(pos) FROM segment GROUP BY content_id"
        " HAVING MIN(pos) <> 0 OR MAX(pos) <> COUNT(*) - 1",
    ),
    (
        "piece {} belongs to the missing content {}",
        "SELECT s.id, s.content_id FROM segment s WHERE NOT EXISTS"
        " (SELECT 1 FROM content c WHERE c.id = s.content_id)",
    ),
    (
        "content {}, piece {}: the blob {} is missing",
        "SELECT s.content_id, s.pos, s.blob_id FROM segment s WHERE NOT EXISTS"
        " (SELECT 1 FROM blob b WHERE b.id = s.blob_id)",
    ),
    (
        "content {}, piece {}: {} octets from {} of blob {}, which has {}",
        "SELECT s.content_id, s.pos, s.length, s.start, b.id, b.size FROM segment s JOIN blob b"
        " ON b.id = s.blob_id WHERE s.start < 0 OR s.length < 0 OR s.start + s.length > b.size",
    ),
    (
        "blob {} counts {} uses, but has {}",
        "SELECT b.id, b.refs, COALESCE(s.n, 0) FROM blob b LEFT JOIN"
        " (SELECT blob_id, COUNT(*) AS n FROM segment GROUP BY blob_id) s ON s.blob_id = b.id"
        " WHERE b.refs <> COALESCE(s.n, 0)",
    ),
    (
        "blob {} with {} uses was dropped at {}",
        "SELECT id, refs, dropped_at FROM blob WHERE (refs = 0) <> (dropped_at IS NOT NULL)",
    ),
    (
        "blob {} is neither in the database nor in the blob store, or in both",
        "SELECT b.id FROM blob b LEFT JOIN blob_data d ON d.blob_id = b.id"
        " WHERE (b.place = '') <> (d.blob_id IS NOT NULL)",
    ),
    (
        "blob {} has {} octets, its row says {}",
        "SELECT b.id, OCTET_LENGTH(d.data), b.size FROM blob b JOIN blob_data d"
        " ON d.blob_id = b.id WHERE OCTET_LENGTH(d.data) <> b.size",
    ),
    (
        "octets of the missing blob {} are kept",
        "SELECT d.blob_id FROM blob_data d WHERE NOT EXISTS"
        " (SELECT 1 FROM blob b WHERE b.id = d.blob_id)",
    ),
    (
        "{} blobs are at the place {}",
        "SELECT COUNT(*), place FROM blob WHERE place <> '' GROUP BY place HAVING COUNT(*) > 1",
    ),
)

MAILBOX_KEYWORDS = "SELECT id, keywords FROM mailbox"
USED_KEYWORDS = (
    "SELECT mailbox_id, keywords, MIN(uid) FROM message m WHERE keywords <> ''"
    f" AND NOT {HIDDEN} GROUP BY mailbox_id, keywords"
)
BLOBS = "SELECT id, sha256, size, lines, dashes, place FROM blob WHERE id > %s ORDER BY id LIMIT %s"
PLACED = "SELECT id, place FROM blob WHERE place <> '' AND id > %s ORDER BY id LIMIT %s"
BLOB_EXISTS = "SELECT 1 FROM blob WHERE id = %s"
CONTENTS = "SELECT id, size, header FROM content WHERE id > %s ORDER BY id LIMIT %s"
CONTENT_EXISTS = "SELECT 1 FROM content WHERE id = %s"

ALIVE = "SELECT 1"
