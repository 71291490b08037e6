"""Changing the keys of the house: everything is found, sealed anew, and readable without the old ones."""

import base64
import contextlib
import io
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client, override_settings

from accounts import factors, sealed, sessions
from accounts.audit.models import Entry
from accounts.audit.record import open_entry, record
from accounts.audit.verify import verify
from accounts.letters import post
from accounts.models import User
from accounts.users.models import Profile
from chat import tickets
from chat.models import MatchTicket
from moderation import cases
from moderation.models import CaseEvent, CaseFlag
from moderation.policy.verdict import Level, Reason, Verdict, Visibility
from runtime import keyring, keyset, records, rotation
from runtime.jobs import enqueue
from runtime.models import OutboxJob, RecordKey
from streams import commit, log
from streams.commit import Item
from streams.models import Event
from streams.transaction import Tx, from_row

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
VERDICT = Verdict(
    level=Level.L3,
    visibility=Visibility.DELIVER,
    card=False,
    reasons=(Reason("en.test", 1, Level.L3, "self_risk", span=(0, 4)),),
    rules_version="en-test",
)


@pytest.fixture(autouse=True)
def fresh() -> None:
    cases.forget_queue_stream()


def rotate(*options: str) -> str:
    said = io.StringIO()
    call_command("rotate_keys", *options, stdout=said)
    return said.getvalue()


@contextlib.contextmanager
def deployed(lines: str) -> Iterator[None]:
    """A house whose environment has these lines."""
    with override_settings(**dict(re.findall(r"^(\w+)='(.+)'$", lines, re.MULTILINE))):
        yield


def old_keys() -> set[bytes]:
    """What a ciphertext under a key that is not primary begins with."""
    named = [keyset.prefixes(keyring.keyset_of(ring)) for ring in keyring.SETTING_OF]
    return {old for _, others in named for old in others}


def traces(of: set[bytes]) -> list[str]:
    """Every column in which a ciphertext under one of these keys stands: as bytes, hexadecimal or base64."""
    found = []
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            rows = cursor.fetchall()
        found += [
            f"{table}.{n}" for row in rows for n, value in zip(names, row, strict=True) if holds(value, of)
        ]
    return sorted(set(found))


def holds(value: Any, prefixes: set[bytes]) -> bool:
    if isinstance(value, bytes | memoryview):
        return any(prefix in bytes(value) for prefix in prefixes)
    text = str(value)
    return any(
        form in text
        for prefix in prefixes
        for form in (
            prefix.hex(),
            base64.b64encode(prefix)[:6].decode(),
            base64.urlsafe_b64encode(prefix)[:6].decode(),
        )
    )


class House:
    """One value of every kind that is sealed, and a look at each."""

    def __init__(self) -> None:
        self.alice = User.objects.create_user("alice", None)
        self.room = log.ensure(log.new_room_name())
        self.me = log.ensure("me:chat:0123")
        self.member = "m_0123456789"
        sealed.seal(self.alice.pk, self.room.id, self.member)
        factors.set_secret(self.alice, "HEARTHDEMOHEARTH")
        with transaction.atomic():
            tickets.put(self.alice.pk, topic="sleep", language="en", role="any", now=NOW)
        Profile.objects.create(user=self.alice, details={"medical_history": "asthma"})
        record("sleep.read", actor=self.alice.pk, subject=self.alice.pk, detail={"as": "self"}, shown=True)
        commit.write_now(Item((self.room, self.me, cases.queue_stream()), self._talk))
        enqueue("accounts.recover", address=post._sealed("alice@example.org"))
        self.token = sessions.open_password(self.alice, datetime.now(UTC)).access
        self.circle = self.circle_made().json()["id"]

    def _talk(self, tx: Tx) -> None:
        said = tx.append(self.room, "message", {"text": "hello"}, member=self.member)
        tx.append(self.room, "message", {"text": "held"}, member=self.member, pending=True)
        tx.append(self.me, "notice", {"text": "to you"})
        flag = {"room_slug": "sleep", "member_id": self.member, "event_id": said.event_id}
        cases.flag(tx, room=self.room, verdict=VERDICT, now=NOW, **flag)

    def circle_made(self) -> Any:
        headers = {"authorization": f"Bearer {self.token}", "idempotency-key": "k"}
        return Client().post("/api/v1/circles/", {"name": "Ours"}, "application/json", headers=headers)

    def read(self) -> list[Any]:
        """Everything, opened."""
        refs = {ref.id: ref for ref in (self.room, self.me)}
        events = Event.objects.filter(stream_id__in=refs).order_by("pk")
        return [
            sorted(str(from_row(event, refs[event.stream_id]).fields) for event in events),
            sealed.person_of(self.member),
            factors.unseal(Authenticator.objects.get().data["secret"]),
            tickets.person_of(MatchTicket.objects.get()),
            Profile.objects.get().details,
            [(row.kind, open_entry(row).detail) for row in Entry.objects.order_by("id")],
            CaseFlag.objects.get().reasons,
            [(row.reason, row.scores) for row in CaseEvent.objects.all()],
            post._opened(OutboxJob.objects.get(name="accounts.recover").ids["address"]),
            self.circle_made().json()["id"],  # the kept answer
        ]


