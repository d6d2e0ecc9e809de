//! The ops that ask one stage.

use adarga_bare::arena::Arena;
use adarga_core::{
    arrival::{self, Arrival, Http, Transport},
    frame::{Framed, Framer},
    json::{self, Document, Kind, Limits, Value, write_pointer},
    message::{self, Context, Framing, Sender},
    path::{self, DECODE_MAX, Encoding, PATH_MAX, Profile, Rules},
    permission::covers,
    rate::{Charge, Gcra, Limit, LocalTable, RateTable, Slot, Window},
    reason::{Denial, Place, Reason},
    revision::{Revision, Revisions},
    schema::{Memory, Needs, Schemas, Verdict},
    template::Template,
    threat,
    write::Out,
};

use crate::{
    answer::Answer,
    question::{Fault, LIMITS, Question, arena_scratch, fault, from_base64, full, whole},
};

/// The most headers of a question.
pub const HEADERS_MAX: usize = 512;

pub fn json<'t>(q: &Question<'t>, arena: &mut Arena<'t>, out: &mut Answer<'_>) -> Result<(), Fault> {
    let bytes = q.bytes("x", arena)?;
    let depth = q.integer("depth_max", u64::from(LIMITS.depth_max))?;
    let depth_max = u16::try_from(depth).map_err(|_| fault!("`depth_max` must be at most 65535"))?;
    let mut scratch = arena_scratch(arena, bytes.len()).ok_or_else(full)?;
    let parsed = json::parse(bytes, Limits { depth_max, ..LIMITS }, &mut scratch);
    out.verdict(parsed.map_or_else(|refusal| refusal.reason, |_| Reason::Allowed));
    Ok(())
}

pub fn revision(name: &[u8]) -> Result<Revision, Fault> {
    Revision::from_name(name).ok_or_else(|| fault!("unknown `revision`"))
}

pub fn over_http(q: &Question<'_>) -> Result<bool, Fault> {
    match q.text("transport")? {
        b"stdio" => Ok(false),
        b"http" => Ok(true),
        _ => Err(fault!("`transport` must be `stdio` or `http`")),
    }
}

pub fn message<'t>(q: &Question<'t>, arena: &mut Arena<'t>, out: &mut Answer<'_>) -> Result<(), Fault> {
    let bytes = q.bytes("x", arena)?;
    let revision = revision(q.text("revision")?)?;
    let sender = match q.optional("from")? {
        None | Some(b"client") => Sender::Client,
        Some(b"server") => Sender::Server,
        Some(_) => return Err(fault!("`from` must be `client` or `server`")),
    };
    let over_http = over_http(q)?;
    let headers = q.headers::<HEADERS_MAX>()?;
    // headers that were not given are not known, rather than absent
    let http = (over_http && !headers.is_empty()).then_some(Http { method: b"POST", headers: &headers, body_len: None });
    let mut scratch = arena_scratch(arena, bytes.len()).ok_or_else(full)?;
    let head = out.len();
    let mut judge = || -> Result<(), Denial> {
        let arrival = match http {
            Some(http) => arrival::read(&Transport::Http(http))?,
            None => Arrival::default(),
        };
        let nowhere = |reason| Denial { reason, place: Place::Nowhere };
        let parsed = json::parse(bytes, LIMITS, &mut scratch).map_err(|refusal| nowhere(refusal.reason))?;
        let document = Document::new(bytes, &scratch, parsed);
        let revisions = Revisions::only(revision);
        let context = Context { revisions, sender, arrival: &arrival, http: http.as_ref(), session: None, policy: None };
        match message::framing(document, parsed, &context)? {
            Framing::Single => {
                let message = message::check(document.root(), false, &context)?;
                out.verdict(Reason::Allowed).text("kind", message.kind().name().as_bytes());
                if let Some(method) = message.method_name(document).and_then(Value::text) {
                    out.text("method", method);
                }
                match message.id(document) {
                    Some(id) if id.kind() == Kind::String => out.text("id", id.text().unwrap_or_default()),
                    Some(id) => out.member("id").raw(id.raw()),
                    None => out,
                };
            }
            Framing::Batch(_) => {
                document.root().elements().try_for_each(|item| message::check(item, true, &context).map(|_| ()))?;
                out.verdict(Reason::Allowed).text("kind", b"batch");
            }
        }
        Ok(())
    };
    if let Err(denial) = judge() {
        out.cut(head);
        out.verdict(denial.reason);
    }
    Ok(())
}

