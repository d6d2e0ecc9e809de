//! The way from a root to the value that a walk over the tape has come to.

use sha2::{Digest, Sha256};

use crate::{
    edits::Aad,
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
        aad(policy, tokens, record)
    }
}

/// The additional data of a sealed field: see [`Context::aad`](crate::seal::Context::aad). The pointer is that of `tokens`.
pub(crate) fn aad<'t>(policy: &[u8], tokens: impl Iterator<Item = &'t [u8]> + Clone, record: &[u8]) -> Aad {
    let mut hash = Sha256::new_with_prefix(b"adarga seal 1");
    let len = |len: usize| u64::try_from(len).unwrap_or(u64::MAX).to_be_bytes();
    hash.update(len(policy.len()));
    hash.update(policy);
    // as RFC 6901 §3 writes a pointer
    let escaped = |token: &[u8]| token.iter().filter(|byte| matches!(byte, b'~' | b'/')).count();
    let whole = tokens.clone().map(|token| token.len().saturating_add(escaped(token)).saturating_add(1));
    hash.update(len(whole.fold(0_usize, usize::saturating_add)));
    for token in tokens {
        hash.update(b"/");
        for run in token.split_inclusive(|byte| matches!(byte, b'~' | b'/')) {
            match run {
                [plain @ .., b'~'] => {
                    hash.update(plain);
                    hash.update(b"~0");
                }
                [plain @ .., b'/'] => {
                    hash.update(plain);
                    hash.update(b"~1");
                }
                plain => hash.update(plain),
            }
        }
    }
    hash.update(len(record.len()));
    hash.update(record);
    hash.finalize().into()
}
