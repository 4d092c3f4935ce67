"""What is deliberately not offered, and why. What no RFC defines is named with whose it is."""

from __future__ import annotations

REFUSED: tuple[tuple[str, int | str, str], ...] = (
    ("LOGIN-REFERRALS", 2221, "Sends passwords to other hosts; here each host serves all."),
    ("LITERAL-", 7888, "LITERAL+, which RFC 5550 §5.8 asks for, includes it."),
    ("I18NLEVEL=2", 5255, "RFC 5550 §5.6 asks for level 1: one comparator for all."),
    ("AUTH=CRAM-MD5", 2195, "Needs readable passwords. SCRAM is offered."),
    ("AUTH=DIGEST-MD5", 6331, "Historic since that RFC. SCRAM is offered."),
    ("AUTH=ANONYMOUS", 4505, "Nothing is for everybody; tickets give out single messages."),
    ("TLS compression", 3749, "CRIME (RFC 9325 §3.3); COMPRESS=DEFLATE forgets in between."),
    ("AUTH=XOAUTH2", "Google", "The precursor of OAUTHBEARER, which is offered."),
    ("JMAPACCESS", 9698, "There is no JMAP here."),
    ("SAVELIMIT", 9738, "MESSAGELIMIT says it of all commands, APPEND and COPY among them."),
    ("UIDBATCHES", "an Internet-Draft", "PARTIAL tells any part of a mailbox, too."),
    ("OBJECTID+", "an Internet-Draft", "OBJECTID and THREADID are offered as RFC 8474 has them."),
    ("XLIST", "Google, Cyrus", "Superseded by SPECIAL-USE."),
    ("XMOVE", "Cyrus", "Superseded by MOVE."),
    ("SCAN", "Cyrus", "Superseded by MULTISEARCH: a text is looked for in many mailboxes."),
    ("NO_ATOMIC_RENAME", "Cyrus", "It says that a RENAME can stop half-way: here none can."),
    ("DIGEST=SHA1", "Cyrus", "EMAILID tells which messages are the same; SHA-1 is broken."),
    ("X-CREATEDMODSEQ", "Cyrus", "A FETCH item for its own replication."),
    ("X-REPLICATION", "Cyrus", "Its own replication; a database replicates itself."),
    ("X-SIEVE-MAILBOX", "Cyrus", "It keeps scripts in a mailbox; here ManageSieve does."),
    ("X-QUOTA", "Cyrus", "Superseded by QUOTA=RES-STORAGE and its like (RFC 9208)."),
    ("POP3", 1939, "The profile is about mail that stays on the server."),
    ("ETRN", 1985, "Nothing is held for hosts that dial in."),
    ("CHECKPOINT", 1845, "What was cut off is sent anew; BURL makes messages small."),
    ("NO-SOLICITING", 3865, "Labels that nobody sets; filters are the owner's (Sieve)."),
    ("RRVS", 7293, "Addresses are not given to other people here."),
    ("replace", 5703, "A filter that changes what others have written breaks its signatures."),
    ("enclose", 5703, "The same: what arrived is kept as it arrived."),
)
