//! Collecting more than one error from serde, which stops at the first.
//!
//! A struct's generated code returns as soon as one field fails. So the place that failed is remembered as *dead*, and the whole
//! document is read again without it, until a round finds nothing new: each round is linear, and tables and lists go on past
//! their failures by themselves (`fields`), so there are about as many rounds as the fields of one section.

use std::{cell::RefCell, collections::HashSet};

use serde::Deserialize;

use super::{
    de::{Error, Reader, remedy_of_missing},
    error::{Complaint, Fault},
    trail::Trail,
    tree::{Node, Value},
};

/// Most rounds; reached only by documents made for it.
const ROUNDS_MAX: usize = 256;

/// Reads a tree into `T`, or says all that is wrong with it.
pub(super) fn read<'de, T: Deserialize<'de>>(root: &Node) -> Result<T, Vec<Fault>> {
    let faults = Faults::default();
    for _ in 0..ROUNDS_MAX {
        match T::deserialize(Reader::new(root, Trail::ROOT, &faults)) {
            Ok(document) if faults.is_empty() => return Ok(document),
            Ok(_) => break,
            Err(Error::Again) => {}
            Err(error) => {
                faults.settle(error, root, Trail::ROOT);
                break;
            }
        }
    }
    Err(faults.into_list())
}

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Faults {
    list: RefCell<Vec<Fault>>,
    /// Addresses of nodes that are not looked at again; the tree does not move while it is read.
    dead: RefCell<HashSet<*const Node>>,
}

impl Faults {
    fn is_empty(&self) -> bool {
        self.list.borrow().is_empty()
    }

    fn into_list(self) -> Vec<Fault> {
        let mut list = self.list.into_inner();
        list.sort_by_key(|fault| fault.span.start);
        list
    }

    /// Whether something is already known to be wrong with this node itself.
    pub(super) fn is_dead(&self, node: &Node) -> bool {
        self.dead.borrow().contains(&std::ptr::from_ref(node))
    }

    /// Marks `node` as dead; false when it was.
    fn kill(&self, node: &Node) -> bool {
        self.dead.borrow_mut().insert(std::ptr::from_ref(node))
    }

    /// Notes what is wrong with `node`, once.
    pub(super) fn record(&self, node: &Node, fault: impl FnOnce() -> Fault) -> Error {
        if !self.kill(node) {
            return Error::Known;
        }
        self.list.borrow_mut().push(fault());
        Error::Again
    }

    /// Gives an error that came from inside `node` its place. The answer is [`Error::Again`]: without `node` there may be more.
    pub(super) fn settle(&self, error: Error, node: &Node, trail: Trail<'_>) -> Error {
        match error {
            Error::Again => {}
            Error::Known => {
                self.kill(node);
            }
            // where a part was refused before, what is said about the whole is probably an echo of it
            Error::Complaint(_) | Error::Missing(_) if self.has_dead_child(node) => {
                self.kill(node);
            }
            // of a table that is one of several shapes; elsewhere the reader says it
            Error::Missing(field) => {
                let complaint = || Complaint::new(format!("missing key `{field}`"), remedy_of_missing(field));
                self.record(node, || trail.fault(node.span.clone(), complaint()));
            }
            Error::Complaint(complaint) => {
                self.record(node, || trail.fault(node.span.clone(), complaint));
            }
        }
        Error::Again
    }

    fn has_dead_child(&self, node: &Node) -> bool {
        match &node.value {
            Value::Table(entries) => entries.iter().any(|entry| self.is_dead(&entry.node)),
            Value::Array(elements) => elements.iter().any(|element| self.is_dead(element)),
            _ => false,
        }
    }
}
