//! Errors that the compiler raises by a path into the document.

use adarga_host::policy::{Loaded, PolicyErrors, Source, Step, read};

const TOML: &str = r#"server = { name = "r" }
[tools."ä b"]
permission = "x"
when = { any = [{ role = "a" }, { role = "b" }] }

[tools.t.when]
role = "c"
[tools.t]
permission = "y"
"#;

fn loaded() -> Loaded {
    read(Source::new("p.toml", TOML)).unwrap()
}

fn place(path: &[Step<'_>]) -> (usize, usize, String) {
    let error = loaded().error(path, "m", "");
    assert_eq!((error.message.as_str(), error.remedy), ("m", None));
    (error.line, error.column, error.path)
}

#[test]
fn point_at_the_value() {
    let tool = String::from("ä b");
    assert_eq!(place(&["server".into(), "name".into()]), (1, 19, "server.name".into()));
    assert_eq!(place(&["tools".into(), Step::from(&tool), "permission".into()]), (3, 14, "tools.\"ä b\".permission".into()));
    let role: [Step<'_>; 6] = ["tools".into(), "ä b".into(), "when".into(), "any".into(), 1.into(), "role".into()];
    assert_eq!(place(&role), (4, 42, "tools.\"ä b\".when.any[1].role".into()));
}

#[test]
fn point_at_what_exists_when_the_value_is_missing() {
    assert_eq!(place(&[]), (1, 1, String::new()));
    assert_eq!(place(&["roles".into(), "admin".into()]), (1, 1, "roles.admin".into()));
    assert_eq!(place(&["tools".into(), "t".into(), "requires".into(), 0.into()]), (8, 1, "tools.t.requires[0]".into()));
    assert_eq!(place(&["server".into(), "name".into(), 3.into()]), (1, 19, "server.name[3]".into()));
}

#[test]
fn point_at_a_key() {
    let loaded = loaded();
    let place = |path: &[Step<'_>]| {
        let error = loaded.error_of_key(path, "m", "r");
        assert_eq!(error.remedy.as_deref(), Some("r"));
        (error.line, error.column)
    };
    assert_eq!(place(&["tools".into(), "ä b".into()]), (2, 8));
    assert_eq!(place(&["tools".into(), "ä b".into(), "when".into(), "any".into(), 1.into()]), (4, 33));
    assert_eq!(place(&["tools".into(), "absent".into()]), place(&["tools".into()]));
    assert_eq!(place(&[]), (1, 1));
}

#[test]
fn are_shown_in_source_order() {
    let loaded = loaded();
    let late = loaded.error(&["tools".into(), "t".into()], "late", "");
    let early = loaded.error(&["server".into()], "early", "do this");
    let errors = PolicyErrors::new(vec![late, early]).unwrap();
    assert_eq!(errors.to_string(), "p.toml:1:10: early\n  help: do this\np.toml:8:1: late");
    assert_eq!(PolicyErrors::new(Vec::new()), None);
    assert_eq!(loaded.source().name, "p.toml");
}
