"""The three faces of the server; ``face.py`` has them side by side."""

from .lmtp import Lmtp
from .smtp import Smtp
from .submission import Submission

__all__ = ["Lmtp", "Smtp", "Submission"]
