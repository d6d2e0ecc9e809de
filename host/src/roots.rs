//! The roots of a policy, opened: whether the paths of a call stay beneath them on this file system.
//!
//! Core judges paths by their bytes; a symbolic link inside of a root may still lead out of it. [`Roots::check`] resolves every
//! path of an allowed call before the server does, and denies what leads out, or to what is neither file nor directory.
//!
//! Invariant: this is a check before somebody else's use. Who can put a link beneath the root between the two wins; a server is safe
//! from that only if it opens by a [`Root`] itself.

use std::fmt;

use adarga_core::{
    Call, Decision, Gate, Image, Session, containment,
    json::Document,
    path::Contained,
    reason::{Denial, Reason},
};

use crate::{
    files::{HardLinks, Links, Root, RootError, Settings},
    text::word,
};

/// The roots of a policy. A directory is looked up by its name for each call, as the server does: whoever puts another one in its place
/// moves both.
#[derive(Clone, Debug)]
pub struct Roots {
    /// By the ids of the image.
    list: Vec<Named>,
}

#[derive(Clone, Debug)]
struct Named {
    name: String,
    directory: String,
    settings: Settings,
}

impl Named {
    fn open(&self) -> Result<Root, RootError> {
        Root::with(&self.directory, self.settings)
    }
}

/// A root of a policy could not be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootsError {
    name: String,
    error: RootError,
}

impl fmt::Display for RootsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`roots.{}`: {}", word(&self.name), self.error)
    }
}

impl std::error::Error for RootsError {}

/// A path that may not go on to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What the caller is told, and where the path stands in the message.
    pub denial: Denial,
    /// What a person is told who keeps the server: to a caller it would say too much. None where the bytes alone say why.
    pub why: Option<String>,
}

impl Roots {
    /// The roots of a policy, each of which has to be there now; none of one without roots.
    ///
    /// # Errors
    /// The first that is no directory, or may not be opened; on systems where nothing can be opened beneath a root, each.
    pub fn open(image: Image<'_>) -> Result<Self, RootsError> {
        let roots = image.places().map(|places| places.roots.iter());
        let open = |root: &adarga_core::image::Root| {
            let settings = Settings {
                rules: containment::rules(root),
                links: if root.no_links { Links::Refuse } else { Links::Beneath },
                hard_links: if root.single_names { HardLinks::Refuse } else { HardLinks::Allow },
                ..Settings::default()
            };
            let (name, directory) = (root.name.as_str().to_owned(), root.directory.as_str().to_owned());
            let named = Named { name, directory, settings };
            match named.open() {
                Ok(_) => Ok(named),
                Err(error) => Err(RootsError { name: named.name, error }),
            }
        };
        roots.into_iter().flatten().map(open).collect::<Result<_, _>>().map(|list| Self { list })
    }

    /// Whether there are any.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Resolves every path of an allowed call. All but the first two arguments are those of the decision.
    ///
    /// # Errors
    /// The first path that may not go on. The message must not reach the server then, unless the policy only observes.
    pub fn check(
        &self,
        gate: &Gate<'_>,
        decision: &Decision,
        call: &Call<'_>,
        session: Option<&Session>,
        document: Document<'_>,
    ) -> Result<(), Refused> {
        if self.list.is_empty() {
            return Ok(());
        }
        let mut told = None;
        let mut opened: Vec<(u32, Root)> = Vec::new();
        let mut visit = |id: u32, path: Contained<'_>| {
            if !opened.iter().any(|(other, _)| *other == id) {
                // an id that leads nowhere denies, and so does a directory that is gone
                let named = usize::try_from(id).ok().and_then(|id| self.list.get(id)).ok_or(Reason::HostFile)?;
                let root = named.open().map_err(|error| {
                    told = Some(RootsError { name: named.name.clone(), error }.to_string());
                    Reason::HostFile
                })?;
                opened.push((id, root));
            }
            let root = opened.iter().find(|(other, _)| *other == id).ok_or(Reason::HostFile)?;
            root.1.admit(path).map_err(|error| {
                let reason = error.reason();
                told = Some(error.to_string());
                reason
            })
        };
        let checked = gate.each_path(decision, call, session, document, &mut visit);
        checked.map_err(|denial| Refused { denial, why: told })
    }
}
