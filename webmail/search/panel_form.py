"""The form of the panel: fields in place of operators."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from webmail.mail import (
    AllOf,
    AttachmentKey,
    DayKey,
    Folder,
    FolderKey,
    MessageState,
    NoneOf,
    SearchTree,
    SizeKey,
    StateKey,
    TextKey,
    all_of,
    none_of,
)

from .folder_names import ANYWHERE, find_called
from .parser import LONGEST, parse
from .words import QueryError
from .writer import write

STATES = [
    ("", gettext_lazy("Any")),
    (MessageState.UNREAD.value, gettext_lazy("Unread")),
    (MessageState.READ.value, gettext_lazy("Read")),
    (MessageState.FLAGGED.value, gettext_lazy("Flagged")),
    (MessageState.ANSWERED.value, gettext_lazy("Answered")),
]
SIZES = [
    ("", gettext_lazy("Any")),
    ("1000000", gettext_lazy("Larger than 1 MB")),
    ("10000000", gettext_lazy("Larger than 10 MB")),
    ("25000000", gettext_lazy("Larger than 25 MB")),
]
LONGEST_FIELD = 500  # characters
TEXTS = {"sender": "from", "recipient": "to", "subject": "subject", "filename": "filename"}
"""Fields of the panel, and the operators that they write."""


class PanelForm(forms.Form):
    """What can be looked for, one field each."""

    sender = forms.CharField(label=gettext_lazy("From"), max_length=LONGEST_FIELD, required=False)
    recipient = forms.CharField(label=gettext_lazy("To"), max_length=LONGEST_FIELD, required=False)
    subject = forms.CharField(
        label=gettext_lazy("Subject"), max_length=LONGEST_FIELD, required=False
    )
    words = forms.CharField(label=gettext_lazy("Has the words"), max_length=LONGEST, required=False)
    without = forms.CharField(
        label=gettext_lazy("Does not have"), max_length=LONGEST_FIELD, required=False
    )
    filename = forms.CharField(
        label=gettext_lazy("Name of an attachment"), max_length=LONGEST_FIELD, required=False
    )
    where = forms.ChoiceField(label=gettext_lazy("Where"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=STATES, required=False)
    size = forms.ChoiceField(label=gettext_lazy("Size"), choices=SIZES, required=False)
    after = forms.DateField(label=gettext_lazy("From this day on"), required=False)
    before = forms.DateField(label=gettext_lazy("Before this day"), required=False)
    attachment = forms.BooleanField(label=gettext_lazy("Has an attachment"), required=False)

    def __init__(self, folders: Sequence[Folder], **more: Any) -> None:
        super().__init__(**more)
        for name in ("after", "before"):
            self.fields[name].widget = forms.DateInput({"type": "date"}, "%Y-%m-%d")
        where = self.fields["where"]
        assert isinstance(where, forms.ChoiceField)
        where.choices = [
            ("", gettext("All mail")),
            (ANYWHERE, gettext("All mail, trash and junk, too")),
            *((folder.name, folder.path) for folder in folders if folder.selectable),
        ]

    def clean_words(self) -> SearchTree:
        return self._tree("words")

    def clean_without(self) -> SearchTree:
        return self._tree("without")

    def _tree(self, name: str) -> SearchTree:
        try:
            return parse(self.cleaned_data[name])
        except QueryError as error:
            raise forms.ValidationError(str(error)) from error

    def tree(self) -> SearchTree:
        """What the valid form asks for."""
        data = self.cleaned_data
        nodes: list[SearchTree] = [
            TextKey(operator, data[name]) for name, operator in TEXTS.items() if data[name]
        ]
        nodes.append(data["words"])
        if data["without"] != AllOf():
            nodes.append(_without(data["without"]))
        if data["where"]:
            nodes.append(FolderKey(data["where"]))
        if data["state"]:
            nodes.append(StateKey(MessageState(data["state"])))
        if data["size"]:
            nodes.append(SizeKey(True, int(data["size"])))
        nodes += [
            DayKey(name == "before", data[name]) for name in ("after", "before") if data[name]
        ]
        if data["attachment"]:
            nodes.append(AttachmentKey())
        return all_of(nodes)


def _without(tree: SearchTree) -> SearchTree:
    """None of the words: each is left out by itself."""
    return all_of([none_of(node) for node in (tree.nodes if isinstance(tree, AllOf) else (tree,))])


def fields_of(tree: SearchTree, folders: Sequence[Folder]) -> dict[str, str | bool | date]:
    """The panel as it asks for a tree; what has no field of its own stands among the words."""
    found: dict[str, str | bool | date] = {}
    rest: list[SearchTree] = []
    without: list[SearchTree] = []
    for node in tree.nodes if isinstance(tree, AllOf) else (tree,):
        if isinstance(node, NoneOf) and isinstance(node.node, TextKey):
            without.append(node.node)
            continue
        name, value = _field_of(node, folders)
        if name and name not in found:
            found[name] = value
        else:
            rest.append(node)
    found["words"] = write(all_of(rest))
    found["without"] = write(all_of(without))
    return found


def _field_of(node: SearchTree, folders: Sequence[Folder]) -> tuple[str, str | bool | date]:
    """The field that says the same, and its value; "" when none does."""
    match node:
        case TextKey():
            names = [name for name, operator in TEXTS.items() if operator == node.field]
            return (names[0], node.text) if names else ("", "")
        case FolderKey() if node.name == ANYWHERE:
            return "where", ANYWHERE
        case FolderKey():
            called = find_called(folders, node.name)
            return ("where", called[0].name) if len(called) == 1 else ("", "")
        case StateKey() if node.state.value in dict(STATES):
            return "state", node.state.value
        case SizeKey(larger=True) if str(node.octets) in dict(SIZES):
            return "size", str(node.octets)
        case DayKey():
            return "before" if node.before else "after", node.day
        case AttachmentKey():
            return "attachment", True
    return "", ""
