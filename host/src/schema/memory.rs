//! The memory of checks, allocated once and reused.

use std::hash::{BuildHasher, RandomState};

use adarga_core::schema::{
    Culprit, Memory, Needs,
    memory::{Frame, Memo, Trail},
};

/// Memory for one check at a time.
#[derive(Debug)]
pub struct SchemaMemory {
    frames: Vec<Frame>,
    marks: Vec<u32>,
    trail: Vec<Trail>,
    memo: Vec<Memo>,
    prints: Vec<u64>,
    table: Vec<u32>,
    culprits: Vec<Culprit>,
    seed: u64,
}

impl SchemaMemory {
    /// Memory of these sizes, with room for so many culprits.
    #[must_use]
    pub fn new(needs: Needs, culprits: usize) -> Self {
        Self {
            frames: vec![Frame::default(); needs.frames],
            marks: vec![0; needs.marks],
            trail: vec![Trail::default(); needs.trail],
            memo: vec![Memo::default(); needs.memo],
            prints: vec![0; needs.prints],
            table: vec![0; needs.table],
            culprits: vec![Culprit::default(); culprits],
            seed: RandomState::new().hash_one(0),
        }
    }

    /// What the machine takes.
    #[must_use]
    pub fn memory(&mut self) -> Memory<'_> {
        Memory {
            frames: &mut self.frames,
            marks: &mut self.marks,
            trail: &mut self.trail,
            memo: &mut self.memo,
            prints: &mut self.prints,
            table: &mut self.table,
            culprits: &mut self.culprits,
            seed: self.seed,
        }
    }

    /// The culprits of the last check, of which it wrote so many.
    #[must_use]
    pub fn culprits(&self, count: usize) -> &[Culprit] {
        self.culprits.get(..count).unwrap_or(&self.culprits)
    }
}
