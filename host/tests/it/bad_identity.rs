//! Policies whose `[identity]` has mistakes that only the compiler sees, and exactly what is said about them: `bad_identity.txt`, in
//! the form of [`bad_policies`](crate::bad_policies).

use adarga_host::{
    load::Policy,
    policy::{PolicyErrors, Source},
};

use crate::bad_policies::agree;

const CASES: &str = include_str!("bad_identity.txt");

fn compile(name: &str, text: &str) -> Result<Policy, PolicyErrors> {
    Policy::from_source(Source::new(name, text))
}

#[test]
fn say_what_is_wrong_and_where() {
    agree("bad_identity.txt", CASES, |name, text| match compile(name, text) {
        Ok(_) => String::from("accepted"),
        Err(errors) => errors.to_string(),
    });
}

#[test]
fn every_error_has_a_remedy_and_shows_no_secret() {
    let (_, cases) = CASES.split_once("=== ").unwrap();
    for case in cases.split("\n=== ") {
        let (name, rest) = case.split_once('\n').unwrap();
        let (text, _) = rest.split_once("---\n").unwrap();
        for error in compile(name, text).unwrap_err() {
            let remedy = error.remedy.as_deref().unwrap_or_else(|| panic!("{error}"));
            assert!(
                ![error.message.as_str(), remedy].iter().any(|said| said.contains("hunter2") || said.ends_with('.')),
                "{error}"
            );
            assert!(error.line > 1 && !error.path.is_empty(), "{error}");
        }
    }
}

/// What is too long to stand in a file of cases.
#[test]
fn lengths_are_bounded() {
    let head = "[server]\nname = \"t\"\n[roles]\nuser = [\"*\"]\n";
    let said = |rest: &str| match compile("p.toml", &format!("{head}{rest}")) {
        Ok(_) => String::from("accepted"),
        Err(errors) => errors.to_string(),
    };
    let scopes = |len: usize| said(&format!("[identity]\nprovider = true\nscopes = [\"{}\", \"b\"]", "a".repeat(len)));
    assert_eq!(scopes(1022), "accepted");
    assert_eq!(scopes(1023), "p.toml:7:10: more than 1024 bytes of scopes\n  help: name those that a caller needs at first");
    let long = "p.toml:6:1: a subject of more than 255 bytes\n  help: give it a shorter name";
    let certificate = |len: usize| said(&format!("[identity.certificates]\n{} = {{ role = \"user\" }}", "n".repeat(len)));
    assert_eq!((certificate(255).as_str(), certificate(256).as_str()), ("accepted", long));
    let hash = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY";
    let key = |len: usize| {
        let name = "n".repeat(len);
        let rest = format!("keys.{name} = {{ hash = \"{hash}\", role = \"user\" }}\nsalt = \"MDEyMzQ1Njc4OWFiY2RlZg\"");
        said(&format!("[identity.api_keys]\n{rest}"))
    };
    assert_eq!((key(255), key(256)), ("accepted".into(), long.replace("6:1", "6:6")));
}

#[test]
fn urls_that_can_be_asked_are_taken() {
    for url in [
        "https://auth.example.com",
        "https://auth.example.com:8443/tenant/",
        "https://[2001:db8::1]:443",
        "http://127.0.0.1:8080",
        "http://localhost",
        "http://[::1]:65535/x",
        "HTTPS://auth.example.com/a%20b",
    ] {
        let text = format!("server.name = \"t\"\n[identity]\nprovider = true\nissuer = \"{url}\"\n");
        let expected = if url.starts_with("HTTPS") { "write an `https` URL" } else { "" };
        let said = compile("p.toml", &text).err().map(|errors| errors.to_string()).unwrap_or_default();
        assert!(said.contains(expected) && said.is_empty() == expected.is_empty(), "{url}: {said}");
    }
}
