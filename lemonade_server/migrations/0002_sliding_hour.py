"""Recipients of the last hour by the minute, instead of those since its first message."""

from __future__ import annotations

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models.functions import Cast, Concat


def keep(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """What was counted so far, as sent when that hour began."""
    text = models.TextField()
    apps.get_model("lemonade_server", "Sent").objects.update(
        spans=Concat(
            Cast("last_at", text),
            models.Value(":", output_field=text),
            Cast("recipients", text),
        )
    )


class Migration(migrations.Migration):
    dependencies = [("lemonade_server", "0001_initial")]

    operations = [
        migrations.RenameField("sent", "began_at", "last_at"),
        migrations.AddField(
            "sent",
            "spans",
            models.TextField(
                default="", help_text="time:recipients of each minute with mail, in their order."
            ),
            preserve_default=False,
        ),
        migrations.RunPython(keep, migrations.RunPython.noop),
        migrations.RemoveField("sent", "recipients"),
    ]
