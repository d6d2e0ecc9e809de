//! Identities that only the host can give: sessions of a framework, API keys in a database, a proprietary token.

use adarga_core::Call;

/// A caller, as a provider knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// Its name, 1 to 255 bytes, unique among all callers.
    pub subject: String,
    /// The names of its roles, all of which the policy has.
    pub roles: Vec<String>,
    /// Scopes outside of which it may nothing; none: its roles are the only bounds.
    pub scopes: Option<Vec<String>>,
}

/// The provider can't say at the moment: the call is denied with 503.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unavailable;

/// Says who calls. It is asked only where the policy has `provider = true` and nothing in the policy identifies the caller.
///
/// ```
/// use adarga_core::Call;
/// use adarga_host::callers::{Caller, Provider, Unavailable};
///
/// struct Badges;
///
/// impl Provider for Badges {
///     fn identify(&self, call: &Call<'_>) -> Result<Option<Caller>, Unavailable> {
///         Ok((call.bearer() == Some(b"badge-7")).then(|| Caller {
///             subject: "alice".into(),
///             roles: vec!["editor".into()],
///             scopes: None,
///         }))
///     }
/// }
/// ```
pub trait Provider: Send + Sync {
    /// The caller of `call`; none when nobody is known by what it shows, which denies.
    ///
    /// # Errors
    /// [`Unavailable`] when that can't be said now.
    fn identify(&self, call: &Call<'_>) -> Result<Option<Caller>, Unavailable>;
}
