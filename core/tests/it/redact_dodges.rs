//! Dodging redaction: names in every disguise, however escaped, repeated, nested and far apart; beside a reference that knows nothing
//! of how redaction works. It only undoes escapes of what came out, again and again, and looks for what should be gone.

use adarga_core::{detect::Kinds, redact::Mask};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::redact::masked;

/// What stands under names to be masked; in what goes out it is nowhere.
const HIDDEN: &str = "SENTINEL";
const NAMES: &[&str] = &["password", "api_key", "ssn", "credit_card"];
/// Levels of JSON within strings of JSON.
const DEPTH_MAX: u32 = 5;

/// One letter of a name as it is written: what stands for it, what nobody sees beside it, and how it is escaped.
#[derive(Clone, Debug)]
struct Letter {
    disguise: u8,
    beside: &'static str,
    escape: u8,
}

fn letter() -> impl Strategy<Value = Letter> {
    let beside = select(
        &[
            "",
            "",
            "",
            "",
            "_",
            "-",
            " ",
            ".",
            "\u{200B}",
            "\u{AD}",
            "\u{2060}",
            "\u{2069}",
            "\u{FE0F}",
            "\u{34F}",
            "\u{FEFF}",
            "\u{E0061}",
        ][..],
    );
    (any::<u8>(), beside, any::<u8>()).prop_map(|(disguise, beside, escape)| Letter { disguise, beside, escape })
}

/// A letter in its disguise: of the same width or another, large or small, of mathematics, in a circle.
fn disguised(plain: char, disguise: u8) -> char {
    let from = |base: u32| char::from_u32(base + u32::from(plain) - u32::from('a')).unwrap();
    match (plain, disguise % 8) {
        ('a'..='z', 1) => plain.to_ascii_uppercase(),
        ('a'..='z', 2) => from(0xFF41),
        ('a'..='z', 3) => from(0xFF21),
        ('a'..='z', 4) => from(0x1D41A),
        ('a'..='z', 5) => from(0x24D0),
        ('s', 6) => '\u{17F}',
        ('k', 6) => '\u{212A}',
        _ => plain,
    }
}

/// A character of JSON text as it is or as an escape, of which pairs of surrogates need two.
fn escaped(character: char, how: u8) -> String {
    let mut units = [0; 2];
    match how % 4 {
        1 => character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
        2 => character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04X}")).collect(),
        _ => character.to_string(),
    }
}

fn spelled(name: &str, letters: &[Letter]) -> String {
    let mut text = String::new();
    for (plain, letter) in name.chars().zip(letters.iter().cycle()) {
        let character = if plain == '_' { plain } else { disguised(plain, letter.disguise) };
        text += &escaped(character, letter.escape);
        letter.beside.chars().for_each(|character| text += &escaped(character, letter.escape / 4));
    }
    text
}

/// A text as a JSON string, each of whose characters may be an escape.
fn string(text: &str, escapes: &[u8]) -> String {
    let mut json = String::from("\"");
    for (character, how) in text.chars().zip(escapes.iter().cycle()) {
        match (character, how % 4) {
            ('"' | '\\', 0 | 3) => json.extend(['\\', character]),
            ('"' | '\\', _) => json += &escaped(character, *how),
            ('\n', _) => json += "\\n",
            ('\t', _) => json += "\\t",
            _ => json += &escaped(character, *how),
        }
    }
    json.push('"');
    json
}

/// What hides the member.
#[derive(Clone, Debug)]
struct Dodge {
    name: &'static str,
    letters: Vec<Letter>,
    /// How the value is written.
    value: u8,
    /// White space around the colon.
    colon: &'static str,
    /// The same name once more, open, before or behind: only in JSON that nobody parses.
    twice: u8,
    /// Bytes in front, so that a window of any size ends somewhere within.
    padding: usize,
    /// Words around the JSON of each level.
    around: Vec<&'static str>,
    escapes: Vec<u8>,
    depth: u32,
}

fn dodge() -> impl Strategy<Value = Dodge> {
    let padding = prop_oneof![3 => 0..8_usize, 2 => 50..80_usize, 1 => 500..530_usize, 1 => 4080..4110_usize];
    let around = vec(select(&["", "", " ", "It said: ", "5\" wide: ", "\\", "{", "\"", "'", "```json\n", "[1,2] "][..]), 1..6);
    let colon = select(&[":", " :", ": ", "\t: ", ":  "][..]);
    // many escapes at each level make the text grow with the power of the depth
    let escapes = vec(prop_oneof![6 => Just(0_u8), 1 => any::<u8>()], 1..40);
    (select(NAMES), vec(letter(), 1..14), any::<u8>(), colon, any::<u8>(), padding, around, escapes, 0..=DEPTH_MAX).prop_map(
        |(name, letters, value, colon, twice, padding, around, escapes, depth)| {
            let padding = if depth > 2 { padding.min(530) } else { padding };
            Dodge { name, letters, value, colon, twice, padding, around, escapes, depth }
        },
    )
}

