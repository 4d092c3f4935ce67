"""The tables of the address book; what is done with them is in ``webmail.people``."""
