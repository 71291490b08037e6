"""Lists by cursor."""

from typing import Any

import pytest
from django.test import Client
from django.urls import path
from rest_framework import serializers
from rest_framework.generics import ListAPIView

from accounts.models import User
from chatserver import urls
from runtime.http.json import Moment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls(__name__)]


class Row(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ("id",)


class Rows(ListAPIView[User]):
    authentication_classes = ()
    permission_classes = ()
    queryset = User.objects.all()
    serializer_class = Row


urlpatterns = [*urls.urlpatterns, path("api/v1/rows/", Rows.as_view())]


@pytest.fixture
def people() -> list[str]:
    return [str(User.objects.create_guest().pk) for _ in range(123)]


def get(url: str) -> Any:
    return Client().get(url)


def ids(url: str) -> list[str]:
    return [row["id"] for row in get(url).json()["results"]]


def test_newest_first_fifty_at_a_time(people: list[str]) -> None:
    seen: list[str] = []
    url: str | None = "/api/v1/rows/"
    sizes = []
    while url:
        page = get(url).json()
        assert set(page) == {"results", "next", "previous"}
        sizes.append(len(page["results"]))
        seen += [row["id"] for row in page["results"]]
        url = page["next"]
    assert sizes == [50, 50, 23]
    assert seen == people[::-1]


def test_back_again(people: list[str]) -> None:
    first = get("/api/v1/rows/?limit=10").json()
    second = get(first["next"]).json()
    assert get(second["previous"]).json()["results"] == first["results"]


def test_a_row_added_meanwhile_shifts_nothing(people: list[str]) -> None:
    first = get("/api/v1/rows/?limit=10").json()
    User.objects.create_guest()
    assert [row["id"] for row in get(first["next"]).json()["results"]] == people[::-1][10:20]


def test_more_than_a_hundred_is_a_hundred(people: list[str]) -> None:
    assert len(ids("/api/v1/rows/?limit=1000")) == 100
    assert len(ids("/api/v1/rows/?limit=1")) == 1


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=-1",
        "limit=x",
        "limit=",
        "cursor=x",
        "cursor=cD1nYXJiYWdl",
        "cursor=cD0lMDA=",
        "limit=٣",
    ],
)
def test_what_cannot_be_is_invalid(people: list[str], query: str) -> None:
    answer = get(f"/api/v1/rows/?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["errors"][0]["field"] in ("limit", "cursor")


def test_times_need_an_offset_and_go_out_in_utc() -> None:
    class Entry(serializers.Serializer[Any]):
        at = Moment()

    good = Entry(data={"at": "2026-11-20T10:00:00+01:00"})
    assert good.is_valid()
    assert Entry(good.validated_data).data["at"] == "2026-11-20T09:00:00.000Z"
    for wrong in (
        "2026-11-20T10:00:00",
        "2026-11-20",
        "soon",
        7,
        "2026-13-40T10:00:00Z",
        "9999-12-31T23:59:59-23:00",
    ):
        assert not Entry(data={"at": wrong}).is_valid()
