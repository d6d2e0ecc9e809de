//! The tables that core carries of the Unicode database, derived anew: that of IDNA2008 as RFC 5892 §3 says, and the names of
//! scripts. `UPDATE=1` writes them.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fmt::Write,
    fs,
    path::Path,
};

use icu_casemap::CaseMapper;
use icu_normalizer::{
    ComposingNormalizerBorrowed,
    properties::{CanonicalComposition, CanonicalDecomposition, Decomposed},
};
use icu_properties::{
    CodePointMapData, CodePointSetData, PropertyNamesLong, PropertyNamesShort,
    props::{
        BidiClass, CanonicalCombiningClass, DefaultIgnorableCodePoint, GeneralCategory, HangulSyllableType, JoiningType,
        NoncharacterCodePoint, Script, WhiteSpace,
    },
};

/// What core knows of a character that a label may hold: combining class, bidi class, joining type, script, whether it is a mark.
type Class = (u8, &'static str, &'static str, &'static str, bool);

/// RFC 5892 §2.6: what is valid although its properties say otherwise, or the other way round. Characters that need a context
/// count as valid here; core judges their context.
fn exception(character: char) -> Option<bool> {
    match character {
        '\u{DF}' | '\u{3C2}' | '\u{6FD}' | '\u{6FE}' | '\u{F0B}' | '\u{3007}' => Some(true),
        '\u{B7}' | '\u{375}' | '\u{5F3}' | '\u{5F4}' | '\u{30FB}' | '\u{660}'..='\u{669}' | '\u{6F0}'..='\u{6F9}' => Some(true),
        '\u{640}' | '\u{7FA}' | '\u{302E}' | '\u{302F}' | '\u{3031}'..='\u{3035}' | '\u{303B}' => Some(false),
        _ => None,
    }
}

/// Whether a label may hold the character, in every or in some context (RFC 5892 §3).
fn may_stand(character: char) -> bool {
    if let Some(verdict) = exception(character) {
        return verdict;
    }
    let (nfkc, fold) = (ComposingNormalizerBorrowed::new_nfkc(), CaseMapper::new());
    let category = CodePointMapData::<GeneralCategory>::new().get(character);
    let is_ldh = matches!(character, '-' | '0'..='9' | 'a'..='z');
    let is_join_control = matches!(character, '\u{200C}' | '\u{200D}');
    if category == GeneralCategory::Unassigned || is_ldh || is_join_control {
        return category != GeneralCategory::Unassigned;
    }
    let text = character.to_string();
    let stable = nfkc.normalize(&fold.fold_string(&nfkc.normalize(&text))) == text;
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character)
        || CodePointSetData::new::<WhiteSpace>().contains(character)
        || CodePointSetData::new::<NoncharacterCodePoint>().contains(character);
    let block = matches!(character, '\u{20D0}'..='\u{20FF}' | '\u{1D100}'..='\u{1D1FF}' | '\u{1D200}'..='\u{1D24F}');
    let syllable = CodePointMapData::<HangulSyllableType>::new().get(character);
    let jamo =
        [HangulSyllableType::LeadingJamo, HangulSyllableType::VowelJamo, HangulSyllableType::TrailingJamo].contains(&syllable);
    use GeneralCategory as G;
    let letter_or_digit = matches!(
        category,
        G::LowercaseLetter
            | G::UppercaseLetter
            | G::OtherLetter
            | G::DecimalNumber
            | G::ModifierLetter
            | G::NonspacingMark
            | G::SpacingMark
    );
    stable && !ignorable && !block && !jamo && letter_or_digit
}

fn class(character: char) -> Class {
    let combining = CodePointMapData::<CanonicalCombiningClass>::new().get(character).0;
    let bidi = match CodePointMapData::<BidiClass>::new().get(character) {
        BidiClass::LeftToRight => "Left",
        BidiClass::RightToLeft | BidiClass::ArabicLetter => "Right",
        BidiClass::EuropeanNumber => "European",
        BidiClass::ArabicNumber => "Arabic",
        BidiClass::NonspacingMark => "Mark",
        BidiClass::EuropeanSeparator
        | BidiClass::CommonSeparator
        | BidiClass::EuropeanTerminator
        | BidiClass::OtherNeutral
        | BidiClass::BoundaryNeutral => "Neutral",
        other => panic!("{character:?} has the bidi class {other:?}, which no label holds"),
    };
    let joining = match CodePointMapData::<JoiningType>::new().get(character) {
        JoiningType::LeftJoining => "Left",
        JoiningType::RightJoining => "Right",
        JoiningType::DualJoining => "Dual",
        JoiningType::Transparent => "Transparent",
        _ => "None",
    };
    let script = match CodePointMapData::<Script>::new().get(character) {
        Script::Greek => "Greek",
        Script::Hebrew => "Hebrew",
        Script::Hiragana | Script::Katakana | Script::Han => "Japanese",
        _ => "Other",
    };
    use GeneralCategory as G;
    let category = CodePointMapData::<GeneralCategory>::new().get(character);
    let mark = matches!(category, G::NonspacingMark | G::SpacingMark | G::EnclosingMark);
    (combining, bidi, joining, script, mark)
}

