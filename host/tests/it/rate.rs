//! Limits as they are written.

use adarga_core::rate::{Gcra, Unfit, Window};
use adarga_host::{
    rate::{RateError, gcra, window},
    rates::table_bytes,
};

#[test]
fn limits_are_read_with_each_unit() {
    let second = 1000;
    for (text, calls, span_ms) in [
        ("1/s", 1, second),
        ("5/second", 5, second),
        ("5/seconds", 5, second),
        ("10/min", 10, 60 * second),
        ("10/minute", 10, 60 * second),
        ("010/minutes", 10, 60 * second),
        ("7/h", 7, 3600 * second),
        ("7/hour", 7, 3600 * second),
        ("7/hours", 7, 3600 * second),
        ("65536/day", 65_536, 86_400 * second),
        ("3/days", 3, 86_400 * second),
    ] {
        assert_eq!(window(text), Ok(Window::new(calls, span_ms).unwrap()), "{text}");
        assert_eq!(gcra(text, 2), Ok(Gcra::new(calls, span_ms, 2).unwrap()), "{text}");
    }
}

#[test]
fn what_is_no_limit_says_why() {
    for text in [
        "", "/", "10", "10/", "/min", "10 / min", "10/ min", "-1/min", "+1/min", "1.5/min", "10/Min", "10/m", "10/week",
        "10/min/s", "١/min", "10/min ",
    ] {
        assert_eq!(window(text), Err(RateError::Text), "{text}");
        assert_eq!(gcra(text, 1), Err(RateError::Text), "{text}");
    }
    assert_eq!(window("0/min"), Err(RateError::Unfit(Unfit::Zero)));
    assert_eq!(window("65537/min"), Err(RateError::Unfit(Unfit::WindowCalls)));
    assert_eq!(window("99999999999/min"), Err(RateError::Unfit(Unfit::WindowCalls)));
    assert_eq!(gcra("99999999999/min", 1), Err(RateError::Unfit(Unfit::RateCalls)));
    assert_eq!(gcra("10/min", 0), Err(RateError::Unfit(Unfit::Zero)));
    assert_eq!(gcra("1031/s", 1), Err(RateError::Unfit(Unfit::Fraction)));
    assert_eq!(gcra("1/day", 367), Err(RateError::Unfit(Unfit::Span)));
    assert!(window("x").unwrap_err().to_string().contains("10/min"));
    assert_eq!(window("0/s").unwrap_err().to_string(), Unfit::Zero.text());
}

#[test]
fn memory_of_a_table_is_counted_without_overflow() {
    assert_eq!(table_bytes(1, 1, 0), 64 * 24);
    assert_eq!(table_bytes(10_000, 3, 300), 65_536 * (24 + 300 * 8));
    assert_eq!(table_bytes(u32::MAX, u32::MAX, u32::MAX), u64::MAX);
}
