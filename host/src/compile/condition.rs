//! Conditions of any depth become a list of tests with forward jumps.

use adarga_core::image::{ACCEPT, REFUSE, TestKind};

use crate::policy::Condition;

use super::archive::Test;

/// What the compiler looks up for a condition.
pub(super) trait Operands {
    /// The id of a role; an unknown one was reported and gets any id.
    fn role(&mut self, name: &str) -> u32;
    /// The index of a JSON Pointer.
    fn pointer(&mut self, pointer: &str) -> u32;
    /// The index of a pointer that names a variable.
    fn variable(&mut self, name: &str) -> u32;
}

/// Appends the tests of `condition` to `tests` and returns the index of the first.
///
/// The tests are laid out in the order in which they are asked. Each one is given the place to go on at when it holds and when it
/// doesn't; a place that lies after the tests of a part is known once the part is laid out, so each part is measured first.
pub(super) fn compile(condition: &Condition, tests: &mut Vec<Test>, operands: &mut impl Operands) -> u32 {
    let first = index(tests.len());
    lay(condition, ACCEPT, REFUSE, tests, operands);
    first
}

fn lay(condition: &Condition, then: u32, otherwise: u32, tests: &mut Vec<Test>, operands: &mut impl Operands) {
    let mut test = |kind: TestKind, operand| tests.push(Test { kind: kind.number(), operand, then, otherwise });
    match condition {
        Condition::Role(name) => test(TestKind::Role, operands.role(name)),
        Condition::Argument { pointer, .. } => test(TestKind::ArgumentIsSubject, operands.pointer(pointer)),
        Condition::Variable { name, .. } => test(TestKind::VariableIsSubject, operands.variable(name)),
        Condition::Any(parts) => {
            for (place, part) in parts.iter().enumerate() {
                let after = index(tests.len() + len(part));
                let last = place + 1 == parts.len();
                lay(part, then, if last { otherwise } else { after }, tests, operands);
            }
        }
        Condition::All(parts) => {
            for (place, part) in parts.iter().enumerate() {
                let after = index(tests.len() + len(part));
                let last = place + 1 == parts.len();
                lay(part, if last { then } else { after }, otherwise, tests, operands);
            }
        }
    }
}

/// How many tests a condition becomes.
fn len(condition: &Condition) -> usize {
    match condition {
        Condition::Any(parts) | Condition::All(parts) => parts.iter().map(len).sum(),
        Condition::Role(_) | Condition::Argument { .. } | Condition::Variable { .. } => 1,
    }
}

fn index(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(REFUSE)
}