/// Numbers in lines of the usual width.
fn lines(numbers: impl Iterator<Item = String>) -> String {
    let mut text = String::new();
    let mut width = usize::MAX;
    for number in numbers {
        if width.saturating_add(number.len()) > 126 {
            text.push_str("\n   ");
            width = 3;
        }
        write!(text, " {number},").unwrap();
        width += number.len() + 2;
    }
    text
}

/// The module of core, as it should be.
fn module() -> String {
    let characters = || '\0'..=char::MAX;
    let valid: Vec<char> = characters().filter(|&character| may_stand(character)).collect();
    let mut classes: BTreeMap<Class, usize> = valid.iter().map(|&character| (class(character), 0)).collect();
    for (number, place) in classes.values_mut().enumerate() {
        *place = number + 1;
    }
    assert!(classes.len() < 256, "a class has to fit a byte");
    // where a run of one class begins, and which one: 0 where no label may hold the characters
    let mut runs: Vec<(u32, usize)> = Vec::new();
    let mut next = 0;
    for &character in &valid {
        let number = u32::from(character);
        if number > next && runs.last().is_some_and(|(_, last)| *last != 0) {
            runs.push((next, 0));
        }
        let of = classes[&class(character)];
        if runs.last().is_none_or(|(_, last)| *last != of) {
            runs.push((number, of));
        }
        next = number + 1;
    }
    runs.push((next, 0));
    let mut pairs = Vec::new();
    for character in characters() {
        if let Decomposed::Expansion(first, second) = CanonicalDecomposition::new().decompose(character)
            && CanonicalComposition::new().compose(first, second) == Some(character)
            && (may_stand(first) || may_stand(character))
            && may_stand(second)
        {
            pairs.push((u32::from(first), u32::from(second), u32::from(character)));
        }
    }
    pairs.sort_unstable();
    let mut text = String::from(
        "//! What labels may hold (RFC 5892 §3), and what of it composes (UAX #15). Written by the test `idna_table` of `adarga-host` from\n\
         //! the Unicode database; not by hand.\n\nuse super::idna::{Bidi, Class, Joining, Script};\n\n",
    );
    let version = "the version of ICU4X that the lock file names";
    writeln!(text, "/// The kinds of characters, from 1 on; {version} has them.").unwrap();
    writeln!(text, "#[rustfmt::skip]\npub(super) const CLASSES: &[Class] = &[").unwrap();
    for (combining, bidi, joining, script, mark) in classes.keys() {
        writeln!(text, "    Class::new({combining}, Bidi::{bidi}, Joining::{joining}, Script::{script}, {mark}),").unwrap();
    }
    text.push_str(
        "];\n\n/// Where runs of characters of one kind begin: 256 times the first of them, and the number of its class or 0.\n",
    );
    let numbers = lines(runs.iter().map(|(start, of)| format!("{}", u64::from(*start) * 256 + *of as u64)));
    write!(text, "#[rustfmt::skip]\npub(super) const RUNS: &[u32] = &[{numbers}\n];\n\n").unwrap();
    text.push_str("/// Which two characters compose to a third, so that no text in NFC holds one after the other.\n");
    let numbers = lines(pairs.iter().map(|(first, second, composed)| format!("({first}, {second}, {composed})")));
    write!(text, "#[rustfmt::skip]\npub(super) const PAIRS: &[(u32, u32, u32)] = &[{numbers}\n];\n\n").unwrap();
    let mut places: Vec<_> = (0..pairs.len()).collect();
    places.sort_unstable_by_key(|&place| pairs[place].2);
    text.push_str("/// Places in [`PAIRS`], in the order of what is composed.\n");
    let numbers = lines(places.iter().map(usize::to_string));
    write!(text, "#[rustfmt::skip]\npub(super) const COMPOSED: &[u16] = &[{numbers}\n];\n").unwrap();
    text
}

/// Compares a module of core with what it should be, and writes it on demand.
fn keep(file: &str, module: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src/format").join(file);
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, module).unwrap();
    }
    assert!(fs::read_to_string(&path).unwrap_or_default() == module, "{}: run this test with UPDATE=1", path.display());
}

#[test]
fn the_table_of_idna_is_that_of_the_unicode_database() {
    keep("idna_table.rs", &module());
}

/// The names of all scripts that some character has, as patterns write them.
fn scripts() -> String {
    let mut names = BTreeSet::new();
    for character in '\0'..=char::MAX {
        let script = CodePointMapData::<Script>::new().get(character);
        names.extend(PropertyNamesLong::<Script>::new().get(script));
        names.extend(PropertyNamesShort::<Script>::new().get(script));
    }
    // names that the standard has beside them (PropertyValueAliases.txt)
    names.extend(["Qaac", "Qaai"]);
    let lines = lines(names.iter().map(|name| format!("{name:?}")));
    format!(
        "//! The scripts that a pattern can ask for, by their names and short names (ECMA-262 §22.2.1.9, UAX #24). Written by the\n\
         //! test `idna_table` of `adarga-host` from the Unicode database; not by hand.\n\n\
         /// In the order of their bytes.\n#[rustfmt::skip]\npub(super) const SCRIPTS: &[&str] = &[{lines}\n];\n"
    )
}

#[test]
fn the_table_of_scripts_is_that_of_the_unicode_database() {
    keep("scripts_table.rs", &scripts());
}
