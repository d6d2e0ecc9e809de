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

#ifndef ADARGA_H
#define ADARGA_H

#include <stddef.h>
#include <stdint.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A result that must be looked at. */
#if defined(__GNUC__) || defined(__clang__)
#define ADARGA_MUST_USE __attribute__((warn_unused_result))
#else
#define ADARGA_MUST_USE
#endif

/* Why a call was allowed or denied: the number, its name, what the caller is told. */
#define ADARGA_REASON_UNDECIDED 0 /* undecided: request denied */
#define ADARGA_REASON_ALLOWED 1 /* allowed: allowed */
#define ADARGA_REASON_HTTP_METHOD 1001 /* http.method: method not allowed */
#define ADARGA_REASON_HTTP_ORIGIN 1002 /* http.origin: origin not allowed */
#define ADARGA_REASON_HTTP_HOST 1003 /* http.host: host not served here */
#define ADARGA_REASON_HTTP_CONTENT_TYPE 1004 /* http.content_type: content type must be application/json */
#define ADARGA_REASON_HTTP_ACCEPT 1005 /* http.accept: client must accept application/json and text/event-stream */
#define ADARGA_REASON_HTTP_REPEATED 1006 /* http.repeated: repeated header */
#define ADARGA_REASON_HTTP_MISSING 1007 /* http.missing: required header is missing */
#define ADARGA_REASON_HTTP_MISMATCH 1008 /* http.mismatch: header does not match the request body */
#define ADARGA_REASON_HTTP_ENCODING 1009 /* http.encoding: malformed header value */
#define ADARGA_REASON_HTTP_VERSION 1010 /* http.version: unsupported protocol version header */
#define ADARGA_REASON_HTTP_SESSION 1011 /* http.session: missing or malformed session id */
#define ADARGA_REASON_HTTP_SESSION_ENDED 1012 /* http.session_ended: session not found */
#define ADARGA_REASON_BODY_SIZE 1013 /* body.size: message too large */
#define ADARGA_REASON_BODY_LINE 1014 /* body.line: line break inside of a message */
#define ADARGA_REASON_JSON_SYNTAX 1101 /* json.syntax: parse error */
#define ADARGA_REASON_JSON_ENCODING 1102 /* json.encoding: parse error: not plain UTF-8 */
#define ADARGA_REASON_JSON_UTF8 1103 /* json.utf8: parse error: invalid UTF-8 */
#define ADARGA_REASON_JSON_ESCAPE 1104 /* json.escape: parse error: invalid escape */
#define ADARGA_REASON_JSON_SURROGATE 1105 /* json.surrogate: parse error: lone surrogate */
#define ADARGA_REASON_JSON_CONTROL 1106 /* json.control: parse error: control character in a string */
#define ADARGA_REASON_JSON_NUMBER 1107 /* json.number: parse error: malformed number */
#define ADARGA_REASON_JSON_NAN 1108 /* json.nan: parse error: not a JSON number */
#define ADARGA_REASON_JSON_TRAILING 1109 /* json.trailing: parse error: data after the message */
#define ADARGA_REASON_JSON_DUPLICATE 1110 /* json.duplicate: duplicate member name */
#define ADARGA_REASON_JSON_DEPTH 1111 /* json.depth: message nested too deep */
#define ADARGA_REASON_JSON_VALUES 1112 /* json.values: message has too many values */
#define ADARGA_REASON_MESSAGE_TYPE 1201 /* message.type: message must be an object */
#define ADARGA_REASON_MESSAGE_BATCH 1202 /* message.batch: batch not allowed */
#define ADARGA_REASON_MESSAGE_VERSION 1203 /* message.version: jsonrpc must be "2.0" */
#define ADARGA_REASON_MESSAGE_ID 1204 /* message.id: id must be a string or an integer */
#define ADARGA_REASON_MESSAGE_MEMBER 1205 /* message.member: unknown member */
#define ADARGA_REASON_MESSAGE_CASE 1206 /* message.case: member name differs only by case */
#define ADARGA_REASON_MESSAGE_SHAPE 1207 /* message.shape: message is neither request, notification nor response */
#define ADARGA_REASON_MESSAGE_NUL 1208 /* message.nul: null character in a name */
#define ADARGA_REASON_MESSAGE_METHOD 1209 /* message.method: method not found */
#define ADARGA_REASON_MESSAGE_PARAMS 1210 /* message.params: invalid params */
#define ADARGA_REASON_MESSAGE_META 1211 /* message.meta: invalid _meta */
#define ADARGA_REASON_MESSAGE_PROTOCOL 1212 /* message.protocol: unsupported protocol version */
#define ADARGA_REASON_MESSAGE_CAPABILITY 1213 /* message.capability: missing required client capability */
#define ADARGA_REASON_MESSAGE_RESPONSE 1214 /* message.response: unexpected response */
#define ADARGA_REASON_LIFECYCLE_ORDER 1215 /* lifecycle.order: session not initialized */
#define ADARGA_REASON_LIFECYCLE_OWNER 1216 /* lifecycle.owner: session not found */
#define ADARGA_REASON_LIFECYCLE_REPEATED 1217 /* lifecycle.repeated: session is already initialized */
#define ADARGA_REASON_MESSAGE_SIBLING 1218 /* message.sibling: another message of the batch was denied */
#define ADARGA_REASON_IDENTITY_MISSING 2001 /* identity.missing: authentication required */
#define ADARGA_REASON_IDENTITY_NO_ROLE 2002 /* identity.no_role: forbidden */
#define ADARGA_REASON_IDENTITY_ROLE 2003 /* identity.role: forbidden */
#define ADARGA_REASON_IDENTITY_RIGHTS 2004 /* identity.rights: forbidden */
#define ADARGA_REASON_IDENTITY_UNAVAILABLE 2005 /* identity.unavailable: authentication is not available */
#define ADARGA_REASON_TOKEN_MALFORMED 2101 /* token.malformed: invalid token */
#define ADARGA_REASON_TOKEN_SIZE 2102 /* token.size: invalid token */
#define ADARGA_REASON_TOKEN_HEADER 2103 /* token.header: invalid token */
#define ADARGA_REASON_TOKEN_ALGORITHM 2104 /* token.algorithm: invalid token */
#define ADARGA_REASON_TOKEN_KEY 2105 /* token.key: invalid token */
#define ADARGA_REASON_TOKEN_SIGNATURE 2106 /* token.signature: invalid token */
#define ADARGA_REASON_TOKEN_TYPE 2107 /* token.type: invalid token */
#define ADARGA_REASON_TOKEN_REQUEST 2108 /* token.request: malformed authorization header */
#define ADARGA_REASON_TOKEN_CLAIMS 2109 /* token.claims: invalid token */
#define ADARGA_REASON_TOKEN_EXPIRED 2110 /* token.expired: token expired */
#define ADARGA_REASON_TOKEN_EARLY 2111 /* token.early: invalid token */
#define ADARGA_REASON_TOKEN_ISSUER 2112 /* token.issuer: invalid token */
#define ADARGA_REASON_TOKEN_AUDIENCE 2113 /* token.audience: invalid token */
#define ADARGA_REASON_TOKEN_SUBJECT 2114 /* token.subject: invalid token */
#define ADARGA_REASON_TOKEN_REVOKED 2115 /* token.revoked: invalid token */
#define ADARGA_REASON_TOKEN_BINDING 2116 /* token.binding: invalid token */
#define ADARGA_REASON_TOKEN_INACTIVE 2117 /* token.inactive: invalid token */
#define ADARGA_REASON_TOKEN_CLOCK 2118 /* token.clock: authentication is not available */
#define ADARGA_REASON_ROUTE_TOOL 3001 /* route.tool: unknown tool */
#define ADARGA_REASON_ROUTE_PROMPT 3002 /* route.prompt: unknown prompt */
#define ADARGA_REASON_ROUTE_RESOURCE 3003 /* route.resource: unknown resource */
#define ADARGA_REASON_ROUTE_METHOD 3004 /* route.method: forbidden */
#define ADARGA_REASON_ROUTE_CANCELLED 3005 /* route.cancelled: no such request */
#define ADARGA_REASON_PERMISSION_DENIED 3101 /* permission.denied: forbidden */
#define ADARGA_REASON_PERMISSION_CONDITION 3102 /* permission.condition: forbidden */
#define ADARGA_REASON_PERMISSION_SCOPE 3103 /* permission.scope: forbidden */
#define ADARGA_REASON_ARGUMENTS_SCHEMA 4001 /* arguments.schema: value does not match its schema */
#define ADARGA_REASON_ARGUMENTS_BUDGET 4002 /* arguments.budget: value takes too long to check */
#define ADARGA_REASON_ARGUMENTS_FORMAT 4003 /* arguments.format: an argument is not in the format that it needs */
#define ADARGA_REASON_PATH_ESCAPE 5001 /* path.escape: path not allowed */
#define ADARGA_REASON_PATH_ABSOLUTE 5002 /* path.absolute: path not allowed */
#define ADARGA_REASON_PATH_OUTSIDE 5003 /* path.outside: path not allowed */
#define ADARGA_REASON_PATH_EMPTY 5004 /* path.empty: path not allowed */
#define ADARGA_REASON_PATH_SIZE 5005 /* path.size: path not allowed */
#define ADARGA_REASON_PATH_ENCODING 5006 /* path.encoding: path not allowed */
#define ADARGA_REASON_PATH_SEPARATOR 5007 /* path.separator: path not allowed */
#define ADARGA_REASON_PATH_CHARACTER 5008 /* path.character: path not allowed */
#define ADARGA_REASON_PATH_NAME 5009 /* path.name: path not allowed */
#define ADARGA_REASON_PATH_DEVICE 5010 /* path.device: path not allowed */
#define ADARGA_REASON_PATH_URI 5011 /* path.uri: path not allowed */
#define ADARGA_REASON_PATH_ABSENT 5012 /* path.absent: path not allowed */
#define ADARGA_REASON_PATH_KIND 5013 /* path.kind: path not allowed */
#define ADARGA_REASON_PATH_TYPE 5014 /* path.type: path not allowed */
#define ADARGA_REASON_PATH_LINK 5015 /* path.link: path not allowed */
#define ADARGA_REASON_THREAT_SQL 6001 /* threat.sql: argument not allowed */
#define ADARGA_REASON_THREAT_HTML 6002 /* threat.html: argument not allowed */
#define ADARGA_REASON_THREAT_SHELL 6003 /* threat.shell: argument not allowed */
#define ADARGA_REASON_THREAT_TRAVERSAL 6004 /* threat.traversal: argument not allowed */
#define ADARGA_REASON_RATE_EXCEEDED 7001 /* rate.exceeded: too many requests */
#define ADARGA_REASON_RATE_FULL 7002 /* rate.full: too many requests */
#define ADARGA_REASON_RATE_UNAVAILABLE 7003 /* rate.unavailable: limits are not available */
#define ADARGA_REASON_RELEASE_MESSAGE 8001 /* release.message: invalid response from the server */
#define ADARGA_REASON_SEAL_FORM 8002 /* seal.form: internal error */
#define ADARGA_REASON_SEAL_KEY 8003 /* seal.key: internal error */
#define ADARGA_REASON_SEAL_TAG 8004 /* seal.tag: internal error */
#define ADARGA_REASON_RELEASE_ELICITATION 8005 /* release.elicitation: the server asks for what it must not ask for */
#define ADARGA_REASON_RELEASE_PIN 8006 /* release.pin: a tool of the server is not the one that was approved */
#define ADARGA_REASON_RELEASE_OUTPUT 8007 /* release.output: invalid result from the server */
#define ADARGA_REASON_AUDIT_LINE 8101 /* audit.line: internal error */
#define ADARGA_REASON_AUDIT_CHANGED 8102 /* audit.changed: internal error */
#define ADARGA_REASON_AUDIT_MISSING 8103 /* audit.missing: internal error */
#define ADARGA_REASON_AUDIT_ORDER 8104 /* audit.order: internal error */
#define ADARGA_REASON_AUDIT_SPLICE 8105 /* audit.splice: internal error */
#define ADARGA_REASON_AUDIT_TORN 8106 /* audit.torn: internal error */
#define ADARGA_REASON_HOST_SCRATCH 9001 /* host.scratch: internal error */
#define ADARGA_REASON_HOST_TIMEOUT 9002 /* host.timeout: request timed out */
#define ADARGA_REASON_HOST_BUSY 9003 /* host.busy: too many requests in flight */
#define ADARGA_REASON_HOST_GONE 9004 /* host.gone: server went away */
#define ADARGA_REASON_HOST_ID_IN_USE 9005 /* host.id_in_use: request id is already in use */
#define ADARGA_REASON_HOST_FILE 9006 /* host.file: internal error */
#define ADARGA_REASON_HOST_AUDIT 9020 /* host.audit: internal error */


