"""What the sign-in doors take and give."""

from typing import Any

from rest_framework import serializers


class Nothing(serializers.Serializer[Any]):
    """A body that asks for nothing: an object, whatever it holds, or no body at all."""


class Credentials(serializers.Serializer[Any]):
    """A name, a password and, where one is set, a code."""

    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=1_024, trim_whitespace=False)
    code = serializers.CharField(max_length=64, required=False, allow_null=True, allow_blank=True)


class RefreshToken(serializers.Serializer[Any]):
    """A refresh token; it dies with its use."""

    refresh = serializers.CharField(max_length=4_096)


class TokenPair(serializers.Serializer[Any]):
    """What a sign-in gives."""

    access = serializers.CharField()
    refresh = serializers.CharField()


class GuestBearer(serializers.Serializer[Any]):
    """A guest's bearer token."""

    token = serializers.CharField()


class Ticket(serializers.Serializer[Any]):
    """What opens a socket once; `expires_in` is in seconds."""

    ticket = serializers.CharField()
    expires_in = serializers.IntegerField()
