//! What a U-label may hold (RFC 5891 §4.2): characters, their contexts (RFC 5892), NFC, and the Bidi rule (RFC 5893 §2).

use super::{
    hostname::LABEL_MAX,
    idna_table::{CLASSES, COMPOSED, PAIRS, RUNS},
};

/// How a character runs (UAX #9), as far as the Bidi rule tells classes apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bidi {
    /// L
    Left,
    /// R and AL
    Right,
    /// EN
    European,
    /// AN
    Arabic,
    /// NSM
    Mark,
    /// ES, CS, ET, ON and BN
    Neutral,
}

/// How a character joins its neighbours, in Arabic and its kin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joining {
    /// U and C
    None,
    Left,
    Right,
    Dual,
    Transparent,
}

/// The scripts that contexts ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    Greek,
    Hebrew,
    /// Hiragana, Katakana and Han
    Japanese,
    Other,
}

/// What is known of a character that some label may hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Class {
    /// Canonical combining class (UAX #44); that of a virama is 9.
    combining: u8,
    bidi: Bidi,
    joining: Joining,
    script: Script,
    /// Of general category M.
    mark: bool,
}

impl Class {
    pub(super) const fn new(combining: u8, bidi: Bidi, joining: Joining, script: Script, mark: bool) -> Self {
        Self { combining, bidi, joining, script, mark }
    }

    /// The class of a character; nothing for one that no label may hold.
    fn of(character: char) -> Option<Self> {
        let number = u32::from(character);
        let runs = RUNS.partition_point(|run| run.wrapping_shr(8) <= number);
        let [class, ..] = RUNS.get(runs.checked_sub(1)?)?.to_le_bytes();
        CLASSES.get(usize::from(class).checked_sub(1)?).copied()
    }
}

const VIRAMA: u8 = 9;

/// The characters of one label.
pub(super) struct Label {
    characters: [char; LABEL_MAX],
    count: usize,
}

impl Label {
    pub(super) const fn new() -> Self {
        Self { characters: ['\0'; LABEL_MAX], count: 0 }
    }

    pub(super) fn as_slice(&self) -> &[char] {
        self.characters.get(..self.count).unwrap_or_default()
    }

    pub(super) fn count(&self) -> u32 {
        crate::num::length(self.count)
    }

    /// `None` when the label is full.
    pub(super) fn push(&mut self, character: char) -> Option<()> {
        *self.characters.get_mut(self.count)? = character;
        self.count = self.count.saturating_add(1);
        Some(())
    }

    /// Puts a character at a place and moves those behind it; `None` when the label is full or has no such place.
    pub(super) fn insert(&mut self, at: u32, character: char) -> Option<()> {
        let mut carried = character;
        for slot in self.characters.get_mut(crate::num::index(at)..self.count)? {
            core::mem::swap(slot, &mut carried);
        }
        self.push(carried)
    }
}

/// Whether the characters are those of a U-label. Says in `bidi` whether one of them runs to the left.
pub(super) fn is_label(label: &Label, bidi: &mut bool) -> bool {
    let characters = label.as_slice();
    let hyphens =
        characters.first() == Some(&'-') || characters.last() == Some(&'-') || characters.get(2..4) == Some(&['-', '-']);
    let Some(first) = characters.first().copied().and_then(Class::of) else { return false };
    !hyphens
        && !first.mark
        && characters.iter().enumerate().all(|(at, &character)| may_stand(characters, at, character, bidi))
        && is_nfc(characters)
}

/// Whether some label may hold the character, where upper case of ASCII counts as lower case.
pub(super) fn is_known(character: char) -> bool {
    Class::of(character.to_ascii_lowercase()).is_some()
}

/// Whether a label may hold the character, where it stands (RFC 5892 appendix A).
fn may_stand(label: &[char], at: usize, character: char, bidi: &mut bool) -> bool {
    let Some(class) = Class::of(character) else { return false };
    *bidi |= matches!(class.bidi, Bidi::Right | Bidi::Arabic);
    let (before, after) = label.split_at_checked(at).unwrap_or_default();
    let (previous, next) = (before.last().copied(), after.get(1).copied());
    let is_of = |character: Option<char>, script| character.and_then(Class::of).is_some_and(|class| class.script == script);
    let holds = |from, to| label.iter().any(|other| (from..=to).contains(other));
    match character {
        '\u{200C}' => follows_virama(previous) || joins(before, after),
        '\u{200D}' => follows_virama(previous),
        '\u{B7}' => previous == Some('l') && next == Some('l'),
        '\u{375}' => is_of(next, Script::Greek),
        '\u{5F3}' | '\u{5F4}' => is_of(previous, Script::Hebrew),
        '\u{30FB}' => label.iter().any(|&other| other != '\u{30FB}' && is_of(Some(other), Script::Japanese)),
        '\u{660}'..='\u{669}' => !holds('\u{6F0}', '\u{6F9}'),
        '\u{6F0}'..='\u{6F9}' => !holds('\u{660}', '\u{669}'),
        _ => true,
    }
}

