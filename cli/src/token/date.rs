//! Dates for people.

/// The last second of the year 9999.
const MAX: f64 = 253_402_300_799.0;

/// The time of so many seconds since 1970, fractions dropped, as RFC 3339 writes it in UTC; nothing before 1970 and after 9999.
pub(super) fn utc(seconds: f64) -> Option<String> {
    if !(0.0..=MAX).contains(&seconds) {
        return None;
    }
    let seconds = seconds as u64;
    let (days, time) = (seconds / 86_400, seconds % 86_400);
    // Hinnant, "chrono-compatible low-level date algorithms": years begin in March, so that the leap day is the last one
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    Some(format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", time / 3600, time / 60 % 60, time % 60))
}

/// A span of so many seconds in its largest unit.
pub(super) fn span(seconds: f64) -> String {
    let (count, unit) = match seconds.abs() {
        seconds if seconds < 120.0 => (seconds, "second"),
        seconds if seconds < 7200.0 => (seconds / 60.0, "minute"),
        seconds if seconds < 172_800.0 => (seconds / 3600.0, "hour"),
        seconds => (seconds / 86_400.0, "day"),
    };
    let count = count.floor();
    format!("{count} {unit}{}", if count == 1.0 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (seconds, date) in [
            (0.0, "1970-01-01T00:00:00Z"),
            (951_782_399.9, "2000-02-28T23:59:59Z"),
            (951_782_400.0, "2000-02-29T00:00:00Z"),
            (1_300_819_380.0, "2011-03-22T18:43:00Z"),
            (4_107_542_400.0, "2100-03-01T00:00:00Z"),
            (4_107_542_399.0, "2100-02-28T23:59:59Z"),
            (MAX, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(utc(seconds).as_deref(), Some(date));
        }
        for seconds in [-1.0, MAX + 1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(utc(seconds), None);
        }
    }

    #[test]
    fn spans_have_one_unit() {
        let spans = [0.0, 1.0, 119.0, 120.0, 7199.0, -7200.0, 172_799.0, 172_800.0].map(span);
        assert_eq!(spans, ["0 seconds", "1 second", "119 seconds", "2 minutes", "119 minutes", "2 hours", "47 hours", "2 days"]);
    }
}
