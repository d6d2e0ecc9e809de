//! Secrets: where a policy says they lie, and the vault, a file of sealed values whose master key lies elsewhere.
//!
//! A vault is a text:
//!
//! ```text
//! adarga-vault-1
//! <seal over all that follows>
//! <name> <time it was set, in milliseconds> <sealed value>
//! …
//! ```
//!
//! Every value is a sealed field (`adarga_core::seal`) under the key id that it names; its additional data holds its name and its time,
//! so it opens nowhere else. The second line seals nothing, with the SHA-256 of all lines below as its additional data: a line that was
//! left out, doubled or brought back from an older vault makes the whole vault refused. An older vault as a whole is not told from the
//! current one.
//!
//! Master keys are words `<id>:<43 letters of base64url>`; the first seals, all of them open. Vaults and files of keys are open to their
//! owner alone, or refused. Each is replaced as a whole, by renaming, so whoever reads one reads a whole one.

mod keys;
mod place;
mod private;
mod vault;

pub(crate) use keys::key_of_word;
pub use keys::{MasterKeys, fresh_key};
pub use place::{NoPlace, Place, SECRET_MAX, Secret, SecretError, Stored, VaultPlace};
pub use private::PrivateError;
pub use vault::{Kept, NAME_MAX, Vault, VaultError};
