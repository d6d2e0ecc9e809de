//! The memory that core asks its host for, allocated once and reused for every call.

use adarga_core::{
    Decision, Gate, Scratch, Session,
    decide::Work,
    identity::{CacheState, TokenCache, cache::Slot},
    json::{self, Node},
    rate::{Limit, RateTable},
    schema,
    verdict::REPLY_MAX,
};
use std::hash::{BuildHasher, RandomState};
use zeroize::Zeroizing;

use crate::{
    rates::{Counter, RateMemory},
    schema::SchemaMemory,
};

/// Bytes that are kept of a token in a cache.
const TOKEN_WIDTH: usize = 1024;

/// Scratch memory and reply buffer for one call at a time, sized by a policy.
///
/// All of it begins as zeros that the allocator hands out untouched, so a large limit costs address space, and pages only as far as
/// messages need them. The nodes, being no primitive type, owe that to the optimizer: a debug build writes them all at the start,
/// 16 bytes for each of `values_max`.
#[derive(Debug)]
pub struct Memory {
    nodes: Vec<Node>,
    slots: Vec<u32>,
    text: Vec<u8>,
    /// Where replies are written.
    pub reply: Vec<u8>,
    seed: (u64, u64),
    cache: Option<Cache>,
    rates: Option<RateMemory>,
    checks: Option<SchemaMemory>,
}

/// The memory of one call.
#[derive(Debug)]
pub struct Lent<'m> {
    /// The scratch memory.
    pub scratch: Scratch<'m>,
    /// Where replies are written.
    pub reply: &'m mut [u8],
    /// Tokens that were verified before.
    pub cache: Option<TokenCache<'m>>,
    /// Where calls are counted.
    pub rates: Option<Counter<'m>>,
    /// For checks of arguments by their schemas, where the policy has such.
    pub checks: Option<schema::Memory<'m>>,
}

impl<'m> Lent<'m> {
    /// What the machine works with.
    pub fn work<'w>(&'w mut self, session: Option<&'w mut Session>) -> Work<'w, 'm>
    where
        'm: 'w,
    {
        let rates: Option<&'w mut (dyn RateTable<Limit> + 'w)> = match &mut self.rates {
            Some(table) => Some(table),
            None => None,
        };
        Work {
            session,
            cache: self.cache.take(),
            rates,
            checks: self.checks.as_mut(),
            ..Work::new(&mut self.scratch, self.reply)
        }
    }
}

/// Tokens that were verified before; their bytes are overwritten in the end.
#[derive(Debug)]
struct Cache {
    state: CacheState,
    slots: Vec<Slot>,
    bytes: Zeroizing<Vec<u8>>,
}

impl Memory {
    /// Memory for the limits of `gate`'s policy.
    #[must_use]
    pub fn for_gate(gate: &Gate<'_>) -> Self {
        let needs = gate.needs();
        let checks = (needs.checks != schema::Needs::NOTHING).then(|| SchemaMemory::new(needs.checks, 0));
        Self { checks, ..Self::for_limits(needs.values, needs.text) }
    }

    /// Memory for inputs of at most `values_max` values and `input_max` bytes.
    #[must_use]
    pub fn for_limits(values_max: u32, input_max: u32) -> Self {
        let random = RandomState::new();
        Self {
            nodes: vec![Node::default(); Scratch::nodes_needed(values_max)],
            slots: vec![0; Scratch::slots_needed(values_max)],
            text: vec![0; Scratch::text_needed(input_max)],
            reply: vec![0; REPLY_MAX],
            seed: (random.hash_one(0), random.hash_one(1)),
            cache: None,
            rates: None,
            checks: None,
        }
    }

