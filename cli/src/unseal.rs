//! `adarga unseal`: what a sealed field holds, for those who have the key of the policy's data.

use std::io::{self, Read, Write};

use adarga_core::seal::Context;
use adarga_host::data::DataKeys;

use crate::{Done, args};

/// Longest sealed field, in bytes.
const SEALED_MAX: u64 = 64 << 20;

/// Reads a sealed field from standard input and prints the value as it stood in the message.
pub(crate) fn unseal(args: &args::Unseal) -> Done {
    let policy = crate::load(&args.policy)?;
    let gate = policy.gate()?;
    let keys = DataKeys::open(gate.image())?.ok_or("the policy has no `key` in `[data]`")?;
    let mut sealed = String::new();
    io::stdin().lock().take(SEALED_MAX).read_to_string(&mut sealed)?;
    let name = gate.policy().name.as_bytes();
    let context = Context { policy: name, pointer: args.pointer.as_bytes(), record: args.record.as_bytes() };
    let value = keys.open_field(&context, sealed.trim_ascii().trim_matches('"').as_bytes())?;
    let mut out = io::stdout().lock();
    out.write_all(&value).and_then(|()| out.write_all(b"\n"))?;
    Ok(std::process::ExitCode::SUCCESS)
}
