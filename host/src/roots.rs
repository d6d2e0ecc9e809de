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
    files::{FileError, HardLinks, Links, Root, RootError, Settings},
    text::word,
};

/// The roots of a policy.
#[derive(Debug)]
pub struct Roots {
    /// By the ids of the image.
    list: Vec<Root>,
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
    /// What a person is told who keeps the server; of a caller it may say too much.
    pub error: Option<FileError>,
}

impl Roots {
    /// Opens every root of a policy; none of one without roots.
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
            Root::with(root.directory.as_str(), settings)
                .map_err(|error| RootsError { name: root.name.as_str().to_owned(), error })
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
        let mut visit = |root: u32, path: Contained<'_>| {
            // an id that leads nowhere denies
            let root = usize::try_from(root).ok().and_then(|id| self.list.get(id)).ok_or(Reason::HostFile)?;
            root.admit(path).map_err(|error| {
                let reason = error.reason();
                told = Some(error);
                reason
            })
        };
        let checked = gate.each_path(decision, call, session, document, &mut visit);
        checked.map_err(|denial| Refused { denial, error: told })
    }
}
