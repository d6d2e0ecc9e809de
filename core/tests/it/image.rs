//! Images: damaged, forged, cut, extended, and one of each format version that must stay readable.

use std::{env, fs, net::IpAddr, path::PathBuf, sync::LazyLock};

use adarga_core::{
    Call, Fault, Gate, Image, Machine, Reason, Session, Step,
    capabilities::Capabilities,
    decide::{Input, Work},
    identity::{Asserted, Certificate},
    image::{CHECKSUM, HEADER, LABEL, REQUIRED, ROW, SectionKind, VERSION, checksum},
    rate::{LocalTable, RateTable, Slot as RateSlot},
    revision::Revision,
    schema::Needs,
};
use adarga_host::{compile::Settings, explain::explain, keys::KeyImage, memory::Memory, schema::SchemaMemory};
use proptest::{collection::vec, prelude::*};

use crate::support::{EDITOR, STDIO, decide, header, jwt, keys, policy, post, verifier};

const SMALL: &str = r#"
    server = { name = "s" }
    stdio = { role = "editor" }
    http = { hosts = ["localhost:*"], origins = ["http://localhost"], trusted_proxies = ["10.0.0.0/8"] }
    limits = { values_max = 64, body_max = "1 KiB" }
    roles = { editor = ["read:*"], admin = ["*"] }
    methods = { "x/y" = "read:x" }
    rates = { client = "9/s", subject = ["5/s", { rate = "9/s", burst = 3 }], calls = "7/s", clients = 9, store = { redis = { env = "S" } }, store_failed = "local", share = 2 }
    tools.t = { permission = "read:t", rate = "3/s", cost = 2, headers = { A = "/a" }, when = { any = [{ role = "admin" }, { argument = "/a", equals = "subject" }] } }
    tools.v = { permission = "read:v", when = { all = [{ role = "editor" }, { role = "admin" }] } }
    tools."*" = { permission = "write:t" }
    tools.p = { permission = "read:p", paths = { "/p" = "d" } }
    resources."x://{a}/{+b}" = { permission = "read:x:{a}", paths = { b = "d" }, when = { variable = "a", equals = "subject" } }
    resources."file:///{+c}" = { permission = "read:f", root = "d" }
    tools.q = { permission = "read:q", input = { type = "object", properties = { a = { pattern = "^x" }, b = { multipleOf = 0.5 } }, required = ["a"], unevaluatedProperties = false }, threats = { except = ["/b"] } }
    threats = { sql = "block", html = "report" }
    roots = { d = "/srv/d", e = { directory = "/e", relative = false, links = "refuse" } }
    [identity]
    issuer = "https://i.example"
    audience = "https://s.example/mcp"
    algorithms = ["HS256"]
    keys = { env = "S" }
    token_max = "400 B"
    default_role = "editor"
    provider = true
    introspection = { client_id = "s", client_secret = { env = "S" } }
    revoked = { tokens = ["t-1"], keys = ["l"], subjects = { eve = "2026-01-01T00:00:00Z" } }
    api_keys = { salt = "MDEyMzQ1Njc4OWFiY2RlZg", keys = { ci = { hash = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY", role = "editor" } } }
    certificates = { "CN=x" = { role = ["editor", "admin"] } }
"#;

fn small() -> Vec<u8> {
    policy(SMALL).image().to_vec()
}

fn sealed(mut image: Vec<u8>) -> Vec<u8> {
    let sum = checksum(&image);
    image[CHECKSUM].copy_from_slice(&sum);
    image
}

fn fault(image: &[u8]) -> Option<Fault> {
    Image::open(image).err()
}

#[test]
fn every_flipped_byte_is_noticed() {
    let image = small();
    assert_eq!(fault(&image), None);
    for at in 0..image.len() {
        for mask in [0x01, 0x80, 0xFF] {
            let mut flipped = image.clone();
            flipped[at] ^= mask;
            let expected = match at {
                0..8 => Fault::ImageLabel,
                8..12 | 20..24 => Fault::ImageVersion,
                _ => Fault::ImageChecksum,
            };
            assert_eq!(fault(&flipped), Some(expected), "byte {at} ^ {mask}");
        }
    }
}

#[test]
fn every_truncation_is_noticed_and_so_is_a_byte_too_many() {
    let image = small();
    for len in 0..image.len() {
        assert!(fault(&image[..len]).is_some(), "{len} bytes");
        // one that was sealed again, with the length that it has
        if len >= HEADER {
            let mut cut = image[..len].to_vec();
            cut[12..16].copy_from_slice(&u32::try_from(len).unwrap().to_le_bytes());
            let cut = sealed(cut);
            assert!(matches!(fault(&cut), Some(Fault::ImageSection | Fault::ImageContent)), "{len} bytes, sealed");
        }
    }
    let mut longer = image;
    longer.push(0);
    assert_eq!(fault(&longer), Some(Fault::ImageChecksum));
}

/// The image with one more section of that kind at its end.
fn with_section(kind: u32, flags: u32) -> Vec<u8> {
    let image = small();
    let count = u32::from_le_bytes(image[16..20].try_into().unwrap());
    let rows_end = HEADER + ROW * usize::try_from(count).unwrap();
    let mut rows = image[HEADER..rows_end].to_vec();
    for row in rows.chunks_mut(ROW) {
        let offset = u32::from_le_bytes(row[8..12].try_into().unwrap()) + u32::try_from(ROW).unwrap();
        row[8..12].copy_from_slice(&offset.to_le_bytes());
    }
    let content = b"hello";
    let len = u32::try_from(image.len() + ROW + content.len()).unwrap();
    let offset = u32::try_from(image.len() + ROW).unwrap();
    for word in [kind, flags, offset, 5] {
        rows.extend_from_slice(&word.to_le_bytes());
    }
    let mut extended = [&image[..HEADER], &rows, &image[rows_end..], content].concat();
    extended[12..16].copy_from_slice(&len.to_le_bytes());
    extended[16..20].copy_from_slice(&(count + 1).to_le_bytes());
    sealed(extended)
}

#[test]
fn an_unknown_section_is_passed_over_unless_it_is_required() {
    assert_eq!(fault(&with_section(99, 0)), None);
    assert_eq!(fault(&with_section(99, REQUIRED)), Some(Fault::ImageSection));
    assert_eq!(fault(&with_section(u32::MAX, REQUIRED | 0x80)), Some(Fault::ImageSection));
    let extended = with_section(99, 0);
    let gate = Gate::open(&extended).unwrap();
    assert_eq!(gate.policy().name.as_str(), "s");
    assert!(Settings::from_image(gate.image()).is_some());
}

/// Rewrites one word of the row of a section.
fn with_row(kind: SectionKind, field: usize, word: u32) -> Vec<u8> {
    let mut image = small();
    let row = image[HEADER..].chunks(ROW).position(|row| row[..4] == kind.number().to_le_bytes()).unwrap();
    let at = HEADER + row * ROW + field * 4;
    image[at..at + 4].copy_from_slice(&word.to_le_bytes());
    sealed(image)
}

#[test]
fn a_section_that_lies_elsewhere_is_refused() {
    assert_eq!(fault(&with_row(SectionKind::Policy, 2, u32::MAX)), Some(Fault::ImageSection));
    assert_eq!(fault(&with_row(SectionKind::Policy, 3, u32::MAX)), Some(Fault::ImageSection));
    assert_eq!(fault(&with_row(SectionKind::Host, 3, u32::MAX)), Some(Fault::ImageSection));
    assert_eq!(fault(&with_row(SectionKind::Policy, 0, 98)), Some(Fault::ImageSection), "the policy is absent");
    assert_eq!(fault(&with_row(SectionKind::Policy, 3, 0)), Some(Fault::ImageContent));
    assert_eq!(fault(&with_row(SectionKind::Host, 0, 98)), None, "firmware has no host section");
}

#[test]
fn the_first_thing_that_is_wrong_is_said() {
    assert_eq!(fault(b""), Some(Fault::ImageLabel));
    assert_eq!(fault(&LABEL), Some(Fault::ImageVersion));
    let mut newer = small();
    newer[8..12].copy_from_slice(&(VERSION + 1).to_le_bytes());
    assert_eq!(fault(&sealed(newer)), Some(Fault::ImageVersion));
}

/// A key set and a token by it.
static SHOWN: LazyLock<(KeyImage, String)> = LazyLock::new(|| {
    let claims = r#"{"iss":"https://i.example","aud":"https://s.example/mcp","sub":"alice","exp":9,"jti":"t","scope":"read:*"}"#;
    (keys("k"), jwt("k", claims))
});

/// What a forged image may not do: break the engine. What it says is another matter, which its checksum can't judge.
fn stays_harmless(image: &[u8]) {
    let Ok(gate) = Gate::open(image) else { return };
    let _ = explain(gate.image());
    let mut memory = Memory::for_limits(128, 1024);
    let mut checks = SchemaMemory::new(Needs { frames: 4096, marks: 128, trail: 512, memo: 512, prints: 128, table: 256 }, 4);
    let (mut places, mut cells) = ([RateSlot::default(); 16], [0; 16 * 16]);
    let mut table = LocalTable::new(&mut places, &mut cells, 16, (1, 2));
    let (keys, token) = &*SHOWN;
    let headers = [
        header("Host", "localhost:1"),
        header("Content-Type", "application/json"),
        header("Accept", "*/*"),
        header("MCP-Protocol-Version", "2026-07-28"),
        header("Mcp-Method", "tools/call"),
        header("Mcp-Name", "t"),
        header("Mcp-Param-A", "alice"),
        header("X-Forwarded-For", "192.0.2.1, 10.0.0.2"),
    ];
    let meta =
        r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#;
    let calls = [
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"t","arguments":{{"a":"alice"}},{meta}}}}}"#),
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"u",{meta}}}}}"#),
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"v",{meta}}}}}"#),
        format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"q","arguments":{{"a":"x'--","b":1.5}},{meta}}}}}"#
        ),
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":"x/y","params":{{{meta}}}}}"#),
    ];
    for body in &calls {
        for (transport, asserted) in [(STDIO.transport, None), (STDIO.transport, EDITOR), (post(&headers), EDITOR)] {
            let (mut scratch, reply) = memory.parts();
            let mut session = Session::restored(Revision::V20251125, "", Capabilities::NONE);
            let rates: Option<&mut dyn RateTable<_>> = Some(&mut table);
            let mut checks = checks.memory();
            let checks = Some(&mut checks);
            let work = &mut Work { session: Some(&mut session), rates, checks, ..Work::new(&mut scratch, reply) };
            let peer = Some(IpAddr::from([10, 0, 0, 1]));
            let _ = gate.decide(&Call { asserted, peer, ..Call::new(transport, 1) }, body.as_bytes(), work);
        }
    }
    for (token, certificate) in [(Some(token.as_str()), None), (Some("opaque"), None), (None, Some("CN=x"))] {
        let call = Call {
            token: token.map(str::as_bytes),
            certificate: certificate.map(|subject| Certificate { subject, sha256: None }),
            verifier: Some(verifier(keys)),
            ..Call::new(post(&headers), 1)
        };
        let (mut scratch, reply) = memory.parts();
        let answer = |step| match step {
            Step::Keys => Input::Keys(None),
            _ => Input::Introspected(br#"{"active":true,"sub":"a","aud":"https://s.example/mcp"}"#),
        };
        let mut checks = checks.memory();
        let work = &mut Work { rates: Some(&mut table), checks: Some(&mut checks), ..Work::new(&mut scratch, reply) };
        let _ = gate.drive(&mut Machine::new(), &call, calls[0].as_bytes(), work, answer);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_forged_image_breaks_nothing(flips in vec((any::<prop::sample::Index>(), 1..=255_u8), 1..6)) {
        let mut image = small();
        for (place, mask) in flips {
            let at = 12 + place.index(image.len() - 12);
            image[at] ^= mask;
        }
        let len = u32::try_from(image.len()).unwrap();
        image[12..16].copy_from_slice(&len.to_le_bytes());
        stays_harmless(&sealed(image));
    }

    #[test]
    fn a_forged_word_breaks_nothing(place in any::<prop::sample::Index>(), word in prop_oneof![Just(0), Just(u32::MAX), Just(u32::MAX - 1), 0..400_u32, any::<u32>()]) {
        let mut image = small();
        let at = HEADER + place.index(image.len() - HEADER - 4);
        image[at..at + 4].copy_from_slice(&word.to_le_bytes());
        stays_harmless(&sealed(image));
    }

    #[test]
    fn any_bytes_behind_a_valid_header_break_nothing(content in vec(any::<u8>(), 0..300)) {
        let mut image = small()[..HEADER].to_vec();
        image.extend_from_slice(&content);
        let len = u32::try_from(image.len()).unwrap();
        image[12..16].copy_from_slice(&len.to_le_bytes());
        stays_harmless(&sealed(image));
    }
}

#[test]
fn every_jump_of_a_condition_can_be_forged_harmlessly() {
    // each word of the content set to each of the values that mean something to some field
    let image = small();
    for at in HEADER..image.len() - 4 {
        for word in [0, 1, 2, u32::MAX, u32::MAX - 1] {
            let mut forged = image.clone();
            forged[at..at + 4].copy_from_slice(&u32::to_le_bytes(word));
            stays_harmless(&sealed(forged));
        }
    }
}

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/golden").join(name)
}

