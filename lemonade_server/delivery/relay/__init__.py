"""Mail on its way to other hosts: which host, over which connection, in which form."""
