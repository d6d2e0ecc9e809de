//! What the command line can say.

use std::{ffi::OsString, path::PathBuf};

use clap::{Args as ClapArgs, Parser, Subcommand};

/// A security gate for MCP servers: judges every message by one policy.
#[derive(Debug, Parser)]
#[command(
    name = "adarga",
    version,
    arg_required_else_help = true,
    after_help = "Examples:
  adarga init -- python server.py > policy.toml      a starter policy for a live server
  adarga check policy.toml session.jsonl             judge a recorded session
  adarga run policy.toml -- python server.py         guard a stdio server"
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Stand between a client and a stdio MCP server
    Run(Run),
    /// Judge recorded messages and print what would happen to each
    Check(Check),
    /// Ask a live server what it has and write a starter policy
    Init(Init),
    /// Ask a live server what its tools are now, for `pin` in a policy; or compare it with the pins of one
    Pin(Pin),
    /// Go through the production checklist of the guide
    Doctor(Doctor),
    /// Compile a policy to an image
    Compile {
        /// The policy, TOML or JSON
        policy: PathBuf,
        /// The image; the policy's name with `.adarga` when absent
        #[arg(short, long)]
        output: Option<PathBuf>,
        /// Write a C array of this name instead, for firmware; the policy's name with `.c` when there is no output
        #[arg(long, value_name = "NAME")]
        c_array: Option<String>,
    },
    /// Say in words what a policy or an image allows
    Explain {
        /// The policy or image
        policy: PathBuf,
    },
    /// Look at the keys that tokens are verified with
    #[command(subcommand)]
    Keys(Keys),
    /// Keep secrets in a vault, a file of sealed values
    #[command(subcommand)]
    Secrets(Secrets),
    /// Open a field that `[data] seal` sealed, read from standard input
    Unseal(Unseal),
    /// Look at a token
    #[command(subcommand)]
    Token(Token),
    /// Verify, search and draw an audit trail
    #[cfg(unix)]
    #[command(subcommand)]
    Audit(Audit),
    /// Print the JSON Schema of policies, for editors
    Schema,
    /// Answer one question about the engine a line, for tests of other languages
    Driver,
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  adarga run policy.toml -- python server.py
  adarga run --record session.jsonl policy.toml -- npx some-server

