//! `[config]`: whether the server is configured as its policy asks, said at once when the gate begins, and never with a value in it.
//!
//! What the policy says is a section of the image of its own, which core passes over and which holds no secret; with it travels where
//! the vault of the policy lies.

mod placeholder;
mod strength;

use std::fmt;

use adarga_core::{Image, format::Format, image::SectionKind};
use rkyv::{Archive, Deserialize, Serialize, rancor::Error};

use crate::{
    policy,
    secrets::{Place, Secret, VaultPlace},
};

pub use placeholder::is_placeholder;
pub use strength::strength;

/// What `[config]` and `[secrets]` of a policy say.
#[derive(Archive, Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// Where secrets are kept.
    pub vault: Option<VaultPlace>,
    /// Where the key lies that data is sealed and given pseudonyms with.
    pub data_key: Option<Secret>,
    /// What has to be configured.
    pub settings: Vec<Setting>,
}

/// What one setting has to be.
#[derive(Archive, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// Where it lies.
    pub from: Secret,
    /// Whether it has to be there.
    pub required: bool,
    /// Fewest characters.
    pub length_min: u32,
    /// Most characters.
    pub length_max: u32,
    /// Least [`strength`], in bits.
    pub strength: u32,
    /// Schemes of URLs; none: it is no URL.
    pub url: Vec<String>,
    /// Whether a URL may hold credentials.
    pub credentials: bool,
    /// The values it can have; none: any.
    pub one_of: Vec<String>,
    /// The integer that it has to be; none: it is no number.
    pub range: Option<(i64, i64)>,
    /// Whether it may look like a placeholder.
    pub placeholder: bool,
}

/// What is wrong with the configuration, all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigErrors(Vec<ConfigError>);

/// What is wrong with one setting. Its value is not shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// Its name.
    pub name: String,
    /// What is wrong.
    pub why: String,
    /// How to mend it.
    pub remedy: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`config.{}`: {}", self.name, self.why)?;
        if self.remedy.is_empty() { Ok(()) } else { write!(f, "\n  help: {}", self.remedy) }
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, error) in self.0.iter().enumerate() {
            if at > 0 {
                writeln!(f)?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

impl ConfigErrors {
    /// Each of them, in the order of the policy.
    #[must_use]
    pub fn all(&self) -> &[ConfigError] {
        &self.0
    }
}

impl Config {
    /// What a policy says; `None` when it says nothing.
    pub(crate) fn of(document: &policy::Document) -> Option<Self> {
        let vault = document.secrets.as_ref().map(VaultPlace::from);
        let data_key = document.data.key.as_ref().map(|key| Secret::of(key, document));
        if vault.is_none() && data_key.is_none() && document.config.is_empty() {
            return None;
        }
        let settings = document.config.iter().map(|(name, setting)| Setting {
            name: name.clone(),
            from: match &setting.from {
                None => Secret::At(Place::Env(name.clone())),
                Some(secret) => Secret::of(secret, document),
            },
            required: setting.required,
            length_min: setting.length_min.unwrap_or(0),
            length_max: setting.length_max.unwrap_or(u32::MAX),
            strength: setting.strength.unwrap_or(0),
            url: setting.url.clone(),
            credentials: setting.credentials,
            one_of: setting.one_of.clone(),
            range: setting.range.map(|[least, most]| (least, most)),
            placeholder: setting.placeholder,
        });
        Some(Self { vault, data_key, settings: settings.collect() })
    }

    pub(crate) fn to_bytes(&self) -> Option<Vec<u8>> {
        rkyv::to_bytes::<Error>(self).ok().map(|bytes| bytes.to_vec())
    }

    /// What an image says.
    ///
    /// # Errors
    /// When it says it in a way that this version can't read: what is asked for must not be passed over.
    pub fn from_image(image: Image<'_>) -> Result<Self, ConfigErrors> {
        let Some(section) = image.section(SectionKind::Config) else { return Ok(Self::default()) };
        rkyv::from_bytes::<Self, Error>(section).map_err(|_| {
            let why = "the image says it in the way of another version".to_owned();
            ConfigErrors(vec![ConfigError { name: "*".into(), why, remedy: "compile the policy again".into() }])
        })
    }

    /// Looks at everything that has to be configured.
    ///
    /// # Errors
    /// All that is missing or wrong.
    pub fn check(&self) -> Result<(), ConfigErrors> {
        let errors: Vec<_> = self.settings.iter().filter_map(Setting::fault).collect();
        if errors.is_empty() { Ok(()) } else { Err(ConfigErrors(errors)) }
    }
}

impl Setting {
    fn fault(&self) -> Option<ConfigError> {
        let error = |why: String, remedy: String| Some(ConfigError { name: self.name.clone(), why, remedy });
        match self.from.read() {
            Err(absent) if absent.is_absent() && !self.required => None,
            Err(failed) => {
                let text = failed.to_string();
                let (why, remedy) = text.split_once("\n  help: ").unwrap_or((&text, ""));
                error(why.to_owned(), remedy.to_owned())
            }
            Ok(value) => {
                let (why, remedy) = self.wrong(&value)?;
                error(format!("{}: {why}", self.from), remedy)
            }
        }
    }

    /// What is wrong with a value, and how to mend it, without a word of it.
    fn wrong(&self, value: &str) -> Option<(String, String)> {
        let wrong = |why: &str, remedy: String| Some((why.to_owned(), remedy));
        if !self.placeholder && is_placeholder(value) {
            return wrong("a placeholder", "put the real value there".into());
        }
        let length = u32::try_from(value.chars().count()).unwrap_or(u32::MAX);
        if length < self.length_min {
            return wrong("too short", format!("it takes at least {} characters", self.length_min));
        }
        if length > self.length_max {
            return wrong("too long", format!("it has at most {} characters", self.length_max));
        }
        if self.strength > 0 && strength(value) < self.strength {
            let remedy = format!("it takes {} bits that nobody can guess: `openssl rand -base64 48` makes 384", self.strength);
            return wrong("too weak", remedy);
        }
        if !self.one_of.is_empty() && !self.one_of.iter().any(|other| other == value) {
            return wrong("none of the values that it can have", format!("write one of {}", self.one_of.join(", ")));
        }
        if let Some((least, most)) = self.range
            && !value.parse::<i64>().is_ok_and(|number| (least..=most).contains(&number))
        {
            return wrong("not a number in range", format!("write {least} to {most}"));
        }
        if self.url.is_empty() { None } else { self.wrong_url(value) }
    }

    fn wrong_url(&self, value: &str) -> Option<(String, String)> {
        let wrong = |why: &str, remedy: String| Some((why.to_owned(), remedy));
        let schemes = self.url.iter().map(|scheme| format!("`{scheme}://`")).collect::<Vec<_>>().join(" or ");
        let (scheme, rest) = match value.split_once("://") {
            Some(parts) if Format::Uri.matches(value.as_bytes()) => parts,
            _ => return wrong("not a URL", format!("write one that begins with {schemes}")),
        };
        if !self.url.iter().any(|other| other.eq_ignore_ascii_case(scheme)) {
            return wrong("a URL of another scheme", format!("write one that begins with {schemes}"));
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        if !user.is_empty() && !self.credentials {
            let remedy = "keep them apart, or allow them by `credentials = true`";
            return wrong("a URL with a user or a password in it", remedy.into());
        }
        if host.is_empty() || host.starts_with(':') {
            return wrong("a URL without a host", "name the host".into());
        }
        None
    }
}
