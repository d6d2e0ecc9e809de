//! Escapes of core against who reads what they write: a tokenizer of HTML, a parser of JSON, and corpora.

use adarga_core::escape::{Escape, TooSmall};
use html5gum::{Token, Tokenizer};
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::Value;

use crate::corpora::lines;

/// The text as `escape` writes it, in a buffer that has exactly the room it asks for.
fn written(escape: Escape, text: &[u8]) -> Vec<u8> {
    let needed = match escape.write(text, &mut []) {
        Ok(nothing) => nothing.len(),
        Err(TooSmall { needed }) => needed,
    };
    let mut buffer = vec![0xAA; needed];
    let len = escape.write(text, &mut buffer).unwrap().len();
    assert_eq!(len, needed, "{}: what was asked for is what was used", escape.name());
    buffer
}

fn escaped(escape: Escape, text: &str) -> String {
    String::from_utf8(written(escape, text.as_bytes())).unwrap()
}

/// The character tokens of HTML, decoded; `None` when it holds any other token.
fn characters(html: &str) -> Option<String> {
    let mut text = String::new();
    for Ok(token) in Tokenizer::new(html) {
        match token {
            Token::String(string) => text.push_str(std::str::from_utf8(&string).unwrap()),
            Token::Error(_) => {}
            _ => return None,
        }
    }
    Some(text)
}

/// The character tokens of HTML, other tokens left out.
fn text_of(html: &str) -> String {
    let mut text = String::new();
    for Ok(token) in Tokenizer::new(html) {
        if let Token::String(string) = token {
            text.push_str(std::str::from_utf8(&string).unwrap());
        }
    }
    text
}

/// What a tokenizer reads as the value of an attribute that is written in this way; `None` when it finds anything beside that.
fn attribute(html: &str) -> Option<String> {
    let mut tokens = Tokenizer::new(html).map(|Ok(token)| token).filter(|token| !matches!(token, Token::Error(_)));
    let (Some(Token::StartTag(tag)), None) = (tokens.next(), tokens.next()) else { return None };
    let [(name, value)] = tag.attributes.iter().collect::<Vec<_>>()[..] else { return None };
    (**name == *b"b").then(|| String::from_utf8(value.to_vec()).unwrap())
}

