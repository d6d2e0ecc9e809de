//! From a name to addresses, once: what was checked is what is connected to.

use std::{
    fmt, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs},
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use super::{Cause, Host, Network, Url, address::is_allowed, special};

/// Looks names up.
pub trait Resolve: fmt::Debug + Send + Sync + 'static {
    /// The addresses of `name`; may block.
    ///
    /// # Errors
    /// When they can't be had.
    fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// The resolver of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        Ok((name, 0).to_socket_addrs()?.map(|address| address.ip()).collect())
    }
}

/// How far from the public Internet a URL may lead, from the least to the most. Where a document was had from, the URLs in it may
/// lead as well, and no further: so an issuer on the Internet can't send anyone to a machine behind the firewall.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// To public addresses.
    Public,
    /// To the allowed private networks as well.
    Private,
    /// To this machine as well.
    Loopback,
}

impl Reach {
    /// What a URL that a person configured may lead to.
    #[must_use]
    pub fn configured(url: &Url) -> Self {
        if url.is_loopback() { Self::Loopback } else { Self::Private }
    }
}

/// Where a URL leads, checked, and how far that is.
pub(super) fn locate(
    url: &Url,
    reach: Reach,
    allow: &[Network],
    resolver: &Arc<dyn Resolve>,
    timeout: Duration,
) -> Result<(Vec<SocketAddr>, Reach), Cause> {
    if url.is_loopback() && reach < Reach::Loopback {
        return Err(Cause::Loopback);
    }
    let addresses = match url.host() {
        Host::Address(address) => vec![*address],
        // RFC 6761 §6.3: a resolver is not to be asked
        Host::Name(_) if url.is_loopback() => vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
        Host::Name(name) => ask(resolver, name, timeout)?,
    };
    if addresses.is_empty() {
        return Err(Cause::Name("it has no address".to_owned()));
    }
    let mut far = Reach::Public;
    for address in &addresses {
        far = far.max(judge(*address, url, reach, allow)?);
    }
    Ok((addresses.into_iter().map(|address| SocketAddr::new(address, url.port())).collect(), far))
}

/// How far one address is, when it may be connected to at all.
fn judge(address: IpAddr, url: &Url, reach: Reach, allow: &[Network]) -> Result<Reach, Cause> {
    match special(address) {
        None => Ok(Reach::Public),
        Some(_) if url.is_loopback() && address.is_loopback() => Ok(Reach::Loopback),
        Some(_) if reach >= Reach::Private && is_allowed(address, allow) => Ok(Reach::Private),
        Some(purpose) => Err(Cause::Address(address, purpose)),
    }
}

/// Asks the resolver in a thread of its own, since nothing can stop it: an answer that comes too late is dropped.
pub(super) fn ask(resolver: &Arc<dyn Resolve>, name: &str, timeout: Duration) -> Result<Vec<IpAddr>, Cause> {
    let (sender, receiver) = mpsc::sync_channel(1);
    let (resolver, asked) = (Arc::clone(resolver), name.to_owned());
    let thread = thread::Builder::new().name("adarga-resolve".to_owned());
    let failed = |error: io::Error| Cause::Name(error.to_string());
    // the receiver may have given up
    thread.spawn(move || sender.send(resolver.resolve(&asked)).ok()).map_err(failed)?;
    match receiver.recv_timeout(timeout) {
        Ok(answer) => answer.map_err(failed),
        Err(mpsc::RecvTimeoutError::Timeout) => Err(Cause::Timeout),
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(Cause::Name("the resolver failed".to_owned())),
    }
}
