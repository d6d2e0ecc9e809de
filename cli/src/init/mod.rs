//! `adarga init`: a starter policy for a server, by asking the server what it has.
//!
//! The server is a stranger: it may be silent, lie, or give its things names that try to break out of the policy.

mod client;
mod pin;
mod process;
mod starter;
mod stop;
mod survey;

use std::{ffi::OsString, time::Duration};

use crate::{Done, Failure, args, print};

pub(crate) use pin::pin;
pub(crate) use survey::Survey;

/// Asks a server what it has and prints a policy.
pub(crate) fn init(args: &args::Init) -> Done {
    let survey = survey_of(&args.server, args.timeout)?;
    // each schema was tried by itself; all together they may still be too much for one policy
    let proved = starter::proved(starter::starter(&survey, true, args.pin));
    print(&proved.or_else(|_| starter::proved(starter::starter(&survey, false, args.pin)))?)
}

/// What a server has; `timeout` is in seconds, for each answer.
pub(crate) fn survey_of(server: &[OsString], timeout: u64) -> Result<Survey, Failure> {
    let stop = stop::Stop::on_signals()?;
    let process = process::Process::start(server, stop)?;
    // a wait of centuries could not be added to a clock
    let timeout = Duration::from_secs(timeout.clamp(1, 86_400));
    let mut client = client::Client::new(process, timeout);
    let survey = survey::survey(&mut client)?;
    client.end();
    Ok(survey)
}
