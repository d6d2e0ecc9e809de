//! Secrets and settings that a policy names: whether they can be what it says.

use crate::policy::{Secret, Setting, Step};

use super::Compiler;

impl Compiler<'_> {
    /// What is kept in a vault needs one, and what a setting has to be must be possible.
    pub(super) fn secrets(&mut self) {
        let document = self.document();
        if document.secrets.is_none() {
            for (secret, path) in document.secrets_named() {
                if let Secret::Stored(name) = secret {
                    let message = format!("`{name}` is kept in a vault, and the policy names none");
                    self.error(&path, message, "add `[secrets]` with the `file` of a vault and where its `key` lies");
                }
            }
        }
        for (name, setting) in &document.config {
            let path: [Step<'_>; 2] = ["config".into(), name.into()];
            if name.contains(['=', '\0']) && setting.from.is_none() {
                self.error(&path, "no environment variable has this name", "leave out `=`, or say where it lies by `from`");
            }
            if let Some((message, remedy)) = impossible(setting) {
                self.error(&path, message, remedy);
            }
        }
    }
}

/// What of a setting no value can be.
fn impossible(setting: &Setting) -> Option<(&'static str, &'static str)> {
    if setting.length_min.zip(setting.length_max).is_some_and(|(least, most)| least > most) {
        return Some(("`length_min` is more than `length_max`", "change one of them"));
    }
    if setting.range.is_some_and(|[least, most]| least > most) {
        return Some(("`range` begins after its end", "write the least number first"));
    }
    if setting.credentials && setting.url.is_empty() {
        return Some(("`credentials` says something of URLs, and it is none", "add `url`, or leave `credentials` out"));
    }
    let scheme = |scheme: &String| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    };
    if !setting.url.iter().all(scheme) {
        return Some(("`url` names what is no scheme", "write schemes alone, such as `https`"));
    }
    None
}
