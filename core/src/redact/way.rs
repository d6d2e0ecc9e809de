//! The way from a root to the value that a walk over the tape has come to.

use crate::{
    aad::{Aad, aad},
    json::{Document, Kind, Node},
};

/// What stands in the place of a key in the frame of an array: beyond every place of a tape.
const ARRAY: u32 = u32::MAX;
/// Words of a frame: the place after the container, and the key that was passed last.
const FRAME: usize = 2;
/// The containers around the node that a walk has come to, outermost first.
pub(super) struct Way<'w> {
    words: &'w mut [u32],
    depth: usize,
}

impl<'w> Way<'w> {
    pub(super) const fn new(words: &'w mut [u32]) -> Self {
        Self { words, depth: 0 }
    }

    /// Comes to the node at `index`. `None` when the way is deeper than the memory for it.
    pub(super) fn comes_to(&mut self, index: u32, node: Node, is_key: bool) -> Option<()> {
        let (frames, _) = self.words.as_chunks_mut::<FRAME>();
        while let Some([end, _]) = self.depth.checked_sub(1).and_then(|last| frames.get(last))
            && *end <= index
        {
            self.depth = self.depth.saturating_sub(1);
        }
        if is_key && let Some([_, key]) = self.depth.checked_sub(1).and_then(|last| frames.get_mut(last)) {
            *key = index;
        }
        if matches!(node.kind(), Kind::Array | Kind::Object) {
            let key = if node.kind() == Kind::Array { ARRAY } else { index };
            *frames.get_mut(self.depth)? = [node.next(index), key];
            self.depth = self.depth.saturating_add(1);
        }
        Some(())
    }

    /// The additional data of the value at the end of the way: see [`Context`](crate::seal::Context), whose pointer is the way, with `*`
    /// for the places in arrays.
    pub(super) fn aad(&self, document: Document<'_>, policy: &[u8], record: &[u8]) -> Aad {
        let frames = self.words.as_chunks::<FRAME>().0.iter().take(self.depth);
        let tokens = frames.map(|[_, key]| match *key {
            ARRAY => b"*".as_slice(),
            key => document.node(key).map_or(&[][..], |node| document.text(node)),
        });
        aad(policy, tokens.flat_map(pieces), record)
    }
}

/// A reference token with its slash, as RFC 6901 §3 writes it, in pieces.
fn pieces(token: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    let runs = token.split_inclusive(|byte| matches!(byte, b'~' | b'/')).flat_map(|run| match run {
        [plain @ .., b'~'] => [plain, b"~0"],
        [plain @ .., b'/'] => [plain, b"~1"],
        plain => [plain, b""],
    });
    core::iter::once(&b"/"[..]).chain(runs)
}
