//! Callers: revocation lists that change, providers of the host's own, and what is said when something is not there.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
    time::{Duration, Instant},
};

use adarga_core::{
    Call, Machine, Reason,
    image::{CHECKSUM, HEADER, ROW, SectionKind, checksum},
};
use adarga_host::{
    callers::{Caller, Callers, Provider, Unavailable},
    load::Policy,
    policy::Source,
};

use crate::{
    callers_support::{ALLOWED, Host, UNAVAILABLE, by_kid, claims, oct_jwks},
    issuer_support::Directory,
};

/// A little more than the time between two looks at a file; a new list counts after two.
const LOOK: Duration = Duration::from_millis(1100);

const REVOKED: (u16, Reason) = (401, Reason::TokenRevoked);
const ISSUER: &str = "https://auth.example.com";

/// A directory with keys and a revocation list, and `[identity]` for both.
fn revocable(name: &str, list: &str) -> (Directory, String) {
    let directory = Directory::new(name);
    std::fs::write(directory.file("keys.json"), oct_jwks("a")).unwrap();
    std::fs::write(directory.file("revoked.toml"), list).unwrap();
    let (keys, revoked) = (directory.file("keys.json"), directory.file("revoked.toml"));
    let identity = format!(
        "issuer = \"{ISSUER}\"\nalgorithms = [\"HS256\"]\nkeys = {:?}\nrevoked.file = {:?}\n",
        keys.to_str().unwrap(),
        revoked.to_str().unwrap()
    );
    (directory, identity)
}

/// Replaces a list in one step.
fn replace(directory: &Directory, list: &str) {
    std::fs::write(directory.file("new"), list).unwrap();
    std::fs::rename(directory.file("new"), directory.file("revoked.toml")).unwrap();
}

