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
    /// Compile a policy to an image
    Compile {
        /// The policy, TOML or JSON
        policy: PathBuf,
        /// The image; the policy's name with `.adarga` when absent
        #[arg(short, long)]
        output: Option<PathBuf>,
    },
    /// Say in words what a policy or an image allows
    Explain {
        /// The policy or image
        policy: PathBuf,
    },
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
    /// Verify tokens with the keys of this file, JWKS or PEM; without it with those that the policy has at hand
    #[arg(long, value_name = "FILE")]
    pub(crate) keys: Option<PathBuf>,
    /// The policy or image
    pub(crate) policy: PathBuf,
    /// Recorded messages, JSON Lines
    pub(crate) session: PathBuf,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:
  adarga init -- python server.py > policy.toml")]
pub(crate) struct Init {
    /// Seconds to wait for each answer of the server
    #[arg(long, default_value_t = 10, value_name = "SECONDS")]
    pub(crate) timeout: u64,
    /// The server's command
    #[arg(last = true, required = true)]
    pub(crate) server: Vec<OsString>,
}
