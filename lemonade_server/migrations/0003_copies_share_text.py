# The text of a body is kept once for all copies of a message.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lemonade_server", "0002_sliding_hour"),
    ]

    operations = [
        migrations.AddField(
            model_name="contenttext",
            name="body_of",
            field=models.BigIntegerField(
                help_text="The content whose text of the body is this one's, too.", null=True
            ),
        ),
    ]
