//! `adarga keys new`: an API key and what the policy holds of it.

use adarga_host::callers::ApiKey;

use crate::{
    Done, args, print,
    toml::{key, string},
};

/// Makes a key and prints it with its entry.
pub(super) fn new(args: &args::New) -> Done {
    let made = ApiKey::generate(args.salt.as_deref())?;
    let roles: Vec<_> = args.role.iter().map(|role| string(role)).collect();
    let role = if let [one] = roles.as_slice() { one.clone() } else { format!("[{}]", roles.join(", ")) };
    print(&format!(
        "# for {name} alone, shown this once\n# {secret}\n\n[identity.api_keys]\nsalt = \"{salt}\"\n\n[identity.api_keys.keys.{name}]\nhash = \"{hash}\"\nrole = {role}\n",
        name = key(&args.name),
        secret = made.key.as_str(),
        salt = made.salt,
        hash = made.hash,
    ))
}
