import runtime.fields
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("circles", "0002_append_only"),
    ]

    operations = [
        migrations.AddField(
            model_name="invite",
            name="token",
            field=runtime.fields.EncryptedTextField(help_text="Only until its letter is written.", null=True),
        ),
    ]
