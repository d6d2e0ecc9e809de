//! Sealing through aws-lc and through RustCrypto: the same bytes, the same verdicts.

use adarga_core::seal::{Aead, RustCrypto, SealError, SealKey, XNONCE_LEN, open, open_room, seal, sealed_len};
use adarga_host::keys::AwsLcAead;
use proptest::{collection::vec, prelude::*};

fn sealed(aead: &dyn Aead, nonce: &[u8; XNONCE_LEN], aad: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut out = vec![0; sealed_len(plain.len()).unwrap()];
    seal(aead, &[SealKey::new(7, &[7; 32])], nonce, aad, plain, &mut out).unwrap();
    out
}

fn opened(aead: &dyn Aead, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealError> {
    let mut out = vec![0xEE; open_room(sealed).ok_or(SealError::Form)?];
    let opened = open(aead, &[SealKey::new(7, &[7; 32])], aad, sealed, &mut out);
    if opened.is_err() {
        assert!(out.iter().all(|byte| *byte == 0), "nothing is left of what was not opened");
    }
    opened.map(|len| out[..len].to_vec())
}

proptest! {
    #[test]
    fn both_have_the_same_bytes(nonce in any::<[u8; XNONCE_LEN]>(), aad in vec(any::<u8>(), 0..50), plain in vec(any::<u8>(), 0..2000), flip in any::<prop::sample::Index>()) {
        let text = sealed(&AwsLcAead, &nonce, &aad, &plain);
        prop_assert_eq!(&text, &sealed(&RustCrypto, &nonce, &aad, &plain));
        prop_assert_eq!(opened(&AwsLcAead, &aad, &text), Ok(plain.clone()));
        prop_assert_eq!(opened(&RustCrypto, &aad, &text), Ok(plain));
        let mut other = text;
        let at = flip.index(other.len());
        other[at] = if other[at] == b'A' { b'B' } else { b'A' };
        let (ours, theirs) = (opened(&AwsLcAead, &aad, &other), opened(&RustCrypto, &aad, &other));
        prop_assert!(ours.is_err());
        prop_assert_eq!(ours, theirs);
    }
}