/**
 * The version of this ABI: the number in the library's SONAME. It changes when a function or struct changes its meaning; functions
 * are added, and structs grow, without it.
 */
#define ADARGA_ABI 0

/**
 * The function did what it says. It says nothing of a verdict.
 */
#define ADARGA_OK 0

/**
 * A pointer is NULL that must not be, or a view or buffer has a length without a pointer.
 */
#define ADARGA_ERROR_NULL (-1)

/**
 * A pointer is not aligned as its type needs.
 */
#define ADARGA_ERROR_ALIGN (-2)

/**
 * A length is beyond the address space.
 */
#define ADARGA_ERROR_LENGTH (-3)

/**
 * The `size` of a struct is too small to be one, beyond 4096, or it has members that this library does not know and that are not zero.
 */
#define ADARGA_ERROR_SIZE (-4)

/**
 * An object was never set up, is of another kind, or was overwritten.
 */
#define ADARGA_ERROR_STATE (-5)

/**
 * Another call uses the object at this moment.
 */
#define ADARGA_ERROR_BUSY (-6)

/**
 * A number or name is none of those that it may be.
 */
#define ADARGA_ERROR_VALUE (-7)

/**
 * An output is too small; its `len` says how many bytes it needs, where that is known.
 */
#define ADARGA_ERROR_ROOM (-8)

/**
 * Two memories that must be apart overlap.
 */
#define ADARGA_ERROR_OVERLAP (-9)

/**
 * A text is not UTF-8.
 */
#define ADARGA_ERROR_UTF8 (-10)

/**
 * There is nothing of what was asked for: no such item, no ticket for what gets no answer.
 */
#define ADARGA_ERROR_ABSENT (-11)

/**
 * A document does not compile, or a file can't be read: the error output says what and where. Hosted part only.
 */
#define ADARGA_ERROR_DOCUMENT (-12)

/**
 * A defect of the library. Nothing was allowed; report it.
 */
#define ADARGA_ERROR_PANIC (-13)

/**
 * The bytes are not a policy image.
 */
#define ADARGA_FAULT_IMAGE_LABEL (-101)

/**
 * The image was made for another version of the format.
 */
#define ADARGA_FAULT_IMAGE_VERSION (-102)

/**
 * The image is damaged.
 */
#define ADARGA_FAULT_IMAGE_CHECKSUM (-103)

/**
 * The image needs a section that this library does not have.
 */
#define ADARGA_FAULT_IMAGE_SECTION (-104)

/**
 * The image is malformed.
 */
#define ADARGA_FAULT_IMAGE_CONTENT (-105)

/**
 * The bytes are not a key set.
 */
#define ADARGA_FAULT_KEYS_LABEL (-111)

/**
 * The key set was made for another version of the format.
 */
#define ADARGA_FAULT_KEYS_VERSION (-112)

/**
 * The key set is damaged.
 */
#define ADARGA_FAULT_KEYS_CHECKSUM (-113)

/**
 * The key set is malformed.
 */
#define ADARGA_FAULT_KEYS_CONTENT (-114)

/**
 * The bytes are not a revocation list.
 */
#define ADARGA_FAULT_REVOKED_LABEL (-121)

/**
 * The revocation list was made for another version of the format.
 */
#define ADARGA_FAULT_REVOKED_VERSION (-122)

/**
 * The revocation list is damaged.
 */
#define ADARGA_FAULT_REVOKED_CHECKSUM (-123)

/**
 * The revocation list is malformed.
 */
#define ADARGA_FAULT_REVOKED_CONTENT (-124)

/**
 * The scratch memory is smaller than the policy asks for.
 */
#define ADARGA_FAULT_SCRATCH_SMALL (-131)

/**
 * The policy limits how often callers may call, and the work names no table to count in.
 */
#define ADARGA_FAULT_RATES_ABSENT (-132)

/**
 * The table of rates is narrower than the largest window of the policy.
 */
#define ADARGA_FAULT_RATES_SMALL (-133)

/**
 * The reply buffer is shorter than ADARGA_REPLY_MAX, or the output too small for the released message.
 */
#define ADARGA_FAULT_OUTPUT_SMALL (-134)

/**
 * The machine was resumed with something that it is not waiting for.
 */
#define ADARGA_FAULT_OUT_OF_TURN (-135)

/**
 * A fault that this list does not have yet.
 */
#define ADARGA_FAULT_OTHER (-199)

/**
 * Fewest bytes of a token that are kept: those of its SHA-256.
 */
#define ADARGA_CACHE_WIDTH_MIN 32

/**
 * A line on standard input.
 */
#define ADARGA_TRANSPORT_STDIO 1

/**
 * An HTTP request.
 */
#define ADARGA_TRANSPORT_HTTP 2

/**
 * Most header fields of a call.
 */
#define ADARGA_HEADERS_MAX 128

/**
 * Most roles, and most scopes, that a host asserts of a caller.
 */
#define ADARGA_ASSERTED_MAX 64

/**
 * No address: all such callers are one to limits.
 */
#define ADARGA_PEER_NONE 0

/**
 * An IPv4 address, in the first four bytes.
 */
#define ADARGA_PEER_IPV4 4

/**
 * An IPv6 address.
 */
#define ADARGA_PEER_IPV6 6

/**
 * The machine did not run: nothing is decided.
 */
#define ADARGA_STEP_NONE 0

/**
 * Nothing is awaited: the decision is final.
 */
#define ADARGA_STEP_DONE 1

/**
 * The body is awaited: resume with ADARGA_INPUT_BODY.
 */
#define ADARGA_STEP_BODY 2

/**
 * Keys are awaited: there are none, or none that the token can be meant for. Resume with ADARGA_INPUT_KEYS, after asking the issuer
 * for newer ones if that was not done a short while ago.
 */
#define ADARGA_STEP_KEYS 3

/**
 * It is asked who calls: resume with ADARGA_INPUT_IDENTITY, _INTROSPECTED or _UNAVAILABLE.
 */
#define ADARGA_STEP_IDENTITY 4

/**
 * The policy's store is to take the charges of `adarga_machine_charge`, in their order up to the first that it refuses: resume
 * with ADARGA_INPUT_CHARGED.
 */
#define ADARGA_STEP_CHARGE 5

/**
 * Keys that may be newer, in `keys`; NULL: there are no others.
 */
#define ADARGA_INPUT_KEYS 1

/**
 * Who calls, in `asserted`; NULL: nobody knows.
 */
#define ADARGA_INPUT_IDENTITY 2

/**
 * What the issuer's introspection endpoint answered, as it came, in `bytes` (RFC 7662 §2.2).
 */
#define ADARGA_INPUT_INTROSPECTED 3

/**
 * Nobody could be asked.
 */
#define ADARGA_INPUT_UNAVAILABLE 4

/**
 * The whole message, in `bytes`.
 */
#define ADARGA_INPUT_BODY 5

/**
 * What the store said, in `outcome`, and the message once more, in `bytes`.
 */
#define ADARGA_INPUT_CHARGED 6

/**
 * The store could not be asked: the policy says what then.
 */
#define ADARGA_OUTCOME_AWAY 0

/**
 * All charges were taken.
 */
#define ADARGA_OUTCOME_GRANTED 1

/**
 * Those before the charge `refused_at` were taken, that one and those behind it were not: the caller used up its allowance.
 */
#define ADARGA_OUTCOME_EXCEEDED 2

/**
 * As above, but the store has no room for the caller.
 */
#define ADARGA_OUTCOME_FULL 3

/**
 * The culprit is not in the body.
 */
#define ADARGA_PLACE_NOWHERE 0

/**
 * `place` is a byte of the body.
 */
#define ADARGA_PLACE_OFFSET 1

/**
 * `place` is a value of the body: `adarga_place_pointer` names it.
 */
#define ADARGA_PLACE_VALUE 2

/**
 * No message was understood.
 */
#define ADARGA_KIND_NONE 0

/**
 * Has an id and a method, and gets a reply.
 */
#define ADARGA_KIND_REQUEST 1

/**
 * Has a method and no id, and gets none.
 */
#define ADARGA_KIND_NOTIFICATION 2

/**
 * Has an id and a result or an error.
 */
#define ADARGA_KIND_RESPONSE 3

/**
 * The chunk is used up; the line goes on in the next one.
 */
#define ADARGA_FRAMED_MORE 0

/**
 * A whole line.
 */
#define ADARGA_FRAMED_LINE 1

/**
 * A line longer than the buffer came to its end; all of it was dropped.
 */
#define ADARGA_FRAMED_DROPPED 2

/**
 * Bytes of reply buffer that suffice for every answer.
 */
#define ADARGA_REPLY_MAX 8192

/**
 * All algorithms, as a set.
 */
#define ADARGA_ALGORITHMS_ALL 8191

/**
 * Several messages in one array.
 */
#define ADARGA_KIND_BATCH 4

/**
 * The longest path that is judged, and the size of the buffer for its normal form, in bytes.
 */
#define ADARGA_PATH_MAX 4096

/**
 * A path must mean the same on Linux, macOS and Windows.
 */
#define ADARGA_PROFILE_PORTABLE 0

/**
 * A path must mean the same on POSIX systems.
 */
#define ADARGA_PROFILE_POSIX 1

/**
 * A table of one owner: a call that comes while another uses it is answered by ADARGA_ERROR_BUSY.
 */
#define ADARGA_RATES_LOCAL 1

/**
 * A table that threads share, and processes that map its memory; on machines with 64-bit atomics. Its memory is aligned to 64 bytes.
 */
#define ADARGA_RATES_SHARED 2

/**
 * So many calls in any window.
 */
#define ADARGA_LIMIT_WINDOW 1

/**
 * A rate and a burst (GCRA).
 */
#define ADARGA_LIMIT_GCRA 2

/**
 * `[REDACTED]`
 */
#define ADARGA_MASK_REDACTED 0

/**
 * `****` and the last four letters or digits, of a value that has eight of them or more; otherwise `[REDACTED]`.
 */
#define ADARGA_MASK_LAST_FOUR 1

/**
 * `pseudonym:` and 16 hexadecimal digits of HMAC-SHA-256 (RFC 2104) under `key`: equal values have equal pseudonyms.
 */
#define ADARGA_MASK_PSEUDONYM 2

/**
 * Most names of a redaction.
 */
#define ADARGA_REDACTION_NAMES_MAX 64

/**
 * Most JSON Pointers of a redaction.
 */
#define ADARGA_REDACTION_POINTERS_MAX 16

/**
 * Most reference tokens of all pointers of a redaction.
 */
#define ADARGA_REDACTION_TOKENS_MAX 64

/**
 * Most bytes of all those tokens that hold a `~`, decoded.
 */
#define ADARGA_REDACTION_ESCAPED_MAX 1024

#if defined(ADARGA_SEAL)
/**
 * Bytes of a key.
 */
#define ADARGA_SEAL_KEY_LEN 32
#endif

#if defined(ADARGA_SEAL)
/**
 * Bytes of a nonce.
 */
#define ADARGA_SEAL_NONCE_LEN 24
#endif

/**
 * A part of an SQL statement that breaks out of its place (CWE-89), or of a query of another database.
 */
#define ADARGA_THREAT_SQL 1

/**
 * Markup or script that a browser would run (CWE-79).
 */
#define ADARGA_THREAT_HTML 2

/**
 * A command of a shell, or code that calls one (CWE-78).
 */
#define ADARGA_THREAT_SHELL 4

/**
 * A path out of its folder, to what systems keep for themselves, or through a wrapper (CWE-22, CWE-98).
 */
#define ADARGA_THREAT_TRAVERSAL 8

/**
 * Most variables of a template.
 */
#define ADARGA_VARIABLES_MAX 16

#if defined(ADARGA_HOST)
/**
 * Bytes of the start key of a trail.
 */
#define ADARGA_AUDIT_KEY_LEN 32
#endif

#if defined(ADARGA_HOST)
/**
 * Chains may begin anywhere, and whole ones may be absent: files before these were removed.
 */
#define ADARGA_AUDIT_PARTIAL 1
#endif

#if defined(ADARGA_HOST)
/**
 * Keys that can't be used are errors: for sets that a person wrote.
 */
#define ADARGA_KEYS_STRICT 1
#endif

#if defined(ADARGA_HOST)
/**
 * Keys that can't be used are left out: for sets of an issuer.
 */
#define ADARGA_KEYS_LENIENT 2
#endif

#if (defined(ADARGA_HOST) && defined(ADARGA_UNIX))
/**
 * A message was judged.
 */
#define ADARGA_EVENT_DECISION 3
#endif

#if (defined(ADARGA_HOST) && defined(ADARGA_UNIX))
/**
 * A caller showed who they are, or could not.
 */
#define ADARGA_EVENT_AUTHENTICATION 4
#endif

#if (defined(ADARGA_HOST) && defined(ADARGA_UNIX))
/**
 * An answer of the server was judged.
 */
