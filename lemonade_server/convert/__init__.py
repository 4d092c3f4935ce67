"""Parts of messages turned into what a client can show (CONVERT, RFC 5259).

``catalogue`` and ``order`` say what is possible; ``decoders`` do it, in processes of their own
that ``fork server`` bears and ``confinement`` limits; ``processes`` is the server's side of them,
``cache`` keeps results, ``converter`` puts it together. Nothing that a decoder imports knows
Django: this file imports nothing.
"""
