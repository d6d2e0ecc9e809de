/*
 * adarga.h: the C ABI of Adarga, which guards servers of the Model Context Protocol. C99 and C++.
 *
 * Generated from the crate adarga-ffi (`UPDATE=1 cargo test -p adarga-ffi --test it header`); do not edit.
 *
 * One decision: `adarga_gate_open` validates a policy image once; `adarga_decide` judges a message's bytes; when it is allowed,
 * `adarga_ticket_draw` keeps what it was; the server answers; `adarga_read` and `adarga_release` judge the answer. A host that has to
 * wait for something takes `adarga_start` and `adarga_resume` instead of `adarga_decide`: the same machine, step by step.
 *
 * These rules hold for every function; its own comment says the rest.
 *
 * STATUS. A function returns ADARGA_OK (0) or a negative status, whose text `adarga_status_text` gives. A status says that the library
 * was misused or that bytes are not what they should be; it never allows anything. A verdict is data: an ADARGA_REASON_… in an output,
 * ADARGA_REASON_ALLOWED (1) or why not. 0, what zeroed memory says, is undecided and denies.
 *
 * FAILURE. Outputs are written as a denial (zero, absent, NULL) before an input is read, as far as their own pointers and sizes allow. A
 * function that fails leaves them so.
 *
 * MEMORY. The core part allocates nothing and has nothing to be freed: all state is memory of the caller, who gives it back when he
 * likes, after the last call that uses it. Views (`adarga_view`) are borrowed for the call. Views in outputs point into memory that the
 * function's comment names, and hold as long as that is unchanged. They end without a NUL. Memory is initialized: static, from calloc, or
 * written before. Memory that a call writes (scratch, reply, buffers, outputs) shares no byte with what it reads.
 *
 * OBJECTS (`adarga_gate`, `adarga_machine`, …) are arrays of words to C, of the types here, so that they are aligned. Zeroed, they are
 * not set up; machines, sessions and framers are then new ones. Their content is not for other versions of the library.
 *
 * STRUCTS that begin with `size`: zero them, set `size` to sizeof, fill in. They grow: a library takes shorter ones of older headers, whose
 * other members are zero, and longer ones of newer headers, if what it does not know is zero.
 *
 * THREADS. Gates, keys and revocation lists are read-only once they are set up: any number of threads may use them. Everything else is
 * for one call at a time; another that comes meanwhile gets ADARGA_ERROR_BUSY. Exception: tables of ADARGA_RATES_SHARED.
 *
 * MISUSE that is answered by a status: NULL, misaligned pointers, lengths beyond the address space, sizes that are none, numbers out of
 * range, objects never set up or in use, memory that overlaps, damaged images. What no library can answer: pointers to memory that is not
 * the caller's, or shorter than its length says, or changed during the call.
 *
 * PARTS. ADARGA_HOST: the library was built with the hosted part (the default); define it to have its functions declared; its
 * functions give objects of the library as pointers, each with a `…_close`. ADARGA_SEAL: with sealed fields (the default).
 * ADARGA_UNIX: on POSIX systems. `pkg-config --cflags adarga` and the CMake package define what the installed library has.
 */
