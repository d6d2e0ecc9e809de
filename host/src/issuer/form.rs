//! `application/x-www-form-urlencoded` (WHATWG URL §5.2, RFC 6749 appendix B).

use adarga_core::text::hex;
use zeroize::Zeroizing;

/// A name or a value in its encoded form; overwritten afterwards, since it may be secret.
pub(super) fn encoded(text: &[u8]) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(text.len() * 3));
    for &byte in text {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'*' | b'-' | b'.' | b'_' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            _ => {
                out.push('%');
                hex(byte).iter().for_each(|digit| out.push(char::from(digit.to_ascii_uppercase())));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn every_byte_has_one_form() {
        for (text, form) in [
            ("", ""),
            ("aZ09*-._", "aZ09*-._"),
            ("a b", "a+b"),
            ("~:/?#[]@!$&'()+,;=%", "%7E%3A%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2B%2C%3B%3D%25"),
            ("ä\n", "%C3%A4%0A"),
        ] {
            assert_eq!(*encoded(text.as_bytes()), form);
        }
    }
}