/// Line breaks as a reader of HTML has them.
fn normal(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Pieces that markup and its dodges are made of.
fn markup() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "<",
        ">",
        "/",
        "!",
        "-",
        "--",
        "<!--",
        "-->",
        "--!>",
        "<!",
        "<?",
        "</",
        "<a",
        "<b ",
        "=",
        "'",
        "\"",
        "\"'",
        " ",
        "\n",
        "x",
        "a=",
        "<!doctype",
        "<![CDATA[",
        "]]>",
        "é",
        "\u{2028}",
        "`",
        "é<",
        "\t",
        "/>",
        "><",
    ];
    vec(select(PIECES), 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_stripped_text_is_what_a_tokenizer_calls_text(html in markup()) {
        let stripped = escaped(Escape::StripTags, &html);
        prop_assert!(!stripped.contains('<'));
        prop_assert_eq!(characters(&stripped), Some(text_of(&html)));
    }

    #[test]
    fn a_stripped_text_holds_no_tag_whatever_stood_there(html in any::<String>(), dodge in markup(), more in "(<|>|script|style|&|;|lt|#|60|\0| |/|!|-)*") {
        let stripped = escaped(Escape::StripTags, &format!("{html}{dodge}{more}"));
        prop_assert!(!stripped.contains('<'));
        prop_assert!(characters(&stripped).is_some());
    }

    #[test]
    fn an_escaped_text_is_read_back(text in any::<String>(), more in markup()) {
        let text = format!("{text}{more}");
        let html = escaped(Escape::Html, &text);
        let plain = text.replace('\0', "\u{FFFD}");
        prop_assert_eq!(characters(&html).map(|read| read.replace('\0', "\u{FFFD}")), Some(normal(&plain)));
        prop_assert_eq!(attribute(&format!("<a b='{html}'>")), Some(normal(&plain)));
        prop_assert_eq!(attribute(&format!("<a b=\"{html}\">")), Some(normal(&plain)));
        let unquoted = escaped(Escape::Attribute, &text);
        prop_assert_eq!(attribute(&format!("<a b={unquoted}>")).unwrap_or_default(), plain);
    }

    #[test]
    fn json_in_html_is_the_same_json(text in any::<String>(), more in markup(), number in any::<i64>()) {
        let value = serde_json::json!({ format!("{more}&"): [text, number, more] });
        let page = escaped(Escape::JsonInHtml, &value.to_string());
        prop_assert_eq!(serde_json::from_str::<Value>(&page).unwrap(), value);
        let left = page.find(['<', '>', '&', '\'', '\u{2028}', '\u{2029}']);
        prop_assert_eq!(left, None);
    }

    #[test]
    fn code_holds_no_delimiter_and_is_read_back(text in any::<String>(), more in markup()) {
        let text = format!("{text}{more}").replace('\0', " ");
        let script = escaped(Escape::JavaScript, &text);
        let left = script.find(['"', '\'', '`', '$', '<', '>', '&', '/', '\n', '\r', '\u{2028}', '\u{2029}']);
        prop_assert_eq!(left, None);
        let separators = script.replace("\\u2028", "\u{2028}").replace("\\u2029", "\u{2029}");
        prop_assert_eq!(hexadecimal(&separators, "\\x", 2, ""), text.as_str());
        let style = escaped(Escape::Css, &text);
        let left = style.find(['"', '\'', '<', '>', '&', '/', '\n', '\r', '(', ')', '{', '}', ';']);
        prop_assert_eq!(left, None);
        prop_assert_eq!(hexadecimal(&style, "\\", 2, " "), text);
    }

    #[test]
    fn lines_and_cells_and_patterns_stay_what_they_are(bytes in vec(any::<u8>(), 0..40), text in any::<String>()) {
        let line = String::from_utf8(written(Escape::Log, &bytes)).unwrap();
        prop_assert!(!line.contains(|character: char| character.is_control()));
        prop_assert_eq!(&from_log(&line), &bytes);
        let line = escaped(Escape::Log, &text);
        let left = line.find(|character: char| character.is_control() || "\u{2028}\u{2029}\u{202E}\u{200B}".contains(character));
        prop_assert_eq!(left, None);
        prop_assert_eq!(from_log(&line), text.as_bytes());
        let cell = escaped(Escape::Spreadsheet, &text);
        prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']));
        prop_assert_eq!(cell.strip_prefix(|first| first == '\'' && !text.starts_with('\'')).unwrap_or(&cell), &text);
        let url = written(Escape::Url, &bytes);
        prop_assert!(url.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(byte)));
        prop_assert_eq!(adarga_core::text::unescaped(&url).collect::<Vec<_>>(), bytes);
        let pattern = escaped(Escape::Like, &text);
        prop_assert_eq!(pattern.replace("\\\\", "\0").replace("\\%", "%").replace("\\_", "_").replace('\0', "\\"), text.replace('\0', "\\"));
    }

    #[test]
    fn bytes_that_are_no_text_become_text(bytes in vec(prop_oneof![any::<u8>(), select(&b"\xE2\x80\xC2\xF0\x9F\x98\xED\xA0<&"[..])], 0..40)) {
        for &escape in Escape::ALL.iter().filter(|escape| **escape != Escape::Like) {
            prop_assert!(String::from_utf8(written(escape, &bytes)).is_ok(), "{}", escape.name());
        }
    }

    #[test]
    fn room_is_asked_for_and_never_overrun(bytes in vec(any::<u8>(), 0..40), room in 0..200_usize) {
        for &escape in Escape::ALL {
            let whole = written(escape, &bytes);
            let mut buffer = vec![0; room];
            match escape.write(&bytes, &mut buffer) {
                Ok(short) => prop_assert_eq!(short, whole.as_slice()),
                Err(TooSmall { needed }) => prop_assert!(needed == whole.len() && room < needed),
            }
        }
    }
}

/// A text with its escapes of so many hexadecimal digits decoded.
fn hexadecimal(text: &str, before: &str, digits: usize, after: &str) -> String {
    let mut parts = text.split(before);
    let mut decoded = parts.next().unwrap().to_owned();
    for part in parts {
        let (number, rest) = part.split_at(digits);
        decoded.push(char::from_u32(u32::from_str_radix(number, 16).unwrap()).unwrap());
        decoded.push_str(rest.strip_prefix(after).unwrap());
    }
    decoded
}

