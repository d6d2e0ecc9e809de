//! Single fields, encrypted and authenticated: XAES-256-GCM (C2SP), whose random nonces of 192 bits stay unique however many
//! processes seal under one key.
//!
//! A sealed field is a text that stands where the value stood:
//!
//! ```text
//! "adg1." base64url( key id: 4 bytes, big-endian ‖ nonce: 24 bytes ‖ ciphertext ‖ tag: 16 bytes )
//! ```
//!
//! The ciphertext is as long as what was sealed. The additional data is not in the envelope: it is the [`Context`] in which the field
//! stands, so a sealed field that was moved to another record, another place or another policy does not open.
//!
//! Keys rotate: the first of a list seals, all of them open what names their id.

mod envelope;
mod gcm;
mod key;

use core::fmt;

use zeroize::Zeroize;

pub use envelope::{OPEN_ROOM_EXTRA, PREFIX, key_id, open_room, sealed_len};
pub use gcm::{Aead, NONCE_LEN, RustCrypto, TAG_LEN};
pub use key::{Context, KEY_LEN, SealKey, XNONCE_LEN, derive};

use envelope::Parts;

/// Why something is not sealed or not opened. Nothing of the text or the key is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SealError {
    /// There is no key to seal with.
    NoKey,
    /// The text is not a sealed field.
    Form,
    /// None of the keys has the id that the field was sealed under.
    Key,
    /// Another key, another context, or a field that was changed.
    Tag,
    /// The memory for the result is smaller than [`sealed_len`] or [`open_room`] says, or what is to be sealed is beyond 2^31 bytes.
    Room,
}

impl SealError {
    /// What is wrong.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::NoKey => "there is no key to seal with",
            Self::Form => "not a sealed field",
            Self::Key => "sealed under a key that is not among those given",
            Self::Tag => "sealed under another key or for another place, or changed since",
            Self::Room => "the memory for the result is too small",
        }
    }
}

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl core::error::Error for SealError {}

/// Seals `plain` under the first of `keys` into `out`, of which [`sealed_len`] bytes are written; says how many. `nonce` is random
/// and never used again. When it fails, `out` holds nothing of `plain`.
///
/// # Errors
/// [`SealError::NoKey`] or [`SealError::Room`].
pub fn seal(
    aead: &(impl Aead + ?Sized),
    keys: &[SealKey],
    nonce: &[u8; XNONCE_LEN],
    aad: &[u8],
    plain: &[u8],
    out: &mut [u8],
) -> Result<usize, SealError> {
    let key = keys.first().ok_or(SealError::NoKey)?;
    let len = sealed_len(plain.len()).ok_or(SealError::Room)?;
    let out = out.get_mut(..len).ok_or(SealError::Room)?;
    // the bytes lie at the end of their text, which then overtakes them from the front and never outruns them
    let parts = Parts::last(out, plain.len()).ok_or(SealError::Room)?;
    *parts.key_id = key.id().to_be_bytes();
    *parts.nonce = *nonce;
    parts.text.copy_from_slice(plain);
    let (message_key, message_nonce) = key.for_message(nonce);
    let Some(tag) = aead.encrypt(&message_key, &message_nonce, aad, parts.text) else {
        out.zeroize();
        return Err(SealError::Room);
    };
    *parts.tag = tag;
    envelope::write_text(out, plain.len());
    Ok(len)
}

/// Opens a sealed field into `out`, for which [`open_room`] bytes are needed; says how many bytes the value has, which stand at the
/// front. When it fails, `out` is overwritten with zeroes.
///
/// # Errors
/// All of [`SealError`] but [`SealError::NoKey`].
pub fn open(
    aead: &(impl Aead + ?Sized),
    keys: &[SealKey],
    aad: &[u8],
    sealed: &[u8],
    out: &mut [u8],
) -> Result<usize, SealError> {
    let opened = open_in(aead, keys, aad, sealed, out);
    if opened.is_err() {
        out.zeroize();
    }
    opened
}

fn open_in(aead: &(impl Aead + ?Sized), keys: &[SealKey], aad: &[u8], sealed: &[u8], out: &mut [u8]) -> Result<usize, SealError> {
    let room = open_room(sealed).ok_or(SealError::Form)?;
    let out = out.get_mut(..room).ok_or(SealError::Room)?;
    envelope::read_text(sealed, out).ok_or(SealError::Form)?;
    let parts = Parts::all(out).ok_or(SealError::Form)?;
    let id = u32::from_be_bytes(*parts.key_id);
    let len = parts.text.len();
    // several keys may have one id: whoever numbers keys by hand does so once in a while
    let mut outcome = Err(SealError::Key);
    for key in keys.iter().filter(|key| key.id() == id) {
        let (message_key, message_nonce) = key.for_message(parts.nonce);
        if aead.decrypt(&message_key, &message_nonce, aad, parts.text, parts.tag) {
            outcome = Ok(len);
            break;
        }
        outcome = Err(SealError::Tag);
    }
    let len = outcome?;
    out.copy_within(envelope::HEAD..envelope::HEAD.saturating_add(len), 0);
    // what is left behind the value are its own last bytes
    out.get_mut(len..).unwrap_or_default().zeroize();
    Ok(len)
}
