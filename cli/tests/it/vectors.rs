//! `tests/vectors/*.jsonl` through `adarga driver`: each line is a question with the exact answer in `expect` and a sentence in
//! `why`. `UPDATE=1` rewrites the expectations; read every line that changed before committing it.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use adarga_core::reason::REASONS;
use serde_json::{Map, Value};

type Object = Map<String, Value>;

/// One line of a file.
struct Vector {
    place: String,
    line: Object,
}

impl Vector {
    /// What a driver is asked: everything but `expect` and `why`, with `n` in front.
    fn question(&self, n: usize) -> Object {
        let asked = self.line.iter().filter(|(name, _)| *name != "expect" && *name != "why");
        let asked = asked.map(|(name, value)| (name.clone(), value.clone()));
        std::iter::once(("n".to_owned(), n.into())).chain(asked).collect()
    }

    fn text(&self, member: &str) -> &str {
        self.line[member].as_str().unwrap_or_else(|| panic!("{}: `{member}` is no string", self.place))
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors")
}

fn files() -> BTreeMap<PathBuf, Vec<Vector>> {
    let paths = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let paths = paths.filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    let read = |path: PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let line = |(index, line): (usize, &str)| {
            let place = format!("{name}:{}", index + 1);
            let line = serde_json::from_str(line).unwrap_or_else(|error| panic!("{place}: {error}"));
            Vector { place, line }
        };
        let vectors = text.lines().enumerate().map(line).collect();
        (path, vectors)
    };
    paths.map(read).collect()
}

/// Feeds lines to a driver and gives its answers. `ADARGA_DRIVER` names the command of another engine.
pub(crate) fn ask(questions: Vec<u8>) -> Vec<Object> {
    let command = env::var("ADARGA_DRIVER").unwrap_or_else(|_| format!("{} driver", env!("CARGO_BIN_EXE_adarga")));
    let mut words = command.split_whitespace();
    let mut driver = Command::new(words.next().unwrap())
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command}: {error}"));
    let mut input = driver.stdin.take().unwrap();
    let feeder = thread::spawn(move || input.write_all(&questions));
    let output = driver.wait_with_output().unwrap();
    feeder.join().unwrap().unwrap();
    assert!(output.status.success(), "the driver ended with {}", output.status);
    let lines = output.stdout.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).unwrap()).collect()
}

fn lines<'v>(objects: impl IntoIterator<Item = &'v Object>) -> Vec<u8> {
    let mut text = Vec::new();
    for object in objects {
        serde_json::to_writer(&mut text, object).unwrap();
        text.push(b'\n');
    }
    text
}

#[test]
fn every_vector_gets_its_answer() {
    let mut wrong = Vec::new();
    for (path, mut vectors) in files() {
        let questions: Vec<_> = vectors.iter().enumerate().map(|(n, vector)| vector.question(n)).collect();
        let answers = ask(lines(&questions));
        assert_eq!(answers.len(), vectors.len(), "{}: answers", path.display());
        for (n, (vector, mut answer)) in vectors.iter_mut().zip(answers).enumerate() {
            assert_eq!(answer.shift_remove("n"), Some(n.into()), "{}", vector.place);
            // compared as text: the order of members is part of the protocol
            let (want, got) = (vector.line["expect"].to_string(), Value::Object(answer.clone()).to_string());
            if want != got {
                wrong.push(format!("{}: {}\n  want {want}\n  got  {got}", vector.place, vector.text("why")));
                vector.line.insert("expect".into(), answer.into());
            }
        }
        if env::var_os("UPDATE").is_some() {
            fs::write(path, lines(vectors.iter().map(|vector| &vector.line))).unwrap();
        }
    }
    assert!(wrong.is_empty() || env::var_os("UPDATE").is_some(), "{} wrong answers\n{}", wrong.len(), wrong.join("\n"));
}

/// Reasons that no answer of a driver carries, and where they are tested instead.
const ELSEWHERE: &[(&str, &str)] = &[
    ("http.method", "a driver always asks by POST: core/tests/it/machine.rs"),
    ("message.sibling", "stands only in the replies of a batch, which decide.jsonl holds"),
    ("route.cancelled", "`adarga run` gives it, which knows the open requests"),
    ("path.absent", "needs a file system: host/tests/it/files.rs and below"),
    ("path.link", "needs a file system: host/tests/it/files_links.rs"),
    ("path.kind", "needs a file system: host/tests/it/files.rs and below"),
];

#[test]
fn every_reason_of_core_occurs() {
    let files = files();
    let expected = files.values().flatten().filter_map(|vector| vector.line["expect"].get("reason")?.as_str());
    let expected: BTreeSet<_> = expected.collect();
    for row in REASONS.iter().filter(|row| (1000..6000).contains(&row.number)) {
        let elsewhere = ELSEWHERE.iter().any(|(name, _)| *name == row.name);
        assert!(expected.contains(row.name) != elsewhere, "{}: in no vector, or needlessly excused", row.name);
    }
    let sibling = adarga_core::Reason::MessageSibling.row().text;
    assert!(files.values().flatten().any(|vector| vector.line["expect"].to_string().contains(sibling)));
}

