"""Whether somewhere is open, in England's time and with its bank holidays."""

from datetime import UTC, date, datetime, timedelta

import pytest

from assetmap.assets.open_at import LONDON, instant, state_at
from assetmap.errors import BadParameter

HOLIDAYS = {
    2022: "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27",
    2023: "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
}
"""As the government lists them for England and Wales."""


def local(*at):
    return datetime(*at)  # noqa: DTZ001 - sent without a zone


def state(hours, *at):
    return state_at(hours, instant(local(*at)), -2.2, 53.5)


@pytest.mark.parametrize("year", HOLIDAYS)
def test_the_bank_holidays_are_those_of_england(year):
    days = [date(year, 1, 1) + timedelta(each) for each in range(365)]
    noon = [(each.year, each.month, each.day, 12) for each in days]
    found = [at for at in noon if state("PH 10:00-14:00", *at) == "open"]
    assert [f"{month:02}-{day:02}" for _, month, day, _ in found] == (
        HOLIDAYS[year].split()
    )


def test_a_time_without_a_zone_is_londons_and_one_with_a_zone_is_turned_into_it():
    hours = "Mo-Fr 09:00-17:00"
    assert state(hours, 2026, 7, 1, 9, 30) == "open"
    utc = datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
    assert state_at(hours, instant(utc), -2.2, 53.5) == "open"
    assert state(hours, 2026, 7, 1, 8, 30) == "closed"


def test_an_hour_that_clocks_skip_is_the_next():
    skipped = instant(datetime(2026, 3, 29, 1, 30, tzinfo=LONDON))
    assert skipped.hour == 2
    assert state_at("24/7", skipped, -2.2, 53.5) == "open"


@pytest.mark.parametrize("hours", [None, "", "mornings", '"by appointment"'])
def test_hours_that_do_not_tell_are_unknown(hours):
    assert state(hours, 2026, 7, 1, 9, 30) == "unknown"


@pytest.mark.parametrize("year", [1, 1999, 2100, 9999])
def test_a_year_that_no_calendar_has_is_refused(year):
    with pytest.raises(BadParameter, match="is not in a year from"):
        instant(local(year, 12, 31, 23, 59))