/// The bytes that a line of a log stands for.
fn from_log(line: &str) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::new(), line);
    while let Some(first) = rest.chars().next() {
        rest = &rest[first.len_utf8()..];
        if first != '\\' {
            bytes.extend(first.to_string().bytes());
            continue;
        }
        let (kind, after) = rest.split_at(1);
        rest = after;
        match kind {
            "n" => bytes.push(b'\n'),
            "r" => bytes.push(b'\r'),
            "t" => bytes.push(b'\t'),
            "\\" => bytes.push(b'\\'),
            "x" => {
                bytes.push(u8::from_str_radix(&rest[..2], 16).unwrap());
                rest = &rest[2..];
            }
            "u" => {
                let (number, after) = rest[1..].split_once('}').unwrap();
                bytes.extend(char::from_u32(u32::from_str_radix(number, 16).unwrap()).unwrap().to_string().bytes());
                rest = after;
            }
            other => panic!("`\\{other}` in a log"),
        }
    }
    bytes
}

#[test]
fn numbers_and_names_lead_back_to_the_escape() {
    for (number, &escape) in (1_u8..).zip(Escape::ALL) {
        assert_eq!((escape.number(), Escape::numbered(number)), (number, Some(escape)));
        assert_eq!(Escape::named(escape.name()), Some(escape));
    }
    assert_eq!((Escape::numbered(0), Escape::named("HTML")), (None, None));
}

#[test]
fn encoders_write_what_others_write_or_what_reads_the_same() {
    let (mut count, mut other, mut wrong) = (0, Vec::new(), Vec::new());
    for line in lines("html/encode.jsonl", 21).into_iter().chain(lines("html/sanitize.jsonl", 19)) {
        let (id, text, expect) = (line["id"].as_str().unwrap(), line["in"].as_str().unwrap(), line["expect"].as_str().unwrap());
        let (context, escape) = match (line["context"].as_str(), line["fn"].as_str()) {
            (Some(context @ ("html-all" | "html-attribute" | "html-content")), _) => (context, Escape::Html),
            (Some(context @ "html-unquoted-attribute"), _) | (None, Some(context @ "escape")) => (context, Escape::Attribute),
            (context, function) => {
                other.push(format!("{id} ({})", context.or(function).unwrap_or_default()));
                continue;
            }
        };
        count += 1;
        let got = escaped(escape, text);
        let same = match escape {
            Escape::Attribute => attribute(&format!("<a b={got}>")) == Some(text.to_owned()),
            _ => characters(&got) == Some(text.to_owned()) && !got.contains(['<', '>', '"', '\'']),
        };
        if got != expect && !same {
            wrong.push(format!("{id} {context}: {text:?} became {got:?}, not {expect:?}"));
        }
    }
    println!("{count} cases; not asked, since core has no such function: {}", other.join(", "));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_of_the_tokenizer_suite_leaves_a_tag_behind() {
    let mut compared = 0;
    for line in lines("html/tokenizer.jsonl", 1052) {
        let text = line["in"].as_str().unwrap();
        let (stripped, html) = (escaped(Escape::StripTags, text), escaped(Escape::Html, text));
        assert!(characters(&stripped).is_some() && !stripped.contains('<'), "{} leaves {stripped:?}", line["id"]);
        assert!(characters(&html).is_some(), "{} leaves {html:?}", line["id"]);
        // as the suite's own tokens have it, where references, NUL and other states are not what is asked
        let in_data = line["states"].as_array().is_none_or(|states| states.iter().any(|state| state == "Data state"));
        if in_data && !text.contains(['&', '\0']) && !text.contains("script") && !text.contains("style") {
            compared += 1;
            let tokens = line["tokens"].as_array().unwrap();
            let read = tokens.iter().filter(|token| token[0] == "Character").map(|token| token[1].as_str().unwrap());
            assert_eq!(characters(&stripped), Some(read.collect::<String>()), "{}: {text:?}", line["id"]);
        }
    }
    println!("{compared} compared with the tokens of the suite");
}