#define ADARGA_EVENT_RELEASE 5
#endif

#if (defined(ADARGA_HOST) && defined(ADARGA_UNIX))
/**
 * A policy, keys or a list of revocations came into force.
 */
#define ADARGA_EVENT_CONFIGURATION 6
#endif

#if (defined(ADARGA_HOST) && defined(ADARGA_UNIX))
/**
 * Most roles, and most permissions, of one event.
 */
#define ADARGA_EVENT_LIST_MAX 256
#endif

#if defined(ADARGA_HOST)
/**
 * An audit trail that is verified, line by line.
 */
typedef struct adarga_audit adarga_audit;
#endif

#if defined(ADARGA_HOST)
/**
 * The keys of a policy's data. Shared by all threads.
 */
typedef struct adarga_data_keys adarga_data_keys;
#endif

#if defined(ADARGA_HOST)
/**
 * A key set in memory of its own, overwritten when it is given back. Read-only, shared by all threads.
 */
typedef struct adarga_key_set adarga_key_set;
#endif

#if defined(ADARGA_HOST)
/**
 * The policy of a file, and whatever it becomes. Shared by all threads.
 */
typedef struct adarga_live adarga_live;
#endif

#if defined(ADARGA_HOST)
/**
 * A policy in force: its image, in memory that nobody else can change. Read-only, shared by all threads.
 */
typedef struct adarga_policy adarga_policy;
#endif

#if defined(ADARGA_HOST)
/**
 * A revocation list in memory of its own. Read-only, shared by all threads.
 */
typedef struct adarga_revocations adarga_revocations;
#endif

#if (defined(ADARGA_HOST) && defined(ADARGA_UNIX))
/**
 * A directory that nothing leaves, opened once, whatever its name leads to later. Shared by all threads.
 */
typedef struct adarga_root adarga_root;
#endif

#if defined(ADARGA_HOST)
/**
 * A compiled JSON Schema (2020-12, 2019-09, draft 7). Read-only, shared by all threads.
 */
typedef struct adarga_schema adarga_schema;
#endif

#if (defined(ADARGA_HOST) && defined(ADARGA_UNIX))
/**
 * The audit trail that a process writes, as `[audit]` of its policy asks. Threads share it.
 */
typedef struct adarga_trail adarga_trail;
#endif

/**
 * Tokens that were verified before, for one worker. It borrows its memory.
 */
typedef struct adarga_cache {
    uint64_t opaque[24];
} adarga_cache;

/**
 * Memory that the library may write, of the caller: initialized (static, or from calloc), whatever it holds.
 */
typedef struct adarga_buffer {
    /**
     * The first byte.
     */
    void *ptr;
    /**
     * How many there are.
     */
    size_t len;
} adarga_buffer;

/**
 * Bytes that somebody else owns, borrowed for the call. `{NULL, 0}` is absent where something may be, otherwise empty.
 */
typedef struct adarga_view {
    /**
     * The first byte.
     */
    const void *ptr;
    /**
     * How many there are.
     */
    size_t len;
} adarga_view;

/**
 * The address of the socket that a call came by.
 */
typedef struct adarga_peer {
    /**
     * sizeof(adarga_peer).
     */
    uint32_t size;
    /**
     * An ADARGA_PEER_….
     */
    uint32_t kind;
    /**
     * In network order.
     */
    uint8_t address[16];
} adarga_peer;

/**
 * A policy, ready to judge: read-only, shared by all threads. It borrows its image.
 */
typedef struct adarga_gate {
    uint64_t opaque[16];
} adarga_gate;

/**
 * The state of one decision between two steps, in memory of the caller. Zeroes are one that has not started. It holds no pointers: it
 * may be moved while no call uses it.
 */
typedef struct adarga_machine {
    uint64_t opaque[512];
} adarga_machine;

/**
 * One header field; one that came twice stands there twice.
 */
typedef struct adarga_header {
    /**
     * Its name, in any case.
     */
    struct adarga_view name;
    /**
     * Its value.
     */
    struct adarga_view value;
} adarga_header;

/**
 * Who calls, when the host knows: a custom provider, an answer of its own database.
 */
typedef struct adarga_asserted {
    /**
     * sizeof(adarga_asserted).
     */
    uint32_t size;
    /**
     * Not 0: `scopes` bounds what the caller may, an empty list to nothing.
     */
    uint32_t scoped;
    /**
     * Who it is, UTF-8, not empty.
     */
    struct adarga_view subject;
    /**
     * The names of its roles.
     */
    const struct adarga_view *roles;
    /**
     * How many there are, at most ADARGA_ASSERTED_MAX.
     */
    size_t role_count;
    /**
     * The scopes of its token.
     */
    const struct adarga_view *scopes;
    /**
     * How many there are, at most ADARGA_ASSERTED_MAX.
     */
    size_t scope_count;
} adarga_asserted;

/**
 * A client certificate that the host's TLS has verified.
 */
typedef struct adarga_certificate {
    /**
     * sizeof(adarga_certificate).
     */
    uint32_t size;
    /**
     * 0.
     */
    uint32_t reserved;
    /**
     * Its subject as the policy writes it, UTF-8.
     */
    struct adarga_view subject;
    /**
     * SHA-256 of its DER, 32 bytes, or absent.
     */
    struct adarga_view sha256;
} adarga_certificate;

/**
 * What tokens are verified with: read-only, shared by all threads. It borrows its image.
 */
typedef struct adarga_keys {
    uint64_t opaque[12];
} adarga_keys;

/**
 * What was revoked: read-only, shared by all threads. It borrows its image.
 */
typedef struct adarga_revoked {
    uint64_t opaque[12];
} adarga_revoked;

/**
 * What the host knows of a call before anything is judged. All but the transport may be zero. The same for all steps of a decision,
 * with all that it points to.
 */
typedef struct adarga_call {
    /**
     * sizeof(adarga_call).
     */
    uint32_t size;
    /**
     * An ADARGA_TRANSPORT_…; 0 is refused.
     */
    uint32_t transport;
    /**
     * Over HTTP the request method, such as `POST`.
     */
    struct adarga_view method;
    /**
     * Over HTTP all header fields.
     */
    const struct adarga_header *headers;
    /**
     * How many there are, at most ADARGA_HEADERS_MAX.
     */
    size_t header_count;
    /**
     * Over HTTP the length of the body, where `body_len_known` is not 0.
     */
    uint64_t body_len;
    /**
     * Unix milliseconds of the host's clock; 0 when there is none: then tokens are denied.
     */
    uint64_t now_ms;
    /**
     * Whether `body_len` is known.
     */
    uint32_t body_len_known;
    /**
     * 0.
     */
    uint32_t reserved;
    /**
     * Who calls, or NULL: credentials and the policy say it, or the machine asks.
     */
    const struct adarga_asserted *asserted;
    /**
     * A bearer token that stands in no header: on stdio, from the environment. Absent: none.
     */
    struct adarga_view token;
    /**
     * The client certificate of the connection, or NULL.
     */
    const struct adarga_certificate *certificate;
    /**
     * What tokens are verified with, or NULL: the machine asks for it.
     */
    const struct adarga_keys *keys;
    /**
     * What was revoked since the policy was compiled, or NULL.
     */
    const struct adarga_revoked *revoked;
    /**
     * The address of the socket, or NULL.
     */
    const struct adarga_peer *peer;
} adarga_call;

/**
 * The little that a legacy connection has to remember: one for each stdio connection or `Mcp-Session-Id`, in memory of the caller.
 * Zeroes are a connection on which nothing was said yet. It may be copied while no call uses it.
 */
typedef struct adarga_session {
    uint64_t opaque[40];
} adarga_session;

/**
 * Where calls are counted. It borrows its memory. A shared table may be used by any number of threads at once, or each may have one of
 * its own over the same memory.
 */
typedef struct adarga_rates {
    uint64_t opaque[16];
} adarga_rates;

/**
 * The memory that a caller lends to the library for one call. One for each thread; the same for all steps of one decision, and
 * unchanged until its ticket is drawn.
 */
typedef struct adarga_work {
    /**
     * sizeof(adarga_work).
     */
    uint32_t size;
    /**
     * 0.
     */
    uint32_t reserved;
    /**
     * What `adarga_scratch_size` says, of any alignment. Its content between decisions does not matter.
     */
    struct adarga_buffer scratch;
    /**
     * Where replies are written: ADARGA_REPLY_MAX bytes.
     */
    struct adarga_buffer reply;
    /**
     * Keys the tables of hashes in the scratch memory: random, once per process, where there is a source of randomness.
     */
    uint64_t seed[2];
    /**
     * The legacy connection that the call belongs to; NULL when the host keeps none: then `initialize` first is not enforced.
     */
    struct adarga_session *session;
    /**
     * Tokens that were verified before, or NULL: each is verified again.
     */
    struct adarga_cache *cache;
    /**
     * Where calls are counted, or NULL where the policy counts none.
     */
    struct adarga_rates *rates;
} adarga_work;

/**
 * The outcome of a decision. Zeroes deny.
 */
typedef struct adarga_decision {
    /**
     * sizeof(adarga_decision).
     */
    uint32_t size;
    /**
     * Not 0: the host may pass the message on.
     */
    uint8_t allowed;
    /**
     * Not 0: the policy only observes, and the message passes although `reason` speaks against it.
     */
    uint8_t observed;
    /**
     * An ADARGA_KIND_… of the message; of a batch, of the first.
     */
    uint8_t kind;
    /**
     * An ADARGA_PLACE_….
     */
    uint8_t place_kind;
    /**
     * Where the culprit stands.
     */
    uint32_t place;
    /**
     * ADARGA_REASON_ALLOWED, or why not: an ADARGA_REASON_…; 0 is undecided, which denies.
     */
    uint16_t reason;
    /**
     * The HTTP status of the answer; 0 undecided.
     */
    uint16_t status;
    /**
     * How many messages a batch holds; 1 for a single message, 0 when none was read.
     */
    uint16_t items;
    /**
     * Whether `retry_after_ms` is known.
     */
    uint16_t retry_known;
    /**
     * What texts of the arguments look like, as far as the policy asks: ADARGA_THREAT_… bits. Some may be there although the call is
     * allowed: the policy only reports them.
     */
    uint32_t threats;
    /**
     * After how many milliseconds a call that was too many is allowed, if nothing else is charged until then.
     */
    uint64_t retry_after_ms;
    /**
     * The body to answer a denial with, in the reply buffer; empty when the answer has none.
     */
    struct adarga_view reply;
    /**
     * The value of `WWW-Authenticate`, in the reply buffer; absent when there is none.
     */
    struct adarga_view challenge;
    /**
     * Who called, in the machine until that is used again; absent when nobody knows.
     */
    struct adarga_view subject;
    /**
     * The name of the policy entry that it was about, in the policy image; absent when it was about none.
     */
    struct adarga_view route;
    /**
     * The keyword of its JSON Schema that the culprit breaks, in static memory, where `reason` is ADARGA_REASON_ARGUMENTS_SCHEMA or
     * _FORMAT; otherwise absent.
     */
    struct adarga_view keyword;
} adarga_decision;

/**
 * What a machine is resumed with.
 */
typedef struct adarga_input {
    /**
     * sizeof(adarga_input).
     */
    uint32_t size;
    /**
     * An ADARGA_INPUT_….
     */
    uint32_t kind;
    /**
     * Of ADARGA_INPUT_BODY, _INTROSPECTED and _CHARGED.
     */
    struct adarga_view bytes;
    /**
     * Of ADARGA_INPUT_KEYS.
     */
    const struct adarga_keys *keys;
    /**
     * Of ADARGA_INPUT_IDENTITY.
     */
    const struct adarga_asserted *asserted;
    /**
     * Of ADARGA_INPUT_CHARGED: an ADARGA_OUTCOME_….
     */
    uint32_t outcome;
    /**
     * Which charge was refused.
     */
    uint32_t refused_at;
    /**
     * After how many milliseconds it would be allowed, where `retry_known` is not 0.
     */
    uint64_t retry_after_ms;
    /**
     * Whether `retry_after_ms` is known.
     */
    uint32_t retry_known;
    /**
     * 0.
     */
    uint32_t reserved;
} adarga_input;

/**
 * A charge that the policy's store has to take.
 */
typedef struct adarga_charge {
    /**
     * sizeof(adarga_charge).
     */
    uint32_t size;
    /**
     * Which limit: `adarga_gate_limit` says what it allows.
     */
    uint32_t limit;
    /**
     * Whose allowance under it: a digest without a key. A store that others can read is given a keyed hash of it.
     */
    uint8_t key[16];
    /**
     * How many calls it counts as; 0 where there is no such charge.
     */
    uint32_t cost;
    /**
     * 0.
     */
    uint32_t reserved;
} adarga_charge;

/**
 * Where a function writes bytes. It sets `len` to how many it wrote; with ADARGA_ERROR_ROOM to how many it needs.
 */
