"""FETCH responses: the compiled plan, the stream of messages, flags."""
