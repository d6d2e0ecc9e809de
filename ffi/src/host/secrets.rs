//! Secrets in a vault, and whether the server is configured as its policy asks.

use adarga_host::{
    config::Config,
    secrets::{Place, Vault, VaultError, VaultPlace},
};

use crate::{
    host::{adarga_policy, explain, given, no_error},
    memory::{adarga_output, adarga_view, copy, output},
    status::{ADARGA_ERROR_ABSENT, ADARGA_ERROR_DOCUMENT, ADARGA_ERROR_VALUE, Status, answer},
};

/// The vault of two views.
unsafe fn place(vault: adarga_view, key: adarga_view) -> Result<VaultPlace, Status> {
    // SAFETY: as the caller's
    let (file, key) = unsafe { (vault.text()?, key.text()?) };
    let key: Place = key.parse().map_err(|_| Status(ADARGA_ERROR_VALUE))?;
    Ok(VaultPlace { file: file.to_owned(), key })
}

/// Makes an empty vault, and its master key where that lies in a file that is not there yet. `vault` is a path; `key` says where the
/// master key lies: `file:PATH`, `env:NAME` or `credential:NAME`. `error` may be NULL.
///
/// Threads: any. Failure: ADARGA_ERROR_VALUE for a `key` that is no place; with ADARGA_ERROR_DOCUMENT `error` says why.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_vault_make(vault: adarga_view, key: adarga_view, error: *mut adarga_output) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            no_error(error)?;
            Vault::make(&place(vault, key)?).map(drop).map_err(|what| explain(error, &what))
        }
    })
}

/// Reads a secret of a vault into `value`: of which `len` bytes are the secret, at most 65536. Overwrite it after use. The vault and a key
/// in a file have to be open to their owner alone.
///
/// Threads: any, also while others change the vault. Failure: ADARGA_ERROR_ABSENT when there is no secret by this name; `value` is as it
/// was, `len` 0; the rest as `adarga_vault_make`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_vault_get(
    vault: adarga_view,
    key: adarga_view,
    name: adarga_view,
    value: *mut adarga_output,
    error: *mut adarga_output,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            no_error(error)?;
            let (mut found, mut failed) = (None, None);
            output(value, &[vault, key, name], |into| {
                let opened = place(vault, key).map_err(|status| (status, 0))?;
                match Vault::at(&opened).and_then(|vault| vault.get(name.text().unwrap_or_default())) {
                    Ok(Some(secret)) => copy(found.insert(secret).as_bytes(), into),
                    Ok(None) => Err((Status(ADARGA_ERROR_ABSENT), 0)),
                    Err(what) => {
                        failed = Some(what);
                        Err((Status(ADARGA_ERROR_DOCUMENT), 0))
                    }
                }
            })
            .map_err(|status| failed.map_or(status, |what: VaultError| explain(error, &what)))
        }
    })
}

/// Puts a secret into a vault, in place of one by the same name; it is as old as `now_ms`. Names are 1 to 128 letters, digits, `_`, `-`, `.`
/// and `/`; values UTF-8, 1 to 65536 bytes.
///
/// Threads and processes: any; one changes the vault at a time. Failure: the vault is as it was; as `adarga_vault_make`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_vault_set(
    vault: adarga_view,
    key: adarga_view,
    name: adarga_view,
    value: adarga_view,
    now_ms: u64,
    error: *mut adarga_output,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            no_error(error)?;
            let (name, value) = (name.text()?, value.text()?);
            Vault::change(&place(vault, key)?, |open| open.set(name, value, now_ms)).map_err(|what| explain(error, &what))
        }
    })
}

/// Takes a secret out of a vault.
///
/// Threads and failure: as `adarga_vault_set`; ADARGA_ERROR_ABSENT when there is none by this name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_vault_remove(
    vault: adarga_view,
    key: adarga_view,
    name: adarga_view,
    error: *mut adarga_output,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            no_error(error)?;
            let name = name.text()?;
            let removed =
                Vault::change(&place(vault, key)?, |open| Ok(open.remove(name))).map_err(|what| explain(error, &what))?;
            if removed { Ok(()) } else { Err(Status(ADARGA_ERROR_ABSENT)) }
        }
    })
}

/// Writes the names of the secrets of a vault into `names`, each followed by a line feed, in order.
///
/// Threads and failure: as `adarga_vault_get`; ADARGA_ERROR_ROOM with the `len` that it takes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_vault_names(
    vault: adarga_view,
    key: adarga_view,
    names: *mut adarga_output,
    error: *mut adarga_output,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            no_error(error)?;
            let opened = Vault::at(&place(vault, key)?).map_err(|what| explain(error, &what))?;
            let list: String = opened.kept().iter().flat_map(|kept| [kept.name.as_str(), "\n"]).collect();
            output(names, &[vault, key], |into| copy(list.as_bytes(), into))
        }
    })
}

/// Seals everything in a vault anew: under a new master key, which replaces those in the file of keys; or, where keys lie elsewhere, under
/// the first of those.
///
/// Threads and failure: as `adarga_vault_set`; nothing is lost, and rotating again mends what was interrupted.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_vault_rotate(vault: adarga_view, key: adarga_view, error: *mut adarga_output) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            no_error(error)?;
            Vault::rotate(&place(vault, key)?).map(drop).map_err(|what| explain(error, &what))
        }
    })
}

/// Looks whether the server is configured as `[config]` of the policy asks. A server calls it before it begins.
///
/// Threads: any number. Failure: with ADARGA_ERROR_DOCUMENT `error` says all that is missing or wrong, and no value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_config_check(policy: *const adarga_policy, error: *mut adarga_output) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            no_error(error)?;
            let gate = given(policy)?.policy.gate()?;
            let checked = Config::from_image(gate.image()).and_then(|config| config.check());
            checked.map_err(|what| explain(error, &what))
        }
    })
}
