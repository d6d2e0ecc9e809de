//! Why a call was denied, and what the two sides are told: the one table of numbers, names, codes, statuses and public texts.
//!
//! Everything that other languages know of reasons is generated from this table and tested for drift. Numbers are never reused;
//! a retired one stays in a comment. 0 is undecided, so that zeroed memory denies; 1 is allowed; 1xxx arrival and message,
//! 2xxx identity, 3xxx route and permission, 4xxx arguments, 5xxx path, 6xxx threat, 7xxx rate, 8xxx release and pins, 9xxx host.

/// What a row of the table says.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The reason itself.
    pub reason: Reason,
    /// Its number, stable for ever.
    pub number: u16,
    /// Its dotted name, for logs, tests and people.
    pub name: &'static str,
    /// HTTP status of the answer to a request (notifications and legacy revisions: see [`crate::verdict`]).
    pub status: u16,
    /// JSON-RPC code where `error_codes = "specification"`: the specification's where it has one, otherwise −33000 less the
    /// HTTP status, outside of what JSON-RPC and MCP reserve.
    pub code: i32,
    /// JSON-RPC code where `error_codes = "guide"`.
    pub guide: i32,
    /// What the caller is told: short, the same for every caller, nothing of the policy in it.
    pub text: &'static str,
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $number:literal $variant:ident $name:literal $status:literal $code:literal $guide:literal $text:literal)*) => {
        /// Why a call was allowed or denied: data, never an exception.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        #[non_exhaustive]
        pub enum Reason {
            /// Nothing was decided yet: denies.
            #[default]
            Undecided = 0,
            $($(#[$doc])* $variant = $number,)*
        }

        /// Every reason in the order of its number.
        pub const REASONS: &[Row] = &[
            UNDECIDED,
            $(Row { reason: Reason::$variant, number: $number, name: $name, status: $status, code: $code, guide: $guide, text: $text },)*
        ];

        impl Reason {
            /// The row of the table.
            #[must_use]
            pub const fn row(self) -> &'static Row {
                match self {
                    Self::Undecided => &UNDECIDED,
                    $(Self::$variant => &Row { reason: Self::$variant, number: $number, name: $name, status: $status, code: $code, guide: $guide, text: $text },)*
                }
            }
        }
    };
}

const UNDECIDED: Row = Row {
    reason: Reason::Undecided,
    number: 0,
    name: "undecided",
    status: 500,
    code: -33500,
    guide: -32603,
    text: "request denied",
};

