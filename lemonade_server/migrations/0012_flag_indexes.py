# What is unseen, flagged or has keywords is listed without a look at all other messages.

from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.lookups import Exact


class Migration(migrations.Migration):
    dependencies = [
        ("lemonade_server", "0011_alias_without_text"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                fields=["mailbox", "uid"],
                name="message_unseen",
                condition=Q(Exact(F("bits").bitand(1), 0)),
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                fields=["mailbox", "uid"],
                name="message_flagged",
                condition=Q(Exact(F("bits").bitand(4), 4)),
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                fields=["mailbox", "uid", "keywords"],
                name="message_keywords",
                condition=Q(keywords__gt=""),
            ),
        ),
    ]
