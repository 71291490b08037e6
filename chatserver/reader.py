"""Typed reading of the process environment; every failure names its one variable."""

from collections.abc import Mapping
from pathlib import Path

GIVEN_AWAY = ("development", "django-insecure")  # what keys that stand in files are marked with
MIN_SECRET_LENGTH = 50  # what Django's own `check --deploy` (security.W009) asks for
TRUE_WORDS = ("1", "true", "yes", "on")
FALSE_WORDS = ("0", "false", "no", "off", "")


class SettingError(Exception):
    """One environment variable is missing or wrong; `variable` is its name."""

    def __init__(self, variable: str, reason: str) -> None:
        super().__init__(f"{variable}: {reason}")
        self.variable = variable
        self.reason = reason


class Reader:
    """Typed reading of one mapping; every failure names its variable."""

    def __init__(self, source: Mapping[str, str], *, production: bool) -> None:
        self.source = source
        self.production = production

    def text(self, name: str, default: str = "") -> str:
        """Return the value, stripped, or the default."""
        return self.source.get(name, "").strip() or default

    def flag(self, name: str, default: bool) -> bool:
        """Return a yes or no."""
        if name not in self.source:
            return default
        word = self.source[name].strip().lower()
        if word in TRUE_WORDS:
            return True
        if word in FALSE_WORDS:
            return False
        raise SettingError(name, "must be 1 or 0")

    def number(self, name: str, default: int, *, low: int, high: int) -> int:
        """Return a whole number within its bounds."""
        raw = self.text(name, str(default))
        if not raw.lstrip("-").isdigit() or not low <= int(raw) <= high:
            raise SettingError(name, f"must be a whole number from {low} to {high}")
        return int(raw)

    def real(self, name: str, default: float) -> float:
        """Return a number above 0."""
        raw = self.text(name, str(default))
        try:
            value = float(raw)
        except ValueError:
            raise SettingError(name, "must be a number") from None
        if not 0 < value < 1e9:
            raise SettingError(name, "must be above 0")
        return value

    def words(self, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """Return the words of a comma-separated list."""
        raw = self.text(name)
        return tuple(word.strip() for word in raw.split(",") if word.strip()) if raw else default

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        """Return one of the words allowed."""
        value = self.text(name, default)
        if value not in allowed:
            raise SettingError(name, f"must be one of {', '.join(allowed)}")
        return value

    def secret(self, name: str, default: str, *, length: int = MIN_SECRET_LENGTH) -> str:
        """The value of `name`; in production a missing, default or short one is refused."""
        value = self.text(name, default)
        if not self.production:
            return value
        if value == default or not value:
            raise SettingError(name, "must be set in production")
        if (
            len(value) < length
            or len(set(value)) < 5
            or any(word in value for word in ("development", "django-insecure"))
        ):
            raise SettingError(name, f"must be at least {length} random characters in production")
        return value

    def pem(self, name: str) -> str:
        """A PEM key, given in the variable itself or in the file that `NAME_FILE` points to."""
        path = self.text(f"{name}_FILE")
        if not path:
            return self.text(name).replace("\\n", "\n")
        try:
            return Path(path).read_text(encoding="ascii")
        except (OSError, ValueError):
            raise SettingError(f"{name}_FILE", "cannot be read") from None