typedef struct adarga_output {
    /**
     * The first byte.
     */
    void *ptr;
    /**
     * How many fit.
     */
    size_t capacity;
    /**
     * How many were written, or are needed.
     */
    size_t len;
} adarga_output;

/**
 * What `adarga_each_path` shows the paths of a call to: the id of the root that the policy binds it to (`adarga_gate_root`), and the
 * normal form of what lies beneath, borrowed for the call. It returns ADARGA_REASON_ALLOWED, or another ADARGA_REASON_… to deny.
 */
typedef uint16_t (*adarga_path_visitor)(void *context, uint32_t root, struct adarga_view path);

/**
 * A set of kinds of personal data and secrets, of `adarga_detect_kinds_named`. Zeroes are none.
 */
typedef struct adarga_detect_kinds {
    /**
     * The bit `n % 64` of the word `n / 64` for the kind of the number `n`.
     */
    uint64_t bits[2];
} adarga_detect_kinds;

/**
 * Where something was found.
 */
typedef struct adarga_detect_finding {
    /**
     * Its first byte.
     */
    size_t start;
    /**
     * The byte after its last one.
     */
    size_t end;
    /**
     * The number of what it is, stable for ever: `adarga_detect_kind_name`.
     */
    uint32_t kind;
    /**
     * 0.
     */
    uint32_t reserved;
} adarga_detect_finding;

/**
 * Collects lines from chunks of any size. Zeroes are one at the start of a line.
 */
typedef struct adarga_framer {
    uint64_t opaque[5];
} adarga_framer;

/**
 * How often a client may call.
 */
typedef struct adarga_limit {
    /**
     * sizeof(adarga_limit).
     */
    uint32_t size;
    /**
     * An ADARGA_LIMIT_….
     */
    uint32_t kind;
    /**
     * So many calls…
     */
    uint32_t calls;
    /**
     * The most calls at once; of a window 0.
     */
    uint32_t burst;
    /**
     * …in so many milliseconds.
     */
    uint64_t span_ms;
} adarga_limit;

/**
 * What a token is judged by. Zero refuses every token: no algorithm is allowed.
 */
typedef struct adarga_token_rules {
    /**
     * sizeof(adarga_token_rules).
     */
    uint32_t size;
    /**
     * A set of algorithms: bits of `adarga_algorithm`.
     */
    uint32_t algorithms;
    /**
     * The `iss` that must stand there; absent: any or none.
     */
    struct adarga_view issuer;
    /**
     * The `aud` of which one must stand there; absent: any or none.
     */
    struct adarga_view audience;
    /**
     * The `typ` that must stand there; absent: none, `JWT` or `at+jwt`.
     */
    struct adarga_view typ;
    /**
     * The time, in Unix milliseconds; 0 without a clock: then it is refused.
     */
    uint64_t now_ms;
    /**
     * How far clocks may differ, milliseconds.
     */
    uint64_t leeway_ms;
    /**
     * What was revoked, or NULL.
     */
    const struct adarga_revoked *revoked;
} adarga_token_rules;

/**
 * What a token says.
 */
typedef struct adarga_token {
    /**
     * sizeof(adarga_token).
     */
    uint32_t size;
    /**
     * ADARGA_REASON_ALLOWED, or why it is not believed.
     */
    uint16_t reason;
    /**
     * Whether `expires_ms` is known.
     */
    uint16_t expires_known;
    /**
     * When it expires, Unix milliseconds.
     */
    uint64_t expires_ms;
    /**
     * Its `sub`, in the memory of the call; absent without one.
     */
    struct adarga_view subject;
} adarga_token;

/**
 * Limits of a document that no policy sets.
 */
typedef struct adarga_limits {
    /**
     * sizeof(adarga_limits).
     */
    uint32_t size;
    /**
     * Levels of arrays and objects, at most 65535.
     */
    uint32_t depth_max;
    /**
     * Values and keys.
     */
    uint32_t values_max;
    /**
     * Bytes; with `values_max` it says how much scratch memory is needed (`adarga_scratch_size_of`).
     */
    uint32_t input_max;
} adarga_limits;

/**
 * Why something is no document.
 */
typedef struct adarga_parsed {
    /**
     * sizeof(adarga_parsed).
     */
    uint32_t size;
    /**
     * ADARGA_REASON_ALLOWED, or why it is none.
     */
    uint16_t reason;
    /**
     * 0.
     */
    uint16_t reserved;
    /**
     * The byte of the culprit.
     */
    uint64_t at;
} adarga_parsed;

/**
 * What a message is judged by.
 */
typedef struct adarga_message_rules {
    /**
     * sizeof(adarga_message_rules).
     */
    uint32_t size;
    /**
     * The date of the protocol revision without hyphens, such as 20260728.
     */
    uint32_t revision;
    /**
     * Not 0: a server sent it.
     */
    uint32_t from_server;
    /**
     * 0.
     */
    uint32_t reserved;
    /**
     * The header fields of an HTTP POST that it came by.
     */
    const struct adarga_header *headers;
    /**
     * How many there are; 0: they are not known.
     */
    size_t header_count;
} adarga_message_rules;

/**
 * What a message is.
 */
typedef struct adarga_message {
    /**
     * sizeof(adarga_message).
     */
    uint32_t size;
    /**
     * ADARGA_REASON_ALLOWED, or why it is none.
     */
    uint16_t reason;
    /**
     * An ADARGA_KIND_….
     */
    uint8_t kind;
    /**
     * 0.
     */
    uint8_t reserved;
    /**
     * Its method, decoded: in `text` or the scratch memory; absent without one.
     */
    struct adarga_view method;
    /**
     * Its id as it stands in `text`; absent without one.
     */
    struct adarga_view id;
} adarga_message;

/**
 * How a path is judged. Zero is the strictest, and so is NULL.
 */
typedef struct adarga_path_rules {
    /**
     * sizeof(adarga_path_rules).
     */
    uint32_t size;
    /**
     * An ADARGA_PROFILE_….
     */
    uint32_t profile;
    /**
     * 0: taken as it stands, and refused where decoding it, however often, would change what it leads to. Otherwise decoded `decode` − 1
     * times, at most 4, and judged as what comes out.
     */
    uint32_t decode;
    /**
     * 0.
     */
    uint32_t reserved;
} adarga_path_rules;

/**
 * What a table said of a charge.
 */
typedef struct adarga_charged {
    /**
     * sizeof(adarga_charged).
     */
    uint32_t size;
    /**
     * ADARGA_REASON_ALLOWED, or why nothing was taken.
     */
    uint16_t reason;
    /**
     * Whether `retry_after_ms` is known; otherwise waiting does not help, or nobody knows.
     */
    uint8_t retry_known;
    /**
     * 0.
     */
    uint8_t reserved;
    /**
     * After how many milliseconds the same charge is allowed, if nothing else is charged until then.
     */
    uint64_t retry_after_ms;
} adarga_charged;

/**
 * What is masked, and how. The same for any number of messages.
 */
typedef struct adarga_redaction {
    /**
     * sizeof(adarga_redaction).
     */
    uint32_t size;
    /**
     * An ADARGA_MASK_….
     */
    uint32_t mask;
    /**
     * Of members whose value is masked wherever they stand: without case and separators, `card_number` is `Card-Number`. At most 63 bytes
     * each after that, of which one is left.
     */
    const struct adarga_view *names;
    /**
     * How many there are, at most ADARGA_REDACTION_NAMES_MAX.
     */
    size_t name_count;
    /**
     * JSON Pointers (RFC 6901) of values that are masked, from the root of the message.
     */
    const struct adarga_view *pointers;
    /**
     * How many there are, at most ADARGA_REDACTION_POINTERS_MAX.
     */
    size_t pointer_count;
    /**
     * What is looked for in every string: of `adarga_detect_kinds_named`.
     */
    struct adarga_detect_kinds kinds;
    /**
     * Of ADARGA_MASK_PSEUDONYM: 32 bytes, secret.
     */
    struct adarga_view key;
} adarga_redaction;

/**
 * What may go out.
 */
typedef struct adarga_released {
    /**
     * sizeof(adarga_released).
     */
    uint32_t size;
    /**
     * ADARGA_REASON_ALLOWED, or why nothing may.
     */
    uint16_t reason;
    /**
     * Not 0: `bytes` are in the output; otherwise they are the server's own.
     */
    uint16_t edited;
    /**
     * The message for the client; absent when it is denied.
     */
    struct adarga_view bytes;
} adarga_released;

/**
 * What the host keeps of an allowed request until its answer comes. It holds no pointers: it may be copied and moved.
 */
typedef struct adarga_ticket {
    uint64_t opaque[320];
} adarga_ticket;

/**
 * A server's message that was read, before it is known which request it answers. It holds no pointers.
 */
typedef struct adarga_reading {
    uint64_t opaque[24];
} adarga_reading;

/**
 * What was found of a server's message.
 */
typedef struct adarga_read_result {
    /**
     * sizeof(adarga_read_result).
     */
    uint32_t size;
    /**
     * ADARGA_REASON_ALLOWED, or why the message must not be passed on.
     */
    uint16_t reason;
    /**
     * An ADARGA_KIND_…; of a batch, of the first message.
     */
    uint8_t kind;
    /**
     * An ADARGA_PLACE_… of the culprit.
     */
    uint8_t place_kind;
    /**
     * Where the culprit stands.
     */
    uint32_t place;
    /**
     * How many messages a batch holds; 1 for a single message.
     */
    uint32_t items;
    /**
     * The id of the request that it answers, as it stands in the message; absent when it answers none.
     */
    struct adarga_view answers;
} adarga_read_result;

/**
 * A variable that a URI gives a value to.
 */
typedef struct adarga_variable {
    /**
     * Its name, in the template.
     */
    struct adarga_view name;
    /**
     * Its value as the URI has it, in the URI: `adarga_value_decode`.
     */
    struct adarga_view raw;
} adarga_variable;

#if defined(ADARGA_HOST)
/**
 * What a trail was found to be. Zeroes are nothing that was verified.
 */
typedef struct adarga_audit_summary {
    /**
     * sizeof(adarga_audit_summary).
     */
    uint32_t size;
    /**
     * Not 0: nothing is wrong, or nothing but a last line that was not written to its end.
     */
    uint32_t whole;
    /**
     * How much is wrong in all.
     */
    uint64_t wrong;
    /**
     * Of how much `adarga_audit_finding` says what it is: of the first thousand.
     */
    uint64_t findings;
    /**
     * Lines that are genuine and where they belong.
     */
    uint64_t genuine;
    /**
     * Lines that were torn, and told apart from tampering by the line behind them.
     */
    uint64_t torn;
    /**
     * Lines that could not be written, by what chains say of themselves.
     */
    uint64_t lost;
} adarga_audit_summary;
#endif

#if defined(ADARGA_HOST)
/**
 * Something wrong with a trail.
 */
typedef struct adarga_audit_finding {
    /**
     * sizeof(adarga_audit_finding).
     */
    uint32_t size;
    /**
     * An ADARGA_REASON_AUDIT_….
     */
    uint16_t reason;
    /**
     * Whether `line` is known: not for what is not there.
     */
    uint16_t line_known;
    /**
     * The index of the line among all that were given, from 0.
     */
    uint64_t line;
} adarga_audit_finding;
#endif

#if defined(ADARGA_HOST)
/**
 * A schema, or a document that one refers to.
 */
typedef struct adarga_schema_source {
    /**
     * The URI that it is referred to by; of the schema itself nothing is asked.
     */
    struct adarga_view id;
    /**
     * Its JSON text.
     */
    struct adarga_view text;
} adarga_schema_source;
#endif

#if (defined(ADARGA_HOST) && defined(ADARGA_UNIX))
/**
 * What happened. Texts that are absent and numbers that are not known are left out of the line; a text of more than 256 bytes, or that is
 * not UTF-8, stands in it as its length and hash.
 */
