//! Sealed fields, and the cipher under them.

use adarga_core::{
    reason::Reason,
    seal::{self, Aead, KEY_LEN, NONCE_LEN, RustCrypto, SealError, SealKey, TAG_LEN, XNONCE_LEN},
};

use crate::{
    memory::{adarga_output, adarga_view, copy, output, pointer_mut},
    status::{ADARGA_ERROR_ROOM, ADARGA_ERROR_VALUE, Status, answer},
};

/// Bytes of a key.
pub const ADARGA_SEAL_KEY_LEN: usize = 32;
/// Bytes of a nonce.
pub const ADARGA_SEAL_NONCE_LEN: usize = 24;
const _: () = assert!(ADARGA_SEAL_KEY_LEN == KEY_LEN && ADARGA_SEAL_NONCE_LEN == XNONCE_LEN);

/// Seals `plain` under a key of ADARGA_SEAL_KEY_LEN bytes whose id is `key_id`, for the place that `aad` names, as a text. `nonce` are
/// ADARGA_SEAL_NONCE_LEN random bytes that are never used again. Threads: any number. Failure: as every output; nothing of `plain` is written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_seal(
    key_id: u32,
    key: adarga_view,
    nonce: adarga_view,
    aad: adarga_view,
    plain: adarga_view,
    sealed: *mut adarga_output,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            output(sealed, &[key, nonce, aad, plain], |into| {
                let none = |status| (status, 0);
                let key = SealKey::new(key_id, key.array().map_err(none)?);
                let (nonce, aad, plain) =
                    (nonce.array().map_err(none)?, aad.bytes().map_err(none)?, plain.bytes().map_err(none)?);
                let needed = seal::sealed_len(plain.len()).ok_or((Status(ADARGA_ERROR_VALUE), 0))?;
                seal::seal(&RustCrypto, &[key], nonce, aad, plain, into).map_err(|_| (Status(ADARGA_ERROR_ROOM), needed))
            })
        }
    })
}

/// Opens a sealed field under that key. `reason` becomes ADARGA_REASON_ALLOWED, or an ADARGA_REASON_SEAL_…, and then nothing is written.
/// Threads: any number. Failure: as every output; `reason` is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_unseal(
    key_id: u32,
    key: adarga_view,
    aad: adarga_view,
    sealed: adarga_view,
    plain: *mut adarga_output,
    reason: *mut u16,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let reason = pointer_mut(reason)?;
            *reason = 0;
            output(plain, &[key, aad, sealed], |into| {
                let none = |status| (status, 0);
                let key = SealKey::new(key_id, key.array().map_err(none)?);
                let (aad, sealed) = (aad.bytes().map_err(none)?, sealed.bytes().map_err(none)?);
                match seal::open(&RustCrypto, &[key], aad, sealed, into) {
                    Ok(len) => {
                        *reason = Reason::Allowed.number();
                        return Ok(len);
                    }
                    Err(SealError::Key) => *reason = Reason::SealKey.number(),
                    Err(SealError::Tag) => *reason = Reason::SealTag.number(),
                    Err(SealError::Room) => return Err((Status(ADARGA_ERROR_ROOM), seal::open_room(sealed).unwrap_or_default())),
                    Err(_) => *reason = Reason::SealForm.number(),
                }
                Ok(0)
            })
        }
    })
}

/// Opens what AES-256-GCM alone encrypted: `sealed` is ciphertext, then tag; `nonce` are 12 bytes. `reason` and failure as of
/// `adarga_unseal`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_aead_open(
    key: adarga_view,
    nonce: adarga_view,
    aad: adarga_view,
    sealed: adarga_view,
    plain: *mut adarga_output,
    reason: *mut u16,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let reason = pointer_mut(reason)?;
            *reason = 0;
            output(plain, &[key, nonce, aad, sealed], |into| {
                let none = |status| (status, 0);
                let (key, nonce) = (key.array::<KEY_LEN>().map_err(none)?, nonce.array::<NONCE_LEN>().map_err(none)?);
                let (aad, sealed) = (aad.bytes().map_err(none)?, sealed.bytes().map_err(none)?);
                let Some((text, tag)) = sealed.split_last_chunk::<TAG_LEN>() else {
                    *reason = Reason::SealForm.number();
                    return Ok(0);
                };
                let len = copy(text, into)?;
                let text = into.get_mut(..len).unwrap_or_default();
                if RustCrypto.decrypt(key, nonce, aad, text, tag) {
                    *reason = Reason::Allowed.number();
                    return Ok(len);
                }
                text.fill(0);
                *reason = Reason::SealTag.number();
                Ok(0)
            })
        }
    })
}
