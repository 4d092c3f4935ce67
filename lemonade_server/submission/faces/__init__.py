"""The three faces of the server; ``face.py`` has them side by side."""

from .lmtp import LmtpFace
from .smtp import SmtpFace
from .submission import SubmissionFace

__all__ = ["LmtpFace", "SmtpFace", "SubmissionFace"]
