"""The limits per address hold over all processes of a house, and with nobody to count them together."""

import asyncio
from collections import Counter
from collections.abc import Callable

from tests.house import House

Opener = Callable[..., House]
DOOR = "auth/refresh/"


async def knock(house: House, web: int, times: int) -> Counter[int]:
    """Try a sign-in door so often at one process, and return how often each status came back."""
    answers = [await house.post(DOOR, {"refresh": "nobody's"}, web=web) for _ in range(times)]
    for answer in answers:
        if answer.status_code == 429:
            assert 1 <= int(answer.headers["Retry-After"]) <= 60
    return Counter(answer.status_code for answer in answers)


async def test_two_processes_admit_together_what_one_would(open_scaled_house: Opener) -> None:
    house = open_scaled_house(webs=2, RATE_LIMIT_LOOPBACK="1", RATE_LIMIT_REQUESTS_PER_SECOND="10000")
    assert house.redis is not None
    first, second = await asyncio.gather(knock(house, 0, 60), knock(house, 1, 60))
    assert first + second == {401: 100, 429: 20}
    house.redis.kill()
    # Each counts by itself now: no door is open, and nothing breaks.
    first, second = await asyncio.gather(knock(house, 0, 110), knock(house, 1, 110))
    assert set(first + second) == {401, 429}
    assert first[401] <= 100
    assert second[401] <= 100
    assert first[429] >= 10
