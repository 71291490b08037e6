"""`/api/v1/medication/`: doses taken and missed."""

from rest_framework import serializers

from tracking.doors import Bulk, Entries, OneEntry
from tracking.fields import Line, When
from tracking.models import Medication
from tracking.resource import EntryFields, Resource


class MedicationFields(EntryFields):
    """A dose, and whether it was taken."""

    at = When()
    name = Line()
    dose = Line(required=False, allow_null=True)
    status = serializers.ChoiceField(choices=Medication.Status.choices)


MEDICATION = Resource("medication", "medication", Medication, MedicationFields, ("at", "status"))


class Medications(Entries):
    """All doses."""

    resource = MEDICATION


class MedicationEntry(OneEntry):
    """One dose."""

    resource = MEDICATION


class MedicationBulk(Bulk):
    """Many doses at once."""

    resource = MEDICATION
