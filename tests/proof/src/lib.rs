#![no_std]
//! A library that holds all of core and whose panic handler calls a function that does not exist.
//!
//! If any path from an exported function can panic, the handler is kept and the linker reports the undefined symbol. There is no
//! allocator to link with either. `tests/proof/run` builds it, and once more with the feature `canary`, which must fail.

use adarga_core::{
    Call, Decision, Fault, Gate, Image, Machine, Scratch, Session, Step, Ticket,
    address::{Address, Network},
    audit::{Chain, Entry, Flaw, Head, Line as AuditLine, List, Mac, RenderError, Rendered, StartKey, Verifier, pack},
    containment::Visit,
    decide::{Input, Work},
    escape::{Escape, TooSmall},
    format::Format,
    frame::{Framed, Framer},
    identity::{CacheState, TokenCache, cache::Slot},
    json::Document,
    keys::{Algorithm, Key, KeySet},
    path::{Buffer, Contained, Rules as PathRules, contain, contain_absolute, contain_any, contain_uri, contain_value},
    rate::{Charge, Gcra, Limit, Line, LocalTable, RateTable, Refusal, Shape, SharedTable, Unfit as UnfitLimit},
    reason::{Denial, Place, REASONS, Reason},
    release::{Reading, Released},
    revocation::RevocationList,
    schema::{Memory, Schemas, Verdict},
    signature::{
        Crypto, RustCrypto,
        jws::{Rules, Verified, verify_compact},
    },
    template::{Template, Unfit, Variables},
    threat::{Kinds, scan, suspicious},
    write::Out,
};

unsafe extern "C" {
    safe fn adarga_core_can_panic() -> !;
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    adarga_core_can_panic()
}

/// Validation of an image.
#[unsafe(no_mangle)]
pub fn proof_open(image: &[u8]) -> Result<Image<'_>, Fault> {
    Image::open(image)
}

/// Every stage of a decision.
#[unsafe(no_mangle)]
pub fn proof_resume(
    gate: &Gate<'_>,
    machine: &mut Machine,
    call: &Call<'_>,
    input: Input<'_>,
    work: &mut Work<'_, '_>,
) -> Result<Step, Fault> {
    gate.resume(machine, call, input, work)
}

/// A line of the audit trail, and the keys that it is made with.
#[unsafe(no_mangle)]
pub fn proof_audit_render<'b>(chain: &Chain, entry: &Entry<'_>, buffer: &'b mut [u8]) -> Result<Rendered<'b>, RenderError> {
    chain.render(entry, buffer)
}

/// The beginning of a chain, and its next step.
#[unsafe(no_mangle)]
pub fn proof_audit_chain(start: &StartKey, random: &[u8; 12], mac: Mac) -> (Chain, Option<StartKey>, [u8; 32]) {
    let mut chain = Chain::new(start, random);
    let arguments = start.arguments(chain.id());
    chain.advance(mac);
    (chain, start.next(), arguments)
}

/// A packed list of a line.
#[unsafe(no_mangle)]
pub fn proof_audit_pack<'l>(items: &[&[u8]], memory: &'l mut [u8]) -> Result<List<'l>, adarga_core::write::TooSmall> {
    pack(items.iter().copied(), memory)
}

/// A line that somebody claims to be of a chain.
#[unsafe(no_mangle)]
pub fn proof_audit_verify<'s>(verifier: &mut Verifier, text: &[u8], scratch: &'s mut [u8]) -> Result<AuditLine<'s>, Flaw> {
    verifier.line(text, scratch)
}

/// A head that somebody wrote down.
#[unsafe(no_mangle)]
pub fn proof_audit_head(head: &[u8]) -> Option<Head> {
    Head::read(head)
}

/// A whole decision.
#[unsafe(no_mangle)]
pub fn proof_decide(gate: &Gate<'_>, call: &Call<'_>, body: &[u8], work: &mut Work<'_, '_>) -> Result<Decision, Fault> {
    gate.decide(call, body, work)
}

/// Validation of a key set.
#[unsafe(no_mangle)]
pub fn proof_keys(image: &[u8]) -> Result<KeySet<'_>, Fault> {
    KeySet::open(image)
}

/// Validation of a revocation list.
#[unsafe(no_mangle)]
pub fn proof_revoked(image: &[u8]) -> Result<RevocationList<'_>, Fault> {
    RevocationList::open(image)
}

