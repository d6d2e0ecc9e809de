//! Limits as a person writes them: `10/min`, or a rate and a burst.

use std::fmt;

use adarga_core::rate::{Gcra, Unfit, Window};

/// Units of a rate and their milliseconds.
const UNITS: &[(&[&str], u64)] = &[
    (&["s", "second", "seconds"], 1000),
    (&["min", "minute", "minutes"], 60_000),
    (&["h", "hour", "hours"], 3_600_000),
    (&["day", "days"], 24 * 3_600_000),
];

/// What is wrong with a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateError {
    /// The text is not a number, a slash and a unit.
    Text,
    /// The numbers are no limit.
    Unfit(Unfit),
}

impl fmt::Display for RateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => f.write_str("write a whole number, a slash and one of `s`, `min`, `hour`, `day`, such as `\"10/min\"`"),
            Self::Unfit(unfit) => unfit.fmt(f),
        }
    }
}

impl std::error::Error for RateError {}

/// A text such as `10/min`: that many calls in any window of that length.
///
/// ```
/// use adarga_host::rate::window;
///
/// let window = window("10/min")?;
/// assert_eq!((window.calls().get(), window.span_ms()), (10, 60_000));
/// # Ok::<(), adarga_host::rate::RateError>(())
/// ```
///
/// # Errors
/// When the text is no rate, or one that no window can count.
pub fn window(text: &str) -> Result<Window, RateError> {
    let (calls, span_ms) = read(text)?;
    Window::new(calls.ok_or(RateError::Unfit(Unfit::WindowCalls))?, span_ms).map_err(RateError::Unfit)
}

/// A text such as `100/min`, and how many of these calls may come at once.
///
/// # Errors
/// When the text is no rate, or one that cannot be kept exactly.
pub fn gcra(text: &str, burst: u32) -> Result<Gcra, RateError> {
    let (calls, span_ms) = read(text)?;
    Gcra::new(calls.ok_or(RateError::Unfit(Unfit::RateCalls))?, span_ms, burst).map_err(RateError::Unfit)
}

/// The calls and the milliseconds of a text such as `10/min`.
///
/// # Errors
/// When the text is no rate, or has more calls than any limit can have.
pub fn numbers(text: &str) -> Result<(u32, u64), RateError> {
    let (calls, span_ms) = read(text)?;
    Ok((calls.ok_or(RateError::Unfit(Unfit::RateCalls))?, span_ms))
}

/// Calls, `None` if they are too many for any limit, and milliseconds.
fn read(text: &str) -> Result<(Option<u32>, u64), RateError> {
    let (calls, unit) = text.split_once('/').ok_or(RateError::Text)?;
    if calls.is_empty() || !calls.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(RateError::Text);
    }
    let span_ms = UNITS.iter().find_map(|(names, ms)| names.contains(&unit).then_some(*ms)).ok_or(RateError::Text)?;
    Ok((calls.parse().ok(), span_ms))
}
