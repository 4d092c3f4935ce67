"""How the pages look and what they do, as one person has it."""
