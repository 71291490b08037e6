"""The numbers of every limit, as `docs/protocol.md` and the HTTP contract name them. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    """A token bucket's shape: `burst` at once, then `per_second`."""

    burst: float
    per_second: float

    def scaled(self, factor: float) -> "Rate":
        """Return the same shape, `factor` times as generous."""
        return Rate(self.burst * factor, self.per_second * factor)


@dataclass(frozen=True)
class Limits:
    """All limits. Rates grow with `RATE_LIMIT_SCALE`; bounds on memory and rooms do not."""

    send: Rate = Rate(20, 1)  # per person and room
    command: Rate = Rate(60, 10)  # every other command, per connection
    guests_per_address: Rate = Rate(60, 60 / 60)
    tickets_per_person: Rate = Rate(60, 60 / 60)
    tickets_per_address: Rate = Rate(600, 600 / 60)  # a clinic is one address
    sockets_per_person: Rate = Rate(60, 60 / 60)
    sockets_per_address: Rate = Rate(600, 600 / 60)
    connections_per_person: int = 10
    rooms_per_person: int = 20
    commands_in_flight: int = 64
    refusals_per_connection: int = 500
    http_per_minute: int = 600  # per address, whole API
    http_per_second: int = 10
    http_doors_per_minute: int = 100  # anonymous, sign-in and registration doors


def scaled(scale: float, *, http_per_minute: int = 600, http_per_second: int = 10) -> Limits:
    """Return the default limits with every rate multiplied by `scale`."""
    plain = Limits()
    return Limits(
        send=plain.send.scaled(scale),
        command=plain.command.scaled(scale),
        guests_per_address=plain.guests_per_address.scaled(scale),
        tickets_per_person=plain.tickets_per_person.scaled(scale),
        tickets_per_address=plain.tickets_per_address.scaled(scale),
        sockets_per_person=plain.sockets_per_person.scaled(scale),
        sockets_per_address=plain.sockets_per_address.scaled(scale),
        http_per_minute=_whole(http_per_minute * scale),
        http_per_second=_whole(http_per_second * scale),
        http_doors_per_minute=_whole(plain.http_doors_per_minute * scale),
    )


def _whole(number: float) -> int:
    return max(1, round(number))