#[test]
fn every_vector_says_why_and_asks_something_new() {
    let mut seen = BTreeMap::new();
    for vector in files().into_values().flatten() {
        assert!(!vector.text("why").is_empty() && vector.line["expect"].is_object(), "{}", vector.place);
        let question = Value::Object(vector.question(0)).to_string();
        // parsers.jsonl is the whole table of disagreements, so it repeats what others ask of the same bytes
        let table = vector.place.starts_with("parsers");
        if let Some(other) = seen.insert((table, question), vector.place.clone()) {
            panic!("{} asks what {other} asked", vector.place);
        }
    }
}

#[test]
fn misuse_is_a_fault_and_never_the_end() {
    let questions: &[(&str, &str)] = &[
        (r#"{"n":0,"op":"fly"}"#, r#"{"n":0,"fault":"op"}"#),
        (r#"{"n":1}"#, r#"{"n":1,"fault":"missing `op`"}"#),
        (r#"{"n":2,"op":"json"}"#, r#"{"n":2,"fault":"missing `x`"}"#),
        (r#"{"n":3,"op":"json","x":"1","x_b64":"MQ=="}"#, r#"{"n":3,"fault":"`x` and `x_b64` together"}"#),
        (r#"{"n":4,"op":"json","x_b64":"*"}"#, r#"{"n":4,"fault":"`x_b64` is not base64"}"#),
        (
            r#"{"n":5,"op":"message","x":"{}","revision":"1999-01-01","transport":"stdio"}"#,
            r#"{"n":5,"fault":"unknown `revision`"}"#,
        ),
        (r#"{"n":6,"op":"permission","required":"a","granted":"a"}"#, r#"{"n":6,"fault":"`granted` must be a list of strings"}"#),
        (r#"{"n":"seven","op":"json","x":"1"}"#, r#"{"n":"seven","ok":true}"#),
        ("not json", r#"{"n":null,"fault":"line"}"#),
        ("[1]", r#"{"n":null,"fault":"line"}"#),
        (r#"{"op":"json","x":"1"}"#, r#"{"n":null,"ok":true}"#),
    ];
    let asked: Vec<_> = questions.iter().map(|(question, _)| *question).collect();
    let answers = ask((asked.join("\n") + "\n").into_bytes());
    assert_eq!(answers.len(), questions.len());
    for ((question, want), got) in questions.iter().zip(answers) {
        assert_eq!(Value::Object(got).to_string(), *want, "{question}");
    }
}

#[test]
fn a_policy_that_does_not_compile_is_a_fault_with_its_place() {
    let answers = ask(br#"{"n":1,"op":"decide","policy":{"server":{}},"body":"{}","transport":"stdio"}"#.to_vec());
    let fault = answers[0]["fault"].as_str().unwrap();
    assert!(fault.starts_with("policy.json:1:"), "{fault}");
}

#[cfg(unix)]
#[test]
fn open_reads_beneath_its_root_and_nowhere_else() {
    let folder = env::temp_dir().join(format!("adarga-open-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("jail/d")).unwrap();
    fs::create_dir(folder.join("jail-secret")).unwrap();
    fs::write(folder.join("jail-secret/f"), "outside").unwrap();
    fs::write(folder.join("jail/d/f"), "abc").unwrap();
    for (target, link) in [("d/f", "in"), ("../jail-secret/f", "out"), ("/etc/passwd", "away"), ("loop", "loop")] {
        std::os::unix::fs::symlink(target, folder.join("jail").join(link)).unwrap();
    }
    let root = folder.join("jail");
    let absolute = root.join("d/f");
    let secret = folder.join("jail-secret/f");
    let abc = r#""ok":true,"sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad""#;
    let denied = |reason: &str| format!(r#""ok":false,"reason":"{reason}""#);
    let questions = [
        ("d/f", abc.to_owned()),
        ("in", abc.to_owned()),
        (absolute.to_str().unwrap(), abc.to_owned()),
        (secret.to_str().unwrap(), denied("path.outside")),
        ("out", denied("path.link")),
        ("away", denied("path.link")),
        ("loop", denied("path.kind")),
        ("d", denied("path.kind")),
        ("d/none", denied("path.absent")),
        ("../jail-secret/f", denied("path.escape")),
        ("d/%2e%2e/f", denied("path.encoding")),
        ("", denied("path.empty")),
    ];
    let asked = questions.iter().map(|(path, _)| {
        let question = serde_json::json!({"op": "open", "root": root, "x": path});
        question.as_object().unwrap().clone()
    });
    let answers = ask(lines(&asked.collect::<Vec<_>>()));
    for ((path, want), got) in questions.iter().zip(answers) {
        assert_eq!(Value::Object(got).to_string(), format!(r#"{{"n":null,{want}}}"#), "{path}");
    }
    let nowhere = ask(br#"{"n":1,"op":"open","root":"/nowhere","x":"a"}"#.to_vec());
    assert!(nowhere[0]["fault"].as_str().unwrap().starts_with("root `/nowhere`: "), "{nowhere:?}");
    fs::remove_dir_all(folder).unwrap();
}