#[test]
fn the_golden_image_is_what_its_policy_compiles_to() {
    let text = fs::read_to_string(golden("policy-v1.toml")).unwrap();
    let fresh = policy(text);
    if env::var_os("UPDATE").is_some() {
        fs::write(golden("policy-v1.adarga"), fresh.image()).unwrap();
    }
    let kept = fs::read(golden("policy-v1.adarga")).unwrap();
    assert_eq!(VERSION, 1, "a new format version gets a golden image of its own; the old one stays");
    assert!(
        kept == fresh.image(),
        "the format changed: raise `image::VERSION` and keep the old golden image readable or refused"
    );
}

#[test]
fn the_golden_image_judges_as_on_its_first_day() {
    let kept = fs::read(golden("policy-v1.adarga")).unwrap();
    let gate = Gate::open(&kept).unwrap();
    let judge = |roles: &[&str], subject: &str, body: &str| {
        let mut session = Session::restored(Revision::V20251125, "", Capabilities::NONE);
        let call = Call { asserted: Some(Asserted::new(subject, roles)), ..STDIO };
        decide(&gate, &call, body.as_bytes(), Some(&mut session)).0.reason()
    };
    let call = |tool: &str, user: &str| {
        format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{tool}","arguments":{{"user_id":"{user}"}}}}}}"#
        )
    };
    let read = |uri: &str| format!(r#"{{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{{"uri":"{uri}"}}}}"#);
    assert_eq!(judge(&["viewer"], "v", &call("search", "")), Reason::Allowed);
    assert_eq!(judge(&["viewer"], "v", &call("publish", "")), Reason::PermissionDenied);
    assert_eq!(judge(&["editor"], "e", &call("publish", "")), Reason::Allowed);
    assert_eq!(judge(&["viewer"], "v", &call("profile", "v")), Reason::Allowed);
    assert_eq!(judge(&["viewer"], "v", &call("profile", "w")), Reason::PermissionCondition);
    assert_eq!(judge(&["viewer", "admin"], "v", &call("profile", "w")), Reason::Allowed);
    assert_eq!(judge(&["admin"], "a", &call("ask", "")), Reason::MessageCapability);
    assert_eq!(judge(&["editor"], "e", &call("anything", "")), Reason::PermissionDenied);
    assert_eq!(judge(&["admin"], "a", &call("anything", "")), Reason::Allowed);
    assert_eq!(judge(&["viewer"], "v", &read("reports://summary")), Reason::Allowed);
    assert_eq!(judge(&["viewer"], "v", &read("reports://secret")), Reason::RouteResource);
    assert_eq!(
        judge(&["admin"], "a", r#"{"jsonrpc":"2.0","id":1,"method":"logging/setLevel","params":{"level":"info"}}"#),
        Reason::PermissionDenied
    );
    assert_eq!(judge(&["viewer"], "v", r#"{"jsonrpc":"2.0","id":1,"method":"x/ping"}"#), Reason::Allowed);
    assert_eq!(judge(&["root"], "r", &call("search", "")), Reason::IdentityRole);
    let settings = Settings::from_image(gate.image()).unwrap();
    assert_eq!((settings.env, settings.timeout_ms, settings.in_flight_max), (vec!["PATH".to_owned()], 5000, 8));
}
