//! `adarga audit query`: the lines that somebody looks for, as they stand.

use std::{
    io::{self, BufWriter, Write},
    process::ExitCode,
};

use crate::{Done, Failure, args};

use super::{
    lines,
    seen::{Filter, Seen},
};

pub(super) fn query(args: &args::AuditQuery) -> Done {
    let filter = Filter::new(&args.filter)?;
    let mut output = BufWriter::new(io::stdout().lock());
    let mut unread = 0_u64;
    let mut broken = false;
    for path in &args.files {
        lines::each(path, |line, _| {
            match Seen::read(line) {
                Some(seen) if !broken && filter.takes(&seen) => {
                    match output.write_all(line).and_then(|()| output.write_all(b"\n")) {
                        // the reader has seen enough
                        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => broken = true,
                        result => result.map_err(Failure::from)?,
                    }
                }
                Some(_) => {}
                None => unread += 1,
            }
            Ok(())
        })?;
    }
    match output.flush() {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error.into()),
        _ => {}
    }
    if unread > 0 {
        crate::complain(&format!("{unread} lines are not those of an audit trail: see `adarga audit verify`"));
    }
    Ok(ExitCode::SUCCESS)
}
