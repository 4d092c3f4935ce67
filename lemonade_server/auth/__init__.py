"""Logins: checks of passwords, the brake on guessing, and what is logged of both."""
