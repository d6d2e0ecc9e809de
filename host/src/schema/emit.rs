//! Nodes to words (see `adarga_core::schema::op`).

use std::collections::HashMap;

use adarga_core::schema::{
    Keyword,
    op::{EMPTY, LAST, MEMO, NAME_MAX, NONE, Name, Op, PADDING, PASS, PROPERTY, REMEMBERED, REQUIRED, SLOT, TABLE, word},
};

use super::{
    archive::{Dfa, Root, Schemas},
    ir::{ANYTHING, Check, Node, Operation, kinds},
    measure::Measures,
    simplify::reachable,
};

/// Keys that are tried for a table.
const KEYS: u32 = 256;

/// Writes programs.
pub(super) struct Emitter<'n> {
    nodes: &'n [Vec<Check>],
    measures: Measures<'n>,
    code: Vec<u32>,
    text: Vec<u8>,
    /// Where a text was written.
    texts: HashMap<String, u32>,
    /// Where words were written that no one has to write again.
    blocks: HashMap<Vec<u32>, u32>,
    places: HashMap<Node, u32>,
}

fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl<'n> Emitter<'n> {
    pub(super) fn new(nodes: &'n [Vec<Check>]) -> Self {
        let head = [Op::Deny, Op::Pass, Op::Fail, Op::Memo].map(|op| word(op, Keyword::False, 0));
        debug_assert!(head.iter().position(|other| *other == word(Op::Memo, Keyword::False, 0)) == usize::try_from(MEMO).ok());
        Self {
            nodes,
            measures: Measures::new(nodes, &[]),
            code: head.to_vec(),
            text: Vec::new(),
            texts: HashMap::new(),
            blocks: HashMap::new(),
            places: HashMap::new(),
        }
    }

    pub(super) fn write(mut self, roots: &[Node], automata: Vec<Dfa>) -> Schemas {
        self.measures = Measures::new(self.nodes, roots);
        let all = reachable(self.nodes, roots);
        for &node in &all {
            self.places.insert(node, narrow(self.code.len()));
            self.code.extend([PASS; kinds::COUNT]);
        }
        for &node in &all {
            for kind in 0..kinds::COUNT {
                let start = self.operations(node, 1 << kind);
                let place = usize::try_from(self.places[&node]).unwrap_or(usize::MAX);
                self.code[place + kind] = start;
            }
        }
        self.code.extend([word(Op::Deny, Keyword::False, 0); PADDING]);
        let roots = roots.iter().map(|&root| self.root(root)).collect();
        Schemas { code: self.code, text: self.text, automata, roots }
    }

    fn root(&mut self, root: Node) -> Root {
        let (frames, scopes) = self.measures.largest(root);
        let short = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        Root {
            node: self.name(root),
            steps: self.measures.steps(root),
            frames: short(frames),
            scopes: short(scopes),
            remembers: self.measures.remembers(root),
            compares: self.measures.compares(root),
        }
    }

    /// A node as operands name it.
    fn name(&self, node: Node) -> u32 {
        self.places[&node] | if self.measures.remembered.contains(&node) { REMEMBERED } else { 0 }
    }

    /// A node that may be absent or let everything pass.
    fn name_or_none(&self, node: Option<Node>) -> u32 {
        node.filter(|node| *node != ANYTHING).map_or(NONE, |node| self.name(node))
    }

    /// Writes what values of one kind have to pass, and says where.
    fn operations(&mut self, node: Node, kind: u8) -> u32 {
        let checks: Vec<&Check> = self.nodes[node].iter().filter(|check| check.kinds & kind != 0).collect();
        if checks.is_empty() {
            return PASS;
        }
        if let Some(check) = checks.iter().find(|check| matches!(check.operation, Operation::Fail)) {
            return self.block(vec![word(Op::Fail, check.keyword, 0)]);
        }
        let mut operations: Vec<Vec<u32>> = checks.into_iter().map(|check| self.operation(check)).collect();
        if let Some(head) = operations.last_mut().and_then(|last| last.first_mut()) {
            *head |= word(Op::Deny, Keyword::False, LAST);
        }
        let mut words = operations.concat();
        words.push(word(Op::Pass, Keyword::False, 0));
        self.block(words)
    }

    /// Writes words where they stand already, or at the end.
    fn block(&mut self, words: Vec<u32>) -> u32 {
        let end = narrow(self.code.len());
        let code = &mut self.code;
        *self.blocks.entry(words).or_insert_with_key(|words| {
            code.extend(words);
            end
        })
    }

    fn text(&mut self, text: &str) -> [u32; 2] {
        let bytes = &mut self.text;
        let at = *self.texts.entry(text.to_owned()).or_insert_with(|| {
            let at = narrow(bytes.len());
            bytes.extend_from_slice(text.as_bytes());
            at
        });
        [at, narrow(text.len()).min(NAME_MAX)]
    }

    fn literal(&mut self, text: &str) -> [u32; 5] {
        let small = text.parse::<i64>().ok().filter(|_| text.trim_start_matches('-').len() <= 18);
        let [low, high] = halves(u64::from_le_bytes(small.unwrap_or(0).to_le_bytes()));
        let [at, len] = self.text(text);
        [low, high, u32::from(small.is_some()), at, len]
    }

    fn operation(&mut self, check: &Check) -> Vec<u32> {
        let op = |op| word(op, check.keyword, 0);
        let flagged = |op, flags| word(op, check.keyword, flags);
        match &check.operation {
            Operation::Fail => vec![op(Op::Fail)],
            Operation::Integer => vec![op(Op::Integer)],
            Operation::Compare(relation, text) => {
                let literal = self.literal(text).to_vec();
                vec![flagged(Op::Compare, relation.number()), self.block(literal)]
            }
            Operation::Multiple { divisor, exponent } => {
                let [low, high] = halves(*divisor);
                vec![op(Op::Multiple), low, high, u32::from_le_bytes(exponent.to_le_bytes())]
            }
            Operation::LengthMin(n) => vec![op(Op::LengthMin), *n],
            Operation::LengthMax(n) => vec![op(Op::LengthMax), *n],
            Operation::Pattern(automaton) => vec![op(Op::Pattern), *automaton],
            Operation::Format(format) => vec![op(Op::Format), u32::from(*format)],
            Operation::Strings(list) => {
                let names: Vec<_> = list.iter().map(|name| (name.as_str(), 0, NONE)).collect();
                vec![op(Op::Strings), self.table(&names)]
            }
            Operation::Numbers(list) => {
                let literals = list.iter().flat_map(|text| self.literal(text)).collect();
                vec![op(Op::Numbers), narrow(list.len()), self.block(literals)]
            }
            Operation::Booleans(allowed) => vec![flagged(Op::Booleans, *allowed)],
            Operation::CountMin(n) => vec![op(Op::CountMin), *n],
            Operation::CountMax(n) => vec![op(Op::CountMax), *n],
            Operation::Unique => vec![op(Op::Unique)],
            Operation::Together { name, others } => {
                let [at, len] = self.text(name);
                let others: Vec<_> = others.iter().flat_map(|name| self.text(name)).collect();
                [vec![op(Op::Together), at, len, narrow(others.len() / 2)], others].concat()
            }
            Operation::WhenPresent { name, node } => {
                let [at, len] = self.text(name);
                vec![op(Op::WhenPresent), at, len, self.name(*node)]
            }
            Operation::Scope => vec![op(Op::Scope)],
            Operation::Members { table, patterns, others } => {
                let mut names = Vec::new();
                for property in table {
                    let flags = if property.required { REQUIRED } else { 0 } | if property.node.is_some() { PROPERTY } else { 0 };
                    // a name that is required and nothing else is one of the others
                    let node =
                        if property.node.is_some() { self.name_or_none(property.node) } else { self.name_or_tracked(*others) };
                    names.push((property.name.as_str(), flags, node));
                }
                let required = narrow(table.iter().filter(|property| property.required).count());
                let table = if names.is_empty() { NONE } else { self.table(&names) };
                let mut words = vec![op(Op::Members), table, required, self.name_or_tracked(*others), narrow(patterns.len())];
                words.extend(patterns.iter().flat_map(|(automaton, node)| [*automaton, self.name_or_none(Some(*node))]));
                words
            }
            operation => self.asking(operation, &op, &flagged),
        }
    }

    /// Operations that name nodes and nothing else.
    fn asking(&self, operation: &Operation, op: &dyn Fn(Op) -> u32, flagged: &dyn Fn(Op, u16) -> u32) -> Vec<u32> {
        let listed = |head: u32, nodes: &[Node]| {
            let mut words = vec![head, narrow(nodes.len())];
            words.extend(nodes.iter().map(|node| self.name(*node)));
            words
        };
        match operation {
            Operation::Names(node) => vec![op(Op::Names), self.name(*node)],
            Operation::Elements { prefix, rest } => {
                let mut words = vec![op(Op::Elements), self.name_or_tracked(*rest), narrow(prefix.len())];
                words.extend(prefix.iter().map(|node| self.name(*node)));
                words
            }
            Operation::Contains { node, min, max, marks } => {
                vec![flagged(Op::Contains, u16::from(*marks)), self.name(*node), *min, *max]
            }
            Operation::All(node) => vec![op(Op::All), self.name(*node)],
            Operation::Any { nodes, apart } => listed(flagged(Op::Any, u16::from(*apart)), nodes),
            Operation::One(nodes) => listed(op(Op::One), nodes),
            Operation::Not(node) => vec![op(Op::Not), self.name(*node)],
            Operation::If { condition, then, otherwise } => {
                vec![op(Op::If), self.name(*condition), self.name_or_none(*then), self.name_or_none(*otherwise)]
            }
            Operation::OtherMembers(node) => vec![op(Op::OtherMembers), self.name(*node)],
            Operation::OtherElements(node) => vec![op(Op::OtherElements), self.name(*node)],
            _ => vec![op(Op::Deny)],
        }
    }

    /// A node whose mere presence marks what it is asked about as evaluated.
    fn name_or_tracked(&self, node: Option<Node>) -> u32 {
        node.map_or(NONE, |node| self.name(node))
    }

    /// Writes a table of names, each with its flags and node: at most half full, under a key by which no probe is long.
    fn table(&mut self, names: &[(&str, u32, u32)]) -> u32 {
        let size = (names.len() * 2).next_power_of_two().max(2);
        // the first key that is perfect, or the best of all
        let mut chosen = (usize::MAX, 0);
        for key in (0..KEYS).map(|n| n.wrapping_mul(0x9E37_79B9)) {
            let longest = longest_probe(names, key, size);
            if longest < chosen.0 {
                chosen = (longest, key);
            }
            if longest <= 1 {
                break;
            }
        }
        let key = chosen.1;
        let mut slots = vec![[EMPTY, NONE, 0, 0, 0, 0, 0, 0]; size];
        for (text, flags, node) in names {
            let name = Name::new(text.as_bytes());
            let mut at = place(name, key, size);
            while slots[at][0] != EMPTY {
                at = (at + 1) & (size - 1);
            }
            let ([head, head_high], [tail, tail_high], [offset, len]) = (halves(name.head), halves(name.tail), self.text(text));
            slots[at] = [len | flags, *node, head, head_high, tail, tail_high, offset, 0];
        }
        let words: Vec<u32> = [narrow(size - 1), key].into_iter().chain(slots.into_iter().flatten()).collect();
        debug_assert!(words.len() == TABLE + SLOT * size);
        self.block(words)
    }
}

/// Where the search for a name begins in a table.
fn place(name: Name, key: u32, size: usize) -> usize {
    usize::try_from(name.hash(key)).unwrap_or(0) & (size - 1)
}

/// How many slots a look-up by this key looks at, at most.
fn longest_probe(names: &[(&str, u32, u32)], key: u32, size: usize) -> usize {
    let mut taken = vec![false; size];
    let probes = |(name, ..): &(&str, u32, u32)| {
        let mut at = place(Name::new(name.as_bytes()), key, size);
        let mut probe = 1;
        while taken[at] {
            at = (at + 1) & (size - 1);
            probe += 1;
        }
        taken[at] = true;
        probe
    };
    names.iter().map(probes).max().unwrap_or(0)
}

fn halves(wide: u64) -> [u32; 2] {
    let [a, b, c, d, e, f, g, h] = wide.to_le_bytes();
    [u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h])]
}
