//! Key sets and revocation lists.

use adarga_core::{identity::Verifier, keys::KeySet, revocation::RevocationList, signature::RustCrypto};

use crate::{
    memory::{adarga_view, clear, object, place, pointer_mut, share},
    status::answer,
};

/// What tokens are verified with: read-only, shared by all threads. It borrows its image.
#[repr(C)]
pub struct adarga_keys {
    opaque: [u64; 12],
}
object!(adarga_keys, Verifier<'static>, b"key0");

/// What was revoked: read-only, shared by all threads. It borrows its image.
#[repr(C)]
pub struct adarga_revoked {
    opaque: [u64; 12],
}
object!(adarga_revoked, RevocationList<'static>, b"rev0");

/// Validates a key set, once (`adarga keys`; firmware has it in flash). `keys` borrows `image`, which has to stay where it is,
/// unchanged, as long as `keys` is used. It may hold secrets: its owner overwrites it in the end.
///
/// Threads: any number may use it once it was opened. Failure: an ADARGA_FAULT_KEYS_… names what is wrong, and `keys` is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_keys_open(keys: *mut adarga_keys, image: adarga_view) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header; that the image outlives the keys is part of it
        unsafe {
            clear(keys)?;
            place(keys, Verifier { keys: KeySet::open(image.bytes()?)?, crypto: &RustCrypto })
        }
    })
}

/// Says how many keys there are. Threads: any number. Failure: 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_keys_count(keys: *const adarga_keys, count: *mut usize) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let count = pointer_mut(count)?;
            *count = 0;
            *count = share(keys)?.keys.len();
        }
        Ok(())
    })
}

/// Validates a revocation list, once; lifetime, threads and failure as of `adarga_keys_open`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_revoked_open(revoked: *mut adarga_revoked, image: adarga_view) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header; that the image outlives the list is part of it
        unsafe {
            clear(revoked)?;
            place(revoked, RevocationList::open(image.bytes()?)?)
        }
    })
}
