"""The database's own index over the words of courses: FTS5 on SQLite, a GIN index on PostgreSQL.

The words are normalised and stemmed before they are stored (cms.search), so neither index stems. On SQLite triggers
keep it: whoever makes that table anew in a later migration puts them back (tests/cms/test_search.py sees to it).
"""

from django.db import migrations

SQLITE = [
    """
    CREATE VIRTUAL TABLE cms_course_words USING fts5(
        title, keywords, text,
        content='cms_courseindexentry', content_rowid='id', detail='none', tokenize="ascii tokenchars '_'"
    )
    """,
    """
    CREATE TRIGGER cms_course_words_added AFTER INSERT ON cms_courseindexentry BEGIN
        INSERT INTO cms_course_words(rowid, title, keywords, text)
        VALUES (new.id, new.title, new.keywords, new.text);
    END
    """,
    """
    CREATE TRIGGER cms_course_words_removed AFTER DELETE ON cms_courseindexentry BEGIN
        INSERT INTO cms_course_words(cms_course_words, rowid, title, keywords, text)
        VALUES ('delete', old.id, old.title, old.keywords, old.text);
    END
    """,
    """
    CREATE TRIGGER cms_course_words_changed AFTER UPDATE ON cms_courseindexentry BEGIN
        INSERT INTO cms_course_words(cms_course_words, rowid, title, keywords, text)
        VALUES ('delete', old.id, old.title, old.keywords, old.text);
        INSERT INTO cms_course_words(rowid, title, keywords, text)
        VALUES (new.id, new.title, new.keywords, new.text);
    END
    """,
    # What was there before: by its old words, until `manage.py index_courses` writes them anew.
    "INSERT INTO cms_course_words(cms_course_words) VALUES ('rebuild')",
]
SQLITE_BACK = [
    "DROP TRIGGER cms_course_words_changed",
    "DROP TRIGGER cms_course_words_removed",
    "DROP TRIGGER cms_course_words_added",
    "DROP TABLE cms_course_words",
]
POSTGRESQL = [
    """
    ALTER TABLE cms_courseindexentry ADD COLUMN words tsvector GENERATED ALWAYS AS (
        array_to_tsvector(array_remove(string_to_array(title || keywords || text, ' '), ''))
    ) STORED
    """,
    "CREATE INDEX cms_course_words ON cms_courseindexentry USING gin (words)",
]
POSTGRESQL_BACK = ["ALTER TABLE cms_courseindexentry DROP COLUMN words"]


def _run(statements):
    """These statements, where the database is of this kind."""

    def run(apps, schema_editor):
        for statement in statements.get(schema_editor.connection.vendor, []):
            schema_editor.execute(statement)

    return run


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(
            _run({"sqlite": SQLITE, "postgresql": POSTGRESQL}),
            _run({"sqlite": SQLITE_BACK, "postgresql": POSTGRESQL_BACK}),
        ),
    ]
