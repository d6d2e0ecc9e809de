//! Files beneath a root.

use std::os::fd::IntoRawFd;

use adarga_host::files::Root;

use crate::{
    host::{explain, give, given, no_error, take_back},
    memory::{adarga_output, adarga_view, pointer_mut},
    reason::ADARGA_REASON_ALLOWED,
    status::answer,
};

/// A directory that nothing leaves, opened once, whatever its name leads to later. Shared by all threads.
pub struct adarga_root {
    root: Root,
}

/// Opens a root at a directory. `error` may be NULL.
///
/// Owner: `*root` is the caller's until `adarga_root_close`. Failure: `*root` is NULL; `error` says why.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_root_open(directory: adarga_view, root: *mut *mut adarga_root, error: *mut adarga_output) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            *pointer_mut(root)? = std::ptr::null_mut();
            no_error(error)?;
            let opened = Root::at(directory.text()?).map_err(|what| explain(error, &what))?;
            give(root, adarga_root { root: opened })
        }
    })
}

/// Opens the regular file at `path` beneath a root for reading, really: no link leads out, and the kernel says so where it can
/// (openat2). `path` is relative to the root, or absolute and begins with the directory as `adarga_root_open` was told.
///
/// Owner: `*fd` is the caller's, who closes it; it is not inherited. `reason` becomes ADARGA_REASON_ALLOWED, or why not, and then `*fd` is
/// −1. Threads: any number. Failure: `reason` is 0, `*fd` is −1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_root_open_file(
    root: *const adarga_root,
    path: adarga_view,
    fd: *mut i32,
    reason: *mut u16,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let (fd, reason) = (pointer_mut(fd)?, pointer_mut(reason)?);
            (*fd, *reason) = (-1, 0);
            match given(root)?.root.open(path.bytes()?) {
                Ok(file) => (*fd, *reason) = (file.into_raw_fd(), ADARGA_REASON_ALLOWED),
                Err(error) => *reason = error.reason().number(),
            }
        }
        Ok(())
    })
}

/// Gives a root back. NULL is nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_root_close(root: *mut adarga_root) {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe { take_back(root) };
        Ok(())
    });
}
