//! The time now, and dates for people.

use std::time::{SystemTime, UNIX_EPOCH};

/// Unix milliseconds.
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// The time of so many seconds since 1970, fractions dropped, as RFC 3339 writes it in UTC; nothing before 1970 and
/// from the end of 9999 on.
pub(crate) fn utc(seconds: f64) -> Option<String> {
    // what is too large becomes the largest there is, which is no date either
    let seconds = if seconds >= 0.0 { seconds as i64 } else { return None };
    jiff::Timestamp::from_second(seconds).ok().map(|time| time.to_string())
}

/// A span of so many seconds in its largest unit.
pub(crate) fn span(seconds: f64) -> String {
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
            (253_402_200_000.0, "9999-12-30T20:00:00Z"),
        ] {
            assert_eq!(utc(seconds).as_deref(), Some(date));
        }
        for seconds in [-1.0, 253_402_300_800.0, 1e300, f64::NAN, f64::INFINITY] {
            assert_eq!(utc(seconds), None);
        }
    }

    #[test]
    fn spans_have_one_unit() {
        let spans = [0.0, 1.0, 119.0, 120.0, 7199.0, -7200.0, 172_799.0, 172_800.0].map(span);
        assert_eq!(spans, ["0 seconds", "1 second", "119 seconds", "2 minutes", "119 minutes", "2 hours", "47 hours", "2 days"]);
    }
}
