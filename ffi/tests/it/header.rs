//! `include/adarga.h` is what the crate says; `UPDATE=1` writes it.

use std::{env, fmt::Write as _, fs, path::Path};

use adarga_core::reason::REASONS;

/// What stands before all that is generated: how to read the rest.
const PREFACE: &str = include_str!("../../include/preface.h");
/// What stands behind it, still inside of the guard.
const TRAILER: &str = include_str!("../../include/trailer.h");

fn reasons() -> String {
    let mut text = String::from("/* Why a call was allowed or denied: the number, its name, what the caller is told. */\n");
    for row in REASONS {
        let name = row.name.to_uppercase().replace('.', "_");
        writeln!(text, "#define ADARGA_REASON_{name} {} /* {}: {} */", row.number, row.name, row.text).unwrap();
    }
    text
}

fn header() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut config = cbindgen::Config::from_file(folder.join("cbindgen.toml")).unwrap();
    config.header = Some(PREFACE.trim_end().to_owned());
    let includes = "#include <stddef.h>\n#include <stdint.h>\n#include <string.h>\n\n\
        /* A result that must be looked at. */\n\
        #if defined(__GNUC__) || defined(__clang__)\n#define ADARGA_MUST_USE __attribute__((warn_unused_result))\n\
        #else\n#define ADARGA_MUST_USE\n#endif\n\n";
    config.after_includes = Some(format!("{includes}{}", reasons()));
    let bindings = cbindgen::Builder::new().with_crate(folder).with_config(config).generate().unwrap();
    let mut written = Vec::new();
    bindings.write(&mut written);
    // cbindgen knows results that must be used of functions that Rust says it of; here it is all of them
    let text = String::from_utf8(written).unwrap().replace("\nint32_t adarga_", "\nADARGA_MUST_USE\nint32_t adarga_");
    // a negative number is one term, wherever it stands
    let line = |line: &str| match line.split_once(" -").filter(|_| line.starts_with("#define ADARGA_")) {
        Some((name, digits)) => format!("{name} (-{digits})\n"),
        None => format!("{line}\n"),
    };
    let text: String = text.lines().map(line).collect();
    // cbindgen would write a trailer behind the guard
    let end = text.rfind("\n#endif  /* ADARGA_H */").unwrap();
    let (declarations, guard) = text.split_at(end);
    format!("{declarations}\n{}\n{guard}", TRAILER.trim_end())
}

#[test]
fn the_header_is_generated() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("include/adarga.h");
    let header = header();
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, &header).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == header, "include/adarga.h is not what the crate says; write it by UPDATE=1 and read what changed");
}

/// C users read the header as the manual: every function says something of itself.
#[test]
fn every_function_is_documented() {
    let header = header();
    let mut documented = false;
    for line in header.lines() {
        if line.contains(" adarga_") && line.contains('(') && !line.trim_start().starts_with('*') && !line.starts_with("typedef")
        {
            assert!(documented, "`{line}` has no comment");
        }
        documented = line.trim_end().ends_with("*/") || line.starts_with("ADARGA_MUST_USE") && documented;
    }
    assert!(header.contains("adarga_decide("));
}