#[test]
fn a_subject_that_is_added_to_the_list_is_denied_soon_even_if_remembered() {
    let (directory, identity) = revocable("revoked", "tokens = []\n");
    let host = Host::new(&identity);
    let (mut memory, issued_s) = (host.memory().with_cache(8), crate::callers_support::now_ms() / 1000);
    let token =
        |subject: &str| by_kid("a", &claims(ISSUER, &format!(r#","sub":"{subject}","iat":{issued_s},"jti":"{subject}-1""#)));
    let (alice, bob) = (token("alice"), token("bob"));
    let mut reason = |token: &str| host.judge_in(&mut memory, "search", token).reason;
    for _ in 0..3 {
        assert_eq!((reason(&alice), reason(&bob)), (Reason::Allowed, Reason::Allowed));
    }
    replace(&directory, "[subjects]\nalice = \"2100-01-01T00:00:00Z\"\n");
    let start = Instant::now();
    while reason(&alice) == Reason::Allowed {
        assert!(start.elapsed() < Duration::from_secs(5), "still allowed");
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!((reason(&alice), reason(&bob)), (Reason::TokenRevoked, Reason::Allowed));
    // a list that can't be read, that is empty, or that is gone, leaves the last good one in force
    for broken in ["subjects = 5\n", "file = \"other.toml\"\n", "[subjects]\nbob = \"tomorrow\"\n", "", "gone"] {
        if broken == "gone" {
            std::fs::remove_file(directory.file("revoked.toml")).unwrap();
        } else {
            replace(&directory, broken);
        }
        for _ in 0..2 {
            thread::sleep(LOOK);
            reason(&bob);
        }
        assert_eq!((reason(&alice), reason(&bob)), (Reason::TokenRevoked, Reason::Allowed), "{broken}");
        assert!(host.callers.revoked_failure().is_some_and(|failure| failure.contains("revoked.toml")), "{broken}");
    }
    replace(&directory, "tokens = [\"bob-1\"]\n");
    for _ in 0..2 {
        thread::sleep(LOOK);
        reason(&bob);
    }
    assert_eq!((reason(&alice), reason(&bob)), (Reason::Allowed, Reason::TokenRevoked));
    assert_eq!(host.callers.revoked_failure(), None);
}

#[test]
fn the_list_of_the_policy_holds_beside_that_of_the_file() {
    let (_directory, identity) = revocable("both-lists", "tokens = [\"t-1\"]\n");
    let host = Host::new(&format!("{identity}revoked.subjects = {{ bob = \"2100-01-01T00:00:00Z\" }}\n"));
    let search = |more: &str| host.search(&by_kid("a", &claims(ISSUER, more)));
    assert_eq!(search(r#","jti":"t-1""#), REVOKED);
    assert_eq!(search(r#","sub":"bob""#), REVOKED);
    assert_eq!(search(r#","jti":"t-2""#), ALLOWED);
}

/// Knows one badge, and says so or panics.
struct Badges;

impl Provider for Badges {
    fn identify(&self, call: &Call<'_>) -> Result<Option<Caller>, Unavailable> {
        let caller = |subject: &str, role: &str, scopes: Option<&[&str]>| Caller {
            subject: subject.into(),
            roles: vec![role.into()],
            scopes: scopes.map(|scopes| scopes.iter().map(|scope| (*scope).into()).collect()),
        };
        Ok(Some(match call.bearer().unwrap_or_default() {
            b"alice" => caller("alice", "editor", None),
            b"narrow" => caller("alice", "editor", Some(&["write:content"])),
            b"emperor" => caller("alice", "emperor", None),
            b"nameless" => caller("", "editor", None),
            b"long" => caller(&"a".repeat(256), "editor", None),
            b"many" => caller("alice", "editor", Some(&["x"; 1000])),
            b"idle" => Caller { subject: "alice".into(), ..Caller::default() },
            b"later" => return Err(Unavailable),
            b"panic" => panic!("as it should"),
            _ => return Ok(None),
        }))
    }
}

#[test]
fn a_provider_says_who_calls() {
    let open = || Host::of(&policy("provider = true\n")).unwrap();
    let host = open().with_provider(Badges);
    let told = host.judge("search", "alice");
    assert_eq!((told.reason, told.status, told.subject.as_deref()), (Reason::Allowed, 200, Some("alice")));
    assert_eq!(host.judge("wipe", "alice").reason, Reason::PermissionDenied);
    for (token, expected) in [
        ("narrow", (403, Reason::PermissionScope)),
        ("emperor", (403, Reason::IdentityRole)),
        ("nameless", (401, Reason::IdentityMissing)),
        ("long", (401, Reason::IdentityMissing)),
        ("many", (403, Reason::IdentityRights)),
        ("idle", (403, Reason::IdentityNoRole)),
        ("later", UNAVAILABLE),
        ("unknown", (401, Reason::TokenInactive)),
        ("", (401, Reason::IdentityMissing)),
    ] {
        assert_eq!(host.search(token), expected, "{token}");
    }
    // nobody is there to ask
    assert_eq!(open().search("alice"), (401, Reason::TokenInactive));
}

#[test]
fn a_provider_that_panics_allows_nothing() {
    let host = Host::of(&policy("provider = true\n")).unwrap().with_provider(Badges);
    let (mut machine, mut memory) = (Machine::new(), host.memory());
    host.decide(&mut machine, &mut memory, "search", "alice");
    assert!(machine.decision().allowed());
    let judged = catch_unwind(AssertUnwindSafe(|| host.decide(&mut machine, &mut memory, "search", "panic")));
    assert!(judged.is_err() && !machine.decision().allowed());
    assert_eq!(machine.decision().identity(), None);
    // the same machine and memory judge on
    host.decide(&mut machine, &mut memory, "search", "alice");
    assert!(machine.decision().allowed());
}

/// A whole policy whose `[identity]` has nothing but `rest`.
fn policy(rest: &str) -> String {
    format!(
        "server.name = \"t\"\nhttp.hosts = [\"mcp.example.com\"]\nroles.editor = [\"read:*\"]\ntools.search.permission = \
         \"read:content\"\ntools.wipe.permission = \"delete:all\"\nlimits = {{ values_max = 64, body_max = \"4 KiB\" }}\n[identity]\n{rest}"
    )
}

fn refused(identity: &str) -> String {
    let Err(error) = Host::open(identity) else { panic!("opened: {identity}") };
    error.to_string()
}

#[test]
fn what_is_not_there_is_said_at_the_start() {
    let base = format!("issuer = \"{ISSUER}\"\nalgorithms = [\"HS256\"]\n");
    let gone = "/nowhere/at/all";
    for (identity, expected) in [
        (
            "keys = { env = \"ADARGA_NO_SUCH_VARIABLE\" }\n".to_owned(),
            "`identity.keys`: environment variable `ADARGA_NO_SUCH_VARIABLE`: not set\n  help: set it, or name another place",
        ),
        (
            format!("keys = {{ file = \"{gone}\" }}\n"),
            "`identity.keys`: file `/nowhere/at/all`: No such file or directory (os error 2)\n  help: write the secret there, or name \
             another place",
        ),
        (
            format!("keys = \"{gone}\"\n"),
            "`identity.keys`: /nowhere/at/all: No such file or directory (os error 2)\n  help: put the keys there, JWKS or PEM, or name \
             another place in the policy",
        ),
        (
            // cargo sets it for tests
            "keys = { env = \"CARGO_PKG_VERSION\" }\n".to_owned(),
            "`identity.keys`: environment variable `CARGO_PKG_VERSION`: the secret is shorter than the hash\n  help: make a random secret \
             of 32 bytes for HS256, 48 for HS384, 64 for HS512",
        ),
        (
            format!("keys = {{ env = \"CARGO_PKG_DESCRIPTION\" }}\nrevoked.file = \"{gone}\"\n"),
            "`identity.revoked.file`: /nowhere/at/all: No such file or directory (os error 2)\n  help: create it with `tokens = []`, or name \
             another place in the policy",
        ),
        (
            format!("keys = {{ env = \"CARGO_PKG_DESCRIPTION\" }}\nauthorities = \"{gone}\"\n"),
            "`identity.authorities`: /nowhere/at/all: No such file or directory (os error 2)\n  help: put the certificates there in PEM, or \
             name another place in the policy",
        ),
        (
            "keys = { env = \"CARGO_PKG_DESCRIPTION\" }\nintrospection = { client_id = \"g\", client_secret = { env = \
             \"ADARGA_NO_SUCH_VARIABLE\" } }\n"
                .to_owned(),
            "`identity.introspection.client_secret`: environment variable `ADARGA_NO_SUCH_VARIABLE`: not set\n  help: set it, or name \
             another place",
        ),
    ] {
        assert_eq!(refused(&format!("{base}{identity}")), expected);
    }
}

#[test]
fn a_list_that_names_another_list_is_refused() {
    let (directory, identity) = revocable("nested", "tokens = [\"t\"]\nfile = \"other.toml\"\n");
    let said = refused(&identity);
    assert!(
        said.starts_with("`identity.revoked.file`: ") && said.contains("revoked.toml:2:8: a list that names another list"),
        "{said}"
    );
    assert!(said.ends_with("\n  help: name the file in the policy"), "{said}");
    std::fs::write(directory.file("revoked.toml"), "token = [\"t\"]\n").unwrap();
    let said = refused(&identity);
    assert!(said.contains("revoked.toml:1:1: unknown key `token`\n  help: did you mean `tokens`?"), "{said}");
    std::fs::write(directory.file("revoked.toml"), "").unwrap();
    assert!(refused(&identity).contains("the file is empty"));
    std::fs::write(directory.file("revoked.toml"), "tokens = []\n").unwrap();
    assert!(Host::open(&identity).is_ok());
}

#[test]
fn an_image_without_the_section_for_hosts_is_compiled_again() {
    let source = Source::new("p.toml", policy("provider = true\n"));
    let mut image = Policy::from_source(source).unwrap().image().to_vec();
    let word = |image: &[u8], at: usize| u32::from_le_bytes(image[at..at + 4].try_into().unwrap());
    let rows = (0..4).map(|row| HEADER + row * ROW);
    let at = rows.into_iter().find(|at| word(&image, *at) == SectionKind::Sources.number()).unwrap();
    // a number that no engine knows, and that none has to know
    image[at..at + 4].copy_from_slice(&900_u32.to_le_bytes());
    let sum = checksum(&image);
    image[CHECKSUM].copy_from_slice(&sum);
    let policy = Policy::from_image(image).unwrap();
    let error = Callers::open(policy.gate().unwrap().image()).unwrap_err();
    assert_eq!(error.to_string(), "the image does not say where keys come from: compile the policy again");
}

#[test]
fn a_policy_without_identity_needs_nothing() {
    let host = Host::of(
        "server.name = \"t\"\nhttp.hosts = [\"mcp.example.com\"]\nroles.editor = [\"*\"]\ntools.search.permission = \"a\"\n",
    );
    let host = host.unwrap();
    assert!(host.callers.status().is_none() && host.callers.wait_first(Duration::ZERO));
    assert_eq!(host.search(""), (401, Reason::IdentityMissing));
    assert_eq!(host.with_provider(Badges).search("alice"), ALLOWED);
}
