"""Accounts: made, disabled, given a password and a quota, and erased with their mail."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext_lazy

from lemonade_server.directory import enrolment
from lemonade_server.directory.removal import loss_with_account
from lemonade_server.models import Account, Mailbox, Recipient, UrlauthTicket

from .account_forms import AccountForm, NewAccountForm, PasswordForm
from .authority import has_authority_over
from .display import badge, octets
from .domains import DomainFilter
from .model_admin import ExplainedAdmin

PRIVILEGES = ("is_staff", "is_superuser", "groups")
OWN_FIELDS = {
    "name",
    "is_active",
    "role",
    "quota",
    "message_quota",
    "hourly_limit",
    "is_staff",
    "is_superuser",
}
NEARLY_FULL = 0.9


def with_use(accounts: QuerySet[Account]) -> QuerySet[Any]:
    """Accounts with ``used`` octets and ``held`` messages, summed over their mailboxes."""
    mine = Mailbox.objects.filter(account=OuterRef("pk")).order_by().values("account")
    return accounts.annotate(
        used=Coalesce(Subquery(mine.annotate(sum=Sum("octets")).values("sum")), 0),
        held=Coalesce(Subquery(mine.annotate(sum=Sum("messages")).values("sum")), 0),
    )


class QuotaFilter(admin.SimpleListFilter):
    """By how full an account is."""

    title = gettext_lazy("quota")
    parameter_name = "full"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("nearly", gettext("90% used or more")),
            ("limited", gettext("limited")),
            ("none", gettext("no limit")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "nearly":
                return queryset.filter(quota__gt=0, used__gte=F("quota") * NEARLY_FULL)
            case "limited":
                return queryset.filter(quota__gt=0)
            case "none":
                return queryset.filter(quota=0)
        return queryset


@admin.register(Account)
class AccountAdmin(ExplainedAdmin[Account]):
    """Enrolled and removed through ``lemonade_server.directory.enrolment``, as from the shell."""

    explanation = gettext_lazy(
        "A login for IMAP, submission and the webmail. A disabled account can't log in, gets no "
        "mail (5.2.1) and its tickets can't be redeemed; its mail is kept. That, and a new "
        "password, ends the webmail's session, all tokens and open connections of mail clients at "
        "once."
    )
    change_form_template = "admin/lemonade_server/account/change_form.html"
    form = AccountForm
    list_display = ("email", "status", "name", "quota_use", "held", "last_login", "created_at")
    list_filter = (DomainFilter, "is_active", QuotaFilter, "role", "is_staff", "is_superuser")
    search_fields = ("email", "name")
    readonly_fields = ("email", "quota_use", "held", "last_login", "created_at")
    fieldsets = (
        (None, {"fields": ("email", "name", "language", "is_active", "role")}),
        (gettext_lazy("Storage"), {"fields": ("quota", "quota_use", "message_quota", "held")}),
        (pgettext_lazy("group of fields", "Sending"), {"fields": ("hourly_limit",)}),
        (gettext_lazy("Admin"), {"fields": PRIVILEGES}),
        (gettext_lazy("Dates"), {"fields": ("last_login", "created_at")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "password1", "password2", "name", "quota", "role")}),
        (gettext_lazy("Admin"), {"fields": ("is_staff", "is_superuser")}),
    )
    actions = ("disable", "enable")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Account]:
        people = super().get_queryset(request).exclude(role=Account.Role.SHARED)
        return with_use(people)

    def formfield_for_choice_field(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Nobody can be made the owner of the shared mailboxes."""
        if db_field.name == "role":
            roles = Account.Role.choices
            kwargs["choices"] = [role for role in roles if role[0] != Account.Role.SHARED]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    # what is shown

    @admin.display(description=gettext_lazy("state"), ordering="is_active")
    def status(self, account: Account) -> SafeString:
        if not account.is_active:
            return badge("bad", gettext("disabled"))
        if account.role == Account.Role.SUBMIT:
            return badge("quiet", gettext("submission service"))
        if account.is_superuser:
            return badge("good", gettext("superuser"))
        return badge("good", gettext("staff") if account.is_staff else gettext("active"))

    @admin.display(description=gettext_lazy("storage used"), ordering="used")
    def quota_use(self, account: Any) -> SafeString:
        used = getattr(account, "used", 0)
        if not account.quota:
            return format_html(gettext("{} of no limit"), octets(used))
        return format_html(
            '{} <meter low="0.75" high="0.9" optimum="0" value="{}">{}%</meter>',
            gettext("%(used)s of %(quota)s")
            % {"used": octets(used), "quota": octets(account.quota)},
            f"{min(1.0, used / account.quota):.3f}",
            round(100 * used / account.quota),
        )

    @admin.display(description=gettext_lazy("messages"), ordering="held")
    def held(self, account: Any) -> int:
        return int(getattr(account, "held", 0))

    # who may do what

    def has_change_permission(self, request: HttpRequest, obj: Account | None = None) -> bool:
        return super().has_change_permission(request, obj) and has_authority_over(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Account | None = None) -> bool:
        """Nobody erases himself, and many at once is too easily done."""
        allowed = super().has_delete_permission(request, obj) and has_authority_over(request, obj)
        return allowed and (obj is None or obj.pk != request.user.pk)

    def get_readonly_fields(self, request: HttpRequest, obj: Account | None = None) -> Any:
        if obj is None:
            return () if request.user.is_superuser else PRIVILEGES
        fields = list(self.readonly_fields)
        if not request.user.is_superuser:
            fields += PRIVILEGES
        elif obj.pk == request.user.pk:
            fields += ["is_active", "is_superuser", "is_staff"]
        return fields

    # made and changed

    def get_fieldsets(self, request: HttpRequest, obj: Account | None = None) -> Any:
        return self.fieldsets if obj is not None else self.add_fieldsets

    def get_form(
        self, request: HttpRequest, obj: Account | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is None:
            kwargs["form"] = NewAccountForm
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(self, request: HttpRequest, obj: Account, form: Any, change: bool) -> None:
        if change:
            # Only these: the row's UIDVALIDITY counter may have moved on since it was read.
            obj.save(update_fields=OWN_FIELDS.intersection(form.changed_data))
            return
        made = enrolment.enrol(
            obj.email, form.cleaned_data["password1"], quota=obj.quota, superuser=obj.is_superuser
        )
        made.name, made.role = obj.name, obj.role
        made.is_staff = obj.is_staff or obj.is_superuser
        made.save(update_fields=["name", "role", "is_staff"])
        obj.__dict__.update(made.__dict__)

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "<int:number>/password/",
                self.admin_site.admin_view(self.password_view),
                name="lemonade_server_account_password",
            ),
            *super().get_urls(),
        ]

    def password_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """Set a password."""
        account = self.get_object(request, str(number))
        if account is None:
            raise Http404("There is no such account.")
        if not self.has_change_permission(request, account):
            raise PermissionDenied
        form = PasswordForm(account, request.POST if request.method == "POST" else None)
        if form.is_valid():
            form.save()
            if account.pk == request.user.pk:
                update_session_auth_hash(request, account)
            self.log_change(request, account, "Set a new password.")
            self.message_user(
                request,
                gettext("The new password of %(account)s is set.") % {"account": account.email},
                messages.SUCCESS,
            )
            return HttpResponseRedirect(
                reverse("admin:lemonade_server_account_change", args=[number])
            )
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Set password"),
            "subtitle": account.email,
            "form": form,
            "original": account,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/lemonade_server/account/password.html", context)

    @admin.action(
        description=gettext_lazy("Disable: refuse logins, keep the mail"), permissions=["change"]
    )
    def disable(self, request: HttpRequest, queryset: QuerySet[Account]) -> None:
        self._set_active(request, queryset.exclude(email=request.user.get_username()), False)

    @admin.action(description=gettext_lazy("Enable: allow logins again"), permissions=["change"])
    def enable(self, request: HttpRequest, queryset: QuerySet[Account]) -> None:
        self._set_active(request, queryset, True)

    def _set_active(self, request: HttpRequest, chosen: QuerySet[Account], active: bool) -> None:
        touched = [
            one for one in chosen.exclude(is_active=active) if has_authority_over(request, one)
        ]
        for one in touched:
            one.is_active = active
            one.save(update_fields=["is_active"])  # which ends its sessions and logins
        for one in touched:
            self.log_change(request, one, "Enabled." if active else "Disabled.")
        count = len(touched)
        enabled = ngettext("%(count)s account enabled.", "%(count)s accounts enabled.", count)
        disabled = ngettext("%(count)s account disabled.", "%(count)s accounts disabled.", count)
        self.message_user(request, (enabled if active else disabled) % {"count": count})

    # erased

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What goes and what stays, counted: a list of every message would help nobody."""
        return [line for one in objs for line in losses(one)], {}, set(), []

    def delete_model(self, request: HttpRequest, obj: Account) -> None:
        enrolment.remove(obj)


def losses(account: Account) -> list[str]:
    """What erasing an account means, line by line."""
    counted = Mailbox.objects.filter(account=account).aggregate(
        boxes=Count("pk"), held=Sum("messages"), used=Sum("octets")
    )
    tickets = UrlauthTicket.objects.filter(account=account).count()
    queued = Recipient.objects.filter(
        submission__account=account, state=Recipient.State.QUEUED
    ).count()
    return [
        gettext(
            "All mail (mailboxes: %(mailboxes)s, messages: %(messages)s, %(octets)s): erased for "
            "good within an hour"
        )
        % {
            "mailboxes": counted["boxes"],
            "messages": counted["held"] or 0,
            "octets": octets(counted["used"]),
        },
        gettext(
            "Its URLAUTH keys and issued tickets (tickets: %(tickets)s): nobody can redeem one any "
            "more"
        )
        % {"tickets": tickets},
        gettext("Its sessions, subscriptions and preferences: gone"),
        gettext("Not its submissions: recipients that still wait (%(queued)s) are served")
        % {"queued": queued},
        *loss_with_account(account.email).lines(),
        gettext("From then on mail for %(account)s is refused with 5.1.1")
        % {"account": account.email},
    ]