pub fn frame<'t>(q: &Question<'t>, arena: &mut Arena<'t>, out: &mut Answer<'_>) -> Result<(), Fault> {
    let line_max = q.integer("line_max", 4 << 20)?;
    let line_max = usize::try_from(line_max).ok().filter(|max| *max <= 64 << 20);
    // a longer line than the question can't come
    let line_max = line_max.ok_or_else(|| fault!("`line_max` is too large"))?.min(arena.left() / 2);
    let buffer = arena.carve(line_max).ok_or_else(full)?;
    let mut framer = Framer::new();
    let mut lines = 0_u32;
    let chunks = q.texts("chunks")?;
    out.verdict(Reason::Allowed).member("lines").raw(b"[");
    for chunk in chunks {
        let mut rest: &[u8] = from_base64(chunk, "chunks", arena)?;
        loop {
            match framer.next(buffer, &mut rest) {
                Framed::Line(line) => {
                    out.raw(if lines > 0 { b"," } else { b"" }).base64(line);
                    lines += 1;
                }
                Framed::Dropped => {}
                Framed::More => break,
            }
        }
    }
    out.raw(b"]").member("dropped").number(framer.dropped());
    Ok(())
}

pub fn permission(q: &Question<'_>, out: &mut Answer<'_>) -> Result<(), Fault> {
    let required = q.text("required")?;
    let covered = q.texts("granted")?.any(|grant| covers(grant, required));
    out.verdict(if covered { Reason::Allowed } else { Reason::PermissionDenied });
    Ok(())
}

pub fn path<'t>(q: &Question<'t>, arena: &mut Arena<'t>, out: &mut Answer<'_>) -> Result<(), Fault> {
    let bytes = q.bytes("x", arena)?;
    let profile = match q.optional("profile")? {
        None | Some(b"portable") => Profile::Portable,
        Some(b"posix") => Profile::Posix,
        Some(_) => return Err(fault!("`profile` must be `portable` or `posix`")),
    };
    let encoding = match q.optional_integer("decode")? {
        None => Encoding::Guard,
        Some(times) => {
            let times = u8::try_from(times).ok().filter(|times| *times <= DECODE_MAX);
            Encoding::Decode(times.ok_or_else(|| fault!("`decode` must be at most {DECODE_MAX}"))?)
        }
    };
    let (rules, mut buffer) = (Rules { profile, encoding }, [0; PATH_MAX]);
    let contained = match q.optional("root")? {
        None => path::contain(bytes, rules, &mut buffer),
        Some(root) => path::contain_any(root, bytes, rules, &mut buffer),
    };
    match contained {
        Ok(contained) => out.verdict(Reason::Allowed).text("path", contained.as_bytes()),
        Err(reason) => out.verdict(reason),
    };
    Ok(())
}

pub fn threat<'t>(q: &Question<'t>, arena: &mut Arena<'t>, out: &mut Answer<'_>) -> Result<(), Fault> {
    let kinds = threat::scan(q.bytes("x", arena)?);
    let mut names: heapless::Vec<&str, 8> = kinds.names().collect();
    names.sort_unstable();
    out.verdict(kinds.reason().unwrap_or(Reason::Allowed)).list("kinds", names.iter().copied());
    Ok(())
}

pub fn uri<'t>(q: &Question<'t>, arena: &mut Arena<'t>, out: &mut Answer<'_>) -> Result<(), Fault> {
    let template = Template::parse(q.text("template")?).map_err(|unfit| fault!("`template`: {unfit}"))?;
    let Some(variables) = template.matches(q.text("uri")?) else {
        out.verdict(Reason::RouteResource);
        return Ok(());
    };
    out.verdict(Reason::Allowed).member("variables").raw(b"{");
    for (at, one) in variables.iter().enumerate() {
        out.raw(if at > 0 { b"," } else { b"" }).string(one.name()).raw(b":");
        let value = arena.collect(one.decoded().count(), one.decoded()).ok_or_else(full)?;
        out.string(value);
    }
    out.raw(b"}");
    Ok(())
}

