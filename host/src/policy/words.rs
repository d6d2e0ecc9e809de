//! Words of a person's text in messages: quoted, cut, and compared with what was probably meant.

use crate::text::is_risky;

/// Longest piece of input that a message quotes, in characters. Longer ones could be a secret in the wrong place.
const QUOTE_MAX: usize = 40;

/// Longest word that is compared with others, in characters: what a comparison costs grows with the square.
const SUGGEST_MAX: usize = 128;

/// `text` in backticks, with risky characters escaped, cut to 40 characters.
pub(super) fn quote(text: &str) -> String {
    format!("`{}`", cut(text))
}

/// `text` with risky characters escaped, cut to 40 characters.
pub(super) fn cut(text: &str) -> String {
    let mut out = String::new();
    for (index, character) in text.chars().enumerate() {
        if index == QUOTE_MAX {
            out.push('…');
            break;
        }
        match character {
            character if is_risky(character) => out.extend(character.escape_default()),
            character => out.push(character),
        }
    }
    out
}

/// The candidate that `word` was probably meant to be: equal but for case or for `-` and `_`, else the nearest one by edits
/// (insert, delete, replace, swap), when at most a third of the longer word would change. The first of equally near ones. Words of
/// more than 128 characters are not compared.
///
/// ```
/// use adarga_host::policy::suggest;
///
/// assert_eq!(suggest("permision", ["permission", "when"]), Some("permission"));
/// assert_eq!(suggest("rate", ["permission", "when"]), None);
/// ```
pub fn suggest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = fold(word);
    let length = plain.chars().count();
    if length > SUGGEST_MAX {
        return None;
    }
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in candidates {
        let other = fold(candidate);
        let other_length = other.chars().count();
        let allowed = (length.max(other_length) / 3).max(1);
        if length.abs_diff(other_length) > allowed || length.min(other_length) < 2 {
            continue;
        }
        let distance = strsim::osa_distance(&plain, &other);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn fold(word: &str) -> String {
    word.to_lowercase().replace('-', "_")
}

/// `a`, `b` or `c`, each in backticks.
pub(super) fn one_of(words: &[&str]) -> String {
    listed(words, "or")
}

/// `a`, `b` and `c`, each in backticks.
pub(super) fn all_of(words: &[&str]) -> String {
    listed(words, "and")
}

fn listed(words: &[&str], conjunction: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|word| quote(word)).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} {conjunction} {last}", rest.join(", ")),
        None => String::from("none"),
    }
}
