"""The index of threads says when each message arrived: a list of conversations is read from it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lemonade_server", "0017_muted")]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                fields=["mailbox", "thread", "internaldate", "uid"], name="message_conversation"
            ),
        ),
        migrations.RemoveIndex(model_name="message", name="message_thread"),
    ]
