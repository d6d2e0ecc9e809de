//! Names to be masked, compared as Unicode says that they are equal: every character there is, beside the tables of ICU.

use adarga_core::redact::{Name, Names};
use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::{CodePointSetData, props::DefaultIgnorableCodePoint};

/// NFKC_Casefold of a character (Unicode §3.13, D147).
fn folded(character: char) -> String {
    let (nfkc, case) = (ComposingNormalizerBorrowed::new_nfkc(), CaseMapper::new());
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    let mut text = character.to_string();
    for _ in 0..3 {
        text = nfkc.normalize(&case.fold_string(&text)).into_owned();
        text.retain(|character| !ignorable.contains(character));
    }
    text
}

#[test]
fn every_character_that_unicode_folds_to_ascii_is_that_ascii_in_a_name() {
    let (mut disguises, mut wrong) = (0, Vec::new());
    for character in '\u{80}'..=char::MAX {
        let plain = folded(character);
        if !plain.is_ascii() {
            continue;
        }
        disguises += 1;
        let wanted = Name::new(format!("user{plain}token").as_bytes()).unwrap();
        let names = [wanted];
        if !Names::new(&names).contain(format!("user{character}token").as_bytes()) {
            wrong.push((u32::from(character), plain));
        }
    }
    println!("{disguises} characters");
    assert!(disguises > 5000);
    let wrong: Vec<String> = wrong.iter().map(|(code, plain)| format!("{code:04X} {plain}")).collect();
    assert!(wrong.is_empty(), "{}: {}", wrong.len(), wrong.join(", "));
}
