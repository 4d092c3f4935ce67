"""What people read, in other languages than English: ``locale/`` made from the source, and judged.

``python -m catalogues`` (``make catalogues``) brings the catalogues to what the source says and
compiles them; what is new in them is to be translated then.
"""
