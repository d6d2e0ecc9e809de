//! Policies whose limits have mistakes that only the compiler sees, and exactly what is said about them: `bad_rates.txt`, in the
//! form of [`bad_policies`](crate::bad_policies). What is legal but probably not meant is a warning.

use adarga_host::{
    load::Policy,
    policy::{PolicyErrors, Source},
};

use crate::bad_policies::agree;

const CASES: &str = include_str!("bad_rates.txt");

#[test]
fn say_what_is_wrong_and_where() {
    agree("bad_rates.txt", CASES, |name, text| match Policy::from_source(Source::new(name, text)) {
        Ok(policy) => policy.warnings().iter().map(|warning| format!("warning: {warning}")).collect::<Vec<_>>().join("\n"),
        Err(errors) => errors.to_string(),
    });
}

#[test]
fn every_error_has_a_remedy() {
    let (_, cases) = CASES.split_once("=== ").unwrap();
    for case in cases.split("\n=== ") {
        let (name, rest) = case.split_once('\n').unwrap();
        let (text, _) = rest.split_once("---\n").unwrap();
        let errors: Result<_, PolicyErrors> = Policy::from_source(Source::new(name, text));
        let warnings = errors.as_ref().map(|policy| policy.warnings().to_vec()).unwrap_or_default();
        let errors = errors.err();
        for error in errors.iter().flat_map(PolicyErrors::as_slice).chain(&warnings) {
            assert!(error.remedy.is_some(), "{name}: {error}");
        }
    }
}
