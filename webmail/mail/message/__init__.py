"""What a message, a mailbox and an answer of the server are: values, their grammar, errors."""