reasons! {
    /// The call may go on.
    1 Allowed "allowed" 200 0 0 "allowed"

    /// The HTTP method is not POST, or not one that the revision has.
    1001 HttpMethod "http.method" 405 -33405 -32600 "method not allowed"
    /// The `Origin` header is not one of the policy (MCP: basic/transports, DNS rebinding).
    1002 HttpOrigin "http.origin" 403 -33403 -32600 "origin not allowed"
    /// The `Host` header is absent or not one of the policy.
    1003 HttpHost "http.host" 421 -33421 -32600 "host not served here"
    /// The `Content-Type` is not exactly `application/json` in UTF-8.
    1004 HttpContentType "http.content_type" 415 -33415 -32600 "content type must be application/json"
    /// `Accept` does not list both `application/json` and `text/event-stream`.
    1005 HttpAccept "http.accept" 406 -33406 -32600 "client must accept application/json and text/event-stream"
    /// A header that routes or authenticates stands there twice.
    1006 HttpRepeated "http.repeated" 400 -32020 -32020 "repeated header"
    /// A header that the revision asks for is absent.
    1007 HttpMissing "http.missing" 400 -32020 -32020 "required header is missing"
    /// A header says something else than the body.
    1008 HttpMismatch "http.mismatch" 400 -32020 -32020 "header does not match the request body"
    /// A header value is not what its encoding promises.
    1009 HttpEncoding "http.encoding" 400 -32020 -32020 "malformed header value"
    /// `MCP-Protocol-Version` names no revision that is served.
    1010 HttpVersion "http.version" 400 -32600 -32600 "unsupported protocol version header"
    /// `Mcp-Session-Id` is absent or holds other bytes than 0x21 to 0x7E.
    1011 HttpSession "http.session" 400 -32600 -32600 "missing or malformed session id"
    /// The session has ended.
    1012 HttpSessionEnded "http.session_ended" 404 -32600 -32600 "session not found"
    /// The body or line is longer than the policy allows.
    1013 BodySize "body.size" 413 -33413 -32600 "message too large"
    /// A message on stdio holds a line break inside: other readers of lines would read two messages.
    1014 BodyLine "body.line" 400 -32600 -32600 "line break inside of a message"

    /// Not JSON (RFC 8259).
    1101 JsonSyntax "json.syntax" 400 -32700 -32700 "parse error"
    /// A byte order mark, UTF-16 or UTF-32.
    1102 JsonEncoding "json.encoding" 400 -32700 -32700 "parse error: not plain UTF-8"
    /// Invalid, overlong or truncated UTF-8, or an encoded surrogate.
    1103 JsonUtf8 "json.utf8" 400 -32700 -32700 "parse error: invalid UTF-8"
    /// An escape that JSON doesn't have.
    1104 JsonEscape "json.escape" 400 -32700 -32700 "parse error: invalid escape"
    /// A `\u` surrogate without its other half.
    1105 JsonSurrogate "json.surrogate" 400 -32700 -32700 "parse error: lone surrogate"
    /// A raw control character in a string.
    1106 JsonControl "json.control" 400 -32700 -32700 "parse error: control character in a string"
    /// A number that breaks the grammar: `01`, `1.`, `.5`, `+1`.
    1107 JsonNumber "json.number" 400 -32700 -32700 "parse error: malformed number"
    /// `NaN` or `Infinity`.
    1108 JsonNan "json.nan" 400 -32700 -32700 "parse error: not a JSON number"
    /// Something after the value: a second document, garbage.
    1109 JsonTrailing "json.trailing" 400 -32700 -32700 "parse error: data after the message"
    /// One key twice in one object, after unescaping.
    1110 JsonDuplicate "json.duplicate" 400 -32600 -32600 "duplicate member name"
    /// Nested deeper than the policy allows.
    1111 JsonDepth "json.depth" 400 -32600 -32600 "message nested too deep"
    /// More values than the policy allows.
    1112 JsonValues "json.values" 400 -32600 -32600 "message has too many values"

    /// The message is not an object.
    1201 MessageType "message.type" 400 -32600 -32600 "message must be an object"
    /// A batch in a revision that has none, an empty one, one too long, or one with `initialize` inside.
    1202 MessageBatch "message.batch" 400 -32600 -32600 "batch not allowed"
    /// `jsonrpc` is absent or not `"2.0"`.
    1203 MessageVersion "message.version" 400 -32600 -32600 "jsonrpc must be \"2.0\""
    /// `id` is null, a fraction, a boolean, too large or too long.
    1204 MessageId "message.id" 400 -32600 -32600 "id must be a string or an integer"
    /// A member that JSON-RPC doesn't have beside `jsonrpc`, `id`, `method`, `params`, `result` and `error`.
    1205 MessageMember "message.member" 400 -32600 -32600 "unknown member"
    /// A member that differs from a known one, or from its neighbour, only by case.
    1206 MessageCase "message.case" 400 -32600 -32600 "member name differs only by case"
    /// Neither request, notification nor response, or two of them at once.
    1207 MessageShape "message.shape" 400 -32600 -32600 "message is neither request, notification nor response"
    /// U+0000 in a member name, method, tool name, URI or id.
    1208 MessageNul "message.nul" 400 -32600 -32600 "null character in a name"
    /// The revision has no such method in this direction.
    1209 MessageMethod "message.method" 404 -32601 -32601 "method not found"
    /// `params` is not an object, or a member of it has the wrong type, is absent, or there are too many.
    1210 MessageParams "message.params" 400 -32602 -32602 "invalid params"
    /// `_meta` breaks the key grammar, or lacks what the revision requires.
    1211 MessageMeta "message.meta" 400 -32602 -32602 "invalid _meta"
    /// The protocol version is not one that is served.
    1212 MessageProtocol "message.protocol" 400 -32022 -32022 "unsupported protocol version"
    /// The client lacks a capability that the tool needs.
    1213 MessageCapability "message.capability" 400 -32021 -32021 "missing required client capability"
    /// A response where the revision has none, or to nothing that was asked.
    1214 MessageResponse "message.response" 400 -32600 -32600 "unexpected response"
    /// A legacy session does something before `initialize`.
    1215 LifecycleOrder "lifecycle.order" 400 -32600 -32600 "session not initialized"
    /// A legacy session belongs to another subject.
    1216 LifecycleOwner "lifecycle.owner" 404 -32600 -32600 "session not found"
    /// A legacy session is initialized twice.
    1217 LifecycleRepeated "lifecycle.repeated" 400 -32600 -32600 "session is already initialized"
    /// Another message of the batch was denied, and a batch is all or nothing.
    1218 MessageSibling "message.sibling" 400 -32600 -32600 "another message of the batch was denied"

    /// Nobody said who calls.
    2001 IdentityMissing "identity.missing" 401 -33401 -32604 "authentication required"
    /// The caller has no role.
    2002 IdentityNoRole "identity.no_role" 403 -33403 -32605 "forbidden"
    /// The caller's role is not one of the policy.
    2003 IdentityRole "identity.role" 403 -33403 -32605 "forbidden"
    /// The caller has more scopes or permissions than are kept of one.
    2004 IdentityRights "identity.rights" 403 -33403 -32605 "forbidden"
    /// Nobody can be asked who calls at the moment: no keys, no issuer, no provider.
    2005 IdentityUnavailable "identity.unavailable" 503 -33503 -32604 "authentication is not available"

    /// The token is not three parts of canonical base64url without padding (RFC 7515 §7.1).
    2101 TokenMalformed "token.malformed" 401 -33401 -32604 "invalid token"
    /// The token is longer than tokens may be.
    2102 TokenSize "token.size" 401 -33401 -32604 "invalid token"
    /// The token's header is not one strict JSON object, or holds `crit`, `b64` or `zip`.
    2103 TokenHeader "token.header" 401 -33401 -32604 "invalid token"
    /// The token's algorithm is `none`, unknown, not allowed, or not one of its key.
    2104 TokenAlgorithm "token.algorithm" 401 -33401 -32604 "invalid token"
    /// The key set has no key that the token can be meant for.
    2105 TokenKey "token.key" 401 -33401 -32604 "invalid token"
    /// The signature does not verify.
    2106 TokenSignature "token.signature" 401 -33401 -32604 "invalid token"
    /// The token's `typ` is not the one that is asked for.
    2107 TokenType "token.type" 401 -33401 -32604 "invalid token"
    /// `Authorization: Bearer` without exactly one token (RFC 6750 §3.1, `invalid_request`).
    2108 TokenRequest "token.request" 400 -33400 -32604 "malformed authorization header"
    /// The claims are not one strict JSON object, or a claim is missing or has the wrong type.
    2109 TokenClaims "token.claims" 401 -33401 -32604 "invalid token"
    /// The token has expired.
    2110 TokenExpired "token.expired" 401 -33401 -32604 "token expired"
    /// The token is not valid yet, or was issued in the future.
    2111 TokenEarly "token.early" 401 -33401 -32604 "invalid token"
    /// The token comes from another issuer.
    2112 TokenIssuer "token.issuer" 401 -33401 -32604 "invalid token"
    /// The token is meant for another server.
    2113 TokenAudience "token.audience" 401 -33401 -32604 "invalid token"
    /// The token names no subject that can be used.
    2114 TokenSubject "token.subject" 401 -33401 -32604 "invalid token"
    /// The token, its subject or its key was revoked.
    2115 TokenRevoked "token.revoked" 401 -33401 -32604 "invalid token"
    /// The token is bound to a key or certificate that the caller did not show.
    2116 TokenBinding "token.binding" 401 -33401 -32604 "invalid token"
    /// The issuer says that the token is not active (RFC 7662 §2.2), or the host doesn't know it.
    2117 TokenInactive "token.inactive" 401 -33401 -32604 "invalid token"
    /// There is no clock to tell whether the token is in force.
    2118 TokenClock "token.clock" 503 -33503 -32604 "authentication is not available"

    /// The policy does not name the tool.
    3001 RouteTool "route.tool" 400 -32602 -32602 "unknown tool"
    /// The policy does not name the prompt.
    3002 RoutePrompt "route.prompt" 400 -32602 -32602 "unknown prompt"
    /// The policy does not name the resource (−32602 since 2026-07-28, −32002 before).
    3003 RouteResource "route.resource" 400 -32602 -32602 "unknown resource"
    /// The policy does not allow the method.
    3004 RouteMethod "route.method" 403 -33403 -32605 "forbidden"
    /// A cancellation names no request of the caller that is open.
    3005 RouteCancelled "route.cancelled" 400 -32602 -32602 "no such request"
    /// No role of the caller grants the permission.
    3101 PermissionDenied "permission.denied" 403 -33403 -32605 "forbidden"
    /// A condition of the policy entry is not met.
    3102 PermissionCondition "permission.condition" 403 -33403 -32605 "forbidden"
    /// The caller's roles grant the permission, but the scopes or permissions of its token don't.
    3103 PermissionScope "permission.scope" 403 -33403 -32605 "forbidden"

    /// A value is not what its JSON Schema asks for.
    4001 ArgumentsSchema "arguments.schema" 400 -32602 -32602 "value does not match its schema"
    /// Judging a value by its schema takes more steps or memory than it is granted, or a number has an exponent out of all reason.
    4002 ArgumentsBudget "arguments.budget" 400 -32602 -32602 "value takes too long to check"
    /// A text does not have the format that is asked of it.
    4003 ArgumentsFormat "arguments.format" 400 -32602 -32602 "an argument is not in the format that it needs"

    /// The path has a component `..`.
    5001 PathEscape "path.escape" 400 -32602 -32602 "path not allowed"
    /// The path is absolute on some system, names a drive or a share, or a home directory.
    5002 PathAbsolute "path.absolute" 400 -32602 -32602 "path not allowed"
    /// An absolute path or a `file:` URI lies outside of its root, or a path is relative where the policy wants none.
    5003 PathOutside "path.outside" 400 -32602 -32602 "path not allowed"
    /// The path is empty.
    5004 PathEmpty "path.empty" 400 -32602 -32602 "path not allowed"
    /// The path or one of its names is longer than file systems take.
    5005 PathSize "path.size" 400 -32602 -32602 "path not allowed"
    /// Invalid UTF-8, or an escape that is malformed, or that would change the path if something decoded it.
    5006 PathEncoding "path.encoding" 400 -32602 -32602 "path not allowed"
    /// A backslash, or a character that some system turns into a separator.
    5007 PathSeparator "path.separator" 400 -32602 -32602 "path not allowed"
    /// A character that some system forbids, hides, or takes for something else than a part of a name.
    5008 PathCharacter "path.character" 400 -32602 -32602 "path not allowed"
    /// A name that some system changes or takes for an option: it ends in a dot or a space, or begins with a hyphen.
    5009 PathName "path.name" 400 -32602 -32602 "path not allowed"
    /// A name that is a device of Windows.
    5010 PathDevice "path.device" 400 -32602 -32602 "path not allowed"
    /// Not a `file:` URI of this machine in normal form (RFC 8089).
    5011 PathUri "path.uri" 400 -32602 -32602 "path not allowed"
    /// There is nothing at the path, or nothing that the server may open.
    5012 PathAbsent "path.absent" 400 -32602 -32602 "path not allowed"
    /// What is at the path is not what it should be: no regular file, too long, a link that is not followed.
    5013 PathKind "path.kind" 400 -32602 -32602 "path not allowed"
    /// What should be a path is neither a string nor an array of strings.
    5014 PathType "path.type" 400 -32602 -32602 "path not allowed"
    /// A link leads out of the root.
    5015 PathLink "path.link" 400 -32602 -32602 "path not allowed"

    /// A text looks like a part of an SQL statement that breaks out of its place.
    6001 ThreatSql "threat.sql" 400 -32602 -32603 "argument not allowed"
    /// A text looks like markup or script that a browser would run.
    6002 ThreatHtml "threat.html" 400 -32602 -32603 "argument not allowed"
    /// A text looks like a command of a shell.
    6003 ThreatShell "threat.shell" 400 -32602 -32603 "argument not allowed"
    /// A text looks like a path out of its folder, or to what systems keep for themselves.
    6004 ThreatTraversal "threat.traversal" 400 -32602 -32603 "argument not allowed"

    /// The caller has used up what a limit allows it.
    7001 RateExceeded "rate.exceeded" 429 -33429 -32603 "too many requests"
    /// The table that counts calls has no room for another caller.
    7002 RateFull "rate.full" 429 -33429 -32603 "too many requests"
    /// The store that counts calls could not be asked.
    7003 RateUnavailable "rate.unavailable" 503 -33503 -32603 "limits are not available"

    /// The server's message is not one strict JSON-RPC message of the revision.
    8001 ReleaseMessage "release.message" 502 -33502 -32603 "invalid response from the server"
    /// Not a sealed field.
    8002 SealForm "seal.form" 500 -33500 -32603 "internal error"
    /// A field that was sealed under a key which is not among those given.
    8003 SealKey "seal.key" 500 -33500 -32603 "internal error"
    /// A field that was sealed under another key or for another place, or was changed.
    8004 SealTag "seal.tag" 500 -33500 -32603 "internal error"
    /// The server asks a person for a secret, or sends them to a link that is not `https` or carries credentials.
    8005 ReleaseElicitation "release.elicitation" 502 -33502 -32603 "the server asks for what it must not ask for"
    /// A tool in the server's list is not what it was when the policy's author approved it.
    8006 ReleasePin "release.pin" 502 -33502 -32603 "a tool of the server is not the one that was approved"
    /// The structured content of a tool's result is not what the policy's schema of it asks for, or is missing.
    8007 ReleaseOutput "release.output" 502 -33502 -32603 "invalid result from the server"
    /// A line that is not one of an audit trail.
    8101 AuditLine "audit.line" 500 -33500 -32603 "internal error"
    /// An audit line was changed, or written without the key.
    8102 AuditChanged "audit.changed" 500 -33500 -32603 "internal error"
    /// Audit lines are missing.
    8103 AuditMissing "audit.missing" 500 -33500 -32603 "internal error"
    /// An audit line is repeated or out of order.
    8104 AuditOrder "audit.order" 500 -33500 -32603 "internal error"
    /// An audit line follows upon another one than it was written after.
    8105 AuditSplice "audit.splice" 500 -33500 -32603 "internal error"
    /// The last audit line was not written to its end.
    8106 AuditTorn "audit.torn" 500 -33500 -32603 "internal error"

    /// The memory that the host gave is smaller than the policy asks for.
    9001 HostScratch "host.scratch" 500 -33500 -32603 "internal error"
    /// The server did not answer in time.
    9002 HostTimeout "host.timeout" 504 -33504 -32603 "request timed out"
    /// Too many requests are open.
    9003 HostBusy "host.busy" 503 -33503 -32603 "too many requests in flight"
    /// The server went away before it answered.
    9004 HostGone "host.gone" 502 -33502 -32603 "server went away"
    /// A request with this id is still open.
    9005 HostIdInUse "host.id_in_use" 400 -32600 -32600 "request id is already in use"
    /// The operating system could not open or read a file.
    9006 HostFile "host.file" 500 -33500 -32603 "internal error"
    /// What was to be done could not be written to the audit trail.
    9020 HostAudit "host.audit" 503 -33503 -32603 "internal error"
}

