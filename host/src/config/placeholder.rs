//! Values that somebody meant to replace.

/// Words that stand where a value should; the whole value, without regard to case, `_`, `-`, `.` and spaces.
const WHOLE: [&str; 34] = [
    "admin",
    "asdf",
    "asdfgh",
    "default",
    "demo",
    "dummy",
    "empty",
    "example",
    "fixme",
    "foo",
    "foobar",
    "hunter2",
    "key",
    "letmein",
    "mysecret",
    "na",
    "nil",
    "none",
    "null",
    "pass",
    "passphrase",
    "password",
    "placeholder",
    "qwerty",
    "root",
    "sample",
    "secret",
    "tba",
    "tbd",
    "test",
    "todo",
    "token",
    "undefined",
    "unset",
];
/// Words that stand nowhere in a real value.
const WITHIN: [&str; 12] = [
    "changeme",
    "changethis",
    "changeit",
    "replaceme",
    "replacethis",
    "replacewith",
    "yourkey",
    "yoursecret",
    "yourpassword",
    "yourtoken",
    "placeholder",
    "insertyour",
];
/// Other beginnings of such values: what follows says what is meant.
const FRONTS: [&str; 4] = ["your", "example", "insert", "enter"];
/// What the value of a placeholder ends in, after one of [`FRONTS`].
const NOUNS: [&str; 7] = ["key", "secret", "password", "token", "here", "value", "id"];

/// Whether a value looks like one that somebody meant to replace: `changeme`, `<your key>`, `${API_KEY}`, `xxxxxxxx`.
#[must_use]
pub fn is_placeholder(value: &str) -> bool {
    let value = value.trim();
    let pairs = [("<", ">"), ("${", "}"), ("{{", "}}"), ("%", "%"), ("[", "]"), ("__", "__")];
    let is_hole = |(open, close): &(&str, &str)| {
        let inner = value.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        inner.is_some_and(|inner| inner.chars().all(|letter| letter.is_ascii_alphanumeric() || " _-.:".contains(letter)))
    };
    if pairs.iter().any(is_hole) {
        return true;
    }
    let folded: String = value.chars().filter(|letter| !" _-.".contains(*letter)).flat_map(char::to_lowercase).collect();
    let mut letters = folded.chars();
    let one = letters.next().is_none_or(|first| letters.all(|letter| letter == first));
    // a digit alone may be a number that is meant
    let repeated = one && (folded.len() > 1 || folded.chars().all(|letter| !letter.is_ascii_digit()));
    let noun = |rest: &str| NOUNS.iter().any(|noun| rest.ends_with(noun));
    repeated
        || WHOLE.contains(&folded.as_str())
        || WHOLE.contains(&folded.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '!'))
        || WITHIN.iter().any(|word| folded.contains(word))
        || FRONTS.iter().any(|front| folded.strip_prefix(front).is_some_and(noun))
}
