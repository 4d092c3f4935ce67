"""Over whom a member of the staff has power."""

from __future__ import annotations

from django.http import HttpRequest

from lemonade_server.models import Account


def has_authority_over(request: HttpRequest, account: Account | None) -> bool:
    """Superusers reach everybody; other staff not those who may do more than they: the rest of the
    staff. Else whoever may set a password could sign in as one of them.
    """
    if account is None or request.user.is_superuser or account.pk == request.user.pk:
        return True
    return not (account.is_staff or account.is_superuser)
