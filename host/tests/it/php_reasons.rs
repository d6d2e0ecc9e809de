//! The reasons as the PHP extension has them are the engine's.

use std::{env, fs, path::PathBuf};

use adarga_core::reason::REASONS;

#[test]
fn are_the_engines() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../bindings/php/reason.stub.php");
    let mut fresh = String::from(
        "<?php\n\n\
         /** @generate-class-entries */\n\n\
         namespace Adarga;\n\n\
         /** Why. Generated from core/src/reason.rs by UPDATE=1 cargo test -p adarga-host; the numbers are never reused. */\n\
         enum Reason: int\n{\n",
    );
    for row in REASONS {
        let name: String = row.name.split(['.', '_', '-']).map(capitalized).collect();
        fresh += &format!("    /** {} */\n    case {name} = {};\n", row.text, row.number);
    }
    fresh += "\n    /** The name that logs and other languages have, such as \"path.escape\". */\n    \
              public function code(): string {}\n\n    \
              /** What the caller may be told. */\n    \
              public function message(): string {}\n}\n";
    if env::var_os("UPDATE").is_some() {
        fs::write(path, fresh).unwrap();
    } else {
        assert_eq!(fs::read_to_string(path).unwrap_or_default(), fresh, "run UPDATE=1 cargo test -p adarga-host");
    }
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
