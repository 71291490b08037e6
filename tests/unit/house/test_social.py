"""Houses elsewhere, as the environment names them."""

import pytest

from chatserver.reader import Reader, SettingError
from chatserver.social import SocialProvider, read_social

WORK = {"SOCIAL_WORK_ISSUER": "https://id.work.example", "SOCIAL_WORK_CLIENT_ID": "us"}
WORK |= {"SOCIAL_PROVIDERS": "work", "SOCIAL_WORK_CLIENT_SECRET": "s"}


def read(**source: str) -> tuple[SocialProvider, ...]:
    return read_social(Reader(source, production=True))


def test_none_are_named_by_default() -> None:
    assert read() == ()


def test_a_provider_is_an_issuer_that_knows_us() -> None:
    assert read(**WORK) == (SocialProvider("work", "Work", "https://id.work.example", "us", "s"),)
    assert read(**WORK, SOCIAL_WORK_NAME="Our office")[0].name == "Our office"


def test_googles_issuer_is_known() -> None:
    given = {
        "SOCIAL_PROVIDERS": "google",
        "SOCIAL_GOOGLE_CLIENT_ID": "us",
        "SOCIAL_GOOGLE_CLIENT_SECRET": "s",
    }
    (google,) = read(**given)
    assert (google.name, google.issuer) == ("Google", "https://accounts.google.com")


@pytest.mark.parametrize(
    ("change", "variable"),
    [
        ({"SOCIAL_PROVIDERS": "work,work"}, "SOCIAL_PROVIDERS"),
        ({"SOCIAL_PROVIDERS": "../work"}, "SOCIAL_PROVIDERS"),
        ({"SOCIAL_WORK_ISSUER": ""}, "SOCIAL_WORK_ISSUER"),
        ({"SOCIAL_WORK_ISSUER": "http://id.work.example"}, "SOCIAL_WORK_ISSUER"),
        ({"SOCIAL_WORK_ISSUER": "https://id.work.example?x"}, "SOCIAL_WORK_ISSUER"),
        ({"SOCIAL_WORK_CLIENT_ID": ""}, "SOCIAL_WORK_CLIENT_ID"),
        ({"SOCIAL_WORK_CLIENT_SECRET": ""}, "SOCIAL_WORK_CLIENT_SECRET"),
    ],
)
def test_what_is_wrong_is_refused_with_its_variable(change: dict[str, str], variable: str) -> None:
    with pytest.raises(SettingError) as refused:
        read(**{**WORK, **change})
    assert refused.value.variable == variable
