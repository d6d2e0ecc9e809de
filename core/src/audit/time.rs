//! Times as RFC 3339 §5.6 writes them, in UTC with milliseconds: `2026-11-26T05:29:06.123Z`.

use crate::write::Out;

/// Bytes of a time.
pub const TIME_LEN: usize = 24;
/// The last millisecond of the year 9999.
pub(super) const TIME_MAX: u64 = 253_402_300_799_999;
const DAY_MS: u64 = 86_400_000;

/// The decimal digits of a number below 100.
fn two(n: u64) -> [u8; 2] {
    let n = u8::try_from(n % 100).unwrap_or(0);
    [n.wrapping_div(10), n % 10].map(|digit| b'0'.wrapping_add(digit))
}

/// Writes `ms`, Unix milliseconds; what lies beyond the year 9999 becomes its last millisecond.
pub fn write_time(out: &mut Out<'_>, ms: u64) {
    let ms = ms.min(TIME_MAX);
    let (days, in_day) = (ms.wrapping_div(DAY_MS), ms % DAY_MS);
    let (year, month, day) = civil(days);
    let ([y1, y2], [y3, y4]) = (two(year.wrapping_div(100)), two(year));
    let ([m1, m2], [d1, d2]) = (two(month), two(day));
    let ([h1, h2], [n1, n2]) = (two(in_day.wrapping_div(3_600_000)), two(in_day.wrapping_div(60_000) % 60));
    let ([s1, s2], [f1, f2]) = (two(in_day.wrapping_div(1000) % 60), two((in_day % 1000).wrapping_div(10)));
    let [_, f3] = two(in_day % 10);
    let text: [u8; TIME_LEN] =
        [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2, b':', s1, s2, b'.', f1, f2, f3, b'Z'];
    out.raw(&text);
}

/// Reads what [`write_time`] writes; none for anything else.
#[must_use]
pub fn parse_time(text: &[u8]) -> Option<u64> {
    let mut rest = text;
    let mut part = |width: usize, after: u8| {
        let (digits, behind) = rest.split_at_checked(width)?;
        let (&found, behind) = behind.split_first()?;
        rest = behind;
        let n = digits.iter().try_fold(0_u64, |n, digit| {
            digit.is_ascii_digit().then(|| n.saturating_mul(10).saturating_add(u64::from(digit.wrapping_sub(b'0'))))
        })?;
        (found == after).then_some(n)
    };
    let (year, month, day) = (part(4, b'-')?, part(2, b'-')?, part(2, b'T')?);
    let (hour, minute, second, ms) = (part(2, b':')?, part(2, b':')?, part(2, b'.')?, part(3, b'Z')?);
    let days = days(year, month, day)?;
    let real = rest.is_empty() && hour < 24 && minute < 60 && second < 60 && civil(days) == (year, month, day);
    let minutes = days.saturating_mul(24).saturating_add(hour).saturating_mul(60).saturating_add(minute);
    real.then(|| minutes.saturating_mul(60).saturating_add(second).saturating_mul(1000).saturating_add(ms))
}

/// Days of 400 years, of which the first begins on 1 March of the year 0.
const ERA: u64 = 146_097;
/// Days from 1 March of the year 0 to 1970.
const TO_1970: u64 = 719_468;

/// The date of a day since 1970 (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn civil(days: u64) -> (u64, u64, u64) {
    let divided = u64::wrapping_div;
    let days = days.saturating_add(TO_1970);
    let (era, doe) = (divided(days, ERA), days % ERA);
    let leaps = divided(doe, 1460).saturating_add(divided(doe, 146_096));
    let yoe = divided(doe.saturating_add(divided(doe, 36_524)).saturating_sub(leaps), 365);
    let doy = doe.saturating_sub(year_days(yoe));
    let mp = divided(doy.saturating_mul(5).saturating_add(2), 153);
    let day = doy.saturating_sub(month_days(mp)).saturating_add(1);
    let month = if mp < 10 { mp.saturating_add(3) } else { mp.saturating_sub(9) };
    let year = era.saturating_mul(400).saturating_add(yoe).saturating_add(u64::from(month <= 2));
    (year, month, day)
}

/// The day since 1970 of a date; none before it, and none for a month that is none.
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    let year = year.checked_sub(u64::from(month <= 2))?;
    let mp = if month > 2 { month.checked_sub(3)? } else { month.checked_add(9)? };
    let (era, yoe) = (year.checked_div(400)?, year % 400);
    let doy = month_days(mp).checked_add(day)?.checked_sub(1)?;
    era.checked_mul(ERA)?.checked_add(year_days(yoe))?.checked_add(doy)?.checked_sub(TO_1970)
}

/// Days before a year of an era.
fn year_days(yoe: u64) -> u64 {
    let leap = |by: u64| yoe.checked_div(by).unwrap_or(0);
    yoe.saturating_mul(365).saturating_add(leap(4)).saturating_sub(leap(100))
}

/// Days before a month of a year that begins in March.
fn month_days(mp: u64) -> u64 {
    mp.saturating_mul(153).saturating_add(2).checked_div(5).unwrap_or(0)
}
