"""The extensions that this server has. Importing one registers what it can do.

The order is the order of the CAPABILITY list.
"""
