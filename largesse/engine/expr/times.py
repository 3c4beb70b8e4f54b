"""Times as texts: RFC3339, and layouts such as `YYYY-MM-DD`."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

_RFC3339: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,9}))?"
    r"(?:[Zz]|([+-][0-9]{2}:[0-9]{2}))"
)
_TOKENS: Final[dict[str, tuple[str, str, str]]] = {
    # token: the part that it shows, what it looks like, how it is written
    "YYYY": ("year", "[0-9]{4}", "{0.year:04}"),
    "YY": ("short_year", "[0-9]{2}", "{1:02}"),
    "MM": ("month", "[0-9]{2}", "{0.month:02}"),
    "M": ("month", "[0-9]{1,2}", "{0.month}"),
    "DD": ("day", "[0-9]{2}", "{0.day:02}"),
    "D": ("day", "[0-9]{1,2}", "{0.day}"),
    "HH": ("hour", "[0-9]{2}", "{0.hour:02}"),
    "H": ("hour", "[0-9]{1,2}", "{0.hour}"),
    "mm": ("minute", "[0-9]{2}", "{0.minute:02}"),
    "m": ("minute", "[0-9]{1,2}", "{0.minute}"),
    "ss": ("second", "[0-9]{2}", "{0.second:02}"),
    "s": ("second", "[0-9]{1,2}", "{0.second}"),
    "Z": ("zone", "Z|[+-][0-9]{2}:[0-9]{2}", "{2}"),
}
_LAYOUT: Final = re.compile(
    r"YYYY|YY|MM|M|DD|D|HH|H|mm|m|ss|s|Z|[T]|[^A-Za-z]|(?P<wrong>[A-Za-z]+)"
)
_LAYOUT_MAX: Final = 40  # characters of a layout
LAYOUTS: Final = "YYYY YY MM M DD D HH H mm m ss s Z"


def read_time(text: str, *, keep_zone: bool = False) -> datetime | None:
    """The time that an RFC3339 text stands for, in UTC or as its own clock shows it; or nothing."""
    found = _RFC3339.fullmatch(text) if len(text) <= 40 else None
    if found is None:
        return None
    day, clock, fraction, zone = found.groups()
    try:
        written = f"{day}T{clock}.{(fraction or '0')[:6].ljust(6, '0')}{zone or '+00:00'}"
        there = datetime.fromisoformat(written)
        return there.replace(tzinfo=UTC) if keep_zone else there.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def rfc3339(value: datetime) -> str:
    """A time as an RFC3339 text in UTC, without needless zeros."""
    utc = value.astimezone(UTC).replace(tzinfo=None)
    return (utc.isoformat().rstrip("0") if utc.microsecond else utc.isoformat()) + "Z"


@lru_cache(maxsize=256)
def layout_problem(layout: str) -> str | None:
    """What is wrong with a layout, if anything."""
    if len(layout) > _LAYOUT_MAX:
        return f"a layout has at most {_LAYOUT_MAX} characters"
    wrong = next((found for found in _LAYOUT.finditer(layout) if found["wrong"]), None)
    if wrong is not None:
        return f"{wrong.group()} is no part of a layout; known are {LAYOUTS}"
    return None


def write_time(value: datetime, layout: str, zone: tzinfo = UTC) -> str:
    """A time as the clocks of a zone show it, in a layout that has no problem."""
    there = value.astimezone(zone)
    offset = (there.utcoffset() or timedelta()) // timedelta(minutes=1)
    sign = "-" if offset < 0 else "+"
    shown = f"{sign}{abs(offset) // 60:02}:{abs(offset) % 60:02}" if offset else "Z"
    parts = (found.group() for found in _LAYOUT.finditer(layout))
    return "".join(
        _TOKENS[part][2].format(there, there.year % 100, shown) if part in _TOKENS else part
        for part in parts
    )


@lru_cache(maxsize=256)
def _pattern(layout: str) -> re.Pattern[str]:
    parts, seen = [], set[str]()
    for found in _LAYOUT.finditer(layout):
        shows, looks, _ = _TOKENS.get(found.group(), ("", "", ""))
        if not shows:
            parts.append(re.escape(found.group()))
        elif shows in seen:
            parts.append(f"(?P={shows})")
        else:
            parts.append(f"(?P<{shows}>{looks})")
        seen.add(shows)
    return re.compile("".join(parts))


def read_layout(text: str, layout: str) -> datetime | None:
    """The time that a text stands for in a layout, the rest being the start of 1970; or nothing."""
    found = _pattern(layout).fullmatch(text) if len(text) <= _LAYOUT_MAX * 2 else None
    if found is None:
        return None
    given = found.groupdict()
    year = given.get("year") or ("20" + given["short_year"] if given.get("short_year") else "1970")
    date = f"{int(year):04}-{int(given.get('month') or 1):02}-{int(given.get('day') or 1):02}"
    clock = ":".join(f"{int(given.get(part) or 0):02}" for part in ("hour", "minute", "second"))
    return read_time(f"{date}T{clock}{given.get('zone') or 'Z'}")


@lru_cache(maxsize=256)
def zone_of(name: str) -> tzinfo | None:
    """The time zone of a name such as `Europe/Berlin`, or nothing."""
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
