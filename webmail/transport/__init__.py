"""Where the servers are, how the way to them is protected, how long they are waited for."""