fn follows_virama(previous: Option<char>) -> bool {
    previous.and_then(Class::of).is_some_and(|class| class.combining == VIRAMA)
}

/// Whether letters on both sides of a ZERO WIDTH NON-JOINER would join without it (RFC 5892 appendix A.1). `after` begins with it.
fn joins(before: &[char], after: &[char]) -> bool {
    let opaque = |&character: &char| {
        let joining = Class::of(character).map(|class| class.joining);
        (joining != Some(Joining::Transparent)).then_some(joining)
    };
    let left = before.iter().rev().find_map(opaque).flatten();
    let right = after.iter().skip(1).find_map(opaque).flatten();
    matches!(left, Some(Joining::Left | Joining::Dual)) && matches!(right, Some(Joining::Right | Joining::Dual))
}

/// Whether the text is its own NFC (UAX #15): marks in their order, and nothing beside what it composes with. No label holds a
/// character that NFC replaces outright.
fn is_nfc(label: &[char]) -> bool {
    // the last starter, and the class of what stands between it and here
    let (mut starter, mut last) = (None, 0_u8);
    for &character in label {
        let Some(Class { combining, .. }) = Class::of(character) else { return false };
        if combining != 0 && combining < last {
            return false;
        }
        let beside = last == 0 || last < combining;
        if beside && starter.is_some_and(|starter| composes(starter, character, combining)) {
            return false;
        }
        if combining == 0 {
            starter = Some(character);
        }
        last = combining;
    }
    true
}

/// Whether a starter would take a mark in. What it is composed of is put into its order with the mark first, so that marks of a
/// higher class come after it: a cedilla goes under the `s` of `ș`, and only then the comma.
fn composes(starter: char, mark: char, combining: u8) -> bool {
    let mut first = u32::from(starter);
    if combining != 0 {
        while let Some((inner, taken)) = taken_apart(first)
            && char::from_u32(taken).and_then(Class::of).is_some_and(|class| class.combining > combining)
        {
            first = inner;
        }
    }
    let pair = (first, u32::from(mark));
    PAIRS.binary_search_by(|&(first, second, _)| (first, second).cmp(&pair)).is_ok()
}

/// The two characters that a third is composed of.
fn taken_apart(composed: u32) -> Option<(u32, u32)> {
    let pair = |place: &u16| PAIRS.get(usize::from(*place)).copied().unwrap_or_default();
    let place = COMPOSED.binary_search_by(|place| pair(place).2.cmp(&composed)).ok()?;
    let (first, second, _) = pair(COMPOSED.get(place)?);
    Some((first, second))
}

/// The Bidi rule (RFC 5893 §2), for one label of a name that holds letters running to the left.
pub(super) fn obeys_bidi(label: &Label) -> bool {
    let classes = || label.as_slice().iter().map(|&character| bidi(character));
    let Some(last) = classes().rev().find(|class| *class != Bidi::Mark) else { return false };
    match classes().next() {
        Some(Bidi::Right) => {
            let digits = |kind| classes().any(|class| class == kind);
            matches!(last, Bidi::Right | Bidi::European | Bidi::Arabic)
                && classes().all(|class| class != Bidi::Left)
                && !(digits(Bidi::European) && digits(Bidi::Arabic))
        }
        Some(Bidi::Left) => {
            matches!(last, Bidi::Left | Bidi::European) && classes().all(|class| !matches!(class, Bidi::Right | Bidi::Arabic))
        }
        _ => false,
    }
}

/// The class of a character of a good label, where upper case runs as lower case does.
fn bidi(character: char) -> Bidi {
    Class::of(character.to_ascii_lowercase()).map_or(Bidi::Left, |class| class.bidi)
}
