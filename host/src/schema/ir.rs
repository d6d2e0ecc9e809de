//! Schemas between keywords and words: nodes, and what each checks.

use adarga_core::schema::{Keyword, op::Relation};

/// A node by its index.
pub(super) type Node = usize;

/// The node that every value passes.
pub(super) const ANYTHING: Node = 0;

/// Kinds of values as a set, by [`adarga_core::json::Kind`].
pub(super) mod kinds {
    pub(crate) const NULL: u8 = 1;
    pub(crate) const BOOL: u8 = 2;
    pub(crate) const NUMBER: u8 = 4;
    pub(crate) const STRING: u8 = 8;
    pub(crate) const ARRAY: u8 = 16;
    pub(crate) const OBJECT: u8 = 32;
    pub(crate) const ALL: u8 = 63;
    /// Of what holds others.
    pub(crate) const HOLDING: u8 = ARRAY | OBJECT;
    pub(crate) const COUNT: usize = 6;
}

/// One thing that values of some kinds have to pass.
#[derive(Clone, Debug)]
pub(super) struct Check {
    pub(super) keyword: Keyword,
    pub(super) kinds: u8,
    pub(super) operation: Operation,
}

/// What the table of a node says of a name.
#[derive(Clone, Debug)]
pub(super) struct Property {
    pub(super) name: String,
    /// `properties` has it.
    pub(super) node: Option<Node>,
    pub(super) required: bool,
}

/// See [`adarga_core::schema::op::Op`].
#[derive(Clone, Debug)]
pub(super) enum Operation {
    Fail,
    Integer,
    Compare(Relation, String),
    Multiple {
        divisor: u64,
        exponent: i32,
    },
    LengthMin(u32),
    LengthMax(u32),
    Pattern(u32),
    Format(u8),
    Strings(Vec<String>),
    Numbers(Vec<String>),
    Booleans(u16),
    CountMin(u32),
    CountMax(u32),
    Unique,
    Members {
        table: Vec<Property>,
        patterns: Vec<(u32, Node)>,
        others: Option<Node>,
    },
    Names(Node),
    Elements {
        prefix: Vec<Node>,
        rest: Option<Node>,
    },
    Contains {
        node: Node,
        min: u32,
        max: u32,
        marks: bool,
    },
    Together {
        name: String,
        others: Vec<String>,
    },
    WhenPresent {
        name: String,
        node: Node,
    },
    All(Node),
    /// `apart`: what it evaluates doesn't count.
    Any {
        nodes: Vec<Node>,
        apart: bool,
    },
    One(Vec<Node>),
    Not(Node),
    If {
        condition: Node,
        then: Option<Node>,
        otherwise: Option<Node>,
    },
    Scope,
    OtherMembers(Node),
    OtherElements(Node),
}

impl Operation {
    /// The nodes that it asks about the same value.
    pub(super) fn in_place(&self) -> Vec<Node> {
        match self {
            Self::All(node) | Self::Not(node) | Self::WhenPresent { node, .. } => vec![*node],
            Self::Any { nodes, .. } | Self::One(nodes) => nodes.clone(),
            Self::If { condition, then, otherwise } => [Some(*condition), *then, *otherwise].into_iter().flatten().collect(),
            _ => Vec::new(),
        }
    }

    /// All nodes that it names.
    pub(super) fn nodes_mut(&mut self) -> Vec<&mut Node> {
        match self {
            Self::All(node)
            | Self::Not(node)
            | Self::WhenPresent { node, .. }
            | Self::Names(node)
            | Self::Contains { node, .. }
            | Self::OtherMembers(node)
            | Self::OtherElements(node) => vec![node],
            Self::Any { nodes, .. } | Self::One(nodes) => nodes.iter_mut().collect(),
            Self::If { condition, then, otherwise } => {
                [Some(condition), then.as_mut(), otherwise.as_mut()].into_iter().flatten().collect()
            }
            Self::Members { table, patterns, others } => {
                let table = table.iter_mut().filter_map(|property| property.node.as_mut());
                table.chain(patterns.iter_mut().map(|(_, node)| node)).chain(others).collect()
            }
            Self::Elements { prefix, rest } => prefix.iter_mut().chain(rest).collect(),
            _ => Vec::new(),
        }
    }

    /// All nodes that it names.
    pub(super) fn nodes(&self) -> Vec<Node> {
        self.clone().nodes_mut().into_iter().map(|node| *node).collect()
    }
}