/// Calls of clients under one limit, which the runner has read.
pub fn rate<'t>(q: &Question<'t>, arena: &mut Arena<'t>, out: &mut Answer<'_>) -> Result<(), Fault> {
    let words = q.member("limit").ok_or_else(|| fault!("missing `limit`"))?;
    let word = |name: &[u8]| words.get(name).and_then(whole);
    let wrong = || fault!("`limit` must be `calls`, `span_ms` and perhaps `burst`: a bare driver reads no texts");
    let calls = word(b"calls").and_then(|calls| u32::try_from(calls).ok()).ok_or_else(wrong)?;
    let span_ms = word(b"span_ms").ok_or_else(wrong)?;
    let limit = match word(b"burst") {
        Some(burst) => Gcra::new(calls, span_ms, u32::try_from(burst).unwrap_or(u32::MAX)).map(Limit::Gcra),
        None => Window::new(calls, span_ms).map(Limit::Window),
    };
    let limit = limit.map_err(|unfit| fault!("`limit`: {unfit}"))?;
    let wrong = || fault!("`events` must be a list of `[client, t_ms]`");
    let events = q.member("events").ok_or_else(|| fault!("missing `events`"))?;
    // a number is a name as well
    let event = |event: Value<'t>| {
        let mut parts = event.elements();
        let (client, time, end) = (parts.next()?, parts.next()?, parts.next());
        let client = if client.kind() == Kind::Number { Some(client.raw()) } else { client.text() };
        (event.kind() == Kind::Array && end.is_none()).then_some((client?, whole(time)?))
    };
    if events.kind() != Kind::Array || !events.elements().all(|one| event(one).is_some()) {
        return Err(wrong());
    }
    // so many slots that every client finds one, where memory allows
    let width = match limit {
        Limit::Window(window) => window.calls().get() as usize,
        Limit::Gcra(_) => 0,
    };
    let most = arena.left() / 2 / (size_of::<Slot>() + width * 8);
    let slots = events.len().saturating_mul(8).next_power_of_two().max(64).min(1 << most.max(1).ilog2());
    let (cells, slots) = (arena.zeroes(slots * width).ok_or_else(full)?, arena.zeroes(slots).ok_or_else(full)?);
    let mut table = LocalTable::new(slots, cells, width, (1, 2));
    let retry = arena.carve::<u64>(events.len()).ok_or_else(full)?;
    out.verdict(Reason::Allowed).member("allowed").raw(b"[");
    for (at, ((client, now_ms), retry)) in events.elements().filter_map(event).zip(retry.iter_mut()).enumerate() {
        let outcome = table.charge(limit, &Charge { limit_id: 0, key: client, cost: 1, now_ms });
        out.raw(if at > 0 { b"," } else { b"" }).number(outcome.is_ok());
        // beyond the last moment that is counted nobody knows
        *retry = outcome.map_or_else(|refusal| refusal.retry_after_ms.unwrap_or(u64::MAX), |()| 0);
    }
    out.raw(b"]").member("retry_ms").raw(b"[");
    for (at, retry) in retry.iter().enumerate() {
        out.raw(if at > 0 { b"," } else { b"" });
        if *retry == u64::MAX {
            out.raw(b"null")
        } else {
            out.number(retry)
        };
    }
    out.raw(b"]");
    Ok(())
}

/// `schema` and `mcp`: a value judged by a program that the runner has compiled.
pub fn schema<'t>(q: &Question<'t>, arena: &mut Arena<'t>, out: &mut Answer<'_>) -> Result<(), Fault> {
    let program: &[u8] = q.base64("program_b64", arena)?;
    let index = u32::try_from(q.integer("program_index", 0)?).unwrap_or(u32::MAX);
    let schema = Schemas::open(program).and_then(|schemas| schemas.schema(index));
    let schema = schema.ok_or_else(|| fault!("the schema can't be read back"))?;
    let bytes = q.bytes("x", arena)?;
    let mut scratch = arena_scratch(arena, bytes.len()).ok_or_else(full)?;
    let parsed = match json::parse(bytes, LIMITS, &mut scratch) {
        Ok(parsed) => parsed,
        Err(refusal) => {
            out.verdict(refusal.reason);
            return Ok(());
        }
    };
    let document = Document::new(bytes, &scratch, parsed);
    let values = u32::try_from(bytes.len() + 1).unwrap_or(u32::MAX);
    let mut memory = checks(schema.needs(values, LIMITS.depth_max), arena).ok_or_else(full)?;
    match schema.check(document.root(), &mut memory) {
        Verdict::Valid => out.verdict(Reason::Allowed),
        Verdict::Stopped(_) => out.verdict(Reason::ArgumentsBudget),
        Verdict::Invalid(culprit, _) => {
            let mut pointer = Out::new(arena.carve(bytes.len() * 2 + 64).ok_or_else(full)?);
            write_pointer(document, culprit.at, &mut pointer);
            let pointer = pointer.finish().map_err(|_| fault!("the pointer is too long"))?;
            out.verdict(Reason::ArgumentsSchema).text("at", pointer)
        }
    };
    Ok(())
}

/// Memory for a check.
pub fn checks<'t>(needs: Needs, arena: &mut Arena<'t>) -> Option<Memory<'t>> {
    Some(Memory {
        frames: arena.carve(needs.frames)?,
        marks: arena.zeroes(needs.marks)?,
        trail: arena.carve(needs.trail)?,
        memo: arena.zeroes(needs.memo)?,
        prints: arena.carve(needs.prints)?,
        table: arena.zeroes(needs.table)?,
        culprits: &mut [],
        seed: 1,
    })
}