impl Reason {
    /// Its stable number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.row().number
    }

    /// Its dotted name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// The reason of a number, if the table has it.
    #[must_use]
    pub fn from_number(number: u16) -> Option<Self> {
        REASONS.iter().find(|row| row.number == number).map(|row| row.reason)
    }

    /// The reason of a dotted name, if the table has it.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        REASONS.iter().find(|row| row.name == name).map(|row| row.reason)
    }

    /// Whether it says that parsers would read the bytes differently or refuse them: denied in observe mode too.
    #[must_use]
    pub const fn is_ambiguity(self) -> bool {
        // a capability that the policy demands makes nothing ambiguous
        matches!(self.number(), 0 | 1000..=1999) && !matches!(self, Self::MessageCapability)
    }
}

impl core::fmt::Display for Reason {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}

/// A [`Reason`] and where the culprit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Denial {
    /// Why.
    pub reason: Reason,
    /// Where.
    pub place: Place,
}

/// Where in the input a culprit stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// Not in the body.
    #[default]
    Nowhere,
    /// At a byte offset; there is no tape to name it better.
    Offset(u32),
    /// At a node of the tape.
    Node(u32),
}

impl Denial {
    /// A denial whose culprit is not in the body.
    #[must_use]
    pub const fn of(reason: Reason) -> Self {
        Self { reason, place: Place::Nowhere }
    }

