//! The way from the document to the value that is being read.

use std::ops::Range;

use super::{
    error::{Complaint, Fault},
    tree::{Dotted, Step},
};

/// The way from the document to a value, as a list on the stack.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trail<'r> {
    last: Option<(&'r Trail<'r>, Step<'r>)>,
}

impl<'r> Trail<'r> {
    pub(super) const ROOT: Self = Self { last: None };

    pub(super) fn then(&'r self, step: Step<'r>) -> Self {
        Self { last: Some((self, step)) }
    }

    /// From the document inwards.
    pub(super) fn steps(&self) -> Vec<Step<'r>> {
        let mut steps = Vec::new();
        let mut here = self.last;
        while let Some((before, step)) = here {
            steps.push(step);
            here = before.last;
        }
        steps.reverse();
        steps
    }

    /// A fault that says where it is.
    pub(super) fn fault(&self, span: Range<usize>, complaint: Complaint) -> Fault {
        let path = Dotted(&self.steps()).to_string();
        let (message, remedy) = complaint.into_parts();
        let message = if path.is_empty() { message } else { format!("{message} in `{path}`") };
        Fault { span, path, message, remedy }
    }
}
