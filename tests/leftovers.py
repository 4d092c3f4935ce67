"""What a failed test leaves open: its frames hold sockets until somebody collects them."""

from __future__ import annotations

import gc
import traceback
import warnings


def close(error: BaseException | None) -> None:
    """Let go of what the frames of an error hold, without the complaints of what is closed so."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        while error is not None:
            traceback.clear_frames(error.__traceback__)
            error = error.__cause__ or error.__context__
        gc.collect()
