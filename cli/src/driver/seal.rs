//! The ops of sealed fields, and of the cipher under them.

use adarga_core::{
    Reason,
    seal::{self, Aead, KEY_LEN, NONCE_LEN, RustCrypto, SealError, SealKey, TAG_LEN, XNONCE_LEN},
};
use adarga_host::random;

use super::{Fault, Outcome, Question, from_base64, to_base64};

/// Seals `x` under `key_b64`, whose id is `key_id` or 1, with the nonce `nonce_b64` or a random one.
pub(super) fn seal(question: &Question<'_>) -> Result<Outcome, Fault> {
    let key = key(question)?;
    let nonce = match question.optional_text("nonce_b64")? {
        Some(text) => array::<XNONCE_LEN>(text, "nonce_b64")?,
        None => random::bytes().map_err(|error| error.to_string())?,
    };
    let plain = question.bytes("x")?;
    let mut out = vec![0; seal::sealed_len(plain.len()).ok_or("`x` is too long")?];
    let sealed = seal::seal(&RustCrypto, &[key], &nonce, aad(question)?, &plain, &mut out);
    let len = sealed.map_err(|error| error.to_string())?;
    out.truncate(len);
    Ok(Outcome::ok().with("sealed", String::from_utf8_lossy(&out)))
}

/// Opens `sealed`.
pub(super) fn unseal(question: &Question<'_>) -> Result<Outcome, Fault> {
    let key = key(question)?;
    let sealed = question.text("sealed")?.as_bytes();
    let mut out = vec![0; seal::open_room(sealed).unwrap_or(0)];
    Ok(match seal::open(&RustCrypto, &[key], aad(question)?, sealed, &mut out) {
        Ok(len) => Outcome::ok().with("x_b64", to_base64(out.get(..len).unwrap_or_default())),
        Err(SealError::Key) => Outcome::of(Reason::SealKey),
        Err(SealError::Tag) => Outcome::of(Reason::SealTag),
        Err(_) => Outcome::of(Reason::SealForm),
    })
}

/// Opens what AES-256-GCM alone encrypted: ciphertext, then tag.
pub(super) fn aead(question: &Question<'_>) -> Result<Outcome, Fault> {
    let key = array::<KEY_LEN>(question.text("key_b64")?, "key_b64")?;
    let nonce = array::<NONCE_LEN>(question.text("nonce_b64")?, "nonce_b64")?;
    let aad = from_base64(question.text("aad_b64")?, "aad_b64")?;
    let mut text = question.bytes("x")?;
    let Some((text, tag)) = text.split_last_chunk_mut::<TAG_LEN>() else { return Ok(Outcome::of(Reason::SealForm)) };
    Ok(if RustCrypto.decrypt(&key, &nonce, &aad, text, tag) {
        Outcome::ok().with("x_b64", to_base64(text))
    } else {
        Outcome::of(Reason::SealTag)
    })
}

fn key(question: &Question<'_>) -> Result<SealKey, Fault> {
    let id = u32::try_from(question.integer("key_id", 1)?).map_err(|_| "`key_id` must be below 2^32")?;
    Ok(SealKey::new(id, &array(question.text("key_b64")?, "key_b64")?))
}

fn aad<'q>(question: &'q Question<'_>) -> Result<&'q [u8], Fault> {
    Ok(question.optional_text("aad")?.unwrap_or_default().as_bytes())
}

fn array<const N: usize>(text: &str, member: &str) -> Result<[u8; N], Fault> {
    let bytes = from_base64(text, member)?;
    bytes.try_into().map_err(|_| format!("`{member}` must be {N} bytes"))
}
