//! Key sets from documents.

use adarga_core::identity::Verifier;
use adarga_host::{
    keys::{KeyImage, Mode},
    policy::Source,
    revocation::Revocations,
};

use crate::{
    host::{explain, give, given, no_error, take_back},
    keys::{adarga_keys, adarga_revoked},
    memory::{adarga_output, adarga_view, clear, place, pointer_mut},
    status::{ADARGA_ERROR_VALUE, Status, answer},
};

/// Keys that can't be used are errors: for sets that a person wrote.
pub const ADARGA_KEYS_STRICT: u32 = 1;
/// Keys that can't be used are left out: for sets of an issuer.
pub const ADARGA_KEYS_LENIENT: u32 = 2;

/// A key set in memory of its own, overwritten when it is given back. Read-only, shared by all threads.
pub struct adarga_key_set {
    keys: KeyImage,
}

/// A revocation list in memory of its own. Read-only, shared by all threads.
pub struct adarga_revocations {
    list: Revocations,
}

/// Makes a key set from a JWK, a JWKS (RFC 7517) or PEM (RFC 7468). `mode` is an ADARGA_KEYS_…; `error` may be NULL.
///
/// Owner: `*keys` is the caller's until `adarga_key_set_close`. Failure: `*keys` is NULL, and so it is when no key can be used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_key_set_read(
    document: adarga_view,
    mode: u32,
    keys: *mut *mut adarga_key_set,
    error: *mut adarga_output,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            *pointer_mut(keys)? = std::ptr::null_mut();
            no_error(error)?;
            let mode = match mode {
                ADARGA_KEYS_STRICT => Mode::Strict,
                ADARGA_KEYS_LENIENT => Mode::Lenient,
                _ => return Err(Status(ADARGA_ERROR_VALUE)),
            };
            let made = KeyImage::from_document(document.bytes()?, mode).map_err(|what| explain(error, &what))?;
            give(keys, adarga_key_set { keys: made })
        }
    })
}

/// Takes the image of a key set, as of `adarga_key_set_image`. Owner: as of `adarga_key_set_read`.
/// Failure: an ADARGA_FAULT_KEYS_… names what is wrong; `*keys` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_key_set_load(image: adarga_view, keys: *mut *mut adarga_key_set) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            *pointer_mut(keys)? = std::ptr::null_mut();
            give(keys, adarga_key_set { keys: KeyImage::from_bytes(image.bytes()?.to_vec())? })
        }
    })
}

/// Sets up what tokens are verified with, faster than by `adarga_keys_open`. It borrows `keys`, which is given back after the last call
/// with it. Threads: any number. Failure: `verifier` is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_key_set_keys(keys: *const adarga_key_set, verifier: *mut adarga_keys) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header; that the key set outlives the verifier is part of it
        unsafe {
            clear(verifier)?;
            let made: Verifier<'static> = given(keys)?.keys.verifier()?;
            place(verifier, made)
        }
    })
}

/// Gives the image of a key set, borrowed from it. It may hold secrets. Threads: any number. Failure: absent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_key_set_image(keys: *const adarga_key_set, image: *mut adarga_view) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let image = pointer_mut(image)?;
            *image = adarga_view::NONE;
            *image = adarga_view::of(given(keys)?.keys.bytes());
        }
        Ok(())
    })
}

/// Gives a key set back and overwrites it. NULL is nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_key_set_close(keys: *mut adarga_key_set) {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe { take_back(keys) };
        Ok(())
    });
}

/// Makes a revocation list from its document (TOML, JSON); `name` stands in errors, and its ending says what it is. `error` may be NULL.
///
/// Owner: `*list` is the caller's until `adarga_revocations_close`. Failure: `*list` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_revocations_read(
    name: adarga_view,
    document: adarga_view,
    list: *mut *mut adarga_revocations,
    error: *mut adarga_output,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            *pointer_mut(list)? = std::ptr::null_mut();
            no_error(error)?;
            let source = Source::from_bytes(name.text()?.to_owned(), document.bytes()?.to_vec());
            let source = source.map_err(|what| explain(error, &what))?;
            let made = Revocations::from_source(source).map_err(|what| explain(error, &what))?;
            give(list, adarga_revocations { list: made })
        }
    })
}

/// Sets up the list for calls. It borrows `list`, which is given back after the last call with it. Threads: any number.
/// Failure: `revoked` is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_revocations_list(list: *const adarga_revocations, revoked: *mut adarga_revoked) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header; that the owner outlives the list is part of it
        unsafe {
            clear(revoked)?;
            place(revoked, given(list)?.list.list()?)
        }
    })
}

/// Gives a revocation list back. NULL is nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_revocations_close(list: *mut adarga_revocations) {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe { take_back(list) };
        Ok(())
    });
}