    /// A denial whose culprit is `value`.
    #[must_use]
    pub const fn at(reason: Reason, value: crate::json::Value<'_>) -> Self {
        Self { reason, place: Place::Node(value.index()) }
    }
}

/// The host misused the library, or an image is bad: never a verdict on a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The bytes are not an Adarga image.
    ImageLabel,
    /// The image was made for another version of the format.
    ImageVersion,
    /// The checksum does not match: the image is damaged.
    ImageChecksum,
    /// A required section is unknown to this engine, absent, or lies outside of the image.
    ImageSection,
    /// A section does not hold what it should.
    ImageContent,
    /// The bytes are not a key set.
    KeysLabel,
    /// The key set was made for another version of the format.
    KeysVersion,
    /// The checksum does not match: the key set is damaged.
    KeysChecksum,
    /// The key set does not hold what it should.
    KeysContent,
    /// The bytes are not a revocation list.
    RevokedLabel,
    /// The revocation list was made for another version of the format.
    RevokedVersion,
    /// The checksum does not match: the revocation list is damaged.
    RevokedChecksum,
    /// The revocation list does not hold what it should.
    RevokedContent,
    /// The scratch memory is smaller than the image asks for.
    ScratchSmall,
    /// The policy limits how often callers may call, and the host gave no table to count in.
    RatesAbsent,
    /// The table has no room for a window of the policy.
    RatesSmall,
    /// The reply buffer is shorter than [`crate::verdict::REPLY_MAX`], or the output buffer too small for the released message.
    OutputSmall,
    /// The machine was asked for something that it isn't waiting for.
    OutOfTurn,
}

