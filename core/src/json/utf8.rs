//! Whether bytes are UTF-8, many at a time.

/// Shorter texts are left to the standard library.
const SHORT: usize = 24;

/// Whether `text` is UTF-8 (RFC 3629).
///
/// Each byte is judged by the three before it, without branches, which the compiler turns into vector code: a byte continues a
/// sequence exactly when one of those three begins one that reaches it, and the second byte of a sequence is neither overlong nor
/// a surrogate nor beyond U+10FFFF.
#[inline(never)]
pub(super) fn valid(text: &[u8]) -> bool {
    if text.len() < SHORT {
        return core::str::from_utf8(text).is_ok();
    }
    let (Some([a, b, c]), Some([x, y, z])) = (text.first_chunk::<3>(), text.last_chunk::<3>()) else { return false };
    let begins = broken(0, 0, 0, *a) | broken(0, 0, *a, *b) | broken(0, *a, *b, *c);
    let ends = (*x >= 0xF0) | (*y >= 0xE0) | (*z >= 0xC0);
    let after = |count: usize| text.get(count..).unwrap_or_default().iter();
    let quads = text.iter().zip(after(1)).zip(after(2).zip(after(3)));
    let inside = quads.fold(false, |wrong, ((a, b), (c, d))| wrong | broken(*a, *b, *c, *d));
    !(begins | ends | inside)
}

/// Whether byte `d` can't stand after `a`, `b` and `c`.
#[inline(always)]
const fn broken(a: u8, b: u8, c: u8, d: u8) -> bool {
    let continues = d & 0xC0 == 0x80;
    let expected = (c >= 0xC0) | (b >= 0xE0) | (a >= 0xF0);
    let never = (d == 0xC0) | (d == 0xC1) | (d >= 0xF5);
    let overlong = (c == 0xE0) & (d < 0xA0) | (c == 0xF0) & (d < 0x90);
    let beyond = (c == 0xED) & (d > 0x9F) | (c == 0xF4) & (d > 0x8F);
    (continues != expected) | never | overlong | beyond
}
