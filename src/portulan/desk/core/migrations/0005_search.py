import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0004_incoming_mail")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=32)),
                ("key", models.CharField(max_length=200)),
                ("language", models.CharField(max_length=8)),
                ("market", models.CharField(blank=True, max_length=32)),
                ("sector", models.CharField(blank=True, max_length=32)),
                ("topic", models.CharField(blank=True, max_length=64)),
                ("expires", models.DateField(blank=True, null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kind", "key"), name="search_entry_once")],
            },
        ),
        migrations.CreateModel(
            name="SearchText",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="core.searchentry",
                    ),
                ),
                ("title", models.TextField()),
                ("text", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="SearchOccurrence",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "entry", "word", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="core.searchentry"
                    ),
                ),
                ("word", models.CharField(max_length=40)),
                ("weight", models.SmallIntegerField()),
            ],
            options={"indexes": [models.Index(fields=["word", "entry", "weight"], name="search_occurrence_of_word")]},
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("word", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("entries", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="SearchWay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "way", "word", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("way", models.CharField(max_length=41)),
                (
                    "word",
                    models.ForeignKey(
                        db_column="word",
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="core.searchword",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["word"], name="search_way_of_word")]},
        ),
        migrations.CreateModel(
            name="SearchTurn",
            fields=[("name", models.CharField(max_length=8, primary_key=True, serialize=False))],
        ),
        migrations.CreateModel(
            name="SearchSeen",
            fields=[
                ("kind", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("event", models.BigIntegerField()),
            ],
        ),
    ]
