from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_session_last_used"),
    ]

    operations = [
        migrations.AddField(
            model_name="authsession",
            name="client",
            field=models.CharField(blank=True, default="", help_text="The OAuth2 client this lets act for the person.", max_length=100),
        ),
        migrations.AddField(
            model_name="authsession",
            name="opened_by",
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="opened", to="accounts.authsession"),
        ),
        migrations.AddField(
            model_name="authsession",
            name="second_factor",
            field=models.BooleanField(default=False, help_text="Whether a second factor was shown: without, nobody acts as staff."),
        ),
        migrations.AlterField(
            model_name="authsession",
            name="kind",
            field=models.CharField(choices=[("guest", "Guest"), ("password", "Password"), ("browser", "Browser"), ("app", "App"), ("oauth", "Oauth")], max_length=8),
        ),
    ]
