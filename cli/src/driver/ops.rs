//! The ops that ask one stage.

use std::collections::BTreeMap;

use adarga_core::{
    arrival::{self, Arrival, Header, Http, Transport},
    frame::{Framed, Framer},
    json::{self, Document, Limits, Scratch},
    message::{self, Context, Framing, Sender},
    path::{self, DECODE_MAX, Encoding, PATH_MAX, Profile, Rules},
    permission::covers,
    reason::{Denial, Place, Reason},
    revision::{Revision, Revisions},
    template::Template,
    threat,
};
use adarga_host::{files::Root, mcp::Shapes, memory::Memory};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{
    Fault, Outcome, Question, audit, compiled, from_base64, jose, rate::rate, raw, schema, seal, text, to_base64, whole,
};

/// Limits of the ops that have no policy.
pub(super) const LIMITS: Limits = Limits { depth_max: 128, values_max: 1 << 20 };
const INPUT_MAX: u32 = 16 << 20;

/// What the ops share.
pub(super) struct Tools {
    memory: Memory,
    shapes: BTreeMap<Revision, Shapes>,
}

impl Tools {
    pub(super) fn new() -> Self {
        Self { memory: Memory::for_limits(LIMITS.values_max, INPUT_MAX), shapes: BTreeMap::new() }
    }
}

/// Answers one question.
pub(super) fn ask(question: &Question<'_>, tools: &mut Tools) -> Result<Outcome, Fault> {
    match question.text("op")? {
        "json" => json(question, &mut tools.memory.scratch()),
        "message" => message(question, &mut tools.memory.scratch()),
        "frame" => frame(question),
        "jws" => jose::jws(question, &mut tools.memory.scratch()),
        "token" => jose::token(question, &mut tools.memory.scratch()),
        "signature" => jose::signature(question),
        "permission" => permission(question),
        "path" => path(question),
        "open" => open(question),
        "uri" => uri(question),
        "threat" => threat(question),
        "rate" => rate(question),
        "seal" => seal::seal(question),
        "unseal" => seal::unseal(question),
        "aead" => seal::aead(question),
        "audit" => audit::audit(question),
        "format" => text::format(question),
        "escape" => text::escape(question),
        "redact" => text::redact(question, &mut tools.memory.scratch()),
        "detect" => text::detect(question),
        "check_digit" => text::check_digit(question),
        "mcp" => schema::mcp(question, &mut tools.memory.scratch(), &mut tools.shapes),
        "schema" => schema::schema(question, &mut tools.memory.scratch()),
        "decide" => whole::decide(question),
        "release" => whole::release(question),
        "compiled" => compiled::compiled(question),
        _ => Err("op".into()),
    }
}

fn json(question: &Question<'_>, scratch: &mut Scratch<'_>) -> Result<Outcome, Fault> {
    let bytes = question.bytes("x")?;
    let depth = question.integer("depth_max", u64::from(LIMITS.depth_max))?;
    let depth_max = u16::try_from(depth).map_err(|_| "`depth_max` must be at most 65535")?;
    Ok(Outcome::of(match json::parse(&bytes, Limits { depth_max, ..LIMITS }, scratch) {
        Ok(_) => Reason::Allowed,
        Err(refusal) => refusal.reason,
    }))
}

fn message(question: &Question<'_>, scratch: &mut Scratch<'_>) -> Result<Outcome, Fault> {
    let bytes = question.bytes("x")?;
    let revision = question.text("revision")?;
    let revision = Revision::from_name(revision.as_bytes()).ok_or("unknown `revision`")?;
    let sender = match question.optional_text("from")? {
        None | Some("client") => Sender::Client,
        Some("server") => Sender::Server,
        Some(_) => return Err("`from` must be `client` or `server`".into()),
    };
    let over_http = match question.text("transport")? {
        "stdio" => false,
        "http" => true,
        _ => return Err("`transport` must be `stdio` or `http`".into()),
    };
    let headers = question.headers()?.unwrap_or_default();
    let headers: Vec<_> = headers.iter().map(|(name, value)| Header { name: name.as_bytes(), value: value.as_bytes() }).collect();
    // headers that were not given are not known, rather than absent
    let http = (over_http && !headers.is_empty()).then_some(Http { method: b"POST", headers: &headers, body_len: None });
    let mut judge = || -> Result<Outcome, Denial> {
        let arrival = match http {
            Some(http) => arrival::read(&Transport::Http(http))?,
            None => Arrival::default(),
        };
        let parsed =
            json::parse(&bytes, LIMITS, scratch).map_err(|refusal| Denial { reason: refusal.reason, place: Place::Nowhere })?;
        let document = Document::new(&bytes, scratch, parsed);
        let revisions = Revisions::only(revision);
        let context = Context { revisions, sender, arrival: &arrival, http: http.as_ref(), session: None, policy: None };
        match message::framing(document, parsed, &context)? {
            Framing::Single => {
                let message = message::check(document.root(), false, &context)?;
                let method = message.method_name(document).and_then(json::Value::text);
                Ok(Outcome::ok()
                    .with("kind", message.kind().name())
                    .with_some("method", method.map(String::from_utf8_lossy))
                    .with_some("id", message.id(document).map(|id| raw(id.raw()))))
            }
            Framing::Batch(_) => {
                document.root().elements().try_for_each(|item| message::check(item, true, &context).map(|_| ()))?;
                Ok(Outcome::ok().with("kind", "batch"))
            }
        }
    };
    Ok(judge().unwrap_or_else(|denial| Outcome::of(denial.reason)))
}

