"""What screening knows of a member's last messages."""

from chat.context import Context


def test_it_is_the_last_three_of_a_member_by_whatever_connection() -> None:
    context = Context()
    said = [context.add("m_a", f"c{n}", f"text {n}") for n in range(5)]
    assert said[0] == ()
    assert said[4] == ("text 1", "text 2", "text 3")
    assert context.add("m_b", "c1", "hello") == ()


def test_a_message_sent_again_is_no_context_of_itself_nor_counted_twice() -> None:
    context = Context()
    context.add("m_a", "c1", "one")
    context.add("m_a", "c2", "two")
    assert context.add("m_a", "c1", "one") == ("two",)
    assert context.add("m_a", "c2", "two") == ("one",)
    assert context.add("m_a", "c3", "three") == ("one", "two")


def test_a_text_said_twice_stands_there_once() -> None:
    context = Context()
    context.add("m_a", "c1", "one")
    assert context.add("m_a", "c2", "one") == ("one",)
    assert context.add("m_a", "c3", "two") == ("one",)


def test_it_is_bounded_and_forgets_the_most_silent() -> None:
    context = Context(members=2)
    for member in ("m_a", "m_b", "m_a", "m_c"):
        context.add(member, "c1", "one")
    assert context.add("m_a", "c2", "two") == ("one",)
    assert context.add("m_b", "c2", "two") == ()
    context.forget("m_b")
    assert context.add("m_b", "c3", "three") == ()