    /// Remembers `tokens` that were verified, about 2.5 KiB for each; longer ones than 1 KiB by their hash. Each worker has a
    /// cache of its own.
    #[must_use]
    pub fn with_cache(mut self, tokens: usize) -> Self {
        let random = RandomState::new();
        let tokens = tokens.next_power_of_two().max(4);
        self.cache = Some(Cache {
            state: CacheState::new((random.hash_one(0), random.hash_one(1)), TOKEN_WIDTH),
            slots: vec![Slot::default(); tokens],
            bytes: Zeroizing::new(vec![0; tokens * TOKEN_WIDTH]),
        });
        self
    }

    /// Has room for so many culprits of one message: all that is wrong with its arguments, where the policy has schemas.
    #[must_use]
    pub fn with_culprits(mut self, gate: &Gate<'_>, count: usize) -> Self {
        self.checks = self.checks.map(|_| SchemaMemory::new(gate.needs().checks, count));
        self
    }

    /// The culprits of the last decision, as many as there was room for.
    #[must_use]
    pub fn culprits(&self, decision: &Decision) -> &[schema::Culprit] {
        self.checks.as_ref().map_or(&[], |checks| checks.culprits(decision.culprits()))
    }

    /// Counts calls here, by the limits of `gate`'s policy, wherever that counts. For a process with one worker: several need one
    /// table between them.
    #[must_use]
    pub fn with_rates(self, gate: &Gate<'_>) -> Self {
        self.counting(RateMemory::for_gate(gate))
    }

    /// Counts calls there: [`RateMemory::open`] is where a policy says.
    #[must_use]
    pub fn counting(mut self, rates: Option<RateMemory>) -> Self {
        self.rates = rates;
        self
    }

    /// The scratch memory and the reply buffer.
    #[must_use]
    pub fn parts(&mut self) -> (Scratch<'_>, &mut [u8]) {
        (Scratch::new(&mut self.nodes, &mut self.slots, &mut self.text, self.seed), &mut self.reply)
    }

    /// All of it, and the table of rates if there is one.
    #[must_use]
    pub fn lend(&mut self) -> Lent<'_> {
        let Self { nodes, slots, text, reply, seed, cache, rates, checks } = self;
        let cache = cache.as_mut().map(|Cache { state, slots, bytes }| TokenCache::new(state, slots, bytes));
        let scratch = Scratch::new(nodes, slots, text, *seed);
        Lent {
            scratch,
            reply,
            cache,
            rates: rates.as_mut().map(RateMemory::table),
            checks: checks.as_mut().map(SchemaMemory::memory),
        }
    }

    /// What judging an answer takes: scratch memory, and memory for checks by schemas if the policy has such.
    #[must_use]
    pub fn for_answers(&mut self) -> (Scratch<'_>, Option<schema::Memory<'_>>) {
        let Lent { scratch, checks, .. } = self.lend();
        (scratch, checks)
    }

    /// The scratch memory alone.
    #[must_use]
    pub fn scratch(&mut self) -> Scratch<'_> {
        self.parts().0
    }
}

/// A place of a body for people: its JSON Pointer, or `byte N` where there is no tape. Empty when the culprit is not in the body.
#[must_use]
pub fn describe_place(
    place: adarga_core::reason::Place,
    body: &[u8],
    gate: &Gate<'_>,
    memory: &mut Memory,
    http: bool,
) -> String {
    use adarga_core::reason::Place;
    match place {
        Place::Nowhere => String::new(),
        Place::Offset(at) => format!("byte {at}"),
        Place::Node(_) => {
            let mut scratch = memory.scratch();
            let Ok(parsed) = json::parse(body, gate.policy().limits(http), &mut scratch) else { return String::new() };
            let document = json::Document::new(body, &scratch, parsed);
            let mut pointer = vec![0; body.len() * 2 + 64];
            let mut out = adarga_core::write::Out::new(&mut pointer);
            adarga_core::message::write_place(document, place, &mut out);
            out.finish().map(|pointer| String::from_utf8_lossy(pointer).into_owned()).unwrap_or_default()
        }
    }
}
