//! The vault.

use std::{
    fmt::{self, Write as _},
    fs::{self, File},
    path::{Path, PathBuf},
};

use adarga_core::seal::{self, Context, OPEN_ROOM_EXTRA, RustCrypto, SealError};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{MasterKeys, Place, PrivateError, SECRET_MAX, SecretError, VaultPlace, keys::make_key, private};
use crate::{inode::inode, random};

/// Longest name of a secret, in bytes.
pub const NAME_MAX: usize = 128;
const LABEL: &str = "adarga-vault-1";
/// How often a vault is read again that was sealed anew between reading its keys and itself.
const TRIES: usize = 3;

/// Why a vault can't be used. Nothing of a secret is in it.
#[derive(Debug)]
pub enum VaultError {
    /// There is a file already.
    There(String),
    /// The file of the vault or of its keys.
    File(PrivateError),
    /// There are no master keys where they should be.
    Key(SecretError),
    /// What should be master keys is none.
    KeyForm(Place),
    /// The file is no vault, or damaged; of a line, its number.
    Form(PathBuf, usize),
    /// The vault, or one of its values by this name, does not open.
    Seal(PathBuf, Option<String>, SealError),
    /// A name that no secret can have.
    Name(String),
    /// A value that no secret can have, and why.
    Value(&'static str),
    /// Keys that do not lie in a file are not made here, and all is sealed under the first of them already.
    Rotated(Place),
    /// The system has no random bytes to give.
    Random,
}

impl fmt::Display for VaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::There(name) => write!(f, "{name}: there already\n  help: `adarga secrets rotate` makes a new key for it"),
            Self::File(error) => error.fmt(f),
            Self::Key(error) => write!(f, "the master key: {error}"),
            Self::KeyForm(place) => write!(
                f,
                "{place}: not the master keys of a vault\n  help: `adarga secrets key` makes one, a word such as `1:kB3…`"
            ),
            Self::Form(path, 0) => write!(f, "{}: not a vault\n  help: `adarga secrets init` makes one", path.display()),
            Self::Form(path, line) => write!(f, "{}:{line}: not a line of a vault", path.display()),
            Self::Seal(path, None, error) => write!(
                f,
                "{}: {error}\n  help: give it the master key that it was made with, or restore the whole file",
                path.display()
            ),
            Self::Seal(path, Some(name), error) => write!(f, "{}: `{name}`: {error}", path.display()),
            Self::Name(name) => write!(
                f,
                "`{}` can't be the name of a secret\n  help: use 1 to {NAME_MAX} of letters, digits, `_`, `-`, `.` and `/`",
                crate::text::escaped(name)
            ),
            Self::Value(why) => write!(f, "a secret that is {why}"),
            Self::Rotated(place) => write!(
                f,
                "everything is sealed under the first key of {place} already\n  help: put a new one before it, which `adarga secrets key` \
                 makes, and rotate again"
            ),
            Self::Random => f.write_str("the system gives no random bytes"),
        }
    }
}

impl std::error::Error for VaultError {}

impl From<PrivateError> for VaultError {
    fn from(error: PrivateError) -> Self {
        Self::File(error)
    }
}

/// What a vault says of a secret without opening it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its name.
    pub name: String,
    /// When it was set, in milliseconds since 1970.
    pub set_ms: u64,
    sealed: String,
}

/// An open vault: its names can be seen, its values opened one by one.
#[derive(Debug)]
pub struct Vault {
    path: PathBuf,
    keys: MasterKeys,
    kept: Vec<Kept>,
}

impl Vault {
    /// Makes an empty vault, and its master key where that lies in a file that is not there yet. Says whether it made a key.
    ///
    /// # Errors
    /// When there is a file by this name, or no key.
    pub fn make(place: &VaultPlace) -> Result<bool, VaultError> {
        if Path::new(&place.file).exists() {
            return Err(VaultError::There(place.file.clone()));
        }
        let made = match &place.key {
            Place::File(name) if !Path::new(name).exists() => {
                make_key(name.as_ref())?;
                true
            }
            _ => false,
        };
        let vault = Self { path: place.file.clone().into(), keys: MasterKeys::read(&place.key)?, kept: Vec::new() };
        private::create(&vault.path, &vault.text()?)?;
        Ok(made)
    }

