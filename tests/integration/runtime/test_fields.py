"""Encrypted fields on a real table."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import tink
from django.core.exceptions import FieldError
from django.db import connection, models

from runtime.fields import EncryptedJSONField, EncryptedTextField, Sealed

pytestmark = pytest.mark.django_db(transaction=True)


class Diary(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    text = EncryptedTextField(null=True)
    data = EncryptedJSONField(null=True)

    class Meta:
        app_label = "runtime"
        managed = False
        db_table = "test_diary"

    def __str__(self) -> str:
        return str(self.pk)


@pytest.fixture(autouse=True)
def table(transactional_db: None) -> Iterator[None]:
    with connection.schema_editor() as editor:
        Diary._meta.managed = True
        editor.create_model(Diary)
    yield
    with connection.schema_editor() as editor:
        editor.delete_model(Diary)
        Diary._meta.managed = False


def raw(column: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM test_diary")
        value = cursor.fetchone()[0]
    return None if value is None else bytes(value)


@pytest.mark.parametrize("text", ["hello", "", "0", "😀 á", "x" * 20_000])
def test_a_text_comes_back_and_is_not_readable_in_the_table(text: str) -> None:
    row = Diary.objects.create(text=text)
    assert Diary.objects.get(pk=row.pk).text == text
    assert len(raw("text")) > len(text)
    if len(text) > 3:
        assert text.encode() not in raw("text")


@pytest.mark.parametrize("value", [0, 0.0, "", [], {}, False, {"a": [1, None]}])
def test_every_json_value_is_kept(value: Any) -> None:
    row = Diary.objects.create(data=value)
    assert Diary.objects.get(pk=row.pk).data == value
    assert raw("data") is not None


def test_null_stays_null() -> None:
    row = Diary.objects.create()
    assert raw("text") is None
    assert Diary.objects.get(pk=row.pk).text is None
    assert Diary.objects.filter(text__isnull=True).count() == 1


def test_a_ciphertext_moved_to_another_row_or_field_does_not_open() -> None:
    mine, other = Diary.objects.create(text="mine"), Diary.objects.create(text="other")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE test_diary SET text = (SELECT text FROM test_diary d WHERE d.id = %s)", [_key(mine)]
        )
    assert Diary.objects.get(pk=mine.pk).text == "mine"
    with pytest.raises(tink.TinkError):
        _ = Diary.objects.get(pk=other.pk).text


def _key(row: Diary) -> Any:
    return row.pk if connection.vendor == "postgresql" else row.pk.hex


def test_a_change_is_saved_and_a_deferred_field_loads() -> None:
    row = Diary.objects.create(text="one", data={"n": 1})
    row.text = "two"
    row.save(update_fields=["text"])
    again = Diary.objects.defer("text").get(pk=row.pk)
    assert again.text == "two"
    again.refresh_from_db()
    assert (again.text, again.data) == ("two", {"n": 1})


def test_rows_made_in_bulk_are_encrypted() -> None:
    Diary.objects.bulk_create([Diary(text="bulk")])
    assert b"bulk" not in raw("text")
    assert Diary.objects.get().text == "bulk"
    assert isinstance(Diary.objects.values_list("text", flat=True)[0], Sealed)


def test_plain_text_never_reaches_a_query() -> None:
    Diary.objects.create(text="one")
    with pytest.raises(FieldError):
        Diary.objects.filter(text="one").count()
    with pytest.raises(FieldError):
        Diary.objects.update(text="plain")
