//! Whether a text is markup or script that a browser would run.
//!
//! One pass over the text: at each `<` a tag is read as an HTML tokenizer reads it, forgivingly (WHATWG HTML §13.2.5), and at each
//! word what would be an event handler, a URL that runs, or a call that only scripts in a page make, for the text may be put into
//! an attribute or a script.
//!
//! Invariant: a tag is read to its end once; the pass goes on behind its name, so what stands in its attributes is seen as words too.

mod names;
mod script;
mod url;

use super::{
    bytes::{at, before, from, head, is_space, is_word, skip_space, starts_any, until},
    view,
};

use names::{is_element, is_event};

/// Whether `text` is markup or script.
pub(super) fn looks(text: &[u8]) -> bool {
    let mut place = 0;
    while let Some(&byte) = text.get(place) {
        if is_word(byte) {
            let end = until(text, place, |byte| !is_word(byte));
            if is_handler(text, place, end) || url::runs(text, place, end) || script::looks(text, place, end) {
                return true;
            }
            place = end;
            continue;
        }
        if match byte {
            b'<' => is_tag(text, place.saturating_add(1)),
            b'[' | b'(' | b'`' | b'{' | b'+' => script::is_trick(text, place),
            b'-' => from(text, place).starts_with(b"-moz-binding"),
            b'&' => is_disguised(text, place),
            _ => false,
        } {
            return true;
        }
        place = place.saturating_add(1);
    }
    false
}

/// Whether a numeric entity stands for `<` or a letter, which nobody has to write so.
fn is_disguised(text: &[u8], place: usize) -> bool {
    match view::entity(from(text, place)) {
        Some((byte, _)) if at(text, place.saturating_add(1)) == b'#' => byte == b'<' || byte.is_ascii_alphabetic(),
        _ => false,
    }
}

/// Longest name of an element or attribute that anybody looks at.
const NAME_MAX: usize = 32;

/// Whether what follows a `<` is a tag that runs something, or is made to be one in the wrong place.
fn is_tag(text: &[u8], start: usize) -> bool {
    let rest = from(text, start);
    match rest {
        [b'!', rest @ ..] => is_declaration(rest),
        [b'?', rest @ ..] => {
            starts_any(rest, &["import", "xml-stylesheet", "php echo", "php alert"]) || starts_any(rest, &[" echo("])
        }
        [b'/', rest @ ..] => {
            const CLOSED: &[&str] = &[
                "script",
                "style",
                "textarea",
                "title",
                "noscript",
                "iframe",
                "xmp",
                "noembed",
                "noframes",
                "plaintext",
                "template",
            ];
            starts_any(rest, CLOSED)
        }
        _ => {
            let start = start.saturating_add(rest.iter().take(4).take_while(|&&byte| is_space(byte) || byte == b'%').count());
            let (name, end) = squeezed(text, start);
            let name = name.bytes();
            let local = name.iter().position(|&byte| byte == b':').map_or(name, |colon| from(name, colon.saturating_add(1)));
            let spaced = start.saturating_sub(1) != 0 && is_space(before(text, start)) && before(text, start) != 0;
            match is_element(local)
                .or_else(|| is_element(name.get(..name.len().saturating_sub(local.len()).saturating_sub(1)).unwrap_or_default()))
            {
                Some(names::Danger::Always) => !spaced || is_end_of_name(at(text, end)),
                Some(names::Danger::WithAttribute) => is_end_of_name(at(text, end)) && has_attribute(text, end),
                None => false,
            }
        }
    }
}

const fn is_end_of_name(byte: u8) -> bool {
    is_space(byte)
        || matches!(
            byte,
            b'/' | b'>' | b'<' | b'"' | b'\'' | b'\\' | b'#' | b'%' | b'&' | b'`' | b'=' | b'+' | b'(' | b'.' | b'-'
        )
}

