# Messages know their thread, and whether anything is attached, in their own narrow rows.

from django.db import migrations, models

from lemonade_server.wire.part_table import has_attachment
from lemonade_server.wire.thread_keys import thread_number

AT_ONCE = 1_000
READ = (
    "SELECT m.id, c.id, c.message_id, SUBSTR(c.refs_ids, 1, 1000), c.parts"
    " FROM message m JOIN content c ON c.id = m.content_id"
    " WHERE m.id > %s ORDER BY m.id LIMIT %s"
)
WRITE = "UPDATE message SET thread = %s, attached = %s WHERE id = %s"


def fill(apps, schema_editor):
    last = 0
    with schema_editor.connection.cursor() as cursor:
        while True:
            cursor.execute(READ, [last, AT_ONCE])
            rows = cursor.fetchall()
            if not rows:
                return
            last = rows[-1][0]
            cursor.executemany(
                WRITE,
                [
                    (thread_number(own, others) or -content, has_attachment(bytes(parts)), message)
                    for message, content, own, others, parts in rows
                ],
            )


class Migration(migrations.Migration):
    dependencies = [
        ("lemonade_server", "0015_hidden_messages"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="thread",
            field=models.BigIntegerField(
                db_default=0, help_text="Number of the thread, see store/stored_columns.py."
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="attached",
            field=models.BooleanField(
                "attachment", db_default=False, help_text="Whether anything is attached."
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["mailbox", "thread", "uid"], name="message_thread"),
        ),
    ]