impl Fault {
    /// What is wrong and how to mend it.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::ImageLabel => "not a policy image: the first bytes differ; compile the policy with `adarga compile`",
            Self::ImageVersion => "policy image of another format version; compile the policy again with this version",
            Self::ImageChecksum => "policy image is damaged: the checksum does not match; compile the policy again",
            Self::ImageSection => "policy image needs a section that this engine does not have; use a newer engine",
            Self::ImageContent => "policy image is malformed; compile the policy again",
            Self::KeysLabel => "not a key set: the first bytes differ; make it from a JWKS with this version",
            Self::KeysVersion => "key set of another format version; make it again with this version",
            Self::KeysChecksum => "key set is damaged: the checksum does not match; make it again",
            Self::KeysContent => "key set is malformed; make it again",
            Self::RevokedLabel => "not a revocation list: the first bytes differ; make it from its document with this version",
            Self::RevokedVersion => "revocation list of another format version; make it again with this version",
            Self::RevokedChecksum => "revocation list is damaged: the checksum does not match; make it again",
            Self::RevokedContent => "revocation list is malformed; make it again",
            Self::ScratchSmall => "scratch memory is smaller than the policy asks for",
            Self::RatesAbsent => "the policy limits rates: give the call a table to count in",
            Self::RatesSmall => "the table of rates is narrower than the largest window of the policy",
            Self::OutputSmall => "output buffer is too small",
            Self::OutOfTurn => "the machine is not waiting for this",
        }
    }
}

impl core::fmt::Display for Fault {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.text())
    }
}

impl core::error::Error for Fault {}
