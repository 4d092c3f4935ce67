# Who has muted a conversation; for all others nothing is asked when mail comes.

from django.db import migrations, models

MARK = (
    "UPDATE account SET mutes = %s WHERE id IN"
    " (SELECT account_id FROM mailbox WHERE LOWER(' ' || keywords || ' ') LIKE %s)"
)


def mark(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(MARK, [True, "% $muted %"])


class Migration(migrations.Migration):
    dependencies = [
        ("lemonade_server", "0016_threads"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="mutes",
            field=models.BooleanField(
                db_default=False,
                editable=False,
                help_text="Has muted a conversation, at some time: mail for it is looked at.",
            ),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
