//! What the host knows of a call.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use adarga_core::{
    Call,
    address::Address,
    arrival::{Header, Http, Transport},
    identity::{Asserted, Certificate},
};

use crate::{
    grow::{deny, grows, read, read_some},
    keys::{adarga_keys, adarga_revoked},
    memory::{adarga_view, list, pointer, share},
    status::{ADARGA_ERROR_UTF8, ADARGA_ERROR_VALUE, Status, answer},
    work::Lent,
};

/// A line on standard input.
pub const ADARGA_TRANSPORT_STDIO: u32 = 1;
/// An HTTP request.
pub const ADARGA_TRANSPORT_HTTP: u32 = 2;

/// Most header fields of a call.
pub const ADARGA_HEADERS_MAX: usize = 128;
/// Most roles, and most scopes, that a host asserts of a caller.
pub const ADARGA_ASSERTED_MAX: usize = 64;

/// No address: all such callers are one to limits.
pub const ADARGA_PEER_NONE: u32 = 0;
/// An IPv4 address, in the first four bytes.
pub const ADARGA_PEER_IPV4: u32 = 4;
/// An IPv6 address.
pub const ADARGA_PEER_IPV6: u32 = 6;

/// One header field; one that came twice stands there twice.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_header {
    /// Its name, in any case.
    pub name: adarga_view,
    /// Its value.
    pub value: adarga_view,
}

/// The address of the socket that a call came by.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_peer {
    /// sizeof(adarga_peer).
    pub size: u32,
    /// An ADARGA_PEER_….
    pub kind: u32,
    /// In network order.
    pub address: [u8; 16],
}

/// Who calls, when the host knows: a custom provider, an answer of its own database.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_asserted {
    /// sizeof(adarga_asserted).
    pub size: u32,
    /// Not 0: `scopes` bounds what the caller may, an empty list to nothing.
    pub scoped: u32,
    /// Who it is, UTF-8, not empty.
    pub subject: adarga_view,
    /// The names of its roles.
    pub roles: *const adarga_view,
    /// How many there are, at most ADARGA_ASSERTED_MAX.
    pub role_count: usize,
    /// The scopes of its token.
    pub scopes: *const adarga_view,
    /// How many there are, at most ADARGA_ASSERTED_MAX.
    pub scope_count: usize,
}

/// A client certificate that the host's TLS has verified.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_certificate {
    /// sizeof(adarga_certificate).
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// Its subject as the policy writes it, UTF-8.
    pub subject: adarga_view,
    /// SHA-256 of its DER, 32 bytes, or absent.
    pub sha256: adarga_view,
}

/// What the host knows of a call before anything is judged. All but the transport may be zero. The same for all steps of a decision,
/// with all that it points to.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_call {
    /// sizeof(adarga_call).
    pub size: u32,
    /// An ADARGA_TRANSPORT_…; 0 is refused.
    pub transport: u32,
    /// Over HTTP the request method, such as `POST`.
    pub method: adarga_view,
    /// Over HTTP all header fields.
    pub headers: *const adarga_header,
    /// How many there are, at most ADARGA_HEADERS_MAX.
    pub header_count: usize,
    /// Over HTTP the length of the body, where `body_len_known` is not 0.
    pub body_len: u64,
    /// Unix milliseconds of the host's clock; 0 when there is none: then tokens are denied.
    pub now_ms: u64,
    /// Whether `body_len` is known.
    pub body_len_known: u32,
    /// 0.
    pub reserved: u32,
    /// Who calls, or NULL: credentials and the policy say it, or the machine asks.
    pub asserted: *const adarga_asserted,
    /// A bearer token that stands in no header: on stdio, from the environment. Absent: none.
    pub token: adarga_view,
    /// The client certificate of the connection, or NULL.
    pub certificate: *const adarga_certificate,
    /// What tokens are verified with, or NULL: the machine asks for it.
    pub keys: *const adarga_keys,
    /// What was revoked since the policy was compiled, or NULL.
    pub revoked: *const adarga_revoked,
    /// The address of the socket, or NULL.
    pub peer: *const adarga_peer,
}
grows!(adarga_call adarga_certificate adarga_asserted adarga_peer);

/// Reads an address from text, such as `192.0.2.7` or `2001:db8::1`. Threads: any number.
/// Failure: ADARGA_ERROR_VALUE for what is none; `peer` is ADARGA_PEER_NONE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_peer_parse(text: adarga_view, peer: *mut adarga_peer) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        let (out, text) = unsafe { (deny(peer)?, text.bytes()?) };
        let found = Address::parse(text).ok_or(Status(ADARGA_ERROR_VALUE))?;
        let mut peer = adarga_peer { kind: ADARGA_PEER_IPV6, address: *found.octets(), ..adarga_peer::default() };
        if let Some([a, b, c, d]) = found.v4() {
            peer.kind = ADARGA_PEER_IPV4;
            peer.address = [a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        }
        out.write(&peer);
        Ok(())
    })
}

unsafe fn peer(peer: *const adarga_peer) -> Result<Option<IpAddr>, Status> {
    // SAFETY: as the caller's
    let Some(peer) = (unsafe { read_some(peer)? }) else { return Ok(None) };
    let [a, b, c, d, ..] = peer.address;
    match peer.kind {
        ADARGA_PEER_NONE => Ok(None),
        ADARGA_PEER_IPV4 => Ok(Some(Ipv4Addr::new(a, b, c, d).into())),
        ADARGA_PEER_IPV6 => Ok(Some(Ipv6Addr::from(peer.address).into())),
        _ => Err(Status(ADARGA_ERROR_VALUE)),
    }
}

