//! Connections with a deadline, and handshakes that tell what was shown instead of trusting it.

use std::{
    io::{self, Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, Error, RootCertStore, SignatureScheme, StreamOwned,
    SupportedProtocolVersion,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    pki_types::{CertificateDer, ServerName, UnixTime},
    version::{TLS12, TLS13},
};

use super::{
    super::{
        Cause, Host, Resolve, SystemResolver, Url,
        client::{ADDRESSES_MAX, DEADLINE_MAX, provider},
        resolve::ask,
    },
    Certificate, Offer, Version, certificate,
};

/// Whom connections go to.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) host: Host,
    port: u16,
    timeout: Duration,
}

impl Target {
    pub(super) fn of(url: &Url, timeout: Duration) -> Self {
        Self { host: url.host().clone(), port: url.port(), timeout: timeout.min(DEADLINE_MAX) }
    }

    /// A connection to the first address that takes one, with what is left of its time.
    pub(super) fn connect(&self) -> Result<Bounded, Cause> {
        let until = Instant::now() + self.timeout;
        let addresses = match &self.host {
            Host::Address(address) => vec![*address],
            // RFC 6761 §6.3: a resolver is not to be asked
            Host::Name(name) if name == "localhost" => vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
            Host::Name(name) => ask(&(Arc::new(SystemResolver) as Arc<dyn Resolve>), name, self.timeout)?,
        };
        let mut cause = Cause::Name("it has no address".to_owned());
        for address in addresses.into_iter().take(ADDRESSES_MAX) {
            match self.connect_to(address, until) {
                Ok(stream) => return Ok(Bounded { stream, until }),
                Err(error) => cause = of_io(&error),
            }
        }
        Err(cause)
    }

    fn connect_to(&self, address: IpAddr, until: Instant) -> io::Result<TcpStream> {
        TcpStream::connect_timeout(&SocketAddr::new(address, self.port), left(until)?)
    }
}

/// What is left of the time.
fn left(until: Instant) -> io::Result<Duration> {
    let left = until.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
}

/// A stream that ends with its time, however slowly the other side writes.
#[derive(Debug)]
pub(super) struct Bounded {
    stream: TcpStream,
    until: Instant,
}

impl Read for Bounded {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(Some(left(self.until)?))?;
        self.stream.read(bytes)
    }
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(Some(left(self.until)?))?;
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// What an error of a stream means.
pub(super) fn of_io(error: &io::Error) -> Cause {
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Cause::Timeout,
        // rustls reports its own errors through the stream
        io::ErrorKind::InvalidData => Cause::Tls(error.to_string()),
        _ => Cause::Connection(error.to_string()),
    }
}

/// Lets every certificate pass, and keeps it with what the usual verifier says of it.
#[derive(Debug)]
struct Witness {
    verifier: Arc<WebPkiServerVerifier>,
    seen: Mutex<Option<Certificate>>,
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let at = |time| self.verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp, time).map(drop);
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(certificate::judge(end_entity, now, at));
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}

fn session(
    target: &Target,
    roots: &Arc<RootCertStore>,
    versions: &[&'static SupportedProtocolVersion],
) -> Result<(ClientConnection, Arc<Witness>), Cause> {
    let tls = |error: &dyn std::error::Error| Cause::Tls(error.to_string());
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::clone(roots), provider()).build();
    let witness = Arc::new(Witness { verifier: verifier.map_err(|error| tls(&error))?, seen: Mutex::new(None) });
    let config = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(versions)
        .map_err(|error| tls(&error))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&witness) as Arc<dyn ServerCertVerifier>)
        .with_no_client_auth();
    let name = match &target.host {
        Host::Name(name) => ServerName::try_from(name.clone()).map_err(|error| tls(&error))?,
        Host::Address(address) => ServerName::from(*address),
    };
    let session = ClientConnection::new(Arc::new(config), name).map_err(|error| tls(&error))?;
    Ok((session, witness))
}

/// A handshake with this version and no other, 1.2 or 1.3.
pub(super) fn try_version(target: &Target, roots: &Arc<RootCertStore>, version: Version) -> (Offer, Option<Certificate>) {
    let versions = [if version == Version::Tls13 { &TLS13 } else { &TLS12 }];
    let opened = session(target, roots, &versions).and_then(|session| Ok((session, target.connect()?)));
    let ((mut session, witness), mut stream) = match opened {
        Ok(opened) => opened,
        Err(cause) => return (Offer::Unknown(cause), None),
    };
    let mut outcome = Ok(());
    while outcome.is_ok() && session.is_handshaking() {
        outcome = session.complete_io(&mut stream).map(drop);
    }
    let offer = match outcome.map_err(|error| of_io(&error)) {
        Ok(()) => Offer::Accepted,
        // an alert, or a connection that was taken and then closed
        Err(Cause::Tls(_) | Cause::Connection(_)) => Offer::Refused,
        Err(cause) => Offer::Unknown(cause),
    };
    let seen = witness.seen.lock().unwrap_or_else(PoisonError::into_inner).take();
    (offer, seen)
}

/// A connection for a request, with the newest version that both sides have.
pub(super) fn open(target: &Target, roots: &Arc<RootCertStore>) -> Result<StreamOwned<ClientConnection, Bounded>, Cause> {
    let (session, _) = session(target, roots, &[&TLS13, &TLS12])?;
    Ok(StreamOwned::new(session, target.connect()?))
}
