//! Tools that must be what they were become the section of pins.

use adarga_core::pin::PIN_LEN;

use crate::policy::Step;

use super::{
    Compiler,
    archive::{Pin, Pins},
    index,
};

/// What a pin begins with.
const PREFIX: &str = "sha256:";

impl Compiler<'_> {
    /// The section; nothing for a policy that pins nothing. Tools come first among the entries, in their order.
    pub(super) fn pins(&mut self) -> Option<Pins> {
        let mut rows = Vec::new();
        for (entry, (name, tool)) in self.document().tools.iter().enumerate() {
            let path: [Step<'_>; 3] = ["tools".into(), name.as_str().into(), "pin".into()];
            if name == "*" && !tool.pin.is_empty() {
                self.error(&path, "a pin for tools that are not named", "name the tool: a pin is of one definition");
            }
            for text in &tool.pin {
                match text.strip_prefix(PREFIX).and_then(digest) {
                    Some(digest) => rows.push(Pin { entry: index(entry), digest }),
                    None => self.error(
                        &path,
                        format!("`{text}` is no pin"),
                        format!("write `{PREFIX}` and 64 hexadecimal digits; `adarga pin -- SERVER…` prints what a server has"),
                    ),
                }
            }
        }
        if rows.is_empty() { None } else { Some(Pins { rows }) }
    }
}

fn digest(hexadecimal: &str) -> Option<[u8; PIN_LEN]> {
    let (pairs, []) = hexadecimal.as_bytes().as_chunks::<2>() else { return None };
    let digit = |digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let bytes: Vec<u8> = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect::<Option<_>>()?;
    bytes.try_into().ok()
}