impl Dodge {
    /// The innermost object.
    fn object(&self) -> String {
        let value = match self.value % 6 {
            0 => format!("\"{HIDDEN}\""),
            1 => format!("[1,\"{HIDDEN}\",{{\"a\":\"{HIDDEN}\"}}]"),
            2 => format!("{{\"b\":[\"]}}\",\"{HIDDEN}\"]}}"),
            3 => format!("\"x\\\"{HIDDEN}\\\\\""),
            4 => format!("\"{{\\\"c\\\":\\\"{HIDDEN}\\\"}}\""),
            _ => string(HIDDEN, &[1, 2, 0]),
        };
        let spelled = spelled(self.name, &self.letters);
        let member = format!("\"{spelled}\"{}{value}", self.colon);
        let padding = "p".repeat(self.padding);
        let again = format!("\"{}\":\"{HIDDEN}\"", self.name);
        match self.twice % 4 {
            1 if self.depth > 0 => format!("{{\"pad\":\"{padding}\",{again},{member}}}"),
            2 if self.depth > 0 => format!("{{{member},\"pad\":\"{padding}\",{member}}}"),
            _ => format!("{{\"pad\":\"{padding}\",{member},\"z\":0}}"),
        }
    }

    /// The message: the object in as many strings as it is deep.
    fn message(&self) -> String {
        let mut json = self.object();
        for (level, around) in (0..self.depth).zip(self.around.iter().cycle()) {
            let held = string(&format!("{around}{json}"), &self.escapes);
            json = if level % 2 == 0 { format!("{{\"text\":{held}}}") } else { format!("[0,{held}]") };
        }
        format!("{{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{{\"content\":[{json}]}}}}")
    }
}

/// A text with its escapes undone once, whatever it is: a naive reader of JSON's strings.
fn unescaped(text: &str) -> String {
    let mut units: Vec<u16> = Vec::new();
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        let mut buffer = [0; 2];
        if character != '\\' {
            units.extend_from_slice(character.encode_utf16(&mut buffer));
            continue;
        }
        match rest.next() {
            Some('u') => {
                let digits: String = rest.clone().take(4).collect();
                match u16::from_str_radix(&digits, 16) {
                    Ok(unit) if digits.len() == 4 => {
                        units.push(unit);
                        rest.nth(3);
                    }
                    _ => units.push(u16::from(b'u')),
                }
            }
            Some('n' | 't' | 'r' | 'b' | 'f') => units.push(u16::from(b' ')),
            Some(other) => units.extend_from_slice(other.encode_utf16(&mut buffer)),
            None => {}
        }
    }
    String::from_utf16_lossy(&units)
}

/// Whether anybody who undoes escapes often enough reads what should be gone.
fn leaks(text: &str) -> bool {
    let mut text = text.to_owned();
    for _ in 0..=2 * DEPTH_MAX + 2 {
        if text.contains(HIDDEN) {
            return true;
        }
        text = unescaped(&text);
    }
    text.contains(HIDDEN)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_disguise_no_repetition_no_nesting_and_no_length_dodges(dodge in dodge()) {
        let message = dodge.message();
        prop_assert!(leaks(&message), "the reference does not see it: {}", message);
        let output = masked(&message, NAMES, Kinds::NONE, Mask::Redacted);
        prop_assert!(!leaks(&output), "{} became {}", message, output);
        prop_assert!(serde_json::from_str::<serde_json::Value>(&output).is_ok(), "{} became {}", message, output);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 20, failure_persistence: None, ..ProptestConfig::default() })]

    /// Detectors look through strings of any length, at every place of them.
    #[test]
    fn no_length_hides_a_finding(before in prop_oneof![0..9_usize, 500..530_usize, 4080..4110_usize, 65_500..65_560_usize], escapes in vec(any::<u8>(), 1..9)) {
        for secret in ["4111 1111 1111 1111", "AKIAQYLPMN5HFIQR7XYA", "ghp_16C7e42F292c6912E7710c838347Ae178B4a"] {
            let text = format!("{}{secret} end", ". ".repeat(before));
            let message = format!("{{\"text\":{}}}", string(&text, &escapes));
            let output = masked(&message, &[], Kinds::REDACTED, Mask::Redacted);
            prop_assert!(!unescaped(&output).contains(secret), "{} at {}", secret, before);
        }
    }
}