typedef struct adarga_event {
    /**
     * sizeof(adarga_event).
     */
    uint32_t size;
    /**
     * An ADARGA_EVENT_…; the library writes the others itself.
     */
    uint32_t event;
    /**
     * Unix milliseconds.
     */
    uint64_t time_ms;
    /**
     * Not 0: it was allowed, or succeeded.
     */
    uint32_t success;
    /**
     * An ADARGA_REASON_…, or 0.
     */
    uint32_t reason;
    /**
     * The culprit, a JSON Pointer.
     */
    struct adarga_view pointer;
    /**
     * The id of the request, as JSON.
     */
    struct adarga_view request;
    /**
     * The method.
     */
    struct adarga_view method;
    /**
     * The name of the tool or prompt, or the URI of the resource.
     */
    struct adarga_view target;
    /**
     * Who called.
     */
    struct adarga_view subject;
    /**
     * The names of their roles.
     */
    const struct adarga_view *roles;
    /**
     * How many there are, at most ADARGA_EVENT_LIST_MAX.
     */
    size_t role_count;
    /**
     * The permissions that a token gave them.
     */
    const struct adarga_view *permissions;
    /**
     * How many there are, at most ADARGA_EVENT_LIST_MAX.
     */
    size_t permission_count;
    /**
     * The arguments of the call: only a keyed hash of them gets into the line, where the policy wants that.
     */
    struct adarga_view arguments;
    /**
     * How long it took, where `duration_known` is not 0.
     */
    uint64_t duration_us;
    /**
     * Whether `duration_us` is known.
     */
    uint32_t duration_known;
    /**
     * 0.
     */
    uint32_t reserved;
    /**
     * From which machine.
     */
    struct adarga_view peer;
    /**
     * What the client says of itself.
     */
    struct adarga_view agent;
    /**
     * What else there is to say.
     */
    struct adarga_view note;
} adarga_event;
#endif

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Says how many bytes a cache of `tokens` tokens (a power of two, at least 4) needs that keeps up to `width` bytes of each: about
 * 1,024 on servers, ADARGA_CACHE_WIDTH_MIN at least. Failure: `*bytes` is 0.
 */
ADARGA_MUST_USE
int32_t adarga_cache_size(uint32_t tokens,
                          size_t width,
                          size_t *bytes);

/**
 * Sets up an empty cache in `memory`, which it borrows and which nobody else touches while it is used. `seed` is random and secret.
 * Forget it with `adarga_cache_clear` before the memory is given back: it holds tokens. Threads: one cache for each.
 * Failure: `cache` is none.
 */
ADARGA_MUST_USE
int32_t adarga_cache_init(struct adarga_cache *cache,
                          struct adarga_buffer memory,
                          uint32_t tokens,
                          size_t width,
                          const uint64_t *seed);

/**
 * Forgets all tokens and overwrites them. Threads: one.
 */
ADARGA_MUST_USE
int32_t adarga_cache_clear(struct adarga_cache *cache);

/**
 * Reads an address from text, such as `192.0.2.7` or `2001:db8::1`. Threads: any number.
 * Failure: ADARGA_ERROR_VALUE for what is none; `peer` is ADARGA_PEER_NONE.
 */
ADARGA_MUST_USE
int32_t adarga_peer_parse(struct adarga_view text, struct adarga_peer *peer);

/**
 * Decides a call whose body is at hand, with what `call` says: keys that are not in it, an identity that only the host could give, and a
 * store that would have to be asked are taken as absent. `machine` is used anew.
 *
 * Owner and lifetime: `decision` points into `work`, `machine` and the policy image. Threads: one for each machine and work.
 * Failure: `decision` is a denial without a reason.
 */
ADARGA_MUST_USE
int32_t adarga_decide(const struct adarga_gate *gate,
                      struct adarga_machine *machine,
                      const struct adarga_call *from,
                      struct adarga_view body,
                      const struct adarga_work *work,
                      struct adarga_decision *decision);

/**
 * Begins a decision anew and says in `step`, an ADARGA_STEP_…, what it waits for. What the headers say alone (401, 403, 421 …) is said
 * before the body is read. Threads: one for each machine and work. Failure: ADARGA_STEP_NONE.
 */
ADARGA_MUST_USE
int32_t adarga_start(const struct adarga_gate *gate,
                     struct adarga_machine *machine,
                     const struct adarga_call *from,
                     const struct adarga_work *work,
                     uint32_t *step);

/**
 * Takes the machine one step on, with what it waits for. `call` and `work` are those of `adarga_start`. Threads: one for each machine and
 * work. Failure: ADARGA_STEP_NONE; after ADARGA_FAULT_OUT_OF_TURN the machine still waits.
 */
ADARGA_MUST_USE
int32_t adarga_resume(const struct adarga_gate *gate,
                      struct adarga_machine *machine,
                      const struct adarga_call *from,
                      const struct adarga_input *input,
                      const struct adarga_work *work,
                      uint32_t *step);

/**
 * Gives the decision so far; final after ADARGA_STEP_DONE. `decision` points into `work`, `machine` and the policy image. Threads: one
 * for each machine. Failure: `decision` is a denial without a reason.
 */
ADARGA_MUST_USE
int32_t adarga_machine_decision(const struct adarga_gate *gate,
                                struct adarga_machine *machine,
                                const struct adarga_work *work,
                                struct adarga_decision *decision);

/**
 * Gives the `index`th charge that the policy's store has to take, while the machine waits for it. Threads: one for each machine.
 * Failure: ADARGA_ERROR_ABSENT behind the last one; `charge` is zero.
 */
ADARGA_MUST_USE
int32_t adarga_machine_charge(struct adarga_machine *machine,
                              size_t index,
                              struct adarga_charge *charge);

/**
 * Writes where the culprit of a decision stands in `body`, as a JSON Pointer (RFC 6901) without a NUL; nothing when it stands in no value.
 * `body` and `work` are those of the decision, whose scratch memory was not used since. Threads: one for each machine and work.
 * Failure: with ADARGA_ERROR_ROOM, `pointer->len` is a size that suffices.
 */
ADARGA_MUST_USE
int32_t adarga_place_pointer(const struct adarga_gate *gate,
                             struct adarga_machine *machine,
                             struct adarga_view body,
                             const struct adarga_work *work,
                             struct adarga_output *pointer);

/**
 * Shows `visitor` every path of an allowed call that the policy binds to a root, so that the host can resolve them before the server
 * does. The first four arguments and `work` are those of the decision, whose scratch memory was not used since. `reason` becomes
 * ADARGA_REASON_ALLOWED, or the first other one that the visitor gave: then the message must not reach the server.
 *
 * Threads: one for each machine and work, which the visitor must not use. Failure: `reason` is 0.
 */
ADARGA_MUST_USE
int32_t adarga_each_path(const struct adarga_gate *gate,
                         struct adarga_machine *machine,
                         const struct adarga_call *from,
                         struct adarga_view body,
                         const struct adarga_work *work,
                         adarga_path_visitor visitor,
                         void *context,
                         uint16_t *reason);

/**
 * Gives the set of kinds that `names` names: `all`, `redacted` for those that are right nearly always, or the names of kinds with one
 * space between them, such as `card iban`. Threads: any number. Failure: ADARGA_ERROR_VALUE for an unknown name; `kinds` is empty.
 */
ADARGA_MUST_USE
int32_t adarga_detect_kinds_named(struct adarga_view names,
                                  struct adarga_detect_kinds *kinds);

/**
 * The name of a kind, such as `card`, in static memory, without a NUL. Threads: any number. Failure: absent.
 */
ADARGA_MUST_USE
int32_t adarga_detect_kind_name(uint32_t kind, struct adarga_view *name);

/**
 * Finds what of `kinds` is in `text`, which need not be UTF-8: findings in their order, none of which overlap. Of the `capacity` places
 * at `findings`, which share no byte with `text`, `*count` are written. A finding is a suspicion, not a proof.
 *
 * Threads: any number. Failure: `*count` is 0; with ADARGA_ERROR_ROOM it is how many there are, of which the first `capacity` are written.
 */
ADARGA_MUST_USE
int32_t adarga_detect(struct adarga_view text,
                      const struct adarga_detect_kinds *kinds,
                      struct adarga_detect_finding *findings,
                      size_t capacity,
                      size_t *count);

/**
 * Says whether a number keeps the check digits that `name` names: `luhn`, `iban`, `verhoeff`, `mod11_10`, `mod97`, `aba`, `nhs`,
 * `pesel`, `nif`, `hetu`, `gstin`. `reason` becomes ADARGA_REASON_ALLOWED or ADARGA_REASON_ARGUMENTS_FORMAT. Threads: any number.
 * Failure: `reason` is 0; ADARGA_ERROR_VALUE for an unknown check.
 */
ADARGA_MUST_USE
int32_t adarga_check_digit(struct adarga_view name,
                           struct adarga_view text,
                           uint16_t *reason);

/**
 * Takes bytes from the front of `*chunk` up to the end of a line or of the chunk, and moves `*chunk` behind them. `buffer` is the same
 * at every call; its length is the longest line (`adarga_gate_body_max`). `framed` becomes an ADARGA_FRAMED_…, `line` a line without
 * its line feed, in the chunk or the buffer until the next call.
 *
 * Threads: one. Failure: ADARGA_FRAMED_MORE, no line.
 */
ADARGA_MUST_USE
int32_t adarga_frame(struct adarga_framer *framer,
                     struct adarga_buffer buffer,
                     struct adarga_view *chunk,
                     struct adarga_view *line,
                     uint32_t *framed);

/**
 * Says how many lines were dropped so far, and whether the stream ended in the middle of one. Threads: one. Failure: 0.
 */
ADARGA_MUST_USE
int32_t adarga_framer_state(struct adarga_framer *framer,
                            uint64_t *dropped,
                            uint32_t *mid_line);

/**
 * Validates a policy image, once. `gate` borrows `image`, which has to stay where it is, unchanged, as long as `gate` is used: a
 * private mapping, flash, a static array (`adarga compile`). `gate` needs nothing to be undone.
 *
 * Threads: any number may use a gate once it was opened. Failure: an ADARGA_FAULT_IMAGE_… names what is wrong, and `gate` is none.
 */
ADARGA_MUST_USE
int32_t adarga_gate_open(struct adarga_gate *gate,
                         struct adarga_view image);

/**
 * Says how many bytes of scratch memory each call by this policy needs (`adarga_work.scratch`). Threads: any number.
 * Failure: `*bytes` is 0.
 */
ADARGA_MUST_USE
int32_t adarga_scratch_size(const struct adarga_gate *gate,
                            size_t *bytes);

/**
 * Says how many bytes of scratch memory a document of at most `values_max` values and `input_max` bytes needs.
 */
ADARGA_MUST_USE
int32_t adarga_scratch_size_of(uint32_t values_max,
                               uint32_t input_max,
                               size_t *bytes);

/**
 * Gives the SHA-256 of the policy image, 32 bytes borrowed from it: the policy's identity. Threads: any number.
 */
ADARGA_MUST_USE
int32_t adarga_gate_digest(const struct adarga_gate *gate,
                           struct adarga_view *digest);

/**
 * Gives the longest message that the policy takes, in bytes: over HTTP when `http` is not 0, otherwise as a line. It is the size of
 * the buffer that lines are read into. Threads: any number. Failure: `*bytes` is 0.
 */
ADARGA_MUST_USE
int32_t adarga_gate_body_max(const struct adarga_gate *gate,
                             uint32_t http,
                             size_t *bytes);

/**
 * Gives a limit of the policy by its id, for hosts that charge an external store. Threads: any number.
 * Failure: ADARGA_ERROR_ABSENT for an id without a limit; `limit` is one that is refused everywhere.
 */
ADARGA_MUST_USE
int32_t adarga_gate_limit(const struct adarga_gate *gate, uint32_t id, struct adarga_limit *limit);

/**
 * Gives name and directory of a root of the policy by its id, as of `adarga_each_path`; both borrowed from the image. Threads: any
 * number. Failure: ADARGA_ERROR_ABSENT for an id without a root; both are absent.
 */
ADARGA_MUST_USE
int32_t adarga_gate_root(const struct adarga_gate *gate,
                         uint32_t id,
                         struct adarga_view *name,
                         struct adarga_view *directory);

/**
 * Gives the bit of an algorithm by its name in a header, such as `ES256`. Failure: 0; ADARGA_ERROR_VALUE for an unknown one.
 */
ADARGA_MUST_USE
int32_t adarga_algorithm(struct adarga_view name,
                         uint32_t *algorithm);

/**
 * Says how many bytes of memory `adarga_jws_verify` and `adarga_token_verify` need, of any alignment.
 */
ADARGA_MUST_USE
int32_t adarga_token_memory_size(size_t *bytes);

/**
 * Verifies a compact JWS (RFC 7515 §7.1), whatever its payload, with one of `algorithms`, a set of bits of `adarga_algorithm`. `reason`
 * becomes ADARGA_REASON_ALLOWED, or why not. Threads: one for each `memory` (`adarga_token_memory_size`). Failure: `reason` is 0.
 */
ADARGA_MUST_USE
int32_t adarga_jws_verify(struct adarga_view token,
                          const struct adarga_keys *keys,
                          uint32_t algorithms_,
                          struct adarga_buffer memory,
                          uint16_t *reason);

/**
 * Verifies one signature of `bytes` by the first key of `keys` under `algorithm`, one bit of `adarga_algorithm`. `reason` becomes
 * ADARGA_REASON_ALLOWED, or why not. Threads: any number. Failure: `reason` is 0.
 */
ADARGA_MUST_USE
int32_t adarga_signature_verify(const struct adarga_keys *keys,
                                uint32_t algorithm,
                                struct adarga_view bytes,
                                struct adarga_view signature,
                                uint16_t *reason);