@pytest.fixture
def house() -> House:
    return House()


def test_everything_is_readable_without_the_old_keys(house: House) -> None:
    before = house.read()
    assert house.circle == before[-1]
    with deployed(rotate("--new-keyset")):
        old = old_keys()
        assert house.read() == before
        assert len(traces(old)) > 8
        with pytest.raises(CommandError, match="Old keys are still needed"):
            rotate("--check")
        assert "streams.Event.body: " in rotate()
        assert traces(old) == []
        assert "Nothing is left" in rotate("--check")
        alone = rotate("--only-new")
    with deployed(alone):
        assert old_keys() == set()
        assert house.read() == before
        assert verify().intact
        record("sleep.read", actor=None)
        assert open_entry(Entry.objects.latest("id")).actor is None


def test_a_second_run_and_a_run_that_was_stopped_do_no_harm(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = house.read()
    with deployed(rotate("--new-keyset")):
        monkeypatch.setattr(rotation, "BATCH", 1)
        seal, done = rotation._reseal, iter(range(7))

        def stopped(*given: Any) -> None:
            if next(done, None) is None:
                raise KeyboardInterrupt
            seal(*given)

        monkeypatch.setattr(rotation, "_reseal", stopped)
        with pytest.raises(KeyboardInterrupt):
            rotate()
        monkeypatch.setattr(rotation, "_reseal", seal)
        assert house.read() == before
        rotate()
        kept = [bytes(body) for body in Event.objects.order_by("pk").values_list("body", flat=True)]
        keys = RecordKey.objects.count()
        assert rotate().splitlines() == rotate("--check").splitlines()
        assert [bytes(body) for body in Event.objects.order_by("pk").values_list("body", flat=True)] == kept
        assert RecordKey.objects.count() == keys
        assert house.read() == before


def test_what_changed_since_it_was_read_is_not_overwritten(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with deployed(rotate("--new-keyset")):
        column = next(one for one in rotation.columns() if one.name == "users.Profile.details")
        row = {"pk": house.alice.pk, "details": Profile.objects.values_list("details", flat=True).get()}
        profile = Profile.objects.get()
        profile.details = {"medical_history": "none"}
        profile.save()
        outcome = rotation.Outcome()
        rotation._reseal(column, row, outcome)
        assert outcome.sealed == 0
        assert Profile.objects.get().details == {"medical_history": "none"}


def test_who_writes_meanwhile_waits_for_nobody_and_loses_nothing(house: House) -> None:
    with deployed(rotate("--new-keyset")):

        def fill(tx: Tx) -> None:
            for number in range(1_000):
                tx.append(house.room, "message", {"text": f"before {number}"}, member=house.member)

        commit.write_now(Item((house.room,), fill))
        halt, written = threading.Event(), list[str]()

        def say(text: str, tx: Tx) -> None:
            tx.append(house.room, "message", {"text": text}, member=house.member)

        def talk() -> None:
            try:
                while not halt.is_set():
                    text = f"during {len(written)}"
                    commit.write_now(Item((house.room,), partial(say, text)))
                    written.append(text)
            finally:
                connection.close()

        thread = threading.Thread(target=talk)
        thread.start()
        try:
            rotate()
        finally:
            halt.set()
            thread.join()
        assert written
        rows = Event.objects.filter(stream_id=house.room.id).order_by("seq")
        texts = {from_row(row, house.room).fields.get("text") for row in rows}
        assert texts >= {f"before {number}" for number in range(1_000)} | set(written)


def test_what_no_key_opens_is_counted_and_stays(house: House) -> None:
    foreign = keyset.primitive(keyset.new_keyset()).encrypt(b"{}", b"")
    Event.objects.filter(stream_id=house.me.id).update(body=foreign)
    with deployed(rotate("--new-keyset")):
        with pytest.raises(CommandError, match=r"streams\.Event\.body: 1"):
            rotate()
        with pytest.raises(CommandError):
            rotate("--only-new")
    assert bytes(Event.objects.get(stream_id=house.me.id).body) == foreign


def test_an_audit_row_under_an_old_key_of_the_house_keeps_that_key(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows older than record keys: they open, and are named as what an old key is still needed for."""
    monkeypatch.setattr(
        records.RecordCipher, "encrypt", lambda self, *given: keyring.of(self.ring).encrypt(*given)
    )
    record("sleep.changed", actor=house.alice.pk)
    monkeypatch.undo()
    with deployed(rotate("--new-keyset")):
        with pytest.raises(CommandError, match=r"audit\.Entry\.sealed: 1 in rows that nobody may change"):
            rotate()
        assert open_entry(Entry.objects.get(kind="sleep.changed")).actor == house.alice.pk


def test_a_key_may_be_introduced_before_it_is_used(house: House) -> None:
    before = house.read()
    introduced = rotate("--introduce")
    with deployed(introduced):
        assert "Nothing is left" in rotate("--check")  # the old key is still the primary
        promoted = rotate("--promote")
    with deployed(promoted):
        ahead = keyring.content().encrypt(b"x", b"")
        assert len(old_keys()) == 2
    with deployed(introduced):  # a process not restarted yet reads what the others write
        assert keyring.content().decrypt(ahead, b"") == b"x"
    with deployed(promoted):
        rotate()
        alone = rotate("--only-new")
    with deployed(alone):
        assert house.read() == before


def test_a_record_key_that_was_rolled_back_seals_nothing() -> None:
    cipher = records.of("identity")
    RecordKey.objects.filter(ring="identity").delete()
    cipher.forget()
    with contextlib.suppress(LookupError), transaction.atomic():
        record("sleep.read", actor=None)
        raise LookupError
    assert not RecordKey.objects.filter(ring="identity").exists()
    record("sleep.read", actor=None)
    cipher.forget()
    assert open_entry(Entry.objects.get()).actor is None


def test_a_key_that_does_not_name_itself_is_refused() -> None:
    raw = settings.CONTENT_KEYSET.replace("TINK", "RAW")
    with override_settings(CONTENT_KEYSET=raw), pytest.raises(CommandError, match=r"CONTENT_KEYSET.*TINK"):
        rotate()


def test_in_a_table_nobody_may_change_every_sealed_column_is_recorded() -> None:
    frozen = tables_that_refuse_updates()
    assert {"audit_entry", "moderation_caseevent"} <= frozen
    for column in rotation.columns():
        assert column.recorded == (column.model._meta.db_table in frozen), (
            f"{column.name}: sealed columns of append-only tables take `recorded=True`, and no others do"
        )


def tables_that_refuse_updates() -> set[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger"
                " WHERE NOT tgisinternal AND tgname LIKE '%no_update'"
            )
        else:
            cursor.execute(
                "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%no_update'"
            )
        return {row[0] for row in cursor.fetchall()}
