//! `[config]`: what is missing or wrong is said at once, and no value is.

use adarga_host::{
    config::{Config, ConfigErrors, is_placeholder, strength},
    load::Policy,
    policy::Source,
};
use proptest::prelude::*;

/// Names that only this test sets: the environment belongs to the whole process.
fn check(policy: &str) -> Result<(), ConfigErrors> {
    let policy = Policy::from_source(Source::new("p.toml", format!("[server]\nname = \"r\"\n{policy}"))).unwrap();
    Config::from_image(policy.gate().unwrap().image()).unwrap().check()
}

/// A file that holds a value, and how a policy names it.
struct Held(std::path::PathBuf);

impl Held {
    fn new(name: &str, value: &str) -> Self {
        let path = std::env::temp_dir().join(format!("adarga-config-{name}-{}", std::process::id()));
        std::fs::write(&path, value).unwrap();
        Self(path)
    }

    fn asked(&self, rules: &str) -> String {
        format!("[config]\nX = {{ from = {{ file = \"{}\" }}, {rules} }}\n", self.0.display())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn a_value_is_judged_by_every_rule() {
    for (at, (value, rules, wrong)) in [
        ("anything", "required = true", None),
        ("small", "length_min = 5, length_max = 5", None),
        ("small", "length_min = 6", Some("too short")),
        ("small", "length_max = 4", Some("too long")),
        ("ÄÖÜ", "length_min = 3, length_max = 3", None),
        ("changeme", "required = true", Some("a placeholder")),
        ("changeme", "placeholder = true", None),
        ("password1password1password1password1", "strength = 64", Some("too weak")),
        ("u6Vq2W0bGfJmT8xY4zRkN1pL7hDsC3aE", "strength = 128", None),
        ("info", "one_of = [\"info\", \"debug\"]", None),
        ("Info", "one_of = [\"info\", \"debug\"]", Some("none of the values that it can have")),
        ("8080", "range = [1, 65535]", None),
        ("65536", "range = [1, 65535]", Some("not a number in range")),
        ("8080x", "range = [1, 65535]", Some("not a number in range")),
        ("https://db.internal/x", "url = \"https\"", None),
        ("HTTPS://db.internal/x", "url = \"https\"", None),
        ("http://db.internal/x", "url = \"https\"", Some("a URL of another scheme")),
        ("db.internal", "url = \"https\"", Some("not a URL")),
        ("https://db internal", "url = \"https\"", Some("not a URL")),
        ("postgres://u:p@db/x", "url = [\"postgres\"]", Some("a URL with a user or a password in it")),
        ("postgres://u:p@db/x", "url = [\"postgres\"], credentials = true", None),
        ("postgres://u:p@/x", "url = [\"postgres\"], credentials = true", Some("a URL without a host")),
        ("https://:443/x", "url = [\"https\"]", Some("a URL without a host")),
    ]
    .into_iter()
    .enumerate()
    {
        let held = Held::new(&format!("rule{at}"), value);
        let said = check(&held.asked(rules)).map_err(|errors| errors.to_string());
        match (wrong, said) {
            (None, said) => assert_eq!(said, Ok(()), "{value} {rules}"),
            (Some(wrong), Err(said)) => {
                assert!(said.contains(wrong), "{value} {rules}: {said}");
                assert!(!said.contains(value) || rules.contains(value), "{said}");
            }
            (Some(wrong), Ok(())) => panic!("{value} {rules}: accepted, not {wrong}"),
        }
    }
}

#[test]
fn all_is_said_at_once() {
    let policy = "[config]\nADARGA_TEST_A = {}\nADARGA_TEST_B = { required = false }\nADARGA_TEST_C = { from = { file = \"/no/such\" } }\n";
    let errors = check(policy).unwrap_err();
    let names: Vec<_> = errors.all().iter().map(|error| error.name.as_str()).collect();
    assert_eq!(names, ["ADARGA_TEST_A", "ADARGA_TEST_C"]);
    assert_eq!(
        errors.to_string(),
        "`config.ADARGA_TEST_A`: environment variable `ADARGA_TEST_A`: not set\n  help: set it, or name another place\n\
         `config.ADARGA_TEST_C`: file `/no/such`: No such file or directory (os error 2)\n  help: write the secret there, or name another place"
    );
}

#[test]
fn placeholders_are_told_from_values() {
    for value in [
        "changeme",
        "CHANGE_ME",
        "change-me-please",
        "<your-api-key>",
        "${API_KEY}",
        "{{ secret }}",
        "%TOKEN%",
        "[token]",
        "__KEY__",
        "xxxxxxxx",
        "********",
        "0000",
        "...",
        "your_api_key_here",
        "YOUR-SECRET",
        "example_password",
        "password",
        "Password123!",
        "secret",
        "test",
        "TODO",
        "insert-your-token-here",
        "replace_me",
        "enter password here",
        "null",
        "hunter2",
        "---",
        "__________",
    ] {
        assert!(is_placeholder(value), "{value}");
    }
    for value in [
        "0",
        "1",
        "info",
        "production",
        "8080",
        "https://auth.example.com",
        "u6Vq2W0bGfJmT8xY4zRkN1pL7hDsC3aE",
        "correct horse battery",
        "sk-live-51Hb2eX",
        "testing-database-7",
        "secretariat",
        "admin@corp.com",
        "postgres://u:p@db/x",
        "[::1]:8080",
        "/srv/keys",
        "tokenizer",
        "yourcompany.com",
    ] {
        assert!(!is_placeholder(value), "{value}");
    }
}

#[test]
fn strength_counts_what_can_be_guessed_as_what_it_is() {
    // weak ones, whatever their length
    for (value, most) in [
        ("", 0),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 16),
        ("abcdefghijklmnopqrstuvwxyz0123456789", 24),
        ("passwordpasswordpasswordpassword", 24),
        ("qwertyuiop1234567890", 24),
        ("Winter2026", 40),
        ("12345678901234567890123456789012", 32),
        ("abcabcabcabcabcabcabcabcabcabcabc", 24),
        ("secretsecretsecretsecretsecret", 24),
    ] {
        assert!(strength(value) <= most, "{value}: {} > {most}", strength(value));
    }
    // strong ones: hexadecimal and base64 of random bytes
    for (value, least) in [
        ("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", 220),
        ("u6Vq2W0bGfJmT8xY4zRkN1pL7hDsC3aE", 170),
        ("wmrdRJInGMPFt7XFVgil1If2Qxw62if1qtjTzlE2O0I", 220),
    ] {
        assert!(strength(value) >= least, "{value}: {} < {least}", strength(value));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_keys_are_strong_and_repeating_them_adds_little(bytes in any::<[u8; 32]>()) {
        let hexadecimal: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let once = strength(&hexadecimal);
        prop_assert!((200..=256).contains(&once), "{hexadecimal} {once}");
        prop_assert!(strength(&hexadecimal.repeat(4)) <= once + 3 * 20);
    }

    #[test]
    fn no_text_is_too_much(text in ".{0,2000}") {
        prop_assert!(strength(&text) <= 9 * 2000);
        let _ = is_placeholder(&text);
    }
}
