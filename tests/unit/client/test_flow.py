from hearth_client.flow import Flow


def test_acks_at_half_the_events() -> None:
    flow = Flow(10, 10_000, 0.0)
    for _ in range(4):
        flow.take(10, 0.0)
    assert flow.due(0.0) is None
    flow.take(10, 0.0)
    assert flow.due(0.0) == 5
    assert flow.due(0.0) is None


def test_acks_at_half_the_bytes() -> None:
    flow = Flow(1024, 1000, 0.0)
    flow.take(499, 0.0)
    assert flow.due(0.0) is None
    flow.take(1, 0.0)
    assert flow.due(0.0) == 2


def test_acks_after_ten_seconds_while_anything_is_unacked() -> None:
    flow = Flow(1024, 262_144, 0.0)
    assert flow.deadline() is None
    flow.take(10, 3.0)
    assert flow.deadline() == 13.0
    assert flow.due(12.9) is None
    assert flow.due(13.0) == 1
    assert flow.deadline() is None


def test_n_counts_all_of_the_connection() -> None:
    flow = Flow(2, 1000, 0.0)
    flow.take(1, 0.0)
    assert flow.due(0.0) == 1
    flow.take(1, 0.0)
    assert flow.due(0.0) == 2
