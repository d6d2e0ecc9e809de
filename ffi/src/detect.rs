//! Personal data and secrets in one text, and check digits.

use adarga_core::{
    detect::{Check, Kind, Kinds, Span, spans},
    reason::Reason,
};

use crate::{
    memory::{adarga_view, list_mut, pointer, pointer_mut},
    status::{ADARGA_ERROR_ROOM, ADARGA_ERROR_VALUE, Status, answer},
};

/// A set of kinds of personal data and secrets, of `adarga_detect_kinds_named`. Zeroes are none.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct adarga_detect_kinds {
    /// The bit `n % 64` of the word `n / 64` for the kind of the number `n`.
    pub bits: [u64; 2],
}

/// Where something was found.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_detect_finding {
    /// Its first byte.
    pub start: usize,
    /// The byte after its last one.
    pub end: usize,
    /// The number of what it is, stable for ever: `adarga_detect_kind_name`.
    pub kind: u32,
    /// 0.
    pub reserved: u32,
}

/// The bit of a kind in both words, the second of which is the high one.
fn bit(kind: Kind) -> u128 {
    1_u128.wrapping_shl(kind.number().into())
}

impl adarga_detect_kinds {
    fn of(kinds: Kinds) -> Self {
        let bits = Kind::ALL.iter().filter(|kind| kinds.contains(**kind)).fold(0, |bits, kind| bits | bit(*kind));
        Self { bits: [(bits & u128::from(u64::MAX)) as u64, (bits >> 64) as u64] }
    }

    /// The kinds of core; a bit that stands for none is refused, since what it asks for can't be looked for.
    pub(crate) fn kinds(self) -> Result<Kinds, Status> {
        let [low, high] = self.bits;
        let bits = u128::from(low) | u128::from(high) << 64;
        let asked = Kind::ALL.iter().filter(|kind| bits & bit(**kind) != 0);
        let (kinds, known) = asked.fold((Kinds::NONE, 0), |(kinds, known), kind| (kinds.with(*kind), known | bit(*kind)));
        if known == bits { Ok(kinds) } else { Err(Status(ADARGA_ERROR_VALUE)) }
    }
}

/// Gives the set of kinds that `names` names: `all`, `redacted` for those that are right nearly always, or the names of kinds with one
/// space between them, such as `card iban`. Threads: any number. Failure: ADARGA_ERROR_VALUE for an unknown name; `kinds` is empty.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_detect_kinds_named(names: adarga_view, kinds: *mut adarga_detect_kinds) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        let (kinds, names) = unsafe {
            let kinds = pointer_mut(kinds)?;
            *kinds = adarga_detect_kinds::default();
            (kinds, names.text()?)
        };
        *kinds = adarga_detect_kinds::of(match names {
            "all" => Kinds::ALL,
            "redacted" => Kinds::REDACTED,
            names => {
                let named = |set: Kinds, name| Kind::named(name).map(|kind| set.with(kind));
                names.split(' ').try_fold(Kinds::NONE, named).ok_or(Status(ADARGA_ERROR_VALUE))?
            }
        });
        Ok(())
    })
}

/// The name of a kind, such as `card`, in static memory, without a NUL. Threads: any number. Failure: absent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_detect_kind_name(kind: u32, name: *mut adarga_view) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        let name = unsafe { pointer_mut(name)? };
        *name = adarga_view::NONE;
        let found = u8::try_from(kind).ok().and_then(Kind::numbered).ok_or(Status(ADARGA_ERROR_VALUE))?;
        *name = adarga_view::of(found.name().as_bytes());
        Ok(())
    })
}

/// Finds what of `kinds` is in `text`, which need not be UTF-8: findings in their order, none of which overlap. Of the `capacity` places
/// at `findings`, which share no byte with `text`, `*count` are written. A finding is a suspicion, not a proof.
///
/// Threads: any number. Failure: `*count` is 0; with ADARGA_ERROR_ROOM it is how many there are, of which the first `capacity` are written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_detect(
    text: adarga_view,
    kinds: *const adarga_detect_kinds,
    findings: *mut adarga_detect_finding,
    capacity: usize,
    count: *mut usize,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        let (text, kinds, places, count) = unsafe {
            let count = pointer_mut(count)?;
            *count = 0;
            let places = list_mut(findings, capacity, text)?;
            (text.bytes()?, pointer(kinds)?.kinds()?, places, count)
        };
        let mut places = places.iter_mut();
        for Span { start, end, kind } in spans(text, kinds) {
            if let Some(place) = places.next() {
                place.write(adarga_detect_finding { start, end, kind: kind.number().into(), reserved: 0 });
            }
            *count += 1;
        }
        if *count > capacity { Err(Status(ADARGA_ERROR_ROOM)) } else { Ok(()) }
    })
}

/// Says whether a number keeps the check digits that `name` names: `luhn`, `iban`, `verhoeff`, `mod11_10`, `mod97`, `aba`, `nhs`,
/// `pesel`, `nif`, `hetu`, `gstin`. `reason` becomes ADARGA_REASON_ALLOWED or ADARGA_REASON_ARGUMENTS_FORMAT. Threads: any number.
/// Failure: `reason` is 0; ADARGA_ERROR_VALUE for an unknown check.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_check_digit(name: adarga_view, text: adarga_view, reason: *mut u16) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let reason = pointer_mut(reason)?;
            *reason = 0;
            let check = Check::named(name.text()?).ok_or(Status(ADARGA_ERROR_VALUE))?;
            *reason = if check.holds(text.bytes()?) { Reason::Allowed } else { Reason::ArgumentsFormat }.number();
        }
        Ok(())
    })
}
