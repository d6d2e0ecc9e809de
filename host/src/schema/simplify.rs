//! Nodes that say the same with less: nothing for nothing, no detour over a reference, no frame for what could stand in line.

use std::collections::HashSet;

use super::{
    Compiler, SchemaError,
    ir::{ANYTHING, Check, Node, Operation, kinds},
};

/// Most checks that a node takes in from others.
const INLINE_MAX: usize = 64;

impl Compiler {
    /// A node must not ask itself about the same value.
    pub(super) fn refuse_cycles(&self, root: Node) -> Result<(), SchemaError> {
        let mut done = HashSet::new();
        for start in self.reachable(&[root]) {
            // nodes that are open, each with those that it is still to ask
            let mut path: Vec<(Node, Vec<Node>)> = vec![(start, self.in_place(start))];
            let mut on_path = HashSet::from([start]);
            while let Some((node, left)) = path.last_mut() {
                let node = *node;
                match left.pop() {
                    Some(next) if on_path.contains(&next) => {
                        let id = self.states.iter().find(|(_, other)| **other == next).map(|((id, _), _)| *id);
                        let pointer = id.map(|id| self.resources.tree.pointer(id)).unwrap_or_default();
                        let message = "the schema refers to itself about the same value, without end";
                        return Err(SchemaError::new(pointer, message, ""));
                    }
                    Some(next) if !done.contains(&next) => {
                        on_path.insert(next);
                        path.push((next, self.in_place(next)));
                    }
                    Some(_) => {}
                    None => {
                        done.insert(node);
                        on_path.remove(&node);
                        path.pop();
                    }
                }
            }
        }
        Ok(())
    }

    fn in_place(&self, node: Node) -> Vec<Node> {
        self.nodes[node].iter().flat_map(|check| check.operation.in_place()).collect()
    }

    fn reachable(&self, roots: &[Node]) -> Vec<Node> {
        reachable(&self.nodes, roots)
    }

    pub(super) fn simplify(&mut self) {
        let tracks = self.nodes.iter().flatten().any(|check| matches!(check.operation, Operation::Scope));
        loop {
            for checks in &mut self.nodes {
                checks.retain_mut(|check| {
                    if !tracks {
                        drop_free(&mut check.operation);
                    }
                    !is_idle(check, tracks)
                });
            }
            if !self.take_short_cuts() {
                break;
            }
        }
        self.inline();
    }

    /// Names what a node stands for in place of it. Whether there was any.
    fn take_short_cuts(&mut self) -> bool {
        let direct = |node: &Vec<Check>| match node.as_slice() {
            [] => Some(ANYTHING),
            [Check { kinds: kinds::ALL, operation: Operation::All(next), .. }] => Some(*next),
            _ => None,
        };
        let mut target: Vec<Node> = self.nodes.iter().enumerate().map(|(own, node)| direct(node).unwrap_or(own)).collect();
        // there are no cycles, so this ends
        for node in 0..target.len() {
            let mut end = node;
            while target[end] != end {
                end = target[end];
            }
            target[node] = end;
        }
        let mut any = false;
        let named = self.nodes.iter_mut().flatten().flat_map(|check| check.operation.nodes_mut());
        for node in named.chain(&mut self.roots) {
            any |= *node != target[*node];
            *node = target[*node];
        }
        any
    }

    /// Takes the checks of nodes that nobody else asks in line.
    fn inline(&mut self) {
        let mut asked = vec![0_usize; self.nodes.len()];
        let used = self.reachable(&self.roots);
        for node in used.iter().flat_map(|&node| self.nodes[node].iter()).flat_map(|check| check.operation.nodes()) {
            asked[node] += 1;
        }
        self.roots.iter().for_each(|&root| asked[root] += 2);
        for &node in &used {
            let mut taken = 0;
            while let Some(at) = self.nodes[node].iter().position(|check| self.fits(check, &asked)) {
                let Check { kinds, operation: Operation::All(inner), .. } = self.nodes[node][at] else { break };
                let inner: Vec<Check> = self.nodes[inner]
                    .iter()
                    .map(|check| Check { kinds: check.kinds & kinds, ..check.clone() })
                    .filter(|check| check.kinds != 0)
                    .collect();
                taken += inner.len();
                self.nodes[node].splice(at..=at, inner);
                if taken > INLINE_MAX {
                    break;
                }
            }
        }
    }

    fn fits(&self, check: &Check, asked: &[usize]) -> bool {
        let Operation::All(inner) = check.operation else { return false };
        asked[inner] == 1 && !self.nodes[inner].iter().any(|check| matches!(check.operation, Operation::Scope))
    }
}

/// All nodes that can be asked, in the order in which they are found.
pub(super) fn reachable(nodes: &[Vec<Check>], roots: &[Node]) -> Vec<Node> {
    let mut seen: indexmap::IndexSet<Node> = roots.iter().copied().collect();
    let mut at = 0;
    while let Some(&node) = seen.get_index(at) {
        at += 1;
        seen.extend(nodes[node].iter().flat_map(|check| check.operation.nodes()));
    }
    seen.into_iter().collect()
}

/// What may be anything isn't asked where nobody wants to know that it was.
fn drop_free(operation: &mut Operation) {
    if let Operation::Members { others: rest, .. } | Operation::Elements { rest, .. } = operation {
        *rest = rest.filter(|node| *node != ANYTHING);
    }
}

/// Whether a check holds for every value. Where it matters what was evaluated (`tracks`), walking over values is not idle.
fn is_idle(check: &Check, tracks: bool) -> bool {
    let free = |node: &Option<Node>| node.is_none_or(|node| node == ANYTHING);
    match &check.operation {
        Operation::All(node) | Operation::Names(node) | Operation::WhenPresent { node, .. } => *node == ANYTHING,
        Operation::Any { nodes, .. } => !tracks && nodes.contains(&ANYTHING),
        Operation::If { then, otherwise, .. } => !tracks && free(then) && free(otherwise),
        Operation::Elements { prefix, rest } => !tracks && free(rest) && prefix.iter().all(|node| *node == ANYTHING),
        Operation::Members { table, patterns, others } => {
            let plain = table.iter().all(|property| !property.required && free(&property.node));
            !tracks && plain && free(others) && patterns.iter().all(|(_, node)| *node == ANYTHING)
        }
        Operation::OtherMembers(_) | Operation::OtherElements(_) => false,
        Operation::Contains { min, max, .. } => !tracks && *min == 0 && *max == u32::MAX,
        Operation::CountMin(0) | Operation::LengthMin(0) => true,
        _ => false,
    }
}
