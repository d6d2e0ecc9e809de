//! The ops of sealed fields, and of the cipher under them. Without a source of randomness a nonce has to be given.

use adarga_bare::arena::Arena;
use adarga_core::{
    Reason,
    seal::{self, Aead, RustCrypto, SealError, SealKey, TAG_LEN},
};

use crate::{
    answer::Answer,
    question::{Fault, Question, fault, full},
};

fn key<'t>(q: &Question<'t>, arena: &mut Arena<'t>) -> Result<SealKey, Fault> {
    let id = u32::try_from(q.integer("key_id", 1)?).map_err(|_| fault!("`key_id` must be below 2^32"))?;
    Ok(SealKey::new(id, &q.array("key_b64", arena)?))
}

pub fn seal<'t>(q: &Question<'t>, arena: &mut Arena<'t>, out: &mut Answer<'_>) -> Result<(), Fault> {
    let key = key(q, arena)?;
    let nonce = q.array("nonce_b64", arena)?;
    let plain = q.bytes("x", arena)?;
    let room = seal::sealed_len(plain.len()).ok_or_else(|| fault!("`x` is too long"))?;
    let room = arena.zeroes(room).ok_or_else(full)?;
    let aad = q.optional("aad")?.unwrap_or_default();
    let len = seal::seal(&RustCrypto, &[key], &nonce, aad, plain, room).map_err(|error| fault!("{error}"))?;
    out.verdict(Reason::Allowed).text("sealed", &room[..len]);
    Ok(())
}

pub fn unseal<'t>(q: &Question<'t>, arena: &mut Arena<'t>, out: &mut Answer<'_>) -> Result<(), Fault> {
    let key = key(q, arena)?;
    let sealed = q.text("sealed")?;
    let room = arena.zeroes(seal::open_room(sealed).unwrap_or(0)).ok_or_else(full)?;
    match seal::open(&RustCrypto, &[key], q.optional("aad")?.unwrap_or_default(), sealed, room) {
        Ok(len) => out.verdict(Reason::Allowed).member("x_b64").base64(&room[..len]),
        Err(SealError::Key) => out.verdict(Reason::SealKey),
        Err(SealError::Tag) => out.verdict(Reason::SealTag),
        Err(_) => out.verdict(Reason::SealForm),
    };
    Ok(())
}

pub fn aead<'t>(q: &Question<'t>, arena: &mut Arena<'t>, out: &mut Answer<'_>) -> Result<(), Fault> {
    let key = q.array("key_b64", arena)?;
    let nonce = q.array("nonce_b64", arena)?;
    let aad: &[u8] = q.base64("aad_b64", arena)?;
    let given = q.bytes("x", arena)?;
    let text = arena.collect(given.len(), given.iter().copied()).ok_or_else(full)?;
    let Some((text, tag)) = text.split_last_chunk_mut::<TAG_LEN>() else {
        out.verdict(Reason::SealForm);
        return Ok(());
    };
    if RustCrypto.decrypt(&key, &nonce, aad, text, tag) {
        out.verdict(Reason::Allowed).member("x_b64").base64(text);
    } else {
        out.verdict(Reason::SealTag);
    }
    Ok(())
}