/**
 * Verifies a JWT (RFC 7519): its signature, then its claims. `found->subject` lies in `memory`. Threads: one for each `memory`
 * (`adarga_token_memory_size`). Failure: `found` is not believed.
 */
ADARGA_MUST_USE
int32_t adarga_token_verify(struct adarga_view text,
                            const struct adarga_keys *keys,
                            const struct adarga_token_rules *rules,
                            struct adarga_buffer memory,
                            struct adarga_token *found);

/**
 * Says whether `text` is one JSON document that every parser reads alike (RFC 8259, I-JSON's strictness). Threads: one for each
 * `memory`. Failure: `parsed->reason` is 0.
 */
ADARGA_MUST_USE
int32_t adarga_json_check(struct adarga_view text,
                          const struct adarga_limits *limits,
                          struct adarga_buffer memory,
                          struct adarga_parsed *parsed);

/**
 * Validates a key set, once (`adarga keys`; firmware has it in flash). `keys` borrows `image`, which has to stay where it is,
 * unchanged, as long as `keys` is used. It may hold secrets: its owner overwrites it in the end.
 *
 * Threads: any number may use it once it was opened. Failure: an ADARGA_FAULT_KEYS_… names what is wrong, and `keys` is none.
 */
ADARGA_MUST_USE
int32_t adarga_keys_open(struct adarga_keys *keys,
                         struct adarga_view image);

/**
 * Says how many keys there are. Threads: any number. Failure: 0.
 */
ADARGA_MUST_USE
int32_t adarga_keys_count(const struct adarga_keys *keys, size_t *count);

/**
 * Validates a revocation list, once; lifetime, threads and failure as of `adarga_keys_open`.
 */
ADARGA_MUST_USE
int32_t adarga_revoked_open(struct adarga_revoked *revoked, struct adarga_view image);

/**
 * Says whether `text` is one message of a revision of the Model Context Protocol (or a batch, where the revision has them).
 * `found->method` may lie in `memory`. Threads: one for each `memory`. Failure: `found` is none.
 */
ADARGA_MUST_USE
int32_t adarga_message_check(struct adarga_view text,
                             const struct adarga_message_rules *rules,
                             const struct adarga_limits *limits,
                             struct adarga_buffer memory,
                             struct adarga_message *found);

/**
 * Judges by its bytes alone whether `path` stays beneath its root, and gives its one normal form. With an absent `root` the path has to be
 * relative; otherwise it may be absolute or a `file:` URI, beneath `root`. `buffer` has ADARGA_PATH_MAX bytes. Links are for whoever
 * opens the file (`adarga_root_open_file`, openat2).
 *
 * `normal` is in `path`, in `buffer`, or static, for as long as these are. Threads: one for each buffer.
 * Failure: `reason` is 0, `normal` absent; absent as well when `reason`, an ADARGA_REASON_…, denies.
 */
ADARGA_MUST_USE
int32_t adarga_path_contain(struct adarga_view root,
                            struct adarga_view path,
                            const struct adarga_path_rules *rules,
                            struct adarga_buffer buffer,
                            struct adarga_view *normal,
                            uint16_t *reason);

/**
 * Says whether a granted permission covers a required one: equal, or the grant ends in `*` and what precedes it is a prefix. `reason`
 * becomes ADARGA_REASON_ALLOWED or ADARGA_REASON_PERMISSION_DENIED. Threads: any number. Failure: `reason` is 0.
 */
ADARGA_MUST_USE
int32_t adarga_permission_covers(struct adarga_view granted,
                                 struct adarga_view required,
                                 uint16_t *reason);

/**
 * Says how many bytes a table of `kind`, an ADARGA_RATES_…, needs for the limits of the policy and so many clients; 0: as many as the
 * policy says. Threads: any number. Failure: `*bytes` is 0; ADARGA_ERROR_ABSENT where the policy needs no table.
 */
ADARGA_MUST_USE
int32_t adarga_rates_size(const struct adarga_gate *gate,
                          uint32_t kind,
                          uint32_t clients,
                          size_t *bytes);

/**
 * Sets up the table of a policy in `memory`, which it borrows, as `adarga_rates_size` says. The memory is zero at first, or as a
 * table of the same policy, kind, clients and seed left it. `seed` leads to two random, secret numbers, the same for all who share
 * the memory. Threads: one. Failure: `rates` is none.
 */
ADARGA_MUST_USE
int32_t adarga_rates_init(struct adarga_rates *rates,
                          const struct adarga_gate *gate,
                          uint32_t kind,
                          uint32_t clients,
                          struct adarga_buffer memory,
                          const uint64_t *seed);

/**
 * As `adarga_rates_size`, for a table without a policy: so many clients under one limit, or under several where `clients` counts each
 * as often. `window_calls` are those of the largest window, 0 without any.
 */
ADARGA_MUST_USE
int32_t adarga_table_size(uint32_t kind,
                          uint32_t clients,
                          uint32_t window_calls,
                          size_t *bytes);

/**
 * As `adarga_rates_init`, for a table without a policy.
 */
ADARGA_MUST_USE
int32_t adarga_table_init(struct adarga_rates *rates,
                          uint32_t kind,
                          uint32_t clients,
                          uint32_t window_calls,
                          struct adarga_buffer memory,
                          const uint64_t *seed);

/**
 * Takes `cost` calls (0 counts as 1) at `now_ms` from what `limit` allows `client`, which may be any bytes. `limit_id` tells limits
 * apart: a client has an allowance of its own under each. Threads: as the table. Failure: nothing is allowed, and nothing was taken.
 */
ADARGA_MUST_USE
int32_t adarga_rates_charge(struct adarga_rates *rates,
                            const struct adarga_limit *limit,
                            uint32_t limit_id,
                            struct adarga_view client,
                            uint32_t cost,
                            uint64_t now_ms,
                            struct adarga_charged *charged);

/**
 * The ABI of the library that runs; a program compares it with the ADARGA_ABI that it was compiled with.
 */
uint32_t adarga_abi(void);

/**
 * What a status means and how to mend it, in static memory, without a NUL. Threads: any number.
 */
ADARGA_MUST_USE
int32_t adarga_status_text(int32_t status, struct adarga_view *text);

/**
 * The dotted name of a reason, such as `path.escape`, in static memory, without a NUL. Threads: any number. Failure: absent.
 */
ADARGA_MUST_USE
int32_t adarga_reason_name(uint16_t reason,
                           struct adarga_view *name);

/**
 * What a caller is told of a reason, in static memory, without a NUL. Threads: any number. Failure: absent.
 */
ADARGA_MUST_USE
int32_t adarga_reason_text(uint16_t reason, struct adarga_view *text);

/**
 * Writes the JSON text `text` with what `redaction` says masked. Where nothing is, nothing is written and `redacted->bytes` are those of
 * `text`; otherwise they are in `output`. `redacted->reason` becomes ADARGA_REASON_ALLOWED, or why the text is no JSON. `memory` is what
 * `adarga_scratch_size_of` says for `limits`.
 *
 * Threads: one for each `memory`. Failure: `redacted` denies, and nothing of `output` or `text` may go out; with ADARGA_ERROR_ROOM
 * `output->len` is a size that suffices, with ADARGA_FAULT_SCRATCH_SMALL more is to mask than memory of such `limits` can hold:
 * raise `values_max`; ADARGA_ERROR_VALUE for a name or pointer that is none, and for more than there may be.
 */
ADARGA_MUST_USE
int32_t adarga_redact(struct adarga_view text,
                      const struct adarga_redaction *redaction,
                      const struct adarga_limits *limits,
                      struct adarga_buffer memory,
                      struct adarga_output *output,
                      struct adarga_released *redacted);

/**
 * Draws the ticket of the `item`th message of an allowed input, 0 for a single one. `call`, `body` and `work` are those of the decision,
 * whose scratch memory was not used since. Threads: one for each machine and work.
 * Failure: ADARGA_ERROR_ABSENT for what gets no answer or was denied; `ticket` is none.
 */
ADARGA_MUST_USE
int32_t adarga_ticket_draw(const struct adarga_gate *gate,
                           struct adarga_machine *machine,
                           const struct adarga_call *from,
                           struct adarga_view body,
                           const struct adarga_work *work,
                           uint16_t item,
                           struct adarga_ticket *ticket);

/**
 * Gives the id of the request as it stood in its message, quotes included, borrowed from the ticket. Threads: any number. Failure: absent.
 */
ADARGA_MUST_USE
int32_t adarga_ticket_id(const struct adarga_ticket *ticket,
                         struct adarga_view *id);

/**
 * Reads a server's message as strictly as a client's. `reading` is for `adarga_release`, with the same `bytes` and `work`, whose scratch
 * memory must not be used in between. Of `work`, scratch memory and session are used; NULL for the session: none is asked.
 *
 * Threads: one for each work. Failure: `result` denies, `reading` is none; so it is when `result->reason` denies.
 */
ADARGA_MUST_USE
int32_t adarga_read(const struct adarga_gate *gate,
                    struct adarga_view bytes,
                    const struct adarga_work *work,
                    struct adarga_reading *reading,
                    struct adarga_read_result *result);

/**
 * Says how many bytes suffice for the `output` of `adarga_release` when the server's message has `len`: more than that where the policy
 * masks data. Threads: any number. Failure: `*bytes` is 0.
 */
ADARGA_MUST_USE
int32_t adarga_released_max(const struct adarga_gate *gate,
                            size_t len,
                            size_t *bytes);

/**
 * Releases the answer to a request, edited where the policy asks for it; with a NULL `ticket` a request or notification of the server's
 * own, in which what every answer hides is masked, and which is denied where it asks a person for a secret. The messages of a batch are read and released one by one.
 * `reading`, `bytes` and `work` are those of `adarga_read`; the scratch memory must be read again before another use. When the ticket is
 * one of `initialize`, `work->session` notes what was settled.
 *
 * Owner: `released->bytes` are in `output` or `bytes`. Threads: one for each work. Failure: `released` denies; for an `output` that is
 * too small its `len` is what `adarga_released_max` says.
 */
ADARGA_MUST_USE
int32_t adarga_release(const struct adarga_gate *gate,
                       const struct adarga_ticket *ticket,
                       const struct adarga_reading *reading,
                       struct adarga_view bytes,
                       const struct adarga_work *work,
                       struct adarga_output *output,
                       struct adarga_released *released);

#if defined(ADARGA_SEAL)
/**
 * Seals `plain` under a key of ADARGA_SEAL_KEY_LEN bytes whose id is `key_id`, for the place that `aad` names, as a text. `nonce` are
 * ADARGA_SEAL_NONCE_LEN random bytes that are never used again. Threads: any number. Failure: as every output; nothing of `plain` is written.
 */
ADARGA_MUST_USE
int32_t adarga_seal(uint32_t key_id,
                    struct adarga_view key,
                    struct adarga_view nonce,
                    struct adarga_view aad,
                    struct adarga_view plain,
                    struct adarga_output *sealed);
#endif

#if defined(ADARGA_SEAL)
/**
 * Opens a sealed field under that key. `reason` becomes ADARGA_REASON_ALLOWED, or an ADARGA_REASON_SEAL_…, and then nothing is written.
 * Threads: any number. Failure: as every output; `reason` is 0.
 */
ADARGA_MUST_USE
int32_t adarga_unseal(uint32_t key_id,
                      struct adarga_view key,
                      struct adarga_view aad,
                      struct adarga_view sealed,
                      struct adarga_output *plain,
                      uint16_t *reason);
#endif

#if defined(ADARGA_SEAL)
/**
 * Opens what AES-256-GCM alone encrypted: `sealed` is ciphertext, then tag; `nonce` are 12 bytes. `reason` and failure as of
 * `adarga_unseal`.
 */
ADARGA_MUST_USE
int32_t adarga_aead_open(struct adarga_view key,
                         struct adarga_view nonce,
                         struct adarga_view aad,
                         struct adarga_view sealed,
                         struct adarga_output *plain,
                         uint16_t *reason);
#endif

/**
 * Makes `session` one that was initialized before under `revision`, such as 20251125, by `owner` (empty: by whoever comes
 * next). A subject longer than 255 bytes gives a session that has ended. Threads: one. Failure: `session` is a new one.
 */
ADARGA_MUST_USE
int32_t adarga_session_restore(struct adarga_session *session,
                               uint32_t revision_,
                               struct adarga_view owner);

/**
 * Gives the revision that was negotiated, such as 20251125, or 0 while there is none. Threads: one. Failure: 0.
 */
ADARGA_MUST_USE
int32_t adarga_session_revision(struct adarga_session *session,
                                uint32_t *revision_);

/**
 * Ends the session: nothing may come any more. Threads: one.
 */
ADARGA_MUST_USE
int32_t adarga_session_end(struct adarga_session *session);

