"""What is deliberately not offered, and why."""

from __future__ import annotations

REFUSED: tuple[tuple[str, int, str], ...] = (
    ("LOGIN-REFERRALS", 2221, "Sends passwords to other hosts; here each host serves all."),
    ("LITERAL-", 7888, "LITERAL+, which RFC 5550 §5.8 asks for, includes it."),
    ("I18NLEVEL=2", 5255, "RFC 5550 §5.6 asks for level 1: one comparator for all."),
    ("AUTH=CRAM-MD5", 2195, "Needs readable passwords. SCRAM is offered."),
    ("AUTH=DIGEST-MD5", 6331, "Historic since that RFC. SCRAM is offered."),
    ("AUTH=ANONYMOUS", 4505, "Nothing is for everybody; tickets give out single messages."),
    ("TLS compression", 3749, "CRIME (RFC 9325 §3.3); COMPRESS=DEFLATE forgets in between."),
    ("JMAPACCESS", 9698, "There is no JMAP here."),
    ("POP3", 1939, "The profile is about mail that stays on the server."),
    ("ETRN", 1985, "Nothing is held for hosts that dial in."),
    ("CHECKPOINT", 1845, "What was cut off is sent anew; BURL makes messages small."),
    ("NO-SOLICITING", 3865, "Labels that nobody sets; filters are the owner's (Sieve)."),
    ("RRVS", 7293, "Addresses are not given to other people here."),
    ("mime", 5703, "Filters see headers and text; parts are the reader's business."),
)
