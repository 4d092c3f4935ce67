"""Celery tasks of Snooze: each carries an account and finds its work in rows."""

from __future__ import annotations

from celery import shared_task

from . import snoozes


@shared_task(name="webmail.tasks.give_back", ignore_result=True)
def give_back(account: int) -> None:
    """Give back what is due of one person."""
    snoozes.run(account)


@shared_task(name="webmail.tasks.sweep_snoozes", ignore_result=True)
def sweep_snoozes() -> None:
    """Look for mail whose time has come."""
    for account in snoozes.accounts_due():
        give_back.delay(account)