Denied messages are answered by adarga; all others reach the server byte for byte.")]
pub(crate) struct Run {
    /// Append every message and its verdict to this file, which `adarga check` reads
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,
    /// The policy or image
    pub(crate) policy: PathBuf,
    /// The server's command
    #[arg(last = true, required = true)]
    pub(crate) server: Vec<OsString>,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  adarga check policy.toml session.jsonl
  adarga check --json policy.toml session.jsonl | jq 'select(.verdict == \"deny\")'

Exit code 1 when an `expect` of the file is not met.")]
pub(crate) struct Check {
    /// Print one JSON object a message instead of a table
    #[arg(long)]
    pub(crate) json: bool,
    /// Say beside each denial which rule of the policy it rests on
    #[arg(long)]
    pub(crate) explain: bool,
    /// Verify tokens with the keys of this file, JWKS or PEM; without it with those that the policy has at hand
    #[arg(long, value_name = "FILE")]
    pub(crate) keys: Option<PathBuf>,
    /// The policy or image
    pub(crate) policy: PathBuf,
    /// Recorded messages, JSON Lines
    pub(crate) session: PathBuf,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  adarga doctor policy.toml
  adarga doctor policy.toml -- python server.py      with what the live server has

Exit code 1 when something is wrong. What no program can see is listed for a person.")]
pub(crate) struct Doctor {
    /// Print one JSON object instead of a list
    #[arg(long)]
    pub(crate) json: bool,
    /// Seconds to wait for each answer of the server
    #[arg(long, default_value_t = 10, value_name = "SECONDS")]
    pub(crate) timeout: u64,
    /// The policy
    pub(crate) policy: PathBuf,
    /// The server's command
    #[arg(last = true)]
    pub(crate) server: Vec<OsString>,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:
  adarga init -- python server.py > policy.toml")]
pub(crate) struct Init {
    /// Pin each tool to its definition: if the server changes one, the gate does not let the list of its tools pass
    #[arg(long)]
    pub(crate) pin: bool,
    /// Seconds to wait for each answer of the server
    #[arg(long, default_value_t = 10, value_name = "SECONDS")]
    pub(crate) timeout: u64,
    /// The server's command
    #[arg(last = true, required = true)]
    pub(crate) server: Vec<OsString>,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  adarga pin -- python server.py
  adarga pin policy.toml -- python server.py

A pin is SHA-256 of the canonical form (RFC 8785) of a tool as `tools/list` shows it, without `_meta`. Exit code 1 when a tool is not
what the policy pins it to.")]
pub(crate) struct Pin {
    /// The policy whose pins are compared
    pub(crate) policy: Option<PathBuf>,
    /// Seconds to wait for each answer of the server
    #[arg(long, default_value_t = 10, value_name = "SECONDS")]
    pub(crate) timeout: u64,
    /// The server's command
    #[arg(last = true, required = true)]
    pub(crate) server: Vec<OsString>,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:
  jq -r .structuredContent.ssn answer.json | adarga unseal policy.toml /structuredContent/ssn

`adarga run` seals for the empty record.")]
pub(crate) struct Unseal {
    /// The policy that sealed it: its name is a part of what was sealed, and it says where the key lies
    pub(crate) policy: PathBuf,
    /// Where the field stood: the JSON Pointer from the `result`, with `*` for places in arrays
    pub(crate) pointer: String,
    /// The record that it was sealed for
    #[arg(long, default_value = "", value_name = "TEXT")]
    pub(crate) record: String,
}

#[derive(Debug, Subcommand)]
#[command(arg_required_else_help = true)]
pub(crate) enum Keys {
    /// Say of each key whether it can be used, and why not
    #[command(after_help = "Exit code 1 when a key can't be used; keys of an unknown `kty` are passed over.")]
    Check(KeyFile),
    /// List the keys with their kinds, algorithms and thumbprints; of a secret only its length
    #[command(after_help = "Thumbprints are those of RFC 7638 with SHA-256. Secrets have none.")]
    Show(KeyFile),
    /// Fetch the keys of an issuer and list them, by the rules that the gate fetches them by
    Fetch(Fetch),
    /// Make an API key: the key is printed once, to standard error; its entry for the policy to standard output
    New(New),
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  adarga keys fetch policy.toml
  adarga keys fetch --output jwks.json https://auth.example.com

Exit code 1 when no key can be used.")]
pub(crate) struct Fetch {
    /// Print one JSON object a key
    #[arg(long)]
    pub(crate) json: bool,
    /// Write the document to this file as it came
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// The URL is that of a JWKS, not of an issuer
    #[arg(long)]
    pub(crate) jwks: bool,
    /// A policy with `[identity]`, or the URL of an issuer
    pub(crate) source: String,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:
  adarga keys new ci --role editor

The key is 256 random bits. The policy holds its hash alone; a lost key can't be recovered, only replaced.")]
pub(crate) struct New {
    /// The role of the key's owner
    #[arg(long, value_name = "ROLE", required = true)]
    pub(crate) role: Vec<String>,
    /// The `salt` that the policy already has for its API keys
    #[arg(long, value_name = "BASE64URL", allow_hyphen_values = true)]
    pub(crate) salt: Option<String>,
    /// Who owns the key: the subject of its calls
    pub(crate) name: String,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct KeyFile {
    /// Print one JSON object a key
    #[arg(long)]
    pub(crate) json: bool,
    /// A JWK, a JWKS, or PEM with public keys and certificates; `-` for standard input
    pub(crate) file: PathBuf,
}

/// A vault, and where its master key lies.
#[derive(Debug, ClapArgs)]
pub(crate) struct VaultArgs {
    /// Where the master key lies: `file:PATH`, `env:NAME` or `credential:NAME`; the vault's name with `.key` otherwise
    #[arg(long, value_name = "PLACE")]
    pub(crate) key: Option<String>,
    /// The vault
    pub(crate) vault: String,
}

#[derive(Debug, Subcommand)]
#[command(arg_required_else_help = true)]
pub(crate) enum Secrets {
    /// Make an empty vault, and its master key where that lies in a file that is not there yet
    #[command(after_help = "Example:
  adarga secrets init server.vault

Keep a copy of the key elsewhere: nothing in the vault opens without it.")]
    Init(VaultArgs),
    /// Print a new master key, for an environment or a credential store
    Key {
        /// Its number: one that no other key of the vault has
        #[arg(default_value_t = 1)]
        id: u32,
    },
    /// Put a secret in, read from standard input, in place of one by the same name
    #[command(after_help = "Example:
  openssl rand -base64 48 | adarga secrets set server.vault jwt_secret

One line break at the end does not count.")]
    Set {
        #[command(flatten)]
        vault: VaultArgs,
        /// The secret's name: letters, digits, `_`, `-`, `.` and `/`
        name: String,
    },
    /// Print a secret
    Get {
        #[command(flatten)]
        vault: VaultArgs,
        /// The secret's name
        name: String,
    },
    /// List the names of the secrets, when they were set and by which key they are sealed
    List {
        /// Print one JSON object a secret
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        vault: VaultArgs,
    },
    /// Take a secret out
    Remove {
        #[command(flatten)]
        vault: VaultArgs,
        /// The secret's name
        name: String,
    },
    /// Seal everything under a new master key; programs that read the vault meanwhile notice nothing
    #[command(
        after_help = "A key in a file is made anew and replaces the old one. Elsewhere, put a new key before the old one first, as in
`2:… 1:…`; once rotated, the old one can be taken away."
    )]
    Rotate(VaultArgs),
    /// Put in all that a file of `NAME=value` lines sets
    #[command(
        after_help = "Reads what `.env` files are made of: comments, `export`, single and double quotes. All goes in, or nothing."
    )]
    Import {
        #[command(flatten)]
        vault: VaultArgs,
        /// The file; `-` for standard input
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
#[command(arg_required_else_help = true)]
pub(crate) enum Token {
    /// Show what a token says, what is odd about it, and whether its signature verifies
    Inspect(Inspect),
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  adarga token inspect < token.txt
  adarga token inspect --keys jwks.json token.txt

A token is read from standard input or a file, never from an argument,
which every user of this machine could see in the list of processes.
Its signature is never shown in full.

Exit code 0 only when `--keys` is given and the signature verifies;
dates and other claims are shown, not judged.")]
pub(crate) struct Inspect {
    /// Verify the signature by these keys: a JWK, a JWKS, or PEM
    #[arg(long, value_name = "FILE")]
    pub(crate) keys: Option<PathBuf>,
    /// Look at dates as of this time, in seconds since 1970, instead of now
    #[arg(long, value_name = "SECONDS")]
    pub(crate) now: Option<u64>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    /// A file that holds the token; `-` for standard input
    #[arg(default_value = "-")]
    pub(crate) file: PathBuf,
}

#[cfg(unix)]
#[derive(Debug, Subcommand)]
#[command(arg_required_else_help = true)]
pub(crate) enum Audit {
    /// Make the key of a trail, which `[audit] key` of a policy names
    #[command(
        after_help = "Keep a copy of the file where the guarded machine can't reach it, before anything is written under it:
every process moves the key forward, and only the copy verifies what was written before."
    )]
    Key {
        /// The new file
        file: PathBuf,
    },
    /// Say whether a trail is as it was written, and name the first line that isn't
    Verify(AuditVerify),
    /// Print the lines that somebody looks for, unverified
    Query(AuditQuery),
    /// Write one page of HTML with charts of what was denied, unverified
    Report(AuditReport),
}

#[cfg(unix)]
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  adarga audit verify --key audit.key.copy audit.jsonl.000001 audit.jsonl
  adarga audit verify --key audit.key.copy --partial audit.jsonl

Files are named oldest first. Exit code 1 when the trail is not whole; a torn last line is told and is no sign of tampering.
A chain that was cut at its end is found by a head of it that was kept elsewhere: `--head CHAIN:SEQUENCE:MAC`.")]
pub(crate) struct AuditVerify {
    /// The copy of the key that was kept when it was made
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// The environment variable that holds the key
    #[arg(long, value_name = "NAME", conflicts_with = "key")]
    pub(crate) key_env: Option<String>,
    /// Chains may begin before these files, and some may be absent
    #[arg(long)]
    pub(crate) partial: bool,
    /// A line that is known to have been written
    #[arg(long, value_name = "HEAD")]
    pub(crate) head: Vec<String>,
    /// The files of the trail, oldest first
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
}

#[cfg(unix)]
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:
  adarga audit query --denied --reason path --since 2026-01-31 audit.jsonl | jq .subject")]
pub(crate) struct AuditQuery {
    #[command(flatten)]
    pub(crate) filter: AuditFilter,
    /// The files of the trail
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
}

#[cfg(unix)]
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:
  adarga audit report --output report.html audit.jsonl.* audit.jsonl")]
pub(crate) struct AuditReport {
    #[command(flatten)]
    pub(crate) filter: AuditFilter,
    /// The page; standard output when absent
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// The files of the trail
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
}

/// Which lines of a trail.
#[cfg(unix)]
#[derive(Debug, ClapArgs)]
pub(crate) struct AuditFilter {
    /// Who called
    #[arg(long)]
    pub(crate) subject: Option<String>,
    /// The tool, prompt or URI that was called
    #[arg(long)]
    pub(crate) tool: Option<String>,
    /// The reason, such as `path.escape`, or all of a kind, such as `path`
    #[arg(long)]
    pub(crate) reason: Option<String>,
    /// The event, such as `decision` or `authentication`
    #[arg(long)]
    pub(crate) event: Option<String>,
    /// What was not allowed
    #[arg(long)]
    pub(crate) denied: bool,
    /// From this time on: `2026-01-31`, or `2026-01-31T12:00:00Z`
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,
    /// Before this time
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
}
