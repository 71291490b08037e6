"""`/api/v1/meals/` and `/api/v1/nutrition-logs/`: the same entries under two names."""

from rest_framework import serializers

from tracking.doors import Bulk, Entries, EntriesOf, OneEntry
from tracking.fields import Number, When
from tracking.models import Meal
from tracking.resource import EntryFields, Resource


class MealFields(EntryFields):
    """Something eaten or drunk; kcal, grams and millilitres."""

    at = When()
    meal_type = serializers.ChoiceField(choices=Meal.Type.choices)
    calories = Number("meals.calories", required=False, allow_null=True)
    protein = Number("meals.grams", required=False, allow_null=True)
    carbs = Number("meals.grams", required=False, allow_null=True)
    fat = Number("meals.grams", required=False, allow_null=True)
    water_ml = Number("meals.water_ml", required=False, allow_null=True)


MEALS = Resource("meals", "meals", Meal, MealFields, ("at", "meal_type", "calories", "water_ml"))


class Meals(Entries):
    """All meals and drinks."""

    resource = MEALS


class MealEntry(OneEntry):
    """One meal or drink."""

    resource = MEALS


class MealBulk(Bulk):
    """Many meals at once."""

    resource = MEALS


class MealsOf(EntriesOf):
    """The meals and drinks of one person."""

    resource = MEALS
