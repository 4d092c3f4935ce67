"""Keys of SCRAM-SHA-1. Accounts get them with their next password."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lemonade_server", "0003_copies_share_text")]

    operations = [
        migrations.AddField(
            "account",
            "scram_sha1",
            models.BinaryField(
                null=True, editable=False, help_text="Both keys of SCRAM-SHA-1, of the same salt."
            ),
        ),
    ]