/**
 * Says whether `text` has the format of JSON Schema that `name` names, such as `uuid`. `reason` becomes ADARGA_REASON_ALLOWED or
 * ADARGA_REASON_ARGUMENTS_FORMAT. Threads: any number. Failure: `reason` is 0; ADARGA_ERROR_VALUE for an unknown format.
 */
ADARGA_MUST_USE
int32_t adarga_format_check(struct adarga_view name,
                            struct adarga_view text,
                            uint16_t *reason);

/**
 * Writes `text` for the place that `name` names: `html`, `attribute`, `strip-tags`, `url`, `json-in-html`, `javascript`, `css`,
 * `like`, `log`, `spreadsheet`. Threads: any number. Failure: as every output; ADARGA_ERROR_VALUE for an unknown place.
 */
ADARGA_MUST_USE
int32_t adarga_escape(struct adarga_view name,
                      struct adarga_view text,
                      struct adarga_output *out);

/**
 * Says what a decoded text looks like, such as the value of a JSON string; it need not be UTF-8. `*threats` becomes the
 * ADARGA_THREAT_… bits, and `reason` ADARGA_REASON_ALLOWED or, for the first of them, an ADARGA_REASON_THREAT_…. Looks, not proof.
 * Threads: any number. Failure: both are 0.
 */
ADARGA_MUST_USE
int32_t adarga_threat_scan(struct adarga_view text,
                           uint32_t *threats,
                           uint16_t *reason);

/**
 * The name of one ADARGA_THREAT_… bit, such as `sql`, in static memory, without a NUL. Threads: any number. Failure: absent.
 */
ADARGA_MUST_USE
int32_t adarga_threat_name(uint32_t threat,
                           struct adarga_view *name);

/**
 * Says whether `uri` is one of `template` (RFC 6570), and with which values: `*count` of the ADARGA_VARIABLES_MAX places at `variables`
 * are written, in the order of the values. `reason` becomes ADARGA_REASON_ALLOWED or ADARGA_REASON_ROUTE_RESOURCE. A template that can be
 * read in two ways is ADARGA_ERROR_VALUE, and `why`, which may be NULL, a static text that says what is wrong with it.
 *
 * Threads: any number. Failure: `reason` and `*count` are 0.
 */
ADARGA_MUST_USE
int32_t adarga_template_match(struct adarga_view template_,
                              struct adarga_view uri,
                              struct adarga_variable *variables,
                              size_t *count,
                              uint16_t *reason,
                              struct adarga_view *why);

/**
 * Writes a value of a URI percent-decoded, once. Threads: any number. Failure: as every output.
 */
ADARGA_MUST_USE
int32_t adarga_value_decode(struct adarga_view raw, struct adarga_output *value);

#if defined(ADARGA_HOST)
/**
 * Begins to verify an audit trail. `key` are the ADARGA_AUDIT_KEY_LEN bytes of the start key that was moved `number` times: that of the
 * first chain of the trail, or of an older one. `flags` are 0 or ADARGA_AUDIT_PARTIAL.
 *
 * Owner: `*audit` is the caller's until `adarga_audit_close`, which overwrites the key. Failure: `*audit` is NULL.
 */
ADARGA_MUST_USE
int32_t adarga_audit_open(uint32_t number,
                          struct adarga_view key,
                          uint32_t flags,
                          struct adarga_audit **audit);
#endif

#if defined(ADARGA_HOST)
/**
 * Takes the next line of the trail, without its line feed: what is wrong with it is said in the end, since a later line may explain it.
 * Threads: one at a time. Failure: the line was not taken; ADARGA_ERROR_STATE after `adarga_audit_end`.
 */
ADARGA_MUST_USE
int32_t adarga_audit_line(struct adarga_audit *audit,
                          struct adarga_view line);
#endif

#if defined(ADARGA_HOST)
/**
 * Ends the trail. `rest` is what stands behind its last line feed: nothing, in a file that is whole. Threads: one at a time.
 * Failure: `summary` is not whole; ADARGA_ERROR_STATE when the trail was ended before.
 */
ADARGA_MUST_USE
int32_t adarga_audit_end(struct adarga_audit *audit,
                         struct adarga_view rest,
                         struct adarga_audit_summary *summary);
#endif

#if defined(ADARGA_HOST)
/**
 * Says the `index`th thing that is wrong with a trail that was ended: by their lines, what is not there last. Threads:
 * one at a time. Failure: ADARGA_ERROR_ABSENT behind the last one, ADARGA_ERROR_STATE before `adarga_audit_end`; `finding` is zero.
 */
ADARGA_MUST_USE
int32_t adarga_audit_finding_at(const struct adarga_audit *audit,
                                size_t index,
                                struct adarga_audit_finding *finding);
#endif

#if defined(ADARGA_HOST)
/**
 * Gives it back. NULL is nothing.
 */
void adarga_audit_close(struct adarga_audit *audit);
#endif

#if defined(ADARGA_HOST)
/**
 * Reads the keys that `[data] key` of a policy names. `error` may be NULL.
 *
 * Owner: `*keys` is the caller's until `adarga_data_keys_close`, and NULL for a policy that names none. Threads: any. Failure: NULL; with
 * ADARGA_ERROR_DOCUMENT `error` says why.
 */
ADARGA_MUST_USE
int32_t adarga_data_keys_open(const struct adarga_policy *policy,
                              struct adarga_data_keys **keys,
                              struct adarga_output *error);
#endif

#if defined(ADARGA_HOST)
/**
 * As `adarga_release`, and what the policy seals is sealed, for the `record` that tells the record of this message from others and that
 * `adarga_data_unseal` needs again; what gets a pseudonym gets it. With NULL `keys` it is masked.
 *
 * Owner, threads: as `adarga_release`. Failure: the same; ADARGA_ERROR_ABSENT when the system has no random bytes to give.
 */
ADARGA_MUST_USE
int32_t adarga_release_sealed(const struct adarga_data_keys *keys,
                              struct adarga_view record,
                              const struct adarga_gate *gate,
                              const struct adarga_ticket *ticket,
                              const struct adarga_reading *reading,
                              struct adarga_view bytes,
                              const struct adarga_work *work,
                              struct adarga_output *output,
                              struct adarga_released *released);
#endif

#if defined(ADARGA_HOST)
/**
 * Opens a field that the policy of `gate` sealed, for the same `record`: `value` becomes what stood in the message, JSON. `pointer` is the
 * JSON Pointer of the field from the `result`, with `*` for places in arrays. `reason` becomes ADARGA_REASON_ALLOWED, or an
 * ADARGA_REASON_SEAL_…, and then nothing is written.
 *
 * Threads: any number. Failure: as every output; `reason` is 0.
 */
ADARGA_MUST_USE
int32_t adarga_data_unseal(const struct adarga_data_keys *keys,
                           const struct adarga_gate *gate,
                           struct adarga_view pointer,
                           struct adarga_view record,
                           struct adarga_view sealed,
                           struct adarga_output *value,
                           uint16_t *reason);
#endif

#if defined(ADARGA_HOST)
/**
 * Gives the keys back, which are overwritten. NULL is nothing.
 */
void adarga_data_keys_close(struct adarga_data_keys *keys);
#endif

#if (defined(ADARGA_HOST) && defined(ADARGA_UNIX))
/**
 * Opens a root at a directory. `error` may be NULL.
 *
 * Owner: `*root` is the caller's until `adarga_root_close`. Failure: `*root` is NULL; `error` says why.
 */
ADARGA_MUST_USE
int32_t adarga_root_open(struct adarga_view directory,
                         struct adarga_root **root,
                         struct adarga_output *error);
#endif

#if (defined(ADARGA_HOST) && defined(ADARGA_UNIX))
/**
 * Opens the regular file at `path` beneath a root for reading, really: no link leads out, and the kernel says so where it can
 * (openat2). `path` is relative to the root, or absolute and begins with the directory as `adarga_root_open` was told.
 *
 * Owner: `*fd` is the caller's, who closes it; it is not inherited. `reason` becomes ADARGA_REASON_ALLOWED, or why not, and then `*fd` is
 * −1. Threads: any number. Failure: `reason` is 0, `*fd` is −1.
 */
ADARGA_MUST_USE
int32_t adarga_root_open_file(const struct adarga_root *root,
                              struct adarga_view path,
                              int32_t *fd,
                              uint16_t *reason);
#endif

#if (defined(ADARGA_HOST) && defined(ADARGA_UNIX))
/**
 * Gives a root back. NULL is nothing.
 */
void adarga_root_close(struct adarga_root *root);
#endif

#if defined(ADARGA_HOST)
/**
 * Makes a key set from a JWK, a JWKS (RFC 7517) or PEM (RFC 7468). `mode` is an ADARGA_KEYS_…; `error` may be NULL.
 *
 * Owner: `*keys` is the caller's until `adarga_key_set_close`. Failure: `*keys` is NULL, and so it is when no key can be used.
 */
ADARGA_MUST_USE
int32_t adarga_key_set_read(struct adarga_view document,
                            uint32_t mode,
                            struct adarga_key_set **keys,
                            struct adarga_output *error);
#endif

#if defined(ADARGA_HOST)
/**
 * Takes the image of a key set, as of `adarga_key_set_image`. Owner: as of `adarga_key_set_read`.
 * Failure: an ADARGA_FAULT_KEYS_… names what is wrong; `*keys` is NULL.
 */
ADARGA_MUST_USE
int32_t adarga_key_set_load(struct adarga_view image, struct adarga_key_set **keys);
#endif

#if defined(ADARGA_HOST)
/**
 * Sets up what tokens are verified with, faster than by `adarga_keys_open`. It borrows `keys`, which is given back after the last call
 * with it. Threads: any number. Failure: `verifier` is none.
 */
ADARGA_MUST_USE
int32_t adarga_key_set_keys(const struct adarga_key_set *keys,
                            struct adarga_keys *verifier);
#endif

#if defined(ADARGA_HOST)
/**
 * Gives the image of a key set, borrowed from it. It may hold secrets. Threads: any number. Failure: absent.
 */
ADARGA_MUST_USE
int32_t adarga_key_set_image(const struct adarga_key_set *keys, struct adarga_view *image);
#endif

#if defined(ADARGA_HOST)
/**
 * Gives a key set back and overwrites it. NULL is nothing.
 */
void adarga_key_set_close(struct adarga_key_set *keys);
#endif

#if defined(ADARGA_HOST)
/**
 * Makes a revocation list from its document (TOML, JSON); `name` stands in errors, and its ending says what it is. `error` may be NULL.
 *
 * Owner: `*list` is the caller's until `adarga_revocations_close`. Failure: `*list` is NULL.
 */
ADARGA_MUST_USE
int32_t adarga_revocations_read(struct adarga_view name,
                                struct adarga_view document,
                                struct adarga_revocations **list,
                                struct adarga_output *error);
#endif

#if defined(ADARGA_HOST)
/**
 * Sets up the list for calls. It borrows `list`, which is given back after the last call with it. Threads: any number.
 * Failure: `revoked` is none.
 */
ADARGA_MUST_USE
int32_t adarga_revocations_list(const struct adarga_revocations *list,
                                struct adarga_revoked *revoked);
#endif

#if defined(ADARGA_HOST)
/**
 * Gives a revocation list back. NULL is nothing.
 */
void adarga_revocations_close(struct adarga_revocations *list);
#endif

#if defined(ADARGA_HOST)
/**
 * Loads a policy from a file that will be replaced at times; as `adarga_policy_open`.
 *
 * Owner: `*live` is the caller's until `adarga_live_close`. Failure: `*live` is NULL.
 */
ADARGA_MUST_USE
int32_t adarga_live_open(struct adarga_view name, struct adarga_live **live, struct adarga_output *error);
#endif

#if defined(ADARGA_HOST)
/**
 * Loads the file again. From then on `adarga_live_policy` gives the new policy; calls under the old one go on undisturbed. Replace the
 * file by renaming another one over it.
 *
 * Threads: any, at any time. Failure: the old policy stays in force, and `error` says why.
 */
ADARGA_MUST_USE
int32_t adarga_live_reload(const struct adarga_live *live,
                           struct adarga_output *error);
#endif

#if defined(ADARGA_HOST)
/**
 * Gives the policy in force, which stays what it is, for the caller to judge by until it asks again: for each call, or when
 * `adarga_gate_digest` differs. A table of rates and a cache belong to one policy: set new ones up for another.
 *
 * Owner: `*policy` is the caller's until `adarga_policy_close`, whatever becomes of `live`. Threads: any number. Failure: NULL.
 */
ADARGA_MUST_USE
int32_t adarga_live_policy(const struct adarga_live *live,
                           struct adarga_policy **policy);
#endif

#if defined(ADARGA_HOST)
/**
 * Gives it back. NULL is nothing.
 */
void adarga_live_close(struct adarga_live *live);
#endif

