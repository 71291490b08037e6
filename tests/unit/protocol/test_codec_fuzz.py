"""Whatever comes in, a command or a refusal comes out."""

import json
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from protocol import commands as c
from protocol.codec import decode, error
from protocol.errors import BY_CODE, Refusal
from protocol.fields import Position
from protocol.sockets import EVERY_WORD, word_of
from protocol.text import clean

ids = st.integers(0, 2**53 - 1)
names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60).map(clean).filter(bool)
positions = st.dictionaries(names, st.builds(Position, epoch=names, seq=ids, event_id=names), max_size=3)
commands = st.one_of(
    st.builds(c.Hello, id=ids, ticket=names, resume=st.none() | positions),
    st.builds(c.Ack, n=ids),
    st.builds(c.Ping, id=ids),
    st.builds(c.Pong),
    st.builds(
        c.Send, id=ids, stream=names, client_id=names.filter(bool), text=texts, reply_to=st.none() | names
    ),
    st.builds(c.History, id=ids, stream=names, before=st.none() | ids, limit=st.none() | st.integers(1, 200)),
    st.builds(c.Typing, id=ids, stream=names, on=st.booleans()),
    st.builds(c.Next, id=ids),
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
field_names = st.sampled_from(
    sorted({field for word in EVERY_WORD for field in word.__struct_encode_fields__})
)
objects = st.fixed_dictionaries(
    {
        "type": st.sampled_from([word_of(word) for word in EVERY_WORD]) | st.text(max_size=8),
        "id": ids | values,
    }
).flatmap(
    lambda head: st.dictionaries(field_names, ids | values, max_size=8).map(lambda rest: {**rest, **head})
)


def outcome(data: Any) -> c.Command | Refusal:
    try:
        command = decode(data)
    except Refusal as caught:
        refusal = caught
    else:
        assert isinstance(command, c.Command)
        return command
    assert BY_CODE[refusal.code] is type(refusal)
    assert refusal.id is None or 0 <= refusal.id < 2**53
    assert json.loads(error(refusal.id, refusal))["message"]
    return refusal


@given(st.text() | st.binary() | st.text('{}[]":,\\u0dD8etypn1 ').map(str))
def test_any_text_gives_a_command_or_a_refusal(data: str | bytes) -> None:
    outcome(data)


@given(objects)
def test_any_object_gives_a_command_or_a_refusal(value: dict[str, Any]) -> None:
    outcome(json.dumps(value))


@given(objects, st.data())
def test_a_broken_object_gives_a_command_or_a_refusal(value: dict[str, Any], data: st.DataObject) -> None:
    text = json.dumps(value)
    at = data.draw(st.integers(0, len(text)))
    outcome(text[:at] + data.draw(st.text(max_size=3)) + text[at + data.draw(st.integers(0, 3)) :])


@given(commands)
def test_what_is_encoded_is_decoded_again(command: c.Command) -> None:
    assert decode(msgspec.json.encode(command).decode()) == command


@given(commands)
def test_the_careful_way_reads_what_the_quick_way_reads(command: c.Command) -> None:
    # An earlier equal key of the wrong type makes the quick way give up; the last one counts.
    text = msgspec.json.encode(command).decode()
    assert decode('{"type":5,' + text[1:]) == decode(text)


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
