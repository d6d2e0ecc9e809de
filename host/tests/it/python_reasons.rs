//! The reasons as the Python package has them are the engine's.

use std::{env, fs, path::PathBuf};

use adarga_core::reason::REASONS;

#[test]
fn are_the_engines() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../bindings/python/python/adarga/_reasons.py");
    let mut fresh = String::from(
        "\"\"\"Why something was denied. Generated from core/src/reason.rs by UPDATE=1 cargo test -p adarga-host.\"\"\"\n\n\
         from enum import IntEnum\n\n\n\
         class Reason(IntEnum):\n    \
             \"\"\"Why. The numbers are never reused; `text` is the name that logs and other languages have.\"\"\"\n\n    \
             text: str\n    \
             \"\"\"Such as ``json.duplicate``.\"\"\"\n    \
             public: str\n    \
             \"\"\"What the caller may be told.\"\"\"\n\n    \
             def __new__(cls, number: int, text: str = \"\", public: str = \"\") -> \"Reason\":\n        \
                 member = int.__new__(cls, number)\n        \
                 member._value_ = number\n        \
                 member.text = text\n        \
                 member.public = public\n        \
                 return member\n\n",
    );
    for row in REASONS {
        let name = row.name.replace(['.', '-'], "_").to_uppercase();
        fresh += &format!("    {name} = ({}, \"{}\", \"{}\")\n", row.number, row.name, row.text.replace('"', "\\\""));
    }
    if env::var_os("UPDATE").is_some() {
        fs::write(path, fresh).unwrap();
    } else {
        assert_eq!(fs::read_to_string(path).unwrap_or_default(), fresh, "run UPDATE=1 cargo test -p adarga-host");
    }
}
