"""Times: their parts and their order, durations, anniversaries. The clock is that of UTC."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from largesse.engine.expr.functions import Scene, function, whole
from largesse.engine.expr.signatures import Form
from largesse.engine.expr.times import (
    layout_problem,
    read_layout,
    read_time,
    rfc3339,
    write_time,
    zone_of,
)
from largesse.engine.expr.values import RuleError, brief, kept, time
from largesse.kit.money import ARITHMETIC

Unit = Literal["seconds", "minutes", "hours", "days", "weeks", "months", "years"]
_MICROSECONDS: Final[dict[str, int]] = {
    "seconds": 10**6,
    "minutes": 60 * 10**6,
    "hours": 3600 * 10**6,
    "days": 86400 * 10**6,
    "weeks": 7 * 86400 * 10**6,
}
_DAY: Final = Decimal(_MICROSECONDS["days"])


def _zone_problem(name: Any) -> str | None:
    if not isinstance(name, str) or zone_of(name) is not None:
        return None
    return f"{brief(name)} is no time zone; write one such as Europe/Berlin"


def _layout_problem(layout: Any) -> str | None:
    return layout_problem(layout) if isinstance(layout, str) else None


Zone = Annotated[str, Form("time zone", _zone_problem)]
Layout = Annotated[str, Form("layout of a time", _layout_problem)]


def _zone(name: str) -> tzinfo:
    found = zone_of(name)
    if found is None:
        raise RuleError(f"{brief(name)} is no time zone")
    return found


def _layout(layout: str) -> str:
    problem = layout_problem(layout)
    if problem is not None:
        raise RuleError(problem)
    return layout


def _there(value: datetime, zone: str) -> datetime:
    """A time as the clocks of a zone show it."""
    try:
        return value.astimezone(_zone(zone))
    except OverflowError:
        raise _outside() from None


def _outside() -> RuleError:
    return RuleError("a time lies between the years 1 and 9999")


def _days_between(start: datetime, end: datetime) -> Decimal:
    microseconds = (end - start) // timedelta(microseconds=1)
    return kept(ARITHMETIC.divide(Decimal(microseconds), _DAY))


@function("after", says="{value} is after {other}")
def after(value: datetime, other: datetime) -> bool:
    """Whether a time is after another."""
    return value > other


@function("before", says="{value} is before {other}")
def before(value: datetime, other: datetime) -> bool:
    """Whether a time is before another."""
    return value < other


@function("betweenTimes", says="{value} is between {start} and {end}")
def between_times(value: datetime, start: datetime, end: datetime) -> bool:
    """Whether a time is after one and before another."""
    return start < value < end


@function("matchTime", says="{value} and {other} are the same in {layout}")
def match_time(value: datetime, other: datetime, layout: Layout) -> bool:
    """Whether two times look the same in a layout such as YYYY-MM-DD."""
    shape = _layout(layout)
    return write_time(value, shape) == write_time(other, shape)


@function("addDuration", says="{value} plus {amount} {unit}")
def add_duration(value: datetime, amount: Decimal, unit: Unit) -> datetime:
    """A time later by a duration. A day that a month does not have becomes its last day."""
    return _shift(value, amount, unit)


@function("subDuration", says="{value} less {amount} {unit}")
def sub_duration(value: datetime, amount: Decimal, unit: Unit) -> datetime:
    """A time earlier by a duration. A day that a month does not have becomes its last day."""
    return _shift(value, ARITHMETIC.minus(amount), unit)


def _shift(value: datetime, amount: Decimal, unit: str) -> datetime:
    try:
        if unit in ("months", "years"):
            return _shift_months(value, whole(amount) * (12 if unit == "years" else 1))
        size = _MICROSECONDS.get(unit)
        if size is None:
            raise RuleError(f"{brief(unit)} is no unit of time")
        return value + timedelta(microseconds=round(ARITHMETIC.multiply(amount, Decimal(size))))
    except (OverflowError, ValueError):
        raise _outside() from None


def _shift_months(value: datetime, months: int) -> datetime:
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise _outside()
    last = monthrange(year, month + 1)[1]
    return value.replace(year=year, month=month + 1, day=min(value.day, last))


@function("days", says="the days until {value}")
def days(scene: Scene, value: datetime) -> Decimal:
    """The days from now until a time, with fractions; negative when it is past."""
    return _days_between(scene.now, value)


@function("daysBetween", says="the days from {start} to {end}")
def days_between(start: datetime, end: datetime) -> Decimal:
    """The days from one time to another, with fractions; negative when the other is earlier."""
    return _days_between(start, end)


@function("date", says="the date of {value}")
def date_of(value: datetime, zone: Zone = "UTC") -> str:
    """The date of a time as YYYY-MM-DD."""
    return write_time(_there(value, zone), "YYYY-MM-DD", _zone(zone))


@function("year", says="the year of {value}")
def year(value: datetime, zone: Zone = "UTC") -> str:
    """The year of a time."""
    return str(_there(value, zone).year)


@function("month", says="the month of {value}")
def month(value: datetime, zone: Zone = "UTC") -> str:
    """The month of a time, from 1 to 12."""
    return str(_there(value, zone).month)


@function("monthDay", says="the day of the month of {value}")
def month_day(value: datetime, zone: Zone = "UTC") -> str:
    """The day of the month of a time, from 1 to 31."""
    return str(_there(value, zone).day)


@function("weekday", says="the day of the week of {value}")
def weekday(value: datetime, zone: Zone = "UTC") -> str:
    """The day of the week of a time, from 0 for Sunday to 6 for Saturday."""
    return str(_there(value, zone).isoweekday() % 7)


@function("hour", says="the hour of {value}")
def hour(value: datetime, zone: Zone = "UTC") -> str:
    """The hour of a time, from 00 to 23."""
    return f"{_there(value, zone).hour:02}"


@function("minute", says="the minute of {value}")
def minute(value: datetime, zone: Zone = "UTC") -> str:
    """The minute of a time, from 00 to 59."""
    return f"{_there(value, zone).minute:02}"


@function("parseTime", says="the time {text}")
def parse_time(text: str, layout: Layout = "") -> datetime:
    """The time that a text stands for: RFC3339, or in a layout such as YYYY-MM-DD."""
    found = read_layout(text, _layout(layout)) if layout else read_time(text)
    if found is None:
        written = f" written as {layout}" if layout else ""
        raise RuleError(f"{brief(text)} is not a time{written}")
    return found


@function("formatTime", says="{value} as text")
def format_time(value: datetime) -> str:
    """A time as an RFC3339 text in UTC."""
    return rfc3339(value)


@function("anniversaryWithin", says="an anniversary of {value} is near")
def anniversary_within(
    scene: Scene, value: datetime, days_before: Decimal, days_after: Decimal
) -> bool:
    """Whether today lies at most some days before or after the day of a time, in any year.

    The 29th of February is kept on the 28th in years that have none.
    """
    today = scene.now.astimezone(UTC).date()
    first, last = whole(days_before), whole(days_after)
    years = (one for one in range(today.year - 1, today.year + 2) if 1 <= one <= 9999)
    apart = [(today - _anniversary(value, one)).days for one in years]
    return any(-first <= one <= last for one in apart)


def _anniversary(value: datetime, year_: int) -> date:
    day = min(value.day, monthrange(year_, value.month)[1])
    return date(year_, value.month, day)


Moment = datetime | str


@function("within", says="{value} is within {start} and {end}", most=6)
def within(value: Moment, start: Moment, end: Moment, *flags: bool) -> bool:
    """Whether a time lies within two others.

    Up to three flags follow: whether the start is included (yes if left out), whether the end is
    (the same), and whether time zones are ignored (no if left out), which compares what the clocks
    show, wherever they stand.
    """
    start_inclusive, end_inclusive, ignore_zone = (*flags, *(True, True, False)[len(flags) :])
    at, first, last = (_moment(one, ignore_zone=ignore_zone) for one in (value, start, end))
    return (first < at or (start_inclusive and first == at)) and (
        at < last or (end_inclusive and at == last)
    )


def _moment(value: Moment, *, ignore_zone: bool) -> datetime:
    if not isinstance(value, str):
        return value
    return (read_time(value, keep_zone=True) if ignore_zone else None) or time(value)