/// Lists of core, made of those of C.
pub(crate) struct Lists<'a> {
    headers: [Header<'a>; ADARGA_HEADERS_MAX],
    roles: [&'a str; ADARGA_ASSERTED_MAX],
    scopes: [&'a str; ADARGA_ASSERTED_MAX],
}

impl<'a> Lists<'a> {
    pub(crate) const NEW: Self = Self {
        headers: [Header { name: &[], value: &[] }; ADARGA_HEADERS_MAX],
        roles: [""; ADARGA_ASSERTED_MAX],
        scopes: [""; ADARGA_ASSERTED_MAX],
    };

    /// Header fields, of which a call may have so many.
    pub(crate) unsafe fn headers(
        list_: &'a mut [Header<'a>; ADARGA_HEADERS_MAX],
        from: *const adarga_header,
        count: usize,
        apart: &impl Fn(adarga_view) -> Result<(), Status>,
    ) -> Result<&'a [Header<'a>], Status> {
        let into = list_.get_mut(..count).ok_or(Status(ADARGA_ERROR_VALUE))?;
        // SAFETY: as the caller's
        let from: &[adarga_header] = unsafe { list(from, count)? };
        for (to, adarga_header { name, value }) in into.iter_mut().zip(from) {
            apart(*name)?;
            apart(*value)?;
            // SAFETY: as the caller's
            *to = unsafe { Header { name: name.bytes()?, value: value.bytes()? } };
        }
        Ok(into)
    }
}

/// Names, of which there may be so many.
unsafe fn names<'a>(
    into: &'a mut [&'a str],
    from: *const adarga_view,
    count: usize,
    apart: &impl Fn(adarga_view) -> Result<(), Status>,
) -> Result<&'a [&'a str], Status> {
    let into = into.get_mut(..count).ok_or(Status(ADARGA_ERROR_VALUE))?;
    // SAFETY: as the caller's
    let from: &[adarga_view] = unsafe { list(from, count)? };
    for (to, name) in into.iter_mut().zip(from) {
        apart(*name)?;
        // SAFETY: as the caller's
        *to = unsafe { name.text()? };
    }
    Ok(into)
}

impl adarga_asserted {
    unsafe fn asserted<'a>(
        &self,
        roles: &'a mut [&'a str],
        scopes: &'a mut [&'a str],
        apart: &impl Fn(adarga_view) -> Result<(), Status>,
    ) -> Result<Asserted<'a>, Status> {
        apart(self.subject)?;
        // SAFETY: as the caller's
        unsafe {
            let scopes = names(scopes, self.scopes, self.scope_count, apart)?;
            Ok(Asserted {
                subject: self.subject.text()?,
                roles: names(roles, self.roles, self.role_count, apart)?,
                scopes: (self.scoped != 0).then_some(scopes),
            })
        }
    }
}

/// What a struct says of a caller, for a machine that asked.
pub(crate) unsafe fn asserted<'a>(
    from: *const adarga_asserted,
    lists: &'a mut Lists<'a>,
    lent: &Lent<'_>,
) -> Result<Option<Asserted<'a>>, Status> {
    // SAFETY: as the caller's
    match unsafe { read_some(from)? } {
        // SAFETY: as the caller's
        Some(asserted) => unsafe { asserted.asserted(&mut lists.roles, &mut lists.scopes, &|view| lent.apart(view)) }.map(Some),
        None => Ok(None),
    }
}

/// The call that a struct describes.
pub(crate) unsafe fn call<'a>(from: *const adarga_call, lists: &'a mut Lists<'a>, lent: &Lent<'_>) -> Result<Call<'a>, Status> {
    let apart = |view| lent.apart(view);
    // SAFETY: as the caller's
    unsafe {
        let call = read(from)?;
        let Lists { headers, roles, scopes } = lists;
        let transport = match call.transport {
            ADARGA_TRANSPORT_STDIO => Transport::Stdio,
            ADARGA_TRANSPORT_HTTP => {
                apart(call.method)?;
                Transport::Http(Http {
                    method: call.method.bytes()?,
                    headers: Lists::headers(headers, call.headers, call.header_count, &apart)?,
                    body_len: (call.body_len_known != 0).then_some(call.body_len),
                })
            }
            _ => return Err(Status(ADARGA_ERROR_VALUE)),
        };
        let asserted = match read_some(call.asserted)? {
            Some(asserted) => Some(asserted.asserted(roles, scopes, &apart)?),
            None => None,
        };
        apart(call.token)?;
        Ok(Call {
            asserted,
            token: call.token.present()?,
            certificate: certificate(call.certificate)?,
            verifier: if call.keys.is_null() { None } else { Some(*share(call.keys)?) },
            revoked: if call.revoked.is_null() { None } else { Some(*share(call.revoked)?) },
            peer: peer(call.peer)?,
            ..Call::new(transport, call.now_ms)
        })
    }
}

unsafe fn certificate<'a>(from: *const adarga_certificate) -> Result<Option<Certificate<'a>>, Status> {
    // SAFETY: as the caller's
    unsafe {
        let Some(certificate) = read_some(from)? else { return Ok(None) };
        let sha256 = match certificate.sha256.present()? {
            Some(bytes) if bytes.len() == 32 => Some(pointer(bytes.as_ptr().cast::<[u8; 32]>())?),
            Some(_) => return Err(Status(ADARGA_ERROR_VALUE)),
            None => None,
        };
        let subject = certificate.subject.text().map_err(|_| Status(ADARGA_ERROR_UTF8))?;
        Ok(Some(Certificate { subject, sha256 }))
    }
}
