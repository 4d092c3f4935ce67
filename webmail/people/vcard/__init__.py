"""vCards: content lines, cards of version 4 (RFC 6350), and those of older versions.

Our own, as no library that is kept does it: ``vobject`` knows version 3 alone, takes seconds to
fold a photograph and hangs on a line of a few dozen commas; ``icalendar`` refuses parameters
without a name and forgets repeated ones.
"""
