"""Second factors move to allauth's table, addresses get a row of their own; nobody has to enrol anew."""

import base64

from django.db import migrations

from runtime import keyring, records


def move(apps, schema_editor):
    Old = apps.get_model("accounts", "SecondFactor")
    Authenticator = apps.get_model("mfa", "Authenticator")
    EmailAddress = apps.get_model("account", "EmailAddress")
    User = apps.get_model("accounts", "User")
    AuthSession = apps.get_model("accounts", "AuthSession")
    for row in Old.objects.all():
        secret = keyring.identity().decrypt(bytes(row.secret), f"second-factor:{row.user_id}".encode())
        sealed = base64.b64encode(records.of("identity").encrypt(secret, b"second-factor")).decode()
        Authenticator.objects.create(
            user_id=row.user_id, type="totp", data={"secret": sealed, "last_step": row.last_step}
        )
        # Until now nobody with a factor came in by the password door without it.
        AuthSession.objects.filter(user_id=row.user_id, kind="password").update(second_factor=True)
    for user in User.objects.exclude(email=None).exclude(email=""):
        EmailAddress.objects.get_or_create(
            user=user, email=user.email.lower(), defaults={"primary": True, "verified": False}
        )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_signins"),
        ("account", "0001_initial"),
        ("mfa", "0001_initial"),
        ("runtime", "0002_record_key"),
    ]

    operations = [migrations.RunPython(move, migrations.RunPython.noop, elidable=False)]