/// HMAC and RSA.
#[unsafe(no_mangle)]
pub fn proof_signature(algorithm: Algorithm, key: &Key<'_>, message: &[u8], signature: &[u8]) -> bool {
    RustCrypto.verify(algorithm, key, message, signature)
}

/// A token alone.
#[unsafe(no_mangle)]
pub fn proof_jws(
    token: &[u8],
    keys: KeySet<'_>,
    rules: &Rules<'_>,
    memory: &mut [u8],
    scratch: &mut Scratch<'_>,
) -> Result<Verified, Reason> {
    verify_compact(token, keys, rules, &RustCrypto, memory, scratch)
}

/// The memory of verified tokens.
#[unsafe(no_mangle)]
pub fn proof_cache(state: &mut CacheState, slots: &mut [Slot], bytes: &mut [u8]) {
    TokenCache::new(state, slots, bytes).clear();
}

/// What is kept of an allowed request.
#[unsafe(no_mangle)]
pub fn proof_ticket<'t>(
    gate: &Gate<'_>,
    decision: &Decision,
    call: &Call<'_>,
    session: &Session,
    body: &'t [u8],
    scratch: &'t Scratch<'_>,
) -> Option<Ticket> {
    gate.ticket(decision, call, Some(session), decision.document(body, scratch), 0)
}

/// The paths of an allowed request, for a host that resolves them.
#[unsafe(no_mangle)]
pub fn proof_each_path<'t>(
    gate: &Gate<'_>,
    decision: &Decision,
    call: &Call<'_>,
    session: &Session,
    body: &'t [u8],
    scratch: &'t Scratch<'_>,
    visit: &mut Visit<'_>,
) -> Result<(), Denial> {
    gate.each_path(decision, call, Some(session), decision.document(body, scratch), visit)
}

/// The outbound half.
#[unsafe(no_mangle)]
pub fn proof_read(gate: &Gate<'_>, bytes: &[u8], scratch: &mut Scratch<'_>, session: &Session) -> Result<Reading, Denial> {
    gate.read(bytes, scratch, Some(session))
}

/// The outbound half.
#[unsafe(no_mangle)]
pub fn proof_release<'o>(
    gate: &Gate<'_>,
    ticket: &Ticket,
    reading: &Reading,
    bytes: &[u8],
    scratch: &mut Scratch<'_>,
    checks: Option<&mut Memory<'_>>,
    out: &'o mut [u8],
) -> Result<Released<'o>, Fault> {
    gate.release(ticket, reading, bytes, scratch, checks, out)
}

/// What the server says of its own accord.
#[unsafe(no_mangle)]
pub fn proof_release_own<'o>(
    gate: &Gate<'_>,
    reading: &Reading,
    bytes: &[u8],
    scratch: &mut Scratch<'_>,
    out: &'o mut [u8],
) -> Result<Released<'o>, Fault> {
    gate.release_own(reading, bytes, scratch, out)
}

/// The answer to `initialize`.
#[unsafe(no_mangle)]
pub fn proof_settle(gate: &Gate<'_>, ticket: &Ticket, document: Document<'_>, session: &mut Session) {
    gate.settle(ticket, document, session);
}

/// Errors that the host asks for.
#[unsafe(no_mangle)]
pub fn proof_refusal<'b>(gate: &Gate<'_>, ticket: &Ticket, reason: Reason, buffer: &'b mut [u8]) -> Result<&'b [u8], Fault> {
    gate.refusal(ticket, reason, buffer)
}

/// The line framer.
#[unsafe(no_mangle)]
pub fn proof_frame<'b, 'c: 'b>(framer: &mut Framer, buffer: &'b mut [u8], chunk: &mut &'c [u8]) -> Framed<'b> {
    framer.next(buffer, chunk)
}

/// A path, with and without a root.
#[unsafe(no_mangle)]
pub fn proof_path<'b>(root: &[u8], path: &'b [u8], rules: PathRules, buffer: &'b mut Buffer) -> Result<Contained<'b>, Reason> {
    if root.is_empty() { contain(path, rules, buffer) } else { contain_absolute(root, path, rules, buffer) }
}

