"""The targets of an alias, which were lines of one text, become rows."""

from django.db import migrations, models

LONGEST = 320


def _plain(address):
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _to_rows(apps, schema_editor):
    """Each line once, in its order. What is longer than an address can be led nowhere."""
    target = apps.get_model("lemonade_server", "AliasTarget")
    rows = []
    for alias in apps.get_model("lemonade_server", "Alias").objects.order_by("id").iterator():
        lines = {line.strip().lower(): line.strip() for line in alias.targets.splitlines()}
        rows += [
            target(alias=alias, address=line, plain=_plain(line))
            for line in lines.values()
            if line and len(line) <= LONGEST
        ]
    target.objects.bulk_create(rows, batch_size=500)


def _to_text(apps, schema_editor):
    for alias in apps.get_model("lemonade_server", "Alias").objects.all():
        alias.targets = "\n".join(one.address for one in alias.rows.order_by("id"))
        alias.save(update_fields=["targets"])


class Migration(migrations.Migration):
    dependencies = [("lemonade_server", "0009_requiretls")]

    operations = [
        migrations.CreateModel(
            name="AliasTarget",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.CharField(max_length=LONGEST)),
                (
                    "plain",
                    models.CharField(
                        db_index=True,
                        editable=False,
                        help_text="In lower case and without its detail: by this it is found.",
                        max_length=LONGEST,
                    ),
                ),
                (
                    "alias",
                    models.ForeignKey(
                        on_delete=models.deletion.CASCADE,
                        related_name="rows",  # the column has the name until it goes
                        to="lemonade_server.alias",
                    ),
                ),
            ],
            options={"db_table": "alias_target", "ordering": ["id"]},
        ),
        migrations.RunPython(_to_rows, _to_text),
    ]
