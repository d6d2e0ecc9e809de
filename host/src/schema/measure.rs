//! How much a program may take: frames, scopes, steps, and whether a value may be asked the same twice.

use std::collections::{HashMap, HashSet};

use super::{
    ir::{Check, Node, Operation, kinds},
    simplify::reachable,
};

/// What was measured of nodes.
pub(super) struct Measures<'n> {
    nodes: &'n [Vec<Check>],
    frames: HashMap<Node, (usize, usize)>,
    /// Nodes whose results are remembered.
    pub(super) remembered: HashSet<Node>,
}

impl<'n> Measures<'n> {
    pub(super) fn new(nodes: &'n [Vec<Check>], roots: &[Node]) -> Self {
        let remembered = remembered(nodes, roots);
        Self { nodes, frames: HashMap::new(), remembered }
    }

    /// Frames that one value takes at most for a node, and scopes that lie in one another. References form no cycle here.
    pub(super) fn levels(&mut self, root: Node) -> (usize, usize) {
        let mut open = vec![root];
        while let Some(&node) = open.last() {
            if self.frames.contains_key(&node) {
                open.pop();
                continue;
            }
            let inner: Vec<Node> = self.nodes[node].iter().flat_map(|check| check.operation.in_place()).collect();
            let missing: Vec<Node> = inner.iter().copied().filter(|inner| !self.frames.contains_key(inner)).collect();
            if !missing.is_empty() {
                open.extend(missing);
                continue;
            }
            let deepest = inner.iter().map(|inner| self.frames[inner]).fold((0, 0), |a, b| (a.0.max(b.0), a.1.max(b.1)));
            let scope = usize::from(self.nodes[node].iter().any(|check| matches!(check.operation, Operation::Scope)));
            let memo = usize::from(self.remembered.contains(&node));
            self.frames.insert(node, (memo + scope + 1 + deepest.0, scope + deepest.1));
            open.pop();
        }
        self.frames[&root]
    }

    /// The largest frames and scopes of all nodes that can be asked: any may be where a value begins.
    pub(super) fn largest(&mut self, root: Node) -> (usize, usize) {
        let all = reachable(self.nodes, &[root]);
        all.into_iter().map(|node| self.levels(node)).fold((0, 0), |a, b| (a.0.max(b.0), a.1.max(b.1)))
    }

    /// Steps that a value may take at most: each node is asked about it once, and walks over what the value holds.
    pub(super) fn steps(&self, root: Node) -> u32 {
        let all = reachable(self.nodes, &[root]);
        let steps: usize = all.iter().map(|&node| 2 + self.nodes[node].iter().map(weight).sum::<usize>()).sum();
        u32::try_from(steps.saturating_mul(2)).unwrap_or(u32::MAX)
    }

    /// Whether a root compares elements with each other.
    pub(super) fn compares(&self, root: Node) -> bool {
        let all = reachable(self.nodes, &[root]);
        all.iter().flat_map(|&node| &self.nodes[node]).any(|check| matches!(check.operation, Operation::Unique))
    }

    /// Whether a root remembers results.
    pub(super) fn remembers(&self, root: Node) -> bool {
        reachable(self.nodes, &[root]).iter().any(|node| self.remembered.contains(node))
    }
}

fn weight(check: &Check) -> usize {
    1 + match &check.operation {
        Operation::Members { patterns, .. } => 2 + patterns.len(),
        Operation::Elements { .. } | Operation::Names(_) | Operation::Contains { .. } => 2,
        Operation::OtherMembers(_) | Operation::OtherElements(_) => 2,
        Operation::Together { others, .. } => 2 + others.len(),
        Operation::WhenPresent { .. } => 2,
        Operation::Numbers(list) => list.len(),
        Operation::Any { nodes, .. } | Operation::One(nodes) => 2 * nodes.len(),
        Operation::Unique => 32,
        _ => 2,
    }
}

/// Nodes that more than one place asks about what holds others, where some node asks several about one value: there the same one may
/// be asked twice, and without memory twice as often at each level.
fn remembered(nodes: &[Vec<Check>], roots: &[Node]) -> HashSet<Node> {
    let all = reachable(nodes, roots);
    let checks = || all.iter().flat_map(|&node| &nodes[node]);
    let branches = |check: &Check| match &check.operation {
        Operation::Members { table, patterns, .. } => patterns.len() + usize::from(!table.is_empty()) > 1,
        operation => !operation.in_place().is_empty() && check.kinds & kinds::HOLDING != 0,
    };
    if !checks().any(branches) {
        return HashSet::new();
    }
    let mut asked: HashMap<Node, usize> = roots.iter().map(|root| (*root, 1)).collect();
    for node in checks().flat_map(|check| check.operation.nodes()) {
        *asked.entry(node).or_default() += 1;
    }
    let asks =
        |node: Node| nodes[node].iter().any(|check| check.kinds & kinds::HOLDING != 0 && !check.operation.nodes().is_empty());
    asked.into_iter().filter(|(node, times)| *times > 1 && asks(*node)).map(|(node, _)| node).collect()
}
