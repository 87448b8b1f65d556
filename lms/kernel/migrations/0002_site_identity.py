"""The site has an identity from the start, so that there is one to change and never a second to add."""

from django.conf import settings
from django.db import migrations


def introduce(apps, schema_editor):
    apps.get_model("kernel", "SiteIdentity").objects.get_or_create(pk=1, defaults={"name": settings.LMS_SITE})


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]

    operations = [migrations.RunPython(introduce, migrations.RunPython.noop)]
