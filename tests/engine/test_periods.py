"""Budgets by day, week, month and year: calendar windows in the time zone of the Application."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from largesse.engine.limits import period_label
from tests.engine.building import (
    a_campaign,
    a_limit,
    a_situation,
    an_application,
    happens,
    spent,
)

# fmt: off
#    instant in UTC         zone                  day            week        month      year
LABELS = [
    ("2026-03-15T12:00:00", "Europe/Berlin",      "Y2026M3D15",  "Y2026W11", "Y2026M3",  "Y2026"),
    # A week begins on Monday.
    ("2026-03-15T22:59:59", "Europe/Berlin",      "Y2026M3D15",  "Y2026W11", "Y2026M3",  "Y2026"),
    ("2026-03-15T23:00:00", "Europe/Berlin",      "Y2026M3D16",  "Y2026W12", "Y2026M3",  "Y2026"),
    # The day on which clocks go forward has 23 hours, the day on which they go back 25.
    ("2026-03-28T22:59:59", "Europe/Berlin",      "Y2026M3D28",  "Y2026W13", "Y2026M3",  "Y2026"),
    ("2026-03-28T23:00:00", "Europe/Berlin",      "Y2026M3D29",  "Y2026W13", "Y2026M3",  "Y2026"),
    ("2026-03-29T21:59:59", "Europe/Berlin",      "Y2026M3D29",  "Y2026W13", "Y2026M3",  "Y2026"),
    ("2026-03-29T22:00:00", "Europe/Berlin",      "Y2026M3D30",  "Y2026W14", "Y2026M3",  "Y2026"),
    ("2026-10-24T22:00:00", "Europe/Berlin",      "Y2026M10D25", "Y2026W43", "Y2026M10", "Y2026"),
    ("2026-10-25T22:59:59", "Europe/Berlin",      "Y2026M10D25", "Y2026W43", "Y2026M10", "Y2026"),
    ("2026-10-25T23:00:00", "Europe/Berlin",      "Y2026M10D26", "Y2026W44", "Y2026M10", "Y2026"),
    # A year begins where the Application is.
    ("2025-12-31T22:59:59", "Europe/Berlin",      "Y2025M12D31", "Y2026W1",  "Y2025M12", "Y2025"),
    ("2025-12-31T23:00:00", "Europe/Berlin",      "Y2026M1D1",   "Y2026W1",  "Y2026M1",  "Y2026"),
    ("2026-01-01T04:59:59", "America/New_York",   "Y2025M12D31", "Y2026W1",  "Y2025M12", "Y2025"),
    ("2026-01-01T05:00:00", "America/New_York",   "Y2026M1D1",   "Y2026W1",  "Y2026M1",  "Y2026"),
    # A week belongs to the year that has its Thursday.
    ("2027-01-01T12:00:00", "UTC",                "Y2027M1D1",   "Y2026W53", "Y2027M1",  "Y2027"),
    ("2027-01-04T00:00:00", "UTC",                "Y2027M1D4",   "Y2027W1",  "Y2027M1",  "Y2027"),
    ("2024-12-30T00:00:00", "UTC",                "Y2024M12D30", "Y2025W1",  "Y2024M12", "Y2024"),
    ("2021-01-03T12:00:00", "UTC",                "Y2021M1D3",   "Y2020W53", "Y2021M1",  "Y2021"),
    # Zones are not whole hours, and go beyond half a day.
    ("2026-02-28T18:14:59", "Asia/Kathmandu",     "Y2026M2D28",  "Y2026W9",  "Y2026M2",  "Y2026"),
    ("2026-02-28T18:15:00", "Asia/Kathmandu",     "Y2026M3D1",   "Y2026W9",  "Y2026M3",  "Y2026"),
    ("2026-01-31T10:00:00", "Pacific/Kiritimati", "Y2026M2D1",   "Y2026W5",  "Y2026M2",  "Y2026"),
    ("2024-02-29T12:00:00", "UTC",                "Y2024M2D29",  "Y2024W9",  "Y2024M2",  "Y2024"),
    # What the documents show.
    ("2021-08-15T12:00:00", "UTC",                "Y2021M8D15",  "Y2021W32", "Y2021M8",  "Y2021"),
]
# fmt: on
PERIODS = ("daily", "weekly", "monthly", "yearly")


@pytest.mark.parametrize("instant, zone, day, week, month, year", LABELS)
def test_an_instant_lies_in_one_window_of_each_length(instant, zone, *, day, week, month, year):
    now = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    labels = [period_label(period, now, ZoneInfo(zone)) for period in PERIODS]
    assert labels == [day, week, month, year]


def test_without_a_period_there_is_one_window_for_ever():
    assert period_label("", datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo("UTC")) == ""


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("period, windows", [("daily", 366), ("weekly", 53), ("monthly", 13)])
def test_windows_follow_one_another_without_gap_or_return(zone, period, windows):
    start = datetime(2026, 1, 1, 0, 0, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    hours = (start + timedelta(hours=hour) for hour in range(365 * 24 + 1))
    labels = [period_label(period, hour, ZoneInfo(zone)) for hour in hours]
    changes = [one for one, before in zip(labels, ["", *labels], strict=False) if one != before]
    assert len(changes) == len(set(changes)) == windows


@pytest.mark.parametrize("period", PERIODS)
def test_a_budget_is_counted_in_the_window_of_its_zone(period):
    now = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
    for zone in ("Europe/Berlin", "America/New_York"):
        outcome = happens(
            ["setDiscount", "off", 5],
            given=a_situation(now=now, state="closed"),
            application=an_application(timezone=zone),
            campaigns=[a_campaign(1, a_limit("setDiscount", 9, period=period))],
        )
        label = period_label(period, now, ZoneInfo(zone))
        assert spent(outcome) == {("setDiscount", "", "", label): "5"}
