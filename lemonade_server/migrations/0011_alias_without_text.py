"""The text of an alias' targets goes, by itself: PostgreSQL can't alter a table in the transaction
that has written rows which point to it.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lemonade_server", "0010_alias_targets")]

    operations = [
        # For whoever goes back: the column comes again empty, and is then filled.
        migrations.AlterField("alias", "targets", models.TextField(default="")),
        migrations.RemoveField("alias", "targets"),
        migrations.AlterField(
            "aliastarget",
            "alias",
            models.ForeignKey(
                on_delete=models.deletion.CASCADE,
                related_name="targets",
                to="lemonade_server.alias",
            ),
        ),
    ]
