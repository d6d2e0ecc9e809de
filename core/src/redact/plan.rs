//! The walk over the tape that finds what is to be masked.

use crate::{
    detect::{Span, spans},
    edits::{Edit, Edits, Form, Masked},
    json::{Document, Kind, Node, Value},
};

use super::{
    Mask, Pointed, Rules, Sealed,
    nested::{self, Held},
    way::Way,
    workings::shows_workings,
};

/// The edits that `rules` ask for in `root` and all that it holds, in order; what stands at `places` is masked or sealed as a whole.
/// `None` when `words` hold no more.
pub(super) fn plan<'m>(
    root: Value<'_>,
    places: impl ExactSizeIterator<Item = Option<Pointed>>,
    words: &'m mut [u32],
    rules: &Rules<'_>,
) -> Option<Edits<'m>> {
    let document = root.document();
    let (pointed, words) = words.split_at_mut_checked(places.len())?;
    for (word, place) in pointed.iter_mut().zip(places) {
        *word = place.map_or(NOWHERE, encoded);
    }
    let (way, words) = match rules.seals().and_then(|sealed| sealed.place) {
        Some(_) => words.split_at_mut_checked(words.len() >> 2).map(|(way, words)| (Some(way), words))?,
        None => (None, words),
    };
    let mut way = way.map(Way::new);
    let mut walk = Walk { rules, edits: Edits::new(words) };
    // of a value that is to be masked and to be sealed, the mask comes first
    let next_pointed = |index: u32| {
        let from = index.wrapping_shl(1);
        pointed.iter().copied().filter(|word| *word >= from).min().unwrap_or(NOWHERE)
    };
    let (mut index, mut stop) = (root.index(), next_pointed(root.index()));
    let end = root.next();
    // nodes, not values: most are passed over, and copies of values cost more than all else
    while index < end
        && let Some(node) = document.node(index)
    {
        let key = document.is_key(node);
        if let Some(way) = &mut way {
            way.comes_to(index, node, key)?;
        }
        let hidden = if index >= stop >> 1 {
            let sealed = stop & 1 == 1;
            stop = next_pointed(index.saturating_add(1));
            document.value(index).zip(Some(sealed))
        } else if key && walk.rules.names.contain(document.text(node)) {
            document.value(index.saturating_add(1)).zip(Some(false))
        } else if key && rules.seals().is_some_and(|sealed| sealed.names.contain(document.text(node))) {
            let masked = stop == encoded(Pointed { index: index.saturating_add(1), sealed: false });
            document.value(index.saturating_add(1)).zip(Some(!masked))
        } else {
            None
        };
        if let Some((value, sealed)) = hidden {
            match (&way, rules.seals()) {
                (Some(way), Some(Sealed { place: Some((policy, record)), .. })) if sealed => {
                    walk.edits.push_sealed(value.span(), &way.aad(document, policy, record))?;
                }
                _ => walk.whole(value, if sealed { Mask::Redacted } else { rules.mask })?,
            }
            index = value.next();
            if stop >> 1 < index {
                stop = next_pointed(index);
            }
            continue;
        }
        if !key && walk.looks_into(document, node) {
            walk.scalar(document.at(index, node))?;
        }
        index = index.saturating_add(1);
    }
    Some(walk.edits)
}

/// Where no pointer leads.
const NOWHERE: u32 = u32::MAX;

/// A place of the tape, of which there are fewer than 2^27, and in its lowest bit whether it is sealed.
fn encoded(place: Pointed) -> u32 {
    place.index.wrapping_shl(1) | u32::from(place.sealed)
}

struct Walk<'r, 'm> {
    rules: &'r Rules<'r>,
    edits: Edits<'m>,
}

/// Nothing that is found in a number is shorter.
const NUMBER_MIN: u32 = 9;

impl Walk<'_, '_> {
    /// Whether something may be masked within a node that is no key.
    fn looks_into(&self, document: Document<'_>, node: Node) -> bool {
        match node.kind() {
            Kind::String => {
                self.rules.hides_workings()
                    || !self.rules.kinds.is_empty()
                    || (!self.rules.in_texts().0.is_empty() && crate::text::find(document.text(node), b'"').is_some())
            }
            Kind::Number => !self.rules.kinds.is_empty() && node.extent() >= NUMBER_MIN,
            _ => false,
        }
    }

    fn scalar(&mut self, node: Value<'_>) -> Option<()> {
        match node.kind() {
            Kind::String => self.string(node),
            _ if spans(node.raw(), self.rules.kinds).next().is_some() => self.whole(node, self.rules.mask),
            _ => Some(()),
        }
    }

