//! `adarga keys new`: an API key and what the policy holds of it.

use adarga_host::callers::ApiKey;

use crate::{
    Done, args, print,
    toml::{key, string},
};

/// Makes a key: the key itself goes to standard error, its entry to standard output.
pub(super) fn new(args: &args::New) -> Done {
    let made = ApiKey::generate(args.salt.as_deref())?;
    let roles: Vec<_> = args.role.iter().map(|role| string(role)).collect();
    let role = if let [one] = roles.as_slice() { one.clone() } else { format!("[{}]", roles.join(", ")) };
    // apart from the entry, which may be appended to a policy as it is
    eprintln!("the API key of {}, shown this once:\n{}", key(&args.name), made.key.as_str());
    print(&format!(
        "[identity.api_keys]\nsalt = \"{salt}\"\n\n[identity.api_keys.keys.{name}]\nhash = \"{hash}\"\nrole = {role}\n",
        name = key(&args.name),
        salt = made.salt,
        hash = made.hash,
    ))
}
