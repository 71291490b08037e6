"""`manage.py rotate_keys`: seal everything anew under new keys while the house runs; see `docs/keys.md`."""

import time
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from runtime import keyring, keyset, rotation

PASSES = 20  # each finds what was written or locked during the one before
TELL_EVERY_S = 5.0

CHANGES: dict[str, tuple[str, Callable[[str], str]]] = {
    "new_keyset": ("print keysets with a new primary key", keyset.with_new_key),
    "introduce": (
        "print keysets with a new key that only decrypts yet, for houses whose processes restart one by one",
        lambda old: keyset.with_new_key(old, primary=False),
    ),
    "promote": ("print keysets with the introduced key as the primary", keyset.promoted),
    "only_new": (
        "print keysets without the old keys, unless something still needs them",
        keyset.primary_only,
    ),
}


class Command(BaseCommand):
    """Without an option: seal anew what is not under the primary key. It may be stopped and begun again."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Add what may be done instead."""
        group = parser.add_mutually_exclusive_group()
        for name, (told, _) in CHANGES.items():
            group.add_argument(f"--{name.replace('_', '-')}", action="store_true", help=told)
        group.add_argument("--check", action="store_true", help="say what is left; exit 1 if anything is")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        self._refuse_unnamed()
        change = next((name for name in CHANGES if options[name]), None)
        if change is None and not options["check"]:
            self._rotate()
        if change is None or change == "only_new":
            self._check(quiet=change is not None)
        if change is not None:
            self._print(CHANGES[change][1])

    def _refuse_unnamed(self) -> None:
        for ring, setting in keyring.SETTING_OF.items():
            try:
                keyset.prefixes(keyring.keyset_of(ring))
            except ValueError as wrong:
                raise CommandError(f"{setting}: {wrong}") from None

    def _print(self, change: Callable[[str], str]) -> None:
        for ring, setting in keyring.SETTING_OF.items():
            self.stdout.write(f"{setting}='{change(keyring.keyset_of(ring))}'")

    def _rotate(self) -> None:
        rotation.begin_records()
        for column in rotation.columns():
            if column.recorded:
                continue
            total = unreadable = 0
            for _ in range(PASSES):
                outcome = rotation.seal_anew(column, self._teller(column.name))
                total += outcome.sealed
                unreadable = outcome.unreadable
                if rotation.left(column) <= unreadable:
                    break
            if total or unreadable:
                worse = f", {unreadable} that no key opens" if unreadable else ""
                self.stdout.write(f"{column.name}: {total} sealed anew{worse}")

    def _teller(self, name: str) -> rotation.Progress:
        told = time.monotonic()

        def tell(count: int) -> None:
            nonlocal told
            if time.monotonic() - told >= TELL_EVERY_S:
                told = time.monotonic()
                self.stdout.write(f"{name}: {count} so far")
                self.stdout.flush()

        return tell

    def _check(self, *, quiet: bool) -> None:
        found = {column: rotation.left(column) for column in rotation.columns()}
        lines = [
            f"  {column.name}: {count}{' in rows that nobody may change' if column.recorded else ''}"
            for column, count in found.items()
            if count
        ]
        if lines:
            raise CommandError("\n".join(["Old keys are still needed:", *lines]))
        if not quiet:
            self.stdout.write(f"Nothing is left under an old key ({len(found)} columns looked at).")
