import pytest

from runtime import counting


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    """Every test begins with nobody counted, in this process and in Redis."""
    counting.counter.cache_clear()
    counting.counter().forget()
