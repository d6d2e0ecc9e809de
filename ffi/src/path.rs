//! Paths.

use adarga_core::path::{self, DECODE_MAX, Encoding, Profile, Rules};

use crate::{
    grow::{grows, read_some},
    memory::{adarga_buffer, adarga_view, pointer_mut},
    reason::ADARGA_REASON_ALLOWED,
    status::{ADARGA_ERROR_ROOM, ADARGA_ERROR_VALUE, Status, answer},
};

/// The longest path that is judged, and the size of the buffer for its normal form, in bytes.
pub const ADARGA_PATH_MAX: usize = 4096;
const _: () = assert!(ADARGA_PATH_MAX == path::PATH_MAX);

/// A path must mean the same on Linux, macOS and Windows.
pub const ADARGA_PROFILE_PORTABLE: u32 = 0;
/// A path must mean the same on POSIX systems.
pub const ADARGA_PROFILE_POSIX: u32 = 1;

/// How a path is judged. Zero is the strictest, and so is NULL.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_path_rules {
    /// sizeof(adarga_path_rules).
    pub size: u32,
    /// An ADARGA_PROFILE_….
    pub profile: u32,
    /// 0: taken as it stands, and refused where decoding it, however often, would change what it leads to. Otherwise decoded `decode` − 1
    /// times, at most 4, and judged as what comes out.
    pub decode: u32,
    /// 0.
    pub reserved: u32,
}
grows!(adarga_path_rules);

impl adarga_path_rules {
    unsafe fn rules(rules: *const Self) -> Result<Rules, Status> {
        // SAFETY: as the caller's
        let Self { profile, decode, .. } = unsafe { read_some(rules)? }.unwrap_or_default();
        let profile = match profile {
            ADARGA_PROFILE_PORTABLE => Profile::Portable,
            ADARGA_PROFILE_POSIX => Profile::Posix,
            _ => return Err(Status(ADARGA_ERROR_VALUE)),
        };
        let encoding = match decode.checked_sub(1).map(u8::try_from) {
            None => Encoding::Guard,
            Some(Ok(times)) if times <= DECODE_MAX => Encoding::Decode(times),
            Some(_) => return Err(Status(ADARGA_ERROR_VALUE)),
        };
        Ok(Rules { profile, encoding })
    }
}

/// Judges by its bytes alone whether `path` stays beneath its root, and gives its one normal form. With an absent `root` the path has to be
/// relative; otherwise it may be absolute or a `file:` URI, beneath `root`. `buffer` has ADARGA_PATH_MAX bytes. Links are for whoever
/// opens the file (`adarga_root_open_file`, openat2).
///
/// `normal` is in `path`, in `buffer`, or static, for as long as these are. Threads: one for each buffer.
/// Failure: `reason` is 0, `normal` absent; absent as well when `reason`, an ADARGA_REASON_…, denies.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_path_contain(
    root: adarga_view,
    path: adarga_view,
    rules: *const adarga_path_rules,
    buffer: adarga_buffer,
    normal: *mut adarga_view,
    reason: *mut u16,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let (normal, reason) = (pointer_mut(normal)?, pointer_mut(reason)?);
            (*normal, *reason) = (adarga_view::NONE, 0);
            buffer.apart(path)?;
            buffer.apart(root)?;
            let rules = adarga_path_rules::rules(rules)?;
            let room = buffer.bytes()?.first_chunk_mut().ok_or(Status(ADARGA_ERROR_ROOM))?;
            let contained = match root.present()? {
                None => path::contain(path.bytes()?, rules, room),
                Some(root) => path::contain_any(root, path.bytes()?, rules, room),
            };
            match contained {
                Ok(contained) => (*normal, *reason) = (adarga_view::of(contained.as_bytes()), ADARGA_REASON_ALLOWED),
                Err(denies) => *reason = denies.number(),
            }
        }
        Ok(())
    })
}
