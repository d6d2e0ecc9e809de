//! What a certificate is worth, now and soon.

use std::time::Duration;

use der::{
    AnyRef, Decode as _, SliceReader, Tag, Tagged as _,
    asn1::{GeneralizedTime, UtcTime},
};
use rustls::{CertificateError, Error, pki_types::UnixTime};

/// How long before its end a certificate should have been renewed.
const RENEWAL: Duration = Duration::from_secs(30 * 24 * 3600);
const DAY_S: i64 = 24 * 3600;

/// What a server shows, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Why it is not trusted, if so.
    pub distrust: Option<Distrust>,
    /// Whole days until the certificate of the server itself ends, negative afterwards; none when it can't be read.
    pub days_left: Option<i64>,
    /// Whether something in its chain ends within 30 days.
    pub ends_soon: bool,
}

/// Why a certificate is not trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Distrust {
    /// It has ended, or one above it.
    Expired,
    /// It holds from later on.
    NotYetValid,
    /// It is one of another name.
    Name,
    /// No trusted authority stands behind it.
    Issuer,
    /// Something else.
    Other(String),
}

impl From<Error> for Distrust {
    fn from(error: Error) -> Self {
        use CertificateError as Fault;
        match error {
            Error::InvalidCertificate(fault) => match fault {
                Fault::Expired | Fault::ExpiredContext { .. } => Self::Expired,
                Fault::NotValidYet | Fault::NotValidYetContext { .. } => Self::NotYetValid,
                Fault::NotValidForName | Fault::NotValidForNameContext { .. } => Self::Name,
                Fault::UnknownIssuer => Self::Issuer,
                fault => Self::Other(fault.to_string()),
            },
            error => Self::Other(error.to_string()),
        }
    }
}

/// Judges a certificate by a verifier that is asked for now and for the time of renewal.
pub(super) fn judge(certificate: &[u8], now: UnixTime, verify: impl Fn(UnixTime) -> Result<(), Error>) -> Certificate {
    let distrust = verify(now).err().map(Distrust::from);
    let later = UnixTime::since_unix_epoch(Duration::from_secs(now.as_secs()).saturating_add(RENEWAL));
    let ends_soon = distrust.is_none() && verify(later).err().map(Distrust::from) == Some(Distrust::Expired);
    let now_s = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    let days_left = not_after(certificate)
        .and_then(|end| i64::try_from(end.as_secs()).ok())
        .map(|end_s| end_s.saturating_sub(now_s).div_euclid(DAY_S));
    Certificate { distrust, days_left, ends_soon }
}

/// `notAfter` of a certificate (RFC 5280 §4.1.2.5).
fn not_after(certificate: &[u8]) -> Option<Duration> {
    let whole = AnyRef::from_der(certificate).ok()?;
    let signed = AnyRef::decode(&mut SliceReader::new(whole.value()).ok()?).ok()?;
    let mut fields = SliceReader::new(signed.value()).ok()?;
    let mut next = || AnyRef::decode(&mut fields).ok();
    // the version, which certificates of version 1 lack, stands before the serial number
    if next()?.tag() != Tag::Integer {
        next()?;
    }
    let (_algorithm, _issuer, validity) = (next()?, next()?, next()?);
    let mut times = SliceReader::new(validity.value()).ok()?;
    let _not_before = AnyRef::decode(&mut times).ok()?;
    let end = AnyRef::decode(&mut times).ok()?;
    match end.tag() {
        Tag::UtcTime => Some(end.decode_as::<UtcTime>().ok()?.to_unix_duration()),
        _ => Some(end.decode_as::<GeneralizedTime>().ok()?.to_unix_duration()),
    }
}
