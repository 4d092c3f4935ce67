# Big copies are prepared aside; what is deleted is found without a look at all other messages.

from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.lookups import Exact


class Migration(migrations.Migration):
    dependencies = [
        ("lemonade_server", "0014_language"),
    ]

    operations = [
        migrations.CreateModel(
            name="HiddenMessages",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("mailbox_id", models.BigIntegerField(help_text="The mailbox may be gone.")),
                ("uid_first", models.BigIntegerField()),
                ("uid_last", models.BigIntegerField()),
                ("until", models.BigIntegerField(help_text="From then on they may be erased.")),
            ],
            options={
                "db_table": "hidden_messages",
                "indexes": [models.Index(fields=["mailbox_id"], name="hidden_messages_mailbox")],
            },
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                fields=["mailbox", "uid"],
                name="message_deleted",
                condition=Q(Exact(F("bits").bitand(8), 8)),
            ),
        ),
    ]
