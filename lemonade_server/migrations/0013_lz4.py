"""PostgreSQL compresses what is large in a row by LZ4 where it can: pglz took half the time of a
delivery. What is there stays as it is.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

LARGE = {
    "blob_data": ("data",),
    "content": ("envelope", "bodystructure", "body", "parts", "header"),
    "content_text": ("header", "body"),
}
HAS_LZ4 = (
    "SELECT 1 FROM pg_settings"
    " WHERE name = 'default_toast_compression' AND 'lz4' = ANY(enumvals)"
)


def compress(editor: BaseDatabaseSchemaEditor, method: str) -> None:
    if editor.connection.vendor != "postgresql":
        return
    with editor.connection.cursor() as cursor:
        cursor.execute(HAS_LZ4)  # not in PostgreSQL 13, nor in one that was built without it
        if cursor.fetchone() is None:
            return
    for table, columns in LARGE.items():
        changes = ", ".join(f"ALTER {column} SET COMPRESSION {method}" for column in columns)
        editor.execute(f"ALTER TABLE {table} {changes}")


def forwards(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    compress(editor, "lz4")


def backwards(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    compress(editor, "default")


class Migration(migrations.Migration):
    dependencies = [("lemonade_server", "0012_flag_indexes")]

    operations = [migrations.RunPython(forwards, backwards)]
