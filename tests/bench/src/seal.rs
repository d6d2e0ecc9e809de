//! A sealed field beside the cipher alone: what the envelope and a key for each message cost.

use std::hint::black_box;

use adarga_core::seal::{Aead, RustCrypto, SealKey, seal, sealed_len};
use adarga_host::keys::AwsLcAead;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use crate::{contest::Contestant, report::Report};

/// At most 1.2 times the cipher alone.
const FLOOR: f64 = 1.0 / 1.2;

/// Measures sealing one kibibyte.
pub(crate) fn measure(report: &mut Report) {
    report.duels("A field of 1 KiB sealed (XAES-256-GCM, in base64url): AES-256-GCM of aws-lc-rs alone, its key prepared");
    report.duel("seal/1KiB/aws-lc", Some(FLOOR), sealed(&AwsLcAead), alone());
    report.duel("seal/1KiB/RustCrypto", None, sealed(&RustCrypto), alone());
}

fn sealed(aead: &'static dyn Aead) -> Contestant<'static> {
    let keys = [SealKey::new(1, &[7; 32])];
    let mut nonce = [0_u8; 24];
    let plain = [b'x'; 1024];
    let mut out = vec![0; sealed_len(plain.len()).unwrap_or_default()];
    Contestant::new(move || {
        nonce[0] = nonce[0].wrapping_add(1);
        seal(aead, &keys, &nonce, b"the additional data is a digest.", black_box(&plain), &mut out).unwrap_or_default()
    })
}

fn alone() -> Contestant<'static> {
    let key = UnboundKey::new(&AES_256_GCM, &[7; 32]).map(LessSafeKey::new);
    let mut nonce = [0_u8; 12];
    let plain = [b'x'; 1024];
    let mut text = plain;
    Contestant::new(move || {
        nonce[0] = nonce[0].wrapping_add(1);
        text.copy_from_slice(black_box(&plain));
        let aad = Aad::from(b"the additional data is a digest.");
        let tag = key
            .as_ref()
            .ok()
            .and_then(|key| key.seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), aad, &mut text).ok());
        tag.map_or(0, |tag| tag.as_ref().len() + usize::from(text[0]))
    })
}
