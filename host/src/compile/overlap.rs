//! Whether two URI templates have a URI in common.
//!
//! Each becomes a small automaton; what both accept is looked for pair of states by pair of states. An expression that writes the
//! names of its variables is taken for one that may repeat them, so two templates may be said to overlap that differ only there.

use std::collections::HashSet;

use adarga_core::template::{Operator, Part, Template, names};

/// What one step may read.
#[derive(Clone, Copy, Debug)]
enum Reads {
    Byte(u8),
    /// A character of a value.
    Value(Operator),
}

impl Reads {
    fn meets(self, other: Self) -> bool {
        match (self, other) {
            (Self::Byte(a), Self::Byte(b)) => a == b,
            (Self::Byte(byte), Self::Value(operator)) | (Self::Value(operator), Self::Byte(byte)) => operator.holds(byte),
            // every value may hold a letter
            (Self::Value(_), Self::Value(_)) => true,
        }
    }
}

/// An automaton whose first state is 0 and whose last one accepts.
#[derive(Debug, Default)]
struct Automaton {
    /// What each state reads, and where that leads.
    steps: Vec<Vec<(Reads, usize)>>,
    /// Where each state leads without reading.
    free: Vec<Vec<usize>>,
}

impl Automaton {
    fn of(template: &Template<'_>) -> Self {
        let mut automaton = Self::default();
        automaton.state();
        for part in template.parts() {
            match part {
                Part::Literal(literal) => automaton.literal(literal),
                Part::Expression(operator, list) if operator.is_named() => automaton.pairs(operator, list),
                Part::Expression(operator, _) => {
                    let start = automaton.last();
                    automaton.literal(operator.prefix().as_slice());
                    automaton.value(operator);
                    if operator.prefix().is_some() {
                        automaton.skip(start);
                    }
                }
            }
        }
        automaton
    }

    fn state(&mut self) -> usize {
        self.steps.push(Vec::new());
        self.free.push(Vec::new());
        self.last()
    }

    fn last(&self) -> usize {
        self.steps.len() - 1
    }

    fn literal(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            let from = self.last();
            let to = self.state();
            self.steps[from].push((Reads::Byte(byte), to));
        }
    }

    /// Any number of characters.
    fn value(&mut self, operator: Operator) {
        let at = self.last();
        self.steps[at].push((Reads::Value(operator), at));
    }

    /// From `start` to the last state without reading.
    fn skip(&mut self, start: usize) {
        let from = self.last();
        let to = self.state();
        self.free[from].push(to);
        self.free[start].push(to);
    }

    /// `?a=1&b=2` in any order, or nothing.
    fn pairs(&mut self, operator: Operator, list: &[u8]) {
        let start = self.last();
        self.literal(operator.prefix().as_slice());
        let first = self.last();
        let mut ends = Vec::new();
        for name in names(list) {
            let begin = self.state();
            self.free[first].push(begin);
            self.literal(name);
            ends.push(self.last());
            self.literal(b"=");
            self.value(operator);
            ends.push(self.last());
        }
        let end = self.state();
        for from in ends {
            self.free[from].push(end);
            // another pair
            self.steps[from].push((Reads::Byte(operator.separator()), first));
        }
        self.skip(start);
    }
}

/// Compares templates as long as its budget of steps lasts.
#[derive(Debug)]
pub(super) struct Overlaps {
    steps: usize,
}

/// There were too many steps to find out.
pub(super) struct Exhausted;

impl Overlaps {
    pub(super) fn with_budget(steps: usize) -> Self {
        Self { steps }
    }

    /// Whether some URI is of both.
    pub(super) fn overlap(&mut self, a: &Template<'_>, b: &Template<'_>) -> Result<bool, Exhausted> {
        let (a, b) = (Automaton::of(a), Automaton::of(b));
        let end = (a.last(), b.last());
        let (mut seen, mut open) = (HashSet::from([(0, 0)]), vec![(0, 0)]);
        while let Some((left, right)) = open.pop() {
            self.steps = self.steps.checked_sub(1).ok_or(Exhausted)?;
            if (left, right) == end {
                return Ok(true);
            }
            let free = a.free[left].iter().map(|&to| (to, right)).chain(b.free[right].iter().map(|&to| (left, to)));
            let read = a.steps[left].iter().flat_map(|&(reads, to)| {
                let both = b.steps[right].iter().filter(move |(other, _)| reads.meets(*other));
                both.map(move |&(_, other)| (to, other))
            });
            for next in free.chain(read) {
                if seen.insert(next) {
                    open.push(next);
                }
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overlap(a: &str, b: &str) -> bool {
        let parse = |text: &'static str| Template::parse(text.as_bytes()).unwrap_or_else(|unfit| panic!("{text}: {unfit}"));
        let (a, b) = (parse(a.to_owned().leak()), parse(b.to_owned().leak()));
        let found = Overlaps::with_budget(1 << 20).overlap(&a, &b).unwrap_or_else(|Exhausted| panic!("exhausted"));
        let other = Overlaps::with_budget(1 << 20).overlap(&b, &a).unwrap_or_else(|Exhausted| panic!("exhausted"));
        assert_eq!(found, other);
        found
    }

    #[test]
    fn templates_overlap_where_a_uri_is_of_both() {
        for (a, b, expected) in [
            ("r://{a}", "r://{b}", true),
            ("r://a/{a}", "r://b/{b}", false),
            ("r://{a}", "r://x/{b}", false),
            ("r://{+a}", "r://x/{b}", true),
            ("r://{a*}", "r://x/{b}", true),
            ("r://{a}/{b}", "r://x/{b}", true),
            ("r://{a}.pdf", "r://{a}.txt", false),
            ("r://{a}.pdf", "r://{b}", true),
            ("r://{a}/", "r://{b}", false),
            ("r://x{?a}", "r://x{?b}", true),
            ("r://x/y{?a}", "r://x/z{?a}", false),
            ("r://x{/a}", "r://x{?a}", true),
            ("r://x/a{/b}", "r://x/{c}/d", true),
            ("r://x/a{/b}", "r://x/{c}/d/e", false),
            ("r://x{;a}/1", "r://x/{b}", true),
            ("r://x/{a}#1", "r://x/{a}", false),
        ] {
            assert_eq!(overlap(a, b), expected, "{a} {b}");
        }
    }
}
