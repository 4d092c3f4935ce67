"""Logins: SASL exchanges, tokens, checks of passwords, the brake on guessing, and the log."""