fn frame(question: &Question<'_>) -> Result<Outcome, Fault> {
    let line_max = question.integer("line_max", 4 << 20)?;
    let line_max = usize::try_from(line_max).ok().filter(|max| *max <= 64 << 20).ok_or("`line_max` is too large")?;
    let mut buffer = vec![0; line_max];
    let mut framer = Framer::new();
    let mut lines: Vec<Value> = Vec::new();
    for chunk in question.texts("chunks")? {
        let chunk = from_base64(chunk, "chunks")?;
        let mut rest = chunk.as_slice();
        loop {
            match framer.next(&mut buffer, &mut rest) {
                Framed::Line(line) => lines.push(to_base64(line).into()),
                Framed::Dropped => {}
                Framed::More => break,
            }
        }
    }
    Ok(Outcome::ok().with("lines", lines).with("dropped", framer.dropped()))
}

fn permission(question: &Question<'_>) -> Result<Outcome, Fault> {
    let required = question.text("required")?;
    let granted = question.texts("granted")?;
    let covered = granted.iter().any(|grant| covers(grant.as_bytes(), required.as_bytes()));
    Ok(Outcome::of(if covered { Reason::Allowed } else { Reason::PermissionDenied }))
}

/// A path alone, or, with `root`, one that may be absolute or a `file:` URI beneath it.
fn path(question: &Question<'_>) -> Result<Outcome, Fault> {
    let bytes = question.bytes("x")?;
    let profile = match question.optional_text("profile")? {
        None | Some("portable") => Profile::Portable,
        Some("posix") => Profile::Posix,
        Some(_) => return Err("`profile` must be `portable` or `posix`".into()),
    };
    let encoding = match question.optional_integer("decode")? {
        None => Encoding::Guard,
        Some(times) => Encoding::Decode(
            u8::try_from(times)
                .ok()
                .filter(|times| *times <= DECODE_MAX)
                .ok_or_else(|| format!("`decode` must be at most {DECODE_MAX}"))?,
        ),
    };
    let (rules, mut buffer) = (Rules { profile, encoding }, [0; PATH_MAX]);
    let contained = match question.optional_text("root")? {
        None => path::contain(&bytes, rules, &mut buffer),
        Some(root) => path::contain_any(root.as_bytes(), &bytes, rules, &mut buffer),
    };
    Ok(match contained {
        Ok(contained) => Outcome::ok().with("path", String::from_utf8_lossy(contained.as_bytes())),
        Err(reason) => Outcome::of(reason),
    })
}

/// Reads a file beneath `root`, really.
fn open(question: &Question<'_>) -> Result<Outcome, Fault> {
    let root = Root::at(question.text("root")?).map_err(|error| error.to_string())?;
    Ok(match root.read(question.bytes("x")?) {
        Ok(content) => {
            let digest: String = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
            Outcome::ok().with("sha256", digest)
        }
        Err(error) => Outcome::of(error.reason()),
    })
}

/// What a text looks like; `ok` when it looks like nothing.
fn threat(question: &Question<'_>) -> Result<Outcome, Fault> {
    let kinds = threat::scan(&question.bytes("x")?);
    let mut names: Vec<&str> = kinds.names().collect();
    names.sort_unstable();
    Ok(Outcome::of(kinds.reason().unwrap_or(Reason::Allowed)).with("kinds", names))
}

fn uri(question: &Question<'_>) -> Result<Outcome, Fault> {
    let template = question.text("template")?;
    let template = Template::parse(template.as_bytes()).map_err(|unfit| format!("`template`: {unfit}"))?;
    let Some(variables) = template.matches(question.text("uri")?.as_bytes()) else {
        return Ok(Outcome::of(Reason::RouteResource));
    };
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let member = |name: &[u8], value: Vec<u8>| (text(name.to_vec()), Value::from(text(value)));
    let variables: Map<_, _> = variables.iter().map(|one| member(one.name(), one.decoded().collect())).collect();
    Ok(Outcome::ok().with("variables", variables))
}
