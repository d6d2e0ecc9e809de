//! Dates, times and durations of RFC 3339.

use super::digits;

/// Minutes of a day.
const DAY: i32 = 24 * 60;

/// `date-time` (RFC 3339 §5.6): `T` and `Z` in either case, and nothing but them.
pub(super) fn is_date_time(text: &[u8]) -> bool {
    let Some((date, [b'T' | b't', time @ ..])) = text.split_at_checked(10) else { return false };
    let (Some(date), Some(time)) = (Date::read(date), Moment::read(time)) else { return false };
    match time.leap_day() {
        None => true,
        Some(Some(shift)) => date.shifted_is_last_of_month(shift),
        Some(None) => false,
    }
}

/// `full-date`: a day that the Gregorian calendar has, from the year 0 on.
pub(super) fn is_date(text: &[u8]) -> bool {
    Date::read(text).is_some()
}

/// `full-time`: with its offset; second 60 only in the last minute of a UTC day.
pub(super) fn is_time(text: &[u8]) -> bool {
    Moment::read(text).is_some_and(|time| time.leap_day() != Some(None))
}

/// A day of the calendar.
struct Date {
    year: i32,
    month: i32,
    day: i32,
}

impl Date {
    fn read(text: &[u8]) -> Option<Self> {
        let [year @ .., b'-', m1, m2, b'-', d1, d2] = text else { return None };
        let &[y1, y2, y3, y4] = year else { return None };
        let year = digits(&[y1, y2, y3, y4])?;
        let (month, day) = (digits(&[*m1, *m2])?, digits(&[*d1, *d2])?);
        ((1..=12).contains(&month) && (1..=days(year, month)).contains(&day)).then_some(Self { year, month, day })
    }

    /// Whether the day that lies `shift` days away (−1, 0 or 1) is the last one of its month: leap seconds are put nowhere else
    /// (ITU-R TF.460-6 §2.1).
    fn shifted_is_last_of_month(&self, shift: i32) -> bool {
        let last = days(self.year, self.month);
        match shift {
            // the day before the first of a month is the last one of another
            -1 => self.day == 1,
            0 => self.day == last,
            _ => self.day.saturating_add(1) == last,
        }
    }
}

/// The days of a month.
const fn days(year: i32, month: i32) -> i32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A time of day with its offset from UTC.
struct Moment {
    /// Minutes since midnight, local time.
    minute: i32,
    second: i32,
    /// Minutes that local time is ahead of UTC.
    offset: i32,
}

impl Moment {
    fn read(text: &[u8]) -> Option<Self> {
        let [h1, h2, b':', m1, m2, b':', s1, s2, rest @ ..] = text else { return None };
        let (minute, second) = (clock(*h1, *h2, *m1, *m2)?, digits(&[*s1, *s2])?);
        let offset = match fraction(rest)? {
            b"Z" | b"z" => 0,
            &[b'+', h1, h2, b':', m1, m2] => clock(h1, h2, m1, m2)?,
            &[b'-', h1, h2, b':', m1, m2] => clock(h1, h2, m1, m2)?.saturating_neg(),
            _ => return None,
        };
        (second <= 60).then_some(Self { minute, second, offset })
    }

    /// Nothing for an ordinary second. For a leap second, how many days the day in UTC lies away from the local one, if it is the
    /// last minute of that day; leap seconds are in no other.
    fn leap_day(&self) -> Option<Option<i32>> {
        if self.second < 60 {
            return None;
        }
        let utc = self.minute.saturating_sub(self.offset);
        Some((utc.rem_euclid(DAY) == DAY - 1).then_some(utc.div_euclid(DAY)))
    }
}

/// Minutes since midnight of an hour and a minute that a clock shows.
fn clock(h1: u8, h2: u8, m1: u8, m2: u8) -> Option<i32> {
    let (hour, minute) = (digits(&[h1, h2])?, digits(&[m1, m2])?);
    (hour <= 23 && minute <= 59).then_some(hour.saturating_mul(60).saturating_add(minute))
}

/// What follows the fraction of a second, if there is one, that has at least one digit.
fn fraction(text: &[u8]) -> Option<&[u8]> {
    let [b'.', rest @ ..] = text else { return Some(text) };
    let end = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, rest) = rest.split_at_checked(end)?;
    (!digits.is_empty()).then_some(rest)
}

/// `duration` (RFC 3339 appendix A): weeks alone, or units without a gap between the first and the last of each half, as `P1Y2M`
/// and `PT5M1S` but not `P1Y2D`.
pub(super) fn is_duration(text: &[u8]) -> bool {
    let Some((b'P', text)) = text.split_first() else { return false };
    if let [weeks @ .., b'W'] = text {
        return !weeks.is_empty() && weeks.iter().all(u8::is_ascii_digit);
    }
    match crate::text::split_once(text, b'T') {
        Some((date, time)) => (date.is_empty() || are_units(date, b"YMD")) && are_units(time, b"HMS"),
        None => are_units(text, b"YMD"),
    }
}

/// Whether `text` is one or more numbers, each with the unit that comes after the one before it.
fn are_units(text: &[u8], units: &[u8]) -> bool {
    let (mut rest, mut next) = (text, None);
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
        let Some((number, [unit, after @ ..])) = rest.split_at_checked(end) else { return false };
        let place = units.iter().position(|other| other == unit);
        if number.is_empty() || place.is_none() || next.is_some_and(|next| Some(next) != place) {
            return false;
        }
        next = place.map(|place| place.saturating_add(1));
        rest = after;
    }
    next.is_some()
}