/// A `file:` URI.
#[unsafe(no_mangle)]
pub fn proof_file_uri<'b>(root: &[u8], uri: &[u8], rules: PathRules, buffer: &'b mut Buffer) -> Result<Contained<'b>, Reason> {
    contain_uri(root, uri, rules, buffer)
}

/// Every format.
#[unsafe(no_mangle)]
pub fn proof_format(name: &str, text: &[u8]) -> Option<bool> {
    Some(Format::named(name)?.matches(text))
}

/// Every escape.
#[unsafe(no_mangle)]
pub fn proof_escape<'b>(name: &str, text: &[u8], buffer: &'b mut [u8]) -> Option<Result<&'b [u8], TooSmall>> {
    Some(Escape::named(name)?.write(text, buffer))
}

/// A template and what it matches.
#[unsafe(no_mangle)]
pub fn proof_template<'u>(template: &'u [u8], uri: &'u [u8]) -> Result<Option<Variables<'u>>, Unfit> {
    Ok(Template::parse(template)?.matches(uri))
}

/// What a server is asked to open: a path, a `file:` URI, a value of a template.
#[unsafe(no_mangle)]
pub fn proof_path_of_a_server<'b>(
    root: &[u8],
    path: &'b [u8],
    is_value: bool,
    rules: PathRules,
    buffer: &'b mut Buffer,
) -> Result<Contained<'b>, Reason> {
    if is_value { contain_value(root, path, rules, buffer) } else { contain_any(root, path, rules, buffer) }
}

/// The parts of a template.
#[unsafe(no_mangle)]
pub fn proof_template_parts(template: &Template<'_>) -> usize {
    template.parts().count().wrapping_add(template.names().count()).wrapping_add(template.head().len())
}

/// The decoded values of variables.
#[unsafe(no_mangle)]
pub fn proof_variable(variables: &Variables<'_>, name: &[u8]) -> usize {
    variables.find(name).map_or(0, |variable| variable.decoded().count())
}

/// A rate and its burst.
#[unsafe(no_mangle)]
pub fn proof_gcra(calls: u32, span_ms: u64, burst: u32) -> Result<Gcra, UnfitLimit> {
    Gcra::new(calls, span_ms, burst)
}

/// A charge by one owner.
#[unsafe(no_mangle)]
pub fn proof_rate_local(table: &mut LocalTable<'_>, limit: Limit, charge: &Charge<'_>) -> Result<(), Refusal> {
    table.charge(limit, charge)
}

/// A charge by one of several.
#[unsafe(no_mangle)]
pub fn proof_rate_shared(
    memory: &[Line],
    shape: Shape,
    seed: (u64, u64),
    limit: Limit,
    charge: &Charge<'_>,
) -> Result<(), Refusal> {
    SharedTable::new(memory, shape, seed).charge(limit, charge)
}

/// Addresses and networks.
#[unsafe(no_mangle)]
pub fn proof_address(address: &[u8], network: &[u8]) -> bool {
    let (address, network) = (Address::parse(address), Network::parse(network));
    address.zip(network).is_some_and(|(address, network)| network.contains(&address) || network.has_host_bits())
}

/// A value judged by a program that nobody checked.
#[unsafe(no_mangle)]
pub fn proof_schema(schemas: &Schemas, index: u32, document: Document<'_>, memory: &mut Memory<'_>) -> Option<Verdict> {
    Some(schemas.schema(index)?.check(document.root(), memory))
}

/// What a text looks like.
#[unsafe(no_mangle)]
pub fn proof_threat(text: &[u8]) -> (bool, Kinds, usize, Option<Reason>) {
    let kinds = scan(text);
    (suspicious(text), kinds, kinds.names().count(), kinds.reason())
}

/// Pointers of culprits.
#[unsafe(no_mangle)]
pub fn proof_place(document: Document<'_>, place: Place, buffer: &mut [u8]) -> usize {
    let mut out = Out::new(buffer);
    adarga_core::message::write_place(document, place, &mut out);
    out.len()
}

/// The table of reasons.
#[unsafe(no_mangle)]
pub fn proof_reason(number: u16, name: &str) -> bool {
    Reason::from_number(number) == Reason::from_name(name) && REASONS.len() > 1
}

/// A panic that nothing prevents.
#[cfg(feature = "canary")]
#[unsafe(no_mangle)]
pub fn proof_canary(bytes: &[u8], at: usize) -> u8 {
    bytes[at]
}
