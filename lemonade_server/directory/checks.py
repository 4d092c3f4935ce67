"""What an alias and a catch-all may lead to: nothing is accepted that would lead nowhere.

Shared by the command line and the admin, so that both refuse the same things in the same words; and
asked of the same resolution as mail on its way, as if the change were written.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext

from lemonade_server.models import Domain
from lemonade_server.models.accounts import ALWAYS
from lemonade_server.store.tx import snapshot

from .addresses import domain_of
from .lookup import Lookup, PlannedChange
from .resolution import EndKind, find_holder, resolve_in


def checked_address(text: str) -> str:
    """The address in lower case. Raises ValidationError unless its domain is ours."""
    address = _checked_syntax(text.strip().lower(), text)
    with snapshot() as tx:
        lookup = Lookup(tx)
        lookup.load([address])
        if lookup.domain_name(address) is None:
            raise ValidationError(
                gettext("%(domain)s is not a domain of this server.")
                % {"domain": domain_of(address)}
            )
    return address


def _checked_syntax(address: str, text: str) -> str:
    try:
        validate_email(address)
    except ValidationError:
        raise ValidationError(
            gettext("%(address)s is not an e-mail address.") % {"address": repr(text)}
        ) from None
    return address


def hidden_account_warning(address: str, targets: Iterable[str]) -> str:
    """Why an account would get nothing any more behind such an alias; empty where none would."""
    with snapshot() as tx:
        lookup = Lookup(tx)
        lookup.load([address])
        if address in targets or lookup.account(address) is None:
            return ""
    return gettext(
        "%(address)s is an account, which would get nothing any more: name it among the targets "
        "too."
    ) % {"address": address}


def checked_targets(address: str, targets: list[str]) -> list[str]:
    """The targets, once each. Raises ValidationError for one that leads nowhere or in a circle.

    An alias may name itself: then the account of the same address gets a copy too.
    """
    if not targets:
        raise ValidationError(gettext("At least one target is needed."))
    chosen = [_checked_syntax(target, target) for target in dict.fromkeys(targets)]
    with snapshot() as tx:
        lookup = Lookup(tx, PlannedChange(aliases={address: chosen}))
        lookup.load([address, *chosen])
        for target in chosen:
            _refuse_missing(lookup, address, target)
        if resolve_in(lookup, address).leads_back_to(address):
            raise ValidationError(
                gettext("This goes in a circle: a target leads back to the alias itself.")
            )
        for target in chosen:
            if target != address:
                _refuse_dead_end(lookup, target)
    return chosen


def _refuse_missing(lookup: Lookup, address: str, target: str) -> None:
    """Raises ValidationError when a target is of our domains, and nobody's. ``address``: whose."""
    if lookup.domain_name(target) is None or target.partition("@")[0] in ALWAYS:
        return
    has_it = lookup.account(target) if target == address else find_holder(lookup, target)
    if not has_it:
        raise ValidationError(
            gettext("%(address)s is neither an account nor an alias of this server.")
            % {"address": target}
        )


def _refuse_dead_end(lookup: Lookup, target: str) -> None:
    """Raises ValidationError when mail to a target would be refused by everybody behind it."""
    ends = resolve_in(lookup, target).ends
    if not ends:
        raise ValidationError(gettext("%(address)s leads only in a circle.") % {"address": target})
    if all(end.kind is EndKind.NOBODY for end in ends):
        raise ValidationError(
            gettext("%(address)s leads nowhere: nobody is behind it at present.")
            % {"address": target}
        )


def checked_catch_all(domain: str, text: str) -> str:
    """Who gets what nobody has in ``domain``, in lower case; empty for nobody.

    Raises ValidationError for an address that leads nowhere, or back to what nobody has.
    """
    address = text.strip().lower()
    if not address:
        return ""
    _checked_syntax(address, text)
    with snapshot() as tx:
        lookup = Lookup(tx, PlannedChange(catch_alls={domain: ""}))
        lookup.load([address])
        _refuse_missing(lookup, "", address)
        if any(domain_of(one) == domain for one in resolve_in(lookup, address).unheld):
            raise ValidationError(
                gettext(
                    "This goes in a circle: %(address)s leads back to what nobody has in "
                    "%(domain)s."
                )
                % {"address": address, "domain": domain}
            )
        _refuse_dead_end(lookup, address)
    return address


def checked_other_name(domain: Domain, chosen: Domain | None) -> Domain | None:
    """The domain that ``domain`` is another name of. Raises ValidationError for a chain or a circle
    of names.
    """
    if chosen is None:
        return None
    if chosen.pk == domain.pk or chosen.alias_of_id is not None:
        raise ValidationError(
            gettext("A domain can be another name only of one that has mail itself.")
        )
    if domain.other_names.exists():
        raise ValidationError(
            gettext("%(domain)s has other names itself: give those to %(chosen)s first.")
            % {"domain": domain.name, "chosen": chosen.name}
        )
    return chosen


def refuse_both(chosen: Domain | None, catch_all: str) -> None:
    """Raises ValidationError where another name would have a catch-all, which nobody would ask."""
    if chosen is not None and catch_all:
        raise ValidationError(
            gettext("Another name has no catch-all of its own: that of the domain itself counts.")
        )
