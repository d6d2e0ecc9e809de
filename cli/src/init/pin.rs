//! `adarga pin`: what the tools of a server are now, and whether they are what a policy says they were.

use std::{collections::HashMap, fmt::Write as _, process::ExitCode};

use adarga_host::text::escaped;

use crate::{Done, args, document, print, toml};

use super::{survey::Item, survey_of};

/// Prints the pins of all tools as a part of a policy; or compares them with the pins of a policy, line by line.
pub(crate) fn pin(args: &args::Pin) -> Done {
    let Some(path) = &args.policy else {
        let mut out = String::new();
        for tool in &survey_of(&args.server, args.timeout)?.tools {
            match &tool.pin {
                Some(pin) => writeln!(out, "[tools.{}]\npin = {}\n", toml::key(&tool.name), toml::string(pin))?,
                None => writeln!(
                    out,
                    "# {}: no pin: its definition has a number that JSON can't exchange\n",
                    toml::string(&tool.name)
                )?,
            }
        }
        return print(&out);
    };
    let (_, policy) = document(path)?;
    let survey = survey_of(&args.server, args.timeout)?;
    let live: HashMap<&str, &Item> = survey.tools.iter().map(|tool| (tool.name.as_str(), tool)).collect();
    let (mut out, mut changed) = (String::new(), 0_usize);
    for (name, tool) in &policy.document.tools {
        let state = match (tool.pin.as_slice(), live.get(name.as_str())) {
            (_, None) if name == "*" => continue,
            (_, None) => "the server does not list it",
            ([], Some(_)) => "not pinned",
            (pins, Some(tool)) if tool.is_one_of(pins) => "as it was",
            _ => {
                changed += 1;
                "CHANGED"
            }
        };
        writeln!(out, "{:<12} {}", state, escaped(name))?;
    }
    for tool in survey.tools.iter().filter(|tool| !policy.document.tools.contains_key(&tool.name)) {
        writeln!(out, "{:<12} {}", "not named", escaped(&tool.name))?;
    }
    print(&out)?;
    Ok(if changed == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
