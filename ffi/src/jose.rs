//! Signatures and tokens alone, without a policy.

use adarga_core::{
    identity::{
        claims::{self, Audiences, Profile},
        token::{self, Demands, Opened},
    },
    json::Value,
    keys::{Algorithm, Algorithms},
    reason::Reason,
    revocation::Facts,
    signature::jws,
};

use crate::{
    grow::{deny, grows, read},
    keys::{adarga_keys, adarga_revoked},
    memory::{adarga_buffer, adarga_view, pointer_mut, share},
    status::{ADARGA_ERROR_ROOM, ADARGA_ERROR_VALUE, Status, answer},
    work::{scratch, scratch_size},
};

/// All algorithms, as a set.
pub const ADARGA_ALGORITHMS_ALL: u32 = 0x1FFF;
const _: () = assert!(Algorithms::ALL.bits() as u32 == ADARGA_ALGORITHMS_ALL);

/// What a token is judged by. Zero refuses every token: no algorithm is allowed.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_token_rules {
    /// sizeof(adarga_token_rules).
    pub size: u32,
    /// A set of algorithms: bits of `adarga_algorithm`.
    pub algorithms: u32,
    /// The `iss` that must stand there; absent: any or none.
    pub issuer: adarga_view,
    /// The `aud` of which one must stand there; absent: any or none.
    pub audience: adarga_view,
    /// The `typ` that must stand there; absent: none, `JWT` or `at+jwt`.
    pub typ: adarga_view,
    /// The time, in Unix milliseconds; 0 without a clock: then it is refused.
    pub now_ms: u64,
    /// How far clocks may differ, milliseconds.
    pub leeway_ms: u64,
    /// What was revoked, or NULL.
    pub revoked: *const adarga_revoked,
}

/// What a token says.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_token {
    /// sizeof(adarga_token).
    pub size: u32,
    /// ADARGA_REASON_ALLOWED, or why it is not believed.
    pub reason: u16,
    /// Whether `expires_ms` is known.
    pub expires_known: u16,
    /// When it expires, Unix milliseconds.
    pub expires_ms: u64,
    /// Its `sub`, in the memory of the call; absent without one.
    pub subject: adarga_view,
}
grows!(adarga_token_rules adarga_token);

/// Gives the bit of an algorithm by its name in a header, such as `ES256`. Failure: 0; ADARGA_ERROR_VALUE for an unknown one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_algorithm(name: adarga_view, algorithm: *mut u32) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        let (out, name) = unsafe { (pointer_mut(algorithm)?, name.bytes()) };
        *out = 0;
        let found = Algorithm::from_name(name?).ok_or(Status(ADARGA_ERROR_VALUE))?;
        *out = Algorithms::NONE.with(found).bits().into();
        Ok(())
    })
}

fn algorithms(bits: u32) -> Result<Algorithms, Status> {
    let known = u16::try_from(bits).ok().filter(|_| bits & !ADARGA_ALGORITHMS_ALL == 0);
    known.map(Algorithms::from_bits).ok_or(Status(ADARGA_ERROR_VALUE))
}

/// What one token takes: its parts, and a document of as many bytes.
fn needs() -> (usize, u32, u32) {
    let token_max = u32::try_from(jws::TOKEN_MAX).unwrap_or(u32::MAX);
    let room = jws::Rules::new(Algorithms::ALL).room();
    (room, token::limits(token_max).values_max.max(jws::HEADER_LIMITS.values_max), token::room(token_max))
}

/// Says how many bytes of memory `adarga_jws_verify` and `adarga_token_verify` need, of any alignment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_token_memory_size(bytes: *mut usize) -> i32 {
    answer(|| {
        let (room, values, text) = needs();
        // SAFETY: the contract of the header
        *unsafe { pointer_mut(bytes)? } = room.saturating_add(scratch_size(values, text));
        Ok(())
    })
}

/// The two parts of such memory.
unsafe fn divide<'m>(memory: adarga_buffer) -> Result<(&'m mut [u8], adarga_buffer), Status> {
    let (room, ..) = needs();
    // SAFETY: as the caller's
    let bytes = unsafe { memory.bytes()? };
    let (parts, rest) = bytes.split_at_mut_checked(room).ok_or(Status(ADARGA_ERROR_ROOM))?;
    Ok((parts, adarga_buffer { ptr: rest.as_mut_ptr().cast(), len: rest.len() }))
}

