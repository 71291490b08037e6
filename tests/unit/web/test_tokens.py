"""The colours' contrast is what tokens.css says it is, in light and in dark."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[3] / "web/static/css/tokens.css").read_text()
PAIR = re.compile(r"^ {3}(text|edge)\s+([\w-]+)\s+on ([\w-]+)\s+([\d.]+)\s+([\d.]+)\s+needs ([\d.]+)", re.M)


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


LIGHT, SYSTEM_DARK, CHOSEN_DARK = (colours(block) for block in re.split(r"@media|:root\[data-theme", CSS)[:3])


def test_the_chosen_dark_is_the_system_s_dark() -> None:
    assert SYSTEM_DARK == CHOSEN_DARK


@pytest.mark.parametrize(("use", "upper", "lower", "light", "dark", "needs"), PAIR.findall(CSS))
def test_a_pair_has_the_contrast_it_needs(
    use: str, upper: str, lower: str, light: str, dark: str, needs: str
) -> None:
    for theme, stated in ((LIGHT, light), ({**LIGHT, **SYSTEM_DARK}, dark)):
        found = ratio(theme[upper], theme[lower])
        assert found >= float(needs)
        assert found == pytest.approx(float(stated), abs=0.06)