/// Whether an attribute seems to follow the name that ends at `place`.
fn has_attribute(text: &[u8], place: usize) -> bool {
    let head = head(from(text, place), 160);
    let len = head.iter().position(|&byte| byte == b'>').unwrap_or(head.len());
    head.get(..len).unwrap_or_default().contains(&b'=')
}

/// `<!entity`, a document type with its own entities, a comment of Internet Explorer or of a server that includes.
fn is_declaration(rest: &[u8]) -> bool {
    match rest {
        [b'-', b'-', rest @ ..] => {
            let inner = from(rest, skip_space(rest, 0));
            starts_any(
                inner,
                &["#exec", "#include", "#echo", "#config", "#printenv", "#fsize", "#flastmod", "#set", "[if", ">", "->"],
            ) || inner.starts_with(b"`")
        }
        _ => {
            starts_any(rest, &["entity", "attlist", "[cdata[<", "[endif"])
                || (starts_any(rest, &["doctype"]) && rest.iter().take(200).any(|&byte| byte == b'['))
        }
    }
}

/// A name without the controls and comments that browsers of some time left out.
struct Name {
    bytes: [u8; NAME_MAX],
    len: usize,
}

impl Name {
    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// The name that begins at `start` in small letters, without NUL inside, and where it ends.
fn squeezed(text: &[u8], start: usize) -> (Name, usize) {
    let mut name = Name { bytes: [0; NAME_MAX], len: 0 };
    let mut place = start;
    while let Some(&byte) = text.get(place) {
        let part = byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-' | b'!');
        if !part && byte != 0 {
            break;
        }
        if part {
            let Some(slot) = name.bytes.get_mut(name.len) else { break };
            *slot = byte.to_ascii_lowercase();
            name.len = name.len.saturating_add(1);
        }
        place = place.saturating_add(1);
    }
    (name, place)
}

/// Whether a place seems to be inside of a tag, or behind the quote of an attribute.
fn is_inside(text: &[u8], place: usize) -> bool {
    if matches!(before(text, place), b'"' | b'\'' | b'/' | b'`') {
        return true;
    }
    let head = text.get(place.saturating_sub(64)..place).unwrap_or_default();
    head.iter().rposition(|&byte| byte == b'<').is_some_and(|tag| at(head, tag.saturating_add(1)).is_ascii_alphabetic())
}

/// Whether the word between two places is the handler of an event, with something to handle it.
fn is_handler(text: &[u8], start: usize, end: usize) -> bool {
    let word = text.get(start..end).unwrap_or_default();
    if let [b'o' | b'O', b'n' | b'N', event @ ..] = word
        && event.len() >= 3
    {
        let boundary = matches!(
            before(text, start),
            b' ' | b'\t' | b'\n' | 0x0B | 0x0C | b'\r' | b'/' | b'"' | b'\'' | b'`' | b'>' | b';' | b'%' | b'+' | 0
        );
        // `onload!#$%&()*~=` is a handler to some
        let mut junk = until(text, end, |byte| byte == b'=' || is_word(byte) || matches!(byte, b'>' | b'<' | b'"' | b'\n'));
        if junk > end.saturating_add(32) || (junk > end && !at(text, end).is_ascii_punctuation() && skip_space(text, end) != junk)
        {
            junk = end;
        }
        let code = at(text, skip_space(text, junk.saturating_add(1)));
        // `onClick={…}` is a property of a component, `onclick == x` a comparison
        let component = code == b'{' && word.iter().any(u8::is_ascii_uppercase);
        return boundary && at(text, junk) == b'=' && !component && code != b'=' && is_event(event, is_inside(text, start));
    }
    // other attributes that run or load
    const ATTRIBUTES: &[&str] =
        &["dataformatas", "datasrc", "dynsrc", "formaction", "fscommand", "lowsrc", "seeksegmenttime", "srcdoc"];
    crate::threat::bytes::is_listed(ATTRIBUTES, word)
        && at(text, skip_space(text, end)) == b'='
        && matches!(before(text, start), b' ' | b'/' | b'"' | b'\'' | b'\t' | b'\n' | b'\r' | 0)
}