/// Verifies a compact JWS (RFC 7515 §7.1), whatever its payload, with one of `algorithms`, a set of bits of `adarga_algorithm`. `reason`
/// becomes ADARGA_REASON_ALLOWED, or why not. Threads: one for each `memory` (`adarga_token_memory_size`). Failure: `reason` is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_jws_verify(
    token: adarga_view,
    keys: *const adarga_keys,
    algorithms_: u32,
    memory: adarga_buffer,
    reason: *mut u16,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let reason = pointer_mut(reason)?;
            *reason = 0;
            memory.apart(token)?;
            let rules = jws::Rules::new(algorithms(algorithms_)?);
            let verifier = share(keys)?;
            let ((parts, rest), (_, values, text)) = (divide(memory)?, needs());
            let mut scratch = scratch(rest, values, text, [0; 2])?;
            let verified = jws::verify_compact(token.bytes()?, verifier.keys, &rules, verifier.crypto, parts, &mut scratch);
            *reason = verified.map_or_else(|reason| reason, |_| Reason::Allowed).number();
        }
        Ok(())
    })
}

/// Verifies one signature of `bytes` by the first key of `keys` under `algorithm`, one bit of `adarga_algorithm`. `reason` becomes
/// ADARGA_REASON_ALLOWED, or why not. Threads: any number. Failure: `reason` is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_signature_verify(
    keys: *const adarga_keys,
    algorithm: u32,
    bytes: adarga_view,
    signature: adarga_view,
    reason: *mut u16,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let reason = pointer_mut(reason)?;
            *reason = 0;
            let mut one = algorithms(algorithm)?.iter();
            let (Some(algorithm), None) = (one.next(), one.next()) else { return Err(Status(ADARGA_ERROR_VALUE)) };
            let (verifier, bytes, signature) = (share(keys)?, bytes.bytes()?, signature.bytes()?);
            *reason = match verifier.keys.iter().next() {
                None => Reason::TokenKey,
                Some(key) if !key.allows(algorithm) => Reason::TokenAlgorithm,
                Some(key) if verifier.crypto.verify(algorithm, &key, bytes, signature) => Reason::Allowed,
                Some(_) => Reason::TokenSignature,
            }
            .number();
        }
        Ok(())
    })
}

/// Verifies a JWT (RFC 7519): its signature, then its claims. `found->subject` lies in `memory`. Threads: one for each `memory`
/// (`adarga_token_memory_size`). Failure: `found` is not believed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_token_verify(
    text: adarga_view,
    keys: *const adarga_keys,
    rules: *const adarga_token_rules,
    memory: adarga_buffer,
    found: *mut adarga_token,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let out = deny(found)?;
            let rules = read(rules)?;
            for input in [text, rules.issuer, rules.audience, rules.typ] {
                memory.apart(input)?;
            }
            let audience = rules.audience.present()?;
            let demands = Demands {
                signed: jws::Rules {
                    typ: rules.typ.present()?.map_or(jws::Type::Bearer, jws::Type::Exactly),
                    ..jws::Rules::new(algorithms(rules.algorithms)?)
                },
                claims: claims::Rules {
                    issuer: rules.issuer.present()?,
                    audiences: audience.as_ref().map_or(Audiences::Any, |one| Audiences::Of(core::slice::from_ref(one))),
                    expiry_required: true,
                    leeway_ms: rules.leeway_ms,
                    profile: Profile::Jwt,
                },
            };
            let revoked = if rules.revoked.is_null() { None } else { Some(share(rules.revoked)?) };
            let ((parts, rest), (_, values, room)) = (divide(memory)?, needs());
            let mut scratch = scratch(rest, values, room, [0; 2])?;
            let opened = token::open(text.bytes()?, share(keys)?, &demands, rules.now_ms, parts, &mut scratch);
            out.write(&match opened {
                Err(reason) => adarga_token { reason: reason.number(), ..Default::default() },
                Ok(Opened { root, claims, key }) => {
                    let subject = root.get(b"sub").and_then(Value::text);
                    let (id, issued_ms) = (claims.id(), claims.issued_ms());
                    let facts = Facts { id, subject: subject.unwrap_or_default(), issued_ms, key };
                    if revoked.is_some_and(|list| list.revoked().holds(&facts)) {
                        adarga_token { reason: Reason::TokenRevoked.number(), ..Default::default() }
                    } else {
                        adarga_token {
                            reason: Reason::Allowed.number(),
                            expires_known: claims.expires_ms().is_some().into(),
                            expires_ms: claims.expires_ms().unwrap_or_default(),
                            subject: subject.map_or(adarga_view::NONE, adarga_view::of),
                            ..Default::default()
                        }
                    }
                }
            });
        }
        Ok(())
    })
}