    /// Masks a value of any type.
    fn whole(&mut self, value: Value<'_>, mask: Mask<'_>) -> Option<()> {
        let span = value.span();
        let mask = mask.of(value.text().unwrap_or_else(|| value.raw()));
        self.edits.push(span.start, span.end, Edit::Mask(Form::Value, mask))
    }

    /// Masks what a string holds.
    fn string(&mut self, node: Value<'_>) -> Option<()> {
        let Some(text) = node.text() else { return Some(()) };
        if self.rules.hides_workings() && shows_workings(text) {
            let span = node.span();
            return self.edits.push(span.start, span.end, Edit::Mask(Form::Value, Masked::Workings));
        }
        let (names, held_mask) = self.rules.in_texts();
        let holds_json = !names.is_empty() && crate::text::find(text, b'"').is_some();
        if holds_json && nested::deeper(text, names) {
            return self.whole(node, held_mask);
        }
        let json = if holds_json { text } else { &[] };
        let mut held = nested::Members::of(json, names).peekable();
        let searched = if self.rules.kinds.is_empty() { &[] } else { text };
        let mut found = spans(searched, self.rules.kinds).peekable();
        let mut raw = Raw::of(node, text);
        let mut last = 0_usize;
        loop {
            let next = match (held.peek(), found.peek()) {
                (None, None) => return Some(()),
                (Some(Held { start, .. }), span) if span.is_none_or(|span| *start <= span.start) => {
                    let form = |held: &Held| if held.quoted { Form::Text } else { Form::Nested };
                    held.next().map(|held| (held.start, held.end, form(&held), held_mask))
                }
                _ => found.next().map(|Span { start, end, .. }| (start, end, Form::Text, self.rules.mask)),
            };
            let (start, end, form, mask) = next?;
            // what the last one covers needs no other; an empty value still gets its mask
            if end < last || (end == last && start < last) {
                continue;
            }
            let start = start.max(last);
            last = end;
            let mask = mask.of(text.get(start..end).unwrap_or_default());
            let (from, to) = (raw.start_of(start), raw.end_of(end));
            self.edits.push(from, to, Edit::Mask(form, mask))?;
        }
    }
}

/// From places in the decoded text of a string to places in the input, forward only.
struct Raw<'t> {
    rest: &'t [u8],
    /// The place in the input of `rest`.
    at: usize,
    /// The place in the text that it stands for.
    text_at: usize,
    escaped: bool,
}

impl<'t> Raw<'t> {
    fn of(node: Value<'t>, text: &[u8]) -> Self {
        let rest = match node.raw() {
            [b'"', rest @ .., b'"'] => rest,
            other => other,
        };
        Self { rest, at: node.span().start.saturating_add(1), text_at: 0, escaped: rest.len() != text.len() }
    }

    /// Where the character begins that holds the byte at `text_at`.
    fn start_of(&mut self, text_at: usize) -> usize {
        while let Some((raw, decoded)) = self.unit()
            && self.text_at.saturating_add(decoded) <= text_at
        {
            self.advance(raw, decoded, text_at);
        }
        self.at
    }

    /// Where the character ends that holds the byte before `text_at`.
    fn end_of(&mut self, text_at: usize) -> usize {
        while self.text_at < text_at
            && let Some((raw, decoded)) = self.unit()
        {
            self.advance(raw, decoded, text_at);
        }
        self.at
    }

    fn advance(&mut self, raw: usize, decoded: usize, target: usize) {
        // without escapes the rest of the way is one step
        let (raw, decoded) = if self.escaped {
            (raw, decoded)
        } else {
            let way = target.saturating_sub(self.text_at);
            (way, way)
        };
        self.rest = self.rest.get(raw..).unwrap_or_default();
        self.at = self.at.saturating_add(raw);
        self.text_at = self.text_at.saturating_add(decoded);
    }

    /// The bytes of the next character in the input, or of the next byte of one, and those in the text.
    fn unit(&self) -> Option<(usize, usize)> {
        let [first, after @ ..] = self.rest else { return None };
        if *first != b'\\' {
            return Some((1, 1));
        }
        let [b'u', digits @ ..] = after else { return Some((2, 1)) };
        let unit = digits
            .iter()
            .take(4)
            .fold(0_u32, |unit, digit| unit.wrapping_shl(4) | u32::from(crate::text::hex_digit(*digit).unwrap_or(0)));
        Some(match unit {
            0..=0x7F => (6, 1),
            0x80..=0x7FF => (6, 2),
            // a pair of surrogates; the parser let no lone one through
            0xD800..=0xDFFF => (12, 4),
            _ => (6, 3),
        })
    }
}
