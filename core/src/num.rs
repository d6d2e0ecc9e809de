//! Conversions between the widths that the image, the tape and the machine use.
//!
//! Invariant: nothing here loses a bit silently; what does not fit saturates, and every caller has a limit far below that.

#[cfg(target_pointer_width = "16")]
compile_error!("adarga-core needs a target with pointers of at least 32 bits");

/// An index or length of the tape or the image as a machine index.
#[inline]
#[expect(clippy::as_conversions, reason = "usize has at least 32 bits, checked above")]
pub(crate) const fn index(n: u32) -> usize {
    n as usize
}

/// A length as the tape stores it. Inputs are bounded by [`crate::json::INPUT_MAX`], so saturation is never reached.
#[inline]
#[expect(clippy::as_conversions, reason = "bounded by the comparison before it")]
pub(crate) const fn length(n: usize) -> u32 {
    if n > u32::MAX as usize { u32::MAX } else { n as u32 }
}

/// A byte, widened.
#[inline]
#[expect(clippy::as_conversions, reason = "widened")]
pub(crate) const fn byte(n: u8) -> u32 {
    n as u32
}

/// The upper half.
#[inline]
#[expect(clippy::as_conversions, reason = "32 bits are left")]
pub(crate) const fn high(n: u64) -> u32 {
    (n >> 32) as u32
}

/// A place in an input, which is bounded by [`crate::json::INPUT_MAX`]; of other numbers the low half.
#[inline]
#[expect(clippy::as_conversions, reason = "the low half is what is asked for")]
pub(crate) const fn low(n: usize) -> u32 {
    n as u32
}

/// Two halves as one.
#[inline]
#[expect(clippy::as_conversions, reason = "widened")]
pub(crate) const fn wide(low: u32, high: u32) -> u64 {
    low as u64 | (high as u64) << 32
}

/// Two words as one.
#[inline]
#[expect(clippy::as_conversions, reason = "widened")]
pub(crate) const fn wider(low: u64, high: u64) -> u128 {
    low as u128 | (high as u128) << 64
}

/// Both words of a double word, the low one first.
#[inline]
#[expect(clippy::as_conversions, reason = "the halves are what is asked for")]
pub(crate) const fn halves(n: u128) -> [u64; 2] {
    [n as u64, (n >> 64) as u64]
}

/// Both halves of a product, one upon the other.
#[inline]
#[expect(clippy::as_conversions, reason = "the halves of a double word")]
pub(crate) const fn fold(a: u64, b: u64) -> u64 {
    let wide = (a as u128).wrapping_mul(b as u128);
    (wide as u64) ^ ((wide >> 64) as u64)
}

/// The part of `of` that `part` is of 2^32: always less than `of`, unless that is 0. For tables that are shared.
#[cfg(target_has_atomic = "64")]
#[inline]
#[expect(clippy::as_conversions, reason = "widened")]
pub(crate) const fn share(part: u32, of: u32) -> u32 {
    high((part as u64).saturating_mul(of as u64))
}
