"""What frames, tables and logs must never tell."""

from __future__ import annotations

import json
import re

from tests.house import as_text, walk
from tests.party import Party
from tests.speaker import Speaker

UUIDS = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.IGNORECASE)


async def busy(party: Party, speakers: list[Speaker], slug: str) -> str:
    """Let people do one of everything in a room and return its stream."""
    streams = [await speaker.join(slug) for speaker in speakers]
    stream: str = streams[0]["stream"]
    first, second = speakers[:2]
    sent = await first.send(stream, "hello everyone")
    await second.send(stream, "hello you", reply_to=sent["event_id"])
    await second.do("react", stream=stream, event_id=sent["event_id"], reaction="heart", on=True)
    await second.do("typing", stream=stream, on=True)
    await first.do("read", stream=stream, seq=sent["seq"])
    await second.do("report", stream=stream, event_id=sent["event_id"], reason="other")
    await first.send(stream, "kys", client_id="held")
    await first.send(stream, "I want to kill myself tonight")
    await first.do("remove", stream=stream, event_id=sent["event_id"])
    for speaker in speakers:
        await speaker.do("members", stream=stream)
        await speaker.do("history", stream=stream)
        await speaker.do("history", stream="me")
    await second.leave(stream)
    return stream


async def test_no_frame_carries_a_user_id_an_e_mail_or_an_account_name(party: Party) -> None:
    secrets = ["alice", "bob", "charlie", "hearth-demo", "@"]
    speakers = [await party.connect(await party.house.sign_in(name)) for name in ("alice", "bob")]
    speakers += [await party.connect() for _ in range(2)]
    for name in ("alice", "bob", "charlie"):
        [[user]] = party.house.rows("SELECT id FROM accounts_user WHERE username = %s", name)
        secrets.append(str(user))
    for speaker in speakers[2:]:
        secrets.append(await party.inside.do("person_of", token=speaker.person.token))
    await busy(party, speakers, party.slug)
    await busy(party, speakers[::-1], await party.inside.room())
    forbidden = {secret.replace("-", "").lower() for secret in secrets if len(secret) > 30}
    for speaker in speakers:
        for frame in speaker.frames:
            text = str(frame)
            plain = text.replace("-", "").lower()
            assert not [one for one in forbidden if one in plain]
            assert not UUIDS.search(text)
            for value in walk([json.loads(line) for line in text.split("\n")]):
                if isinstance(value, str) and not value.startswith("http"):
                    assert not [word for word in secrets[:5] if word in value.lower()], value


async def test_nothing_joins_the_members_of_two_rooms(party: Party) -> None:
    alice = await party.connect()
    others = [await party.connect() for _ in range(2)]
    stranger = others[0]
    rooms = [party.slug, await party.inside.room()]
    seen: list[set[str]] = []
    for slug in rooms:
        joined = await alice.join(slug)
        for other in others:
            await other.join(slug)
        await alice.send(joined["stream"], f"in {slug}", client_id=f"c-{slug}")
        await stranger.expect("message", text=f"in {slug}")
        events = (await stranger.history(joined["stream"]))["events"]
        members = (await stranger.do("members", stream=joined["stream"]))["members"]
        of_alice = [m for m in members if m["id"] == joined["member"]["id"]]
        of_alice += [e for e in events if e.get("member", {}).get("id") == joined["member"]["id"]]
        values = {value for value in walk(of_alice) if isinstance(value, str)}
        seen.append(values - {"event", "member.joined", "message"})
    shared = {v for v in seen[0] & seen[1] if not re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", v)}
    assert shared == set()


async def test_event_ids_share_no_randomness_between_rooms(party: Party) -> None:
    alice = await party.connect()
    ids = []
    for slug in (party.slug, await party.inside.room()):
        stream = (await alice.join(slug))["stream"]
        futures = [await alice.put("send", stream=stream, client_id=f"{n}", text=f"{n}") for n in range(8)]
        ids += [(await future)["event_id"] for future in futures]
    tails = [one[10:] for one in ids]
    assert len({tail[:8] for tail in tails}) == len(tails)  # none counts on from another


async def test_logs_hold_no_words_names_or_tokens(party: Party) -> None:
    alice, bob = await party.members(2)
    await alice.send(party.stream, "unmistakable-words-of-alice")
    await alice.send(party.stream, "kys", client_id="client-id-of-alice")
    ticket = await party.house.ticket(alice.person)
    logged = party.house.logged()
    for secret in (
        "unmistakable-words", alice.joined["member"]["name"], alice.member, alice.person.token, ticket,
        "client-id-of-alice", party.stream,
    ):  # fmt: skip
        assert secret not in logged
    await bob.close()


async def test_tables_hold_no_text_and_no_token(party: Party) -> None:
    alice, bob = await party.members(2)
    await alice.send(party.stream, "words nobody reads in a table")
    await bob.send(party.stream, "kys", client_id="h")
    dumped = as_text(party.house.tables())
    for secret in ("words nobody reads", alice.person.token, "127.0.0.1", "Python/3"):
        assert secret not in dumped
