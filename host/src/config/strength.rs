//! How many bits of a key or password nobody can guess.
//!
//! The value is read from left to right. What stood there before, or runs on as `abc`, `321` or `qwe` do, costs as many bits as it takes
//! to point at it; a common word costs what it takes to pick it from a list; any other character costs what its alphabet has to offer:
//! hexadecimal digits alone 4 bits, base64 6. That is an upper bound of what an attacker has to guess, so a value that is refused is weak
//! for certain, while one that passes may still be a name that only its owner thinks of.

/// Least length of what is found again.
const AGAIN_MIN: usize = 3;
/// How far back anything is found, in characters: keys are short, and time stays linear.
const BACK_MAX: usize = 256;
/// Bits of a word of the list, with its spelling.
const WORD_BITS: f64 = 12.0;
/// Rows of keyboards, and the alphabet.
const ROWS: [&str; 6] =
    ["abcdefghijklmnopqrstuvwxyz", "0123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb"];
/// Words of passwords that are guessed first.
const WORDS: [&str; 40] = [
    "access",
    "adarga",
    "admin",
    "april",
    "august",
    "autumn",
    "baseball",
    "change",
    "company",
    "correct",
    "database",
    "default",
    "december",
    "development",
    "dragon",
    "example",
    "football",
    "friday",
    "hello",
    "horse",
    "key",
    "letmein",
    "login",
    "master",
    "monday",
    "monkey",
    "office",
    "pass",
    "passw0rd",
    "password",
    "production",
    "secret",
    "server",
    "spring",
    "summer",
    "sunday",
    "test",
    "token",
    "welcome",
    "winter",
];

/// The bits of a value that are left when what can be guessed is counted as what it is.
#[must_use]
pub fn strength(value: &str) -> u32 {
    let letters: Vec<char> = value.chars().collect();
    let each = alphabet(&letters).log2();
    let mut bits = 0.0;
    let mut at = 0;
    while at < letters.len() {
        let rest = &letters[at..];
        let (len, cost) = [again(&letters, at), row(rest), word(rest)].into_iter().flatten().fold((1, each), |best, found| {
            // what costs least a character
            if found.1 / f64::from(found.0) < best.1 / f64::from(best.0) { found } else { best }
        });
        bits += cost;
        at += usize::try_from(len).unwrap_or(1);
    }
    // the bits of any text fit
    bits.min(f64::from(u32::MAX)) as u32
}

/// How many different characters a value could be made of.
fn alphabet(letters: &[char]) -> f64 {
    let has = |test: fn(&char) -> bool| letters.iter().any(test);
    let hexadecimal = letters.iter().all(char::is_ascii_hexdigit);
    let mixed = has(char::is_ascii_uppercase) && has(char::is_ascii_lowercase);
    if hexadecimal && has(char::is_ascii_digit) && !mixed && has(char::is_ascii_alphabetic) {
        return 16.0;
    }
    let classes = [
        (has(char::is_ascii_digit), 10.0),
        (has(char::is_ascii_lowercase), 26.0),
        (has(char::is_ascii_uppercase), 26.0),
        (has(char::is_ascii_punctuation), 4.0),
        (has(|letter| !letter.is_ascii()), 64.0),
    ];
    classes.iter().filter(|(has, _)| *has).map(|(_, size)| size).sum::<f64>().max(2.0)
}

/// The longest piece at `at` that stood before, and the bits that point at it.
fn again(letters: &[char], at: usize) -> Option<(u32, f64)> {
    let first = at.saturating_sub(BACK_MAX);
    let same = |from: usize| letters[from..].iter().zip(&letters[at..]).take(BACK_MAX).take_while(|(a, b)| a == b).count();
    let longest = (first..at).map(same).max().filter(|len| *len >= AGAIN_MIN)?;
    counted(longest, (at - first) as f64)
}

/// The longest piece that runs along a row, forward or backward.
fn row(rest: &[char]) -> Option<(u32, f64)> {
    let along = |row: &str, backward: bool| {
        let mut row: Vec<char> = row.chars().collect();
        if backward {
            row.reverse();
        }
        let start = rest.first().and_then(|first| row.iter().position(|letter| letter.eq_ignore_ascii_case(first)))?;
        Some(row[start..].iter().zip(rest).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count())
    };
    let lens = ROWS.iter().flat_map(|row| [along(row, false), along(row, true)]).flatten();
    counted(lens.max().filter(|len| *len >= AGAIN_MIN)?, 2.0 * 36.0)
}

/// A common word.
fn word(rest: &[char]) -> Option<(u32, f64)> {
    let begins =
        |word: &&&str| word.chars().count() <= rest.len() && word.chars().zip(rest).all(|(a, b)| b.eq_ignore_ascii_case(&a));
    let len = WORDS.iter().filter(begins).map(|word| word.chars().count()).max()?;
    Some((u32::try_from(len).ok()?, WORD_BITS))
}

/// The cost of one of so many choices, and of a length.
fn counted(len: usize, choices: f64) -> Option<(u32, f64)> {
    Some((u32::try_from(len).ok()?, choices.log2() + (len as f64).log2()))
}