    /// Opens the vault of a place.
    ///
    /// # Errors
    /// When it or its key isn't there, is open to others, or does not fit the other.
    pub fn at(place: &VaultPlace) -> Result<Self, VaultError> {
        let mut tries = 0;
        loop {
            tries += 1;
            match Self::read(place) {
                // rotated between reading the keys and the vault
                Err(VaultError::Seal(_, None, SealError::Key)) if tries < TRIES => {}
                opened => return opened,
            }
        }
    }

    fn read(place: &VaultPlace) -> Result<Self, VaultError> {
        let keys = MasterKeys::read(&place.key)?;
        let path = PathBuf::from(&place.file);
        let text = private::read(&path)?;
        let form = |line| VaultError::Form(path.clone(), line);
        let body = text.strip_prefix(LABEL).and_then(|text| text.strip_prefix('\n')).ok_or_else(|| form(0))?;
        let (check, body) = body.split_once('\n').ok_or_else(|| form(2))?;
        opened(&keys, &check_aad(body), check).map_err(|error| VaultError::Seal(path.clone(), None, error))?;
        let kept = (3..).zip(body.lines()).map(|(number, line)| Kept::read(line).ok_or_else(|| form(number)));
        let kept = kept.collect::<Result<_, _>>()?;
        Ok(Self { path, keys, kept })
    }

    /// What is in it, by name.
    #[must_use]
    pub fn kept(&self) -> &[Kept] {
        &self.kept
    }

    /// A secret, if there is one by this name.
    ///
    /// # Errors
    /// When its value does not open.
    pub fn get(&self, name: &str) -> Result<Option<Zeroizing<String>>, VaultError> {
        let Some(kept) = self.kept.iter().find(|kept| kept.name == name) else { return Ok(None) };
        let failed = |error| VaultError::Seal(self.path.clone(), Some(name.to_owned()), error);
        let value = opened(&self.keys, &kept.aad(), &kept.sealed).map_err(failed)?;
        let text = std::str::from_utf8(&value).map_err(|_| failed(SealError::Form))?;
        Ok(Some(Zeroizing::new(text.to_owned())))
    }

    /// Changes a vault while nobody else does, and puts it back in one step.
    ///
    /// # Errors
    /// When it can't be opened or written, or `change` fails: then it stays as it is.
    pub fn change<T>(place: &VaultPlace, change: impl FnOnce(&mut Self) -> Result<T, VaultError>) -> Result<T, VaultError> {
        let _lock = lock(place.file.as_ref())?;
        let mut vault = Self::at(place)?;
        let done = change(&mut vault)?;
        private::replace(&vault.path, &vault.text()?)?;
        Ok(done)
    }

    /// Puts a secret in, in place of another by the same name.
    ///
    /// # Errors
    /// When the name or the value can't be one.
    pub fn set(&mut self, name: &str, value: &str, now_ms: u64) -> Result<(), VaultError> {
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/');
        if name.is_empty() || name.len() > NAME_MAX || !name.bytes().all(letter) {
            return Err(VaultError::Name(name.to_owned()));
        }
        if value.is_empty() {
            return Err(VaultError::Value("empty"));
        }
        if value.len() > SECRET_MAX {
            return Err(VaultError::Value("longer than 64 KiB"));
        }
        let mut kept = Kept { name: name.to_owned(), set_ms: now_ms, sealed: String::new() };
        kept.sealed = sealed(&self.keys, &kept.aad(), value.as_bytes())?;
        match self.kept.binary_search_by(|other| other.name.as_str().cmp(name)) {
            Ok(at) => self.kept[at] = kept,
            Err(at) => self.kept.insert(at, kept),
        }
        Ok(())
    }

