//! Characters beyond ASCII that some system or library does not take for themselves.

use crate::reason::Reason;

/// Judges the characters of a name.
///
/// Look-alikes are judged as what NFKC, or the best fit of a Windows code page, makes of them (Unicode TR 36 §3.1.2, "WorstFit",
/// 2025).
pub(super) fn judge(name: &str) -> Result<(), Reason> {
    let mut dots = true;
    let mut ends_in_dot = false;
    for character in name.chars() {
        let kind = kind(character);
        match kind {
            Kind::Hidden => return Err(Reason::PathCharacter),
            Kind::Separator => return Err(Reason::PathSeparator),
            Kind::Dot | Kind::Plain => {}
        }
        ends_in_dot = kind == Kind::Dot;
        dots &= ends_in_dot;
    }
    match (dots, ends_in_dot) {
        (true, _) => Err(Reason::PathEscape),
        (false, true) => Err(Reason::PathName),
        (false, false) => Ok(()),
    }
}

/// Whether a character is a dot to somebody.
pub(super) const fn is_dot(character: char) -> bool {
    matches!(kind(character), Kind::Dot)
}

/// The ASCII letter, digit or sign that a character is to whoever folds widths and superscripts.
pub(super) fn folded(character: char) -> Option<u8> {
    let folded = match character {
        '¹' => '1',
        '²' => '2',
        '³' => '3',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(character).saturating_sub(0xFEE0))?,
        _ => character,
    };
    u8::try_from(folded).ok().filter(u8::is_ascii)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Itself.
    Plain,
    /// A dot, or several, elsewhere.
    Dot,
    /// A separator, the colon of a drive or the sign of an escape elsewhere.
    Separator,
    /// Not to be seen: a control, a line break, or what HFS+ leaves out of comparisons.
    Hidden,
}

const fn kind(character: char) -> Kind {
    match character {
        '.' | '\u{2024}'..='\u{2026}' | '\u{FE19}' | '\u{FE30}' | '\u{FE52}' | '\u{FF0E}' => Kind::Dot,
        // slashes: fraction, division, wide; ℀ ℁ ℅ ℆ hold one
        '\u{2044}' | '\u{2215}' | '\u{FF0F}' | '\u{2100}' | '\u{2101}' | '\u{2105}' | '\u{2106}'
        // backslashes: set minus, small, wide; yen and won, which are 0x5C in Shift JIS and KS X 1003
        | '\u{2216}' | '\u{FE68}' | '\u{FF3C}' | '\u{A5}' | '\u{FFE5}' | '\u{20A9}' | '\u{FFE6}'
        // colons: ratio, vertical, small, wide, ⩴; percent signs: small, wide
        | '\u{2236}' | '\u{FE13}' | '\u{FE55}' | '\u{FF1A}' | '\u{2A74}' | '\u{FE6A}' | '\u{FF05}'
        // ASCII as Cygwin, WSL and SMB clients of macOS store what Windows has not in names
        | '\u{F000}'..='\u{F0FF}' => Kind::Separator,
        // C1; format characters (Cf); line and paragraph separators
        '\u{80}'..='\u{9F}' | '\u{AD}' | '\u{600}'..='\u{605}' | '\u{61C}' | '\u{6DD}' | '\u{70F}' | '\u{890}'..='\u{891}'
        | '\u{8E2}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}' | '\u{110BD}' | '\u{110CD}' | '\u{13430}'..='\u{1343F}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E007F}' => Kind::Hidden,
        _ => Kind::Plain,
    }
}
