//! Sealed fields: the published vectors, and what must not open.

use adarga_core::seal::{
    Context, KEY_LEN, OPEN_ROOM_EXTRA, PREFIX, RustCrypto, SealError, SealKey, XNONCE_LEN, open, open_room, seal, sealed_len,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use proptest::{collection::vec, prelude::*};
use sha3::{
    Shake128,
    digest::{ExtendableOutput, Update, XofReader},
};

const NONCE: &[u8; XNONCE_LEN] = b"ABCDEFGHIJKLMNOPQRSTUVWX";

fn sealed(keys: &[SealKey], nonce: &[u8; XNONCE_LEN], aad: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut out = vec![0xA5; sealed_len(plain.len()).unwrap()];
    assert_eq!(seal(&RustCrypto, keys, nonce, aad, plain, &mut out), Ok(out.len()));
    out
}

fn opened(keys: &[SealKey], aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealError> {
    let mut out = vec![0xA5; open_room(sealed).unwrap_or(64)];
    let result = open(&RustCrypto, keys, aad, sealed, &mut out);
    let len = result.as_ref().copied().unwrap_or(0);
    assert!(out.iter().skip(len).all(|byte| *byte == 0 || result.is_ok()), "something is left behind a failure");
    out.truncate(len);
    result.map(|_| out)
}

/// Ciphertext and tag, as the specification prints them.
fn ciphertext(key: [u8; KEY_LEN], nonce: &[u8; XNONCE_LEN], aad: &[u8], plain: &[u8]) -> Vec<u8> {
    let text = sealed(&[SealKey::new(7, &key)], nonce, aad, plain);
    let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX).unwrap()).unwrap();
    assert_eq!(bytes.get(..4), Some([0, 0, 0, 7].as_slice()));
    assert_eq!(bytes.get(4..28), Some(nonce.as_slice()));
    bytes.get(28..).unwrap().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// C2SP XAES-256-GCM, test vectors.
#[test]
fn the_two_vectors_of_the_specification() {
    let first = ciphertext([1; 32], NONCE, b"", b"XAES-256-GCM");
    assert_eq!(hex(&first), "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271");
    let second = ciphertext([3; 32], NONCE, b"c2sp.org/XAES-256-GCM", b"XAES-256-GCM");
    assert_eq!(hex(&second), "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d");
}

/// C2SP XAES-256-GCM, accumulated randomized tests: ten thousand keys, nonces, texts and additional data out of SHAKE128.
#[test]
fn the_accumulated_vectors_of_the_specification() {
    let mut random = Shake128::default().finalize_xof();
    let mut all = Shake128::default();
    for _ in 0..10_000 {
        let (mut key, mut nonce, mut len) = ([0; KEY_LEN], [0; XNONCE_LEN], [0]);
        random.read(&mut key);
        random.read(&mut nonce);
        let mut some = || {
            random.read(&mut len);
            let mut bytes = vec![0; usize::from(len[0])];
            random.read(&mut bytes);
            bytes
        };
        let (plain, aad) = (some(), some());
        all.update(&ciphertext(key, &nonce, &aad, &plain));
    }
    let mut digest = [0; 32];
    all.finalize_xof().read(&mut digest);
    assert_eq!(hex(&digest), "e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939");
}

/// RFC 5869 A.3: no salt. (Its info is empty; the purpose of a key never is, but nothing forbids it.)
#[test]
fn a_derived_key_is_that_of_hkdf() {
    let mut expected = [0; KEY_LEN];
    hkdf::Hkdf::<sha2::Sha256>::new(None, &[0x0B; 22]).expand(b"", &mut expected).unwrap();
    assert_eq!(hex(&expected), "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
    let text = sealed(&[SealKey::derive(7, &[0x0B; 22], b"").unwrap()], NONCE, b"", b"x");
    assert_eq!(opened(&[SealKey::new(7, &expected)], b"", &text), Ok(b"x".to_vec()));
    let other = SealKey::derive(7, &[0x0B; 22], b"other").unwrap();
    assert_eq!(opened(&[other], b"", &text), Err(SealError::Tag));
}

#[test]
fn keys_rotate() {
    let (old, new) = (SealKey::new(1, &[1; 32]), SealKey::new(2, &[2; 32]));
    let text = sealed(&[old], NONCE, b"a", b"4111");
    let old = SealKey::new(1, &[1; 32]);
    assert_eq!(opened(&[new, old], b"a", &text), Ok(b"4111".to_vec()));
    assert_eq!(opened(&[SealKey::new(2, &[1; 32])], b"a", &text), Err(SealError::Key));
    assert_eq!(opened(&[], b"a", &text), Err(SealError::Key));
    // two keys of one id: the one that fits
    let both = [SealKey::new(1, &[9; 32]), SealKey::new(1, &[1; 32])];
    assert_eq!(opened(&both, b"a", &text), Ok(b"4111".to_vec()));
    assert_eq!(seal(&RustCrypto, &[], NONCE, b"", b"", &mut [0; 64]), Err(SealError::NoKey));
}

#[test]
fn a_field_belongs_to_its_place() {
    let context = |policy, pointer, record| Context { policy, pointer, record }.aad();
    let own = context(b"reports", b"/ssn", b"u1");
    let others = [
        context(b"report", b"s/ssn", b"u1"),
        context(b"reports", b"/ssnu", b"1"),
        context(b"reports", b"/card", b"u1"),
        context(b"reports", b"/ssn", b"u2"),
        context(b"reports", b"/ssn", b""),
        context(b"", b"/ssn", b"reportsu1"),
    ];
    let keys = [SealKey::new(1, &[1; 32])];
    let text = sealed(&keys, NONCE, &own, b"123-45-6789");
    assert_eq!(opened(&keys, &own, &text), Ok(b"123-45-6789".to_vec()));
    for other in others {
        assert_eq!(opened(&keys, &other, &text), Err(SealError::Tag));
    }
}

#[test]
fn what_is_not_sealed_does_not_open() {
    let keys = [SealKey::new(0, &[0; 32])];
    let zeroes = "A".repeat(OPEN_ROOM_EXTRA * 4 / 3);
    for text in ["", "adg1", "adg1.", "adg1.AAAA", "ADG1.AAAA", "adg2.AAAA", "plain text", &format!("adg1.{zeroes}=")] {
        assert_eq!(opened(&keys, b"", text.as_bytes()), Err(SealError::Form), "{text}");
    }
    // long enough to be one, and none
    assert_eq!(opened(&keys, b"", format!("adg1.{}", "A".repeat(64)).as_bytes()), Err(SealError::Tag));
}

#[test]
fn memory_that_is_too_small_is_said() {
    let keys = [SealKey::new(1, &[1; 32])];
    let mut out = [0; 70];
    assert!(sealed_len(16).unwrap() > out.len());
    assert_eq!(seal(&RustCrypto, &keys, NONCE, b"", b"sixteen letters.", &mut out), Err(SealError::Room));
    assert_eq!(out, [0; 70]);
    let text = sealed(&keys, NONCE, b"", b"sixteen letters.");
    let mut out = [7; 59];
    assert_eq!(open(&RustCrypto, &keys, b"", &text, &mut out), Err(SealError::Room));
    assert_eq!(out, [0; 59]);
    assert_eq!(sealed_len((1 << 31) + 1), None);
}

#[test]
fn a_key_shows_its_id_alone() {
    assert_eq!(format!("{:?}", SealKey::new(5, &[0x41; 32])), "SealKey { id: 5, .. }");
}

proptest! {
    /// Whatever is sealed opens to itself, and is read by a second base64 decoder.
    #[test]
    fn what_is_sealed_opens(key: [u8; 32], id: u32, nonce: [u8; 24], aad in vec(any::<u8>(), 0..80), plain in vec(any::<u8>(), 0..200)) {
        let keys = [SealKey::new(id, &key)];
        let text = sealed(&keys, &nonce, &aad, &plain);
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX).unwrap()).unwrap();
        prop_assert_eq!(bytes.len(), plain.len() + OPEN_ROOM_EXTRA);
        prop_assert_eq!(opened(&keys, &aad, &text), Ok(plain));
    }

    /// One bit of the envelope, the key or the place makes the difference.
    #[test]
    fn nothing_opens_after_a_change(plain in vec(any::<u8>(), 0..60), at: prop::sample::Index, bit in 0_u8..8) {
        let keys = [SealKey::new(1, &[1; 32])];
        let text = sealed(&keys, NONCE, b"place", &plain);
        let mut bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX).unwrap()).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let changed = format!("adg1.{}", URL_SAFE_NO_PAD.encode(&bytes));
        let expected = if at < 4 { SealError::Key } else { SealError::Tag };
        prop_assert_eq!(opened(&keys, b"place", changed.as_bytes()), Err(expected));
        let mut key = [1; 32];
        key[at % 32] ^= 1 << bit;
        prop_assert_eq!(opened(&[SealKey::new(1, &key)], b"place", &text), Err(SealError::Tag));
    }

    /// Any text is an answer, never a panic.
    #[test]
    fn any_text_may_come(text in vec(any::<u8>(), 0..150), prefix: bool) {
        let text = if prefix { [PREFIX, &text].concat() } else { text };
        prop_assert!(opened(&[SealKey::new(0, &[0; 32])], b"", &text).is_err());
    }
}
