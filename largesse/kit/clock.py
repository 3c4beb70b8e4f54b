"""The only reader of the time. What needs the time is handed an instant."""

from datetime import UTC, datetime, timedelta


class Clock:
    """The time in UTC, moved by an offset that only a sandbox sets."""

    def __init__(self, offset_seconds: float = 0) -> None:
        self.offset = timedelta(seconds=offset_seconds)

    def now(self) -> datetime:
        """The current instant, in UTC."""
        return datetime.now(UTC) + self.offset
