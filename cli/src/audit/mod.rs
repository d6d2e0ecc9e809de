//! `adarga audit`: makes the key of a trail, verifies it, searches it, draws it.

mod lines;
mod page;
mod query;
mod report;
mod seen;
mod verify;

use std::process::ExitCode;

use crate::{Done, args::Audit};

/// Runs one of the commands.
pub(crate) fn audit(command: &Audit) -> Done {
    match command {
        Audit::Key { file } => {
            adarga_host::audit::key::make(file)?;
            crate::print(&format!(
                "{}: keep a copy elsewhere now: later ones don't verify what was written before\n",
                file.display()
            ))?;
            Ok(ExitCode::SUCCESS)
        }
        Audit::Verify(verify) => verify::verify(verify),
        Audit::Query(query) => query::query(query),
        Audit::Report(report) => report::report(report),
    }
}