#if defined(ADARGA_HOST)
/**
 * Loads a policy from a file: a document (TOML, JSON), which is compiled, or an image. `name` is its path, UTF-8. `error` may be NULL.
 *
 * Owner: `*policy` is the caller's until `adarga_policy_close`. Failure: `*policy` is NULL; with ADARGA_ERROR_DOCUMENT `error` says what is
 * wrong, where, and how to mend it.
 */
ADARGA_MUST_USE
int32_t adarga_policy_open(struct adarga_view name,
                           struct adarga_policy **policy,
                           struct adarga_output *error);
#endif

#if defined(ADARGA_HOST)
/**
 * Compiles a policy document; `name` stands in errors, and its ending (`.toml`, `.json`) says what it is. `error` may be NULL.
 *
 * Owner and failure: as of `adarga_policy_open`.
 */
ADARGA_MUST_USE
int32_t adarga_policy_compile(struct adarga_view name,
                              struct adarga_view document,
                              struct adarga_policy **policy,
                              struct adarga_output *error);
#endif

#if defined(ADARGA_HOST)
/**
 * Gives the image of a policy, borrowed from it: to be stored, or compiled into firmware. Threads: any number. Failure: absent.
 */
ADARGA_MUST_USE
int32_t adarga_policy_image(const struct adarga_policy *policy,
                            struct adarga_view *image);
#endif

#if defined(ADARGA_HOST)
/**
 * Sets up the gate that judges by a policy, which it borrows: `policy` is closed after the last call by `gate`. Threads: any number may
 * use the gate. Failure: `gate` is none.
 */
ADARGA_MUST_USE
int32_t adarga_policy_gate(const struct adarga_policy *policy,
                           struct adarga_gate *gate);
#endif

#if defined(ADARGA_HOST)
/**
 * Gives a policy back. NULL is nothing.
 */
void adarga_policy_close(struct adarga_policy *policy);
#endif

#if defined(ADARGA_HOST)
/**
 * Reads a limit such as `10/min` as one of `kind`, an ADARGA_LIMIT_…: of a window `burst` is 0. `error` may be NULL.
 * Threads: any number. Failure: `limit` is refused everywhere; `error` says what is wrong.
 */
ADARGA_MUST_USE
int32_t adarga_limit_parse(struct adarga_view text,
                           uint32_t kind,
                           uint32_t burst,
                           struct adarga_limit *limit,
                           struct adarga_output *error);
#endif

#if defined(ADARGA_HOST)
/**
 * Compiles a schema: the first of `sources`; the others are what it may refer to, and nothing is fetched. `dialect` is the URI of the
 * metaschema where the schema names none, or absent; `formats` not 0 asserts formats. `error` may be NULL.
 *
 * Owner: `*schema` is the caller's until `adarga_schema_close`. Failure: `*schema` is NULL; `error` says what is wrong, and where.
 */
ADARGA_MUST_USE
int32_t adarga_schema_compile(const struct adarga_schema_source *sources,
                              size_t count,
                              struct adarga_view dialect,
                              uint32_t formats,
                              struct adarga_schema **schema,
                              struct adarga_output *error);
#endif

#if defined(ADARGA_HOST)
/**
 * Gives the schema of a type of the Model Context Protocol, such as `CallToolRequestParams`, in a revision, such as 20260728.
 *
 * Owner: as of `adarga_schema_compile`. Threads: any number. Failure: `*schema` is NULL; ADARGA_ERROR_ABSENT for an unknown type.
 */
ADARGA_MUST_USE
int32_t adarga_schema_of_type(uint32_t revision_,
                              struct adarga_view name,
                              struct adarga_schema **schema);
#endif

#if defined(ADARGA_HOST)
/**
 * Judges a JSON text by a schema. `memory` is what `adarga_scratch_size_of` says for `limits`. `reason` becomes ADARGA_REASON_ALLOWED,
 * ADARGA_REASON_ARGUMENTS_SCHEMA, _BUDGET, or why the text is no JSON. `pointer`, which may be NULL, gets the JSON Pointer (RFC 6901) of the
 * first culprit.
 *
 * Threads: any number, each with its memory. Failure: `reason` is 0.
 */
ADARGA_MUST_USE
int32_t adarga_schema_check(const struct adarga_schema *schema,
                            struct adarga_view text,
                            const struct adarga_limits *limits,
                            struct adarga_buffer memory,
                            struct adarga_output *pointer,
                            uint16_t *reason);
#endif

#if defined(ADARGA_HOST)
/**
 * Gives a schema back. NULL is nothing.
 */
void adarga_schema_close(struct adarga_schema *schema);
#endif

#if defined(ADARGA_HOST)
/**
 * Makes an empty vault, and its master key where that lies in a file that is not there yet. `vault` is a path; `key` says where the
 * master key lies: `file:PATH`, `env:NAME` or `credential:NAME`. `error` may be NULL.
 *
 * Threads: any. Failure: ADARGA_ERROR_VALUE for a `key` that is no place; with ADARGA_ERROR_DOCUMENT `error` says why.
 */
ADARGA_MUST_USE
int32_t adarga_vault_make(struct adarga_view vault,
                          struct adarga_view key,
                          struct adarga_output *error);
#endif

#if defined(ADARGA_HOST)
/**
 * Reads a secret of a vault into `value`: of which `len` bytes are the secret, at most 65536. Overwrite it after use. The vault and a key
 * in a file have to be open to their owner alone.
 *
 * Threads: any, also while others change the vault. Failure: ADARGA_ERROR_ABSENT when there is no secret by this name; `value` is as it
 * was, `len` 0; the rest as `adarga_vault_make`.
 */
ADARGA_MUST_USE
int32_t adarga_vault_get(struct adarga_view vault,
                         struct adarga_view key,
                         struct adarga_view name,
                         struct adarga_output *value,
                         struct adarga_output *error);
#endif

#if defined(ADARGA_HOST)
/**
 * Puts a secret into a vault, in place of one by the same name; it is as old as `now_ms`. Names are 1 to 128 letters, digits, `_`, `-`, `.`
 * and `/`; values UTF-8, 1 to 65536 bytes.
 *
 * Threads and processes: any; one changes the vault at a time. Failure: the vault is as it was; as `adarga_vault_make`.
 */
ADARGA_MUST_USE
int32_t adarga_vault_set(struct adarga_view vault,
                         struct adarga_view key,
                         struct adarga_view name,
                         struct adarga_view value,
                         uint64_t now_ms,
                         struct adarga_output *error);
#endif

#if defined(ADARGA_HOST)
/**
 * Takes a secret out of a vault.
 *
 * Threads and failure: as `adarga_vault_set`; ADARGA_ERROR_ABSENT when there is none by this name.
 */
ADARGA_MUST_USE
int32_t adarga_vault_remove(struct adarga_view vault,
                            struct adarga_view key,
                            struct adarga_view name,
                            struct adarga_output *error);
#endif

#if defined(ADARGA_HOST)
/**
 * Writes the names of the secrets of a vault into `names`, each followed by a line feed, in order.
 *
 * Threads and failure: as `adarga_vault_get`; ADARGA_ERROR_ROOM with the `len` that it takes.
 */
ADARGA_MUST_USE
int32_t adarga_vault_names(struct adarga_view vault,
                           struct adarga_view key,
                           struct adarga_output *names,
                           struct adarga_output *error);
#endif

#if defined(ADARGA_HOST)
/**
 * Seals everything in a vault anew: under a new master key, which replaces those in the file of keys; or, where keys lie elsewhere, under
 * the first of those.
 *
 * Threads and failure: as `adarga_vault_set`; nothing is lost, and rotating again mends what was interrupted.
 */
ADARGA_MUST_USE
int32_t adarga_vault_rotate(struct adarga_view vault,
                            struct adarga_view key,
                            struct adarga_output *error);
#endif

#if defined(ADARGA_HOST)
/**
 * Looks whether the server is configured as `[config]` of the policy asks. A server calls it before it begins.
 *
 * Threads: any number. Failure: with ADARGA_ERROR_DOCUMENT `error` says all that is missing or wrong, and no value.
 */
ADARGA_MUST_USE
int32_t adarga_config_check(const struct adarga_policy *policy,
                            struct adarga_output *error);
#endif

#if (defined(ADARGA_HOST) && defined(ADARGA_UNIX))
/**
 * Makes the key file of an audit trail, which nobody but its owner may read. Keep a copy elsewhere before the first process takes it: the
 * trail is verified with that. `error` may be NULL. Failure: ADARGA_ERROR_DOCUMENT when there is a file, or none can be made.
 */
ADARGA_MUST_USE
int32_t adarga_trail_key(struct adarga_view file,
                         struct adarga_output *error);
#endif

#if (defined(ADARGA_HOST) && defined(ADARGA_UNIX))
/**
 * Opens the audit trail that `[audit]` of a policy asks for, and writes its first lines: the start of a chain, and by which policy it is.
 * `note` stands in the first, such as the name of the program. `error` may be NULL.
 *
 * One process, one trail: a process that forks opens it afterwards, in each child, and does not close the one of its parent. Owner:
 * `*trail` is the caller's until `adarga_trail_close`. Failure: `*trail` is NULL; ADARGA_ERROR_ABSENT when the policy asks for none, with
 * ADARGA_ERROR_DOCUMENT `error` says what is wrong with the file or the key.
 */
ADARGA_MUST_USE
int32_t adarga_trail_open(const struct adarga_gate *gate,
                          struct adarga_view note,
                          struct adarga_trail **trail,
                          struct adarga_output *error);
#endif

#if (defined(ADARGA_HOST) && defined(ADARGA_UNIX))
/**
 * Writes a line. When it returns ADARGA_OK the line is in the file, and on the disk if the policy wants that of every line; `error` may
 * be NULL.
 *
 * Threads: any number. Failure: what it tells of must not happen. ADARGA_ERROR_STATE in a process that did not open the trail.
 */
ADARGA_MUST_USE
int32_t adarga_trail_write(const struct adarga_trail *trail,
                           const struct adarga_event *event,
                           struct adarga_output *error);
#endif

#if (defined(ADARGA_HOST) && defined(ADARGA_UNIX))
/**
 * Writes one line for each message of a decision, before they go on: what was asked, by whom, and why it was allowed or denied. `machine`,
 * `body` and `work` are those of the decision, whose scratch memory was not used since. Of `event` the time, the duration, the peer and
 * the agent count; the decision says the rest. `error` may be NULL.
 *
 * Threads: one for each machine and work. Failure: as `adarga_trail_write`, and what was allowed must not happen.
 */
ADARGA_MUST_USE
int32_t adarga_trail_decided(const struct adarga_trail *trail,
                             const struct adarga_gate *gate,
                             struct adarga_machine *machine,
                             struct adarga_view body,
                             const struct adarga_work *work,
                             const struct adarga_event *event,
                             struct adarga_output *error);
#endif

#if (defined(ADARGA_HOST) && defined(ADARGA_UNIX))
/**
 * Writes how the answer to a request was judged, before it goes out: `reason` as of `adarga_released` or `adarga_read_result`. Of `event` the
 * time, the peer and the agent count. `error` may be NULL. Threads: any number. Failure: as `adarga_trail_write`, and the answer must not
 * go out.
 */
ADARGA_MUST_USE
int32_t adarga_trail_released(const struct adarga_trail *trail,
                              const struct adarga_ticket *ticket,
                              uint16_t reason,
                              const struct adarga_event *event,
                              struct adarga_output *error);
#endif

#if (defined(ADARGA_HOST) && defined(ADARGA_UNIX))
/**
 * Does what is due: forces lines to the disk as often as the policy wants it, and tells the syslog the last one, at most once a minute. It
 * costs nothing when nothing is due; call it after each request, or from a timer. `error` may be NULL.
 *
 * Threads: any number. Failure: all lines are in the file; a person should learn what `error` says.
 */
ADARGA_MUST_USE
int32_t adarga_trail_keep(const struct adarga_trail *trail,
                          struct adarga_output *error);
#endif

#if (defined(ADARGA_HOST) && defined(ADARGA_UNIX))
/**
 * Writes the last line and gives the trail back, whose key is overwritten. NULL is nothing, and so is the trail of another process.
 */
void adarga_trail_close(struct adarga_trail *trail);
#endif

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#ifdef __cplusplus
extern "C" {
#endif

/* A view of a text of C; of NULL, absent. */
static inline adarga_view adarga_text(const char *text)
{
    adarga_view view;
    view.ptr = text;
    view.len = text != NULL ? strlen(text) : 0;
    return view;
}

/* A view of bytes. */
static inline adarga_view adarga_bytes(const void *bytes, size_t len)
{
    adarga_view view;
    view.ptr = bytes;
    view.len = len;
    return view;
}

/* Whether a view holds exactly this text of C. */
static inline int adarga_equal(adarga_view view, const char *text)
{
    size_t len = strlen(text);
    return view.len == len && (len == 0 || memcmp(view.ptr, text, len) == 0);
}

#ifdef __cplusplus
}
#endif

#endif  /* ADARGA_H */