    /// Takes a secret out; says whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        let before = self.kept.len();
        self.kept.retain(|kept| kept.name != name);
        self.kept.len() < before
    }

    /// Seals everything anew: under a new key, which is put into the file of keys in place of the others, or, where keys lie elsewhere,
    /// under the first of those. Whoever reads meanwhile finds every secret. Gives the id of the key.
    ///
    /// # Errors
    /// When a value does not open, or a file can't be written: then nothing is lost, and rotating again mends it.
    pub fn rotate(place: &VaultPlace) -> Result<u32, VaultError> {
        let _lock = lock(place.file.as_ref())?;
        let mut vault = Self::at(place)?;
        match &place.key {
            Place::File(name) => {
                let path = Path::new(name);
                let keys = vault.keys.with_fresh()?;
                // both keys first, so that no reader meets a vault whose key it can't find
                private::replace(path, &keys.text())?;
                vault.reseal(keys)?;
                let mut newest = Zeroizing::new(vault.keys.newest_word().to_owned());
                newest.push('\n');
                private::replace(path, &newest)?;
            }
            place @ (Place::Env(_) | Place::Credential(_)) => {
                if vault.kept.iter().all(|kept| key_id(&kept.sealed) == Some(vault.keys.id())) {
                    return Err(VaultError::Rotated(place.clone()));
                }
                let keys = MasterKeys::read(place)?;
                vault.reseal(keys)?;
            }
        }
        Ok(vault.keys.id())
    }

    fn reseal(&mut self, keys: MasterKeys) -> Result<(), VaultError> {
        for kept in &mut self.kept {
            let failed = |error| VaultError::Seal(self.path.clone(), Some(kept.name.clone()), error);
            let value = opened(&self.keys, &kept.aad(), &kept.sealed).map_err(failed)?;
            kept.sealed = sealed(&keys, &kept.aad(), &value)?;
        }
        self.keys = keys;
        Ok(private::replace(&self.path, &self.text()?)?)
    }

    fn text(&self) -> Result<String, VaultError> {
        let mut body = String::new();
        for Kept { name, set_ms, sealed } in &self.kept {
            let _ = writeln!(body, "{name} {set_ms} {sealed}");
        }
        let check = sealed(&self.keys, &check_aad(&body), b"")?;
        Ok(format!("{LABEL}\n{check}\n{body}"))
    }
}

impl Kept {
    fn read(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let (name, set_ms, sealed) = (words.next()?, words.next()?.parse().ok()?, words.next()?);
        if words.next().is_some() { None } else { Some(Self { name: name.to_owned(), set_ms, sealed: sealed.to_owned() }) }
    }

    /// The id of the master key that its value is sealed under.
    #[must_use]
    pub fn key_id(&self) -> Option<u32> {
        key_id(&self.sealed)
    }

    fn aad(&self) -> [u8; 32] {
        aad(self.name.as_bytes(), &self.set_ms.to_be_bytes())
    }
}

fn aad(name: &[u8], record: &[u8]) -> [u8; 32] {
    Context { policy: LABEL.as_bytes(), pointer: name, record }.aad()
}

/// That of the line which seals all others; no secret has an empty name.
fn check_aad(body: &str) -> [u8; 32] {
    aad(b"", &Sha256::digest(body))
}

fn key_id(sealed: &str) -> Option<u32> {
    seal::key_id(sealed.as_bytes())
}

fn sealed(keys: &MasterKeys, aad: &[u8], plain: &[u8]) -> Result<String, VaultError> {
    let nonce = random::bytes().map_err(|_| VaultError::Random)?;
    let mut out = vec![0; seal::sealed_len(plain.len()).ok_or(VaultError::Value("too long"))?];
    seal::seal(&RustCrypto, keys.all(), &nonce, aad, plain, &mut out).map_err(|_| VaultError::Random)?;
    String::from_utf8(out).map_err(|_| VaultError::Random)
}

fn opened(keys: &MasterKeys, aad: &[u8], sealed: &str) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let room = seal::open_room(sealed.as_bytes()).ok_or(SealError::Form)?;
    let mut out = Zeroizing::new(vec![0; room.max(OPEN_ROOM_EXTRA)]);
    let len = seal::open(&RustCrypto, keys.all(), aad, sealed.as_bytes(), &mut out)?;
    out.truncate(len);
    Ok(out)
}

/// Locks a vault against changes by others, until the file that this gives is closed.
fn lock(path: &Path) -> Result<File, VaultError> {
    loop {
        let file = private::open(path)?;
        file.lock().map_err(|error| PrivateError::io(path, error))?;
        // who waited may hold what was replaced meanwhile
        let same = file.metadata().and_then(|held| Ok(inode(&held) == inode(&fs::metadata(path)?)));
        if same.map_err(|error| PrivateError::io(path, error))? {
            return Ok(file);
        }
    }
}
