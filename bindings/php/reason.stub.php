<?php

/** @generate-class-entries */

namespace Adarga;

/** Why. Generated from core/src/reason.rs by UPDATE=1 cargo test -p adarga-host; the numbers are never reused. */
enum Reason: int
{
    /** request denied */
    case Undecided = 0;
    /** allowed */
    case Allowed = 1;
    /** method not allowed */
    case HttpMethod = 1001;
    /** origin not allowed */
    case HttpOrigin = 1002;
    /** host not served here */
    case HttpHost = 1003;
    /** content type must be application/json */
    case HttpContentType = 1004;
    /** client must accept application/json and text/event-stream */
    case HttpAccept = 1005;
    /** repeated header */
    case HttpRepeated = 1006;
    /** required header is missing */
    case HttpMissing = 1007;
    /** header does not match the request body */
    case HttpMismatch = 1008;
    /** malformed header value */
    case HttpEncoding = 1009;
    /** unsupported protocol version header */
    case HttpVersion = 1010;
    /** missing or malformed session id */
    case HttpSession = 1011;
    /** session not found */
    case HttpSessionEnded = 1012;
    /** message too large */
    case BodySize = 1013;
    /** line break inside of a message */
    case BodyLine = 1014;
    /** parse error */
    case JsonSyntax = 1101;
    /** parse error: not plain UTF-8 */
    case JsonEncoding = 1102;
    /** parse error: invalid UTF-8 */
    case JsonUtf8 = 1103;
    /** parse error: invalid escape */
    case JsonEscape = 1104;
    /** parse error: lone surrogate */
    case JsonSurrogate = 1105;
    /** parse error: control character in a string */
    case JsonControl = 1106;
    /** parse error: malformed number */
    case JsonNumber = 1107;
    /** parse error: not a JSON number */
    case JsonNan = 1108;
    /** parse error: data after the message */
    case JsonTrailing = 1109;
    /** duplicate member name */
    case JsonDuplicate = 1110;
    /** message nested too deep */
    case JsonDepth = 1111;
    /** message has too many values */
    case JsonValues = 1112;
    /** message must be an object */
    case MessageType = 1201;
    /** batch not allowed */
    case MessageBatch = 1202;
    /** jsonrpc must be "2.0" */
    case MessageVersion = 1203;
    /** id must be a string or an integer */
    case MessageId = 1204;
    /** unknown member */
    case MessageMember = 1205;
    /** member name differs only by case */
    case MessageCase = 1206;
    /** message is neither request, notification nor response */
    case MessageShape = 1207;
    /** null character in a name */
    case MessageNul = 1208;
    /** method not found */
    case MessageMethod = 1209;
    /** invalid params */
    case MessageParams = 1210;
    /** invalid _meta */
    case MessageMeta = 1211;
    /** unsupported protocol version */
    case MessageProtocol = 1212;
    /** missing required client capability */
    case MessageCapability = 1213;
    /** unexpected response */
    case MessageResponse = 1214;
    /** session not initialized */
    case LifecycleOrder = 1215;
    /** session not found */
    case LifecycleOwner = 1216;
    /** session is already initialized */
    case LifecycleRepeated = 1217;
    /** another message of the batch was denied */
    case MessageSibling = 1218;
    /** authentication required */
    case IdentityMissing = 2001;
    /** forbidden */
    case IdentityNoRole = 2002;
    /** forbidden */
    case IdentityRole = 2003;
    /** forbidden */
    case IdentityRights = 2004;
    /** authentication is not available */
    case IdentityUnavailable = 2005;
    /** invalid token */
    case TokenMalformed = 2101;
    /** invalid token */
    case TokenSize = 2102;
    /** invalid token */
    case TokenHeader = 2103;
    /** invalid token */
    case TokenAlgorithm = 2104;
    /** invalid token */
    case TokenKey = 2105;
    /** invalid token */
    case TokenSignature = 2106;
    /** invalid token */
    case TokenType = 2107;
    /** malformed authorization header */
    case TokenRequest = 2108;
    /** invalid token */
    case TokenClaims = 2109;
    /** token expired */
    case TokenExpired = 2110;
    /** invalid token */
    case TokenEarly = 2111;
    /** invalid token */
    case TokenIssuer = 2112;
    /** invalid token */
    case TokenAudience = 2113;
    /** invalid token */
    case TokenSubject = 2114;
    /** invalid token */
    case TokenRevoked = 2115;
    /** invalid token */
    case TokenBinding = 2116;
    /** invalid token */
    case TokenInactive = 2117;
    /** authentication is not available */
    case TokenClock = 2118;
    /** unknown tool */
    case RouteTool = 3001;
    /** unknown prompt */
    case RoutePrompt = 3002;
    /** unknown resource */
    case RouteResource = 3003;
    /** forbidden */
    case RouteMethod = 3004;
    /** no such request */
    case RouteCancelled = 3005;
    /** forbidden */
    case PermissionDenied = 3101;
    /** forbidden */
    case PermissionCondition = 3102;
    /** forbidden */
    case PermissionScope = 3103;
    /** value does not match its schema */
    case ArgumentsSchema = 4001;
    /** value takes too long to check */
    case ArgumentsBudget = 4002;
    /** an argument is not in the format that it needs */
    case ArgumentsFormat = 4003;
    /** path not allowed */
    case PathEscape = 5001;
    /** path not allowed */
    case PathAbsolute = 5002;
    /** path not allowed */
    case PathOutside = 5003;
    /** path not allowed */
    case PathEmpty = 5004;
    /** path not allowed */
    case PathSize = 5005;
    /** path not allowed */
    case PathEncoding = 5006;
    /** path not allowed */
    case PathSeparator = 5007;
    /** path not allowed */
    case PathCharacter = 5008;
    /** path not allowed */
    case PathName = 5009;
    /** path not allowed */
    case PathDevice = 5010;
    /** path not allowed */
    case PathUri = 5011;
    /** path not allowed */
    case PathAbsent = 5012;
    /** path not allowed */
    case PathKind = 5013;
    /** path not allowed */
    case PathType = 5014;
    /** path not allowed */
    case PathLink = 5015;
    /** argument not allowed */
    case ThreatSql = 6001;
    /** argument not allowed */
    case ThreatHtml = 6002;
    /** argument not allowed */
    case ThreatShell = 6003;
    /** argument not allowed */
    case ThreatTraversal = 6004;
    /** too many requests */
    case RateExceeded = 7001;
    /** too many requests */
    case RateFull = 7002;
    /** limits are not available */
    case RateUnavailable = 7003;
    /** invalid response from the server */
    case ReleaseMessage = 8001;
    /** internal error */
    case SealForm = 8002;
    /** internal error */
    case SealKey = 8003;
    /** internal error */
    case SealTag = 8004;
    /** the server asks for what it must not ask for */
    case ReleaseElicitation = 8005;
    /** a tool of the server is not the one that was approved */
    case ReleasePin = 8006;
    /** invalid result from the server */
    case ReleaseOutput = 8007;
    /** internal error */
    case AuditLine = 8101;
    /** internal error */
    case AuditChanged = 8102;
    /** internal error */
    case AuditMissing = 8103;
    /** internal error */
    case AuditOrder = 8104;
    /** internal error */
    case AuditSplice = 8105;
    /** internal error */
    case AuditTorn = 8106;
    /** internal error */
    case HostScratch = 9001;
    /** request timed out */
    case HostTimeout = 9002;
    /** too many requests in flight */
    case HostBusy = 9003;
    /** server went away */
    case HostGone = 9004;
    /** request id is already in use */
    case HostIdInUse = 9005;
    /** internal error */
    case HostFile = 9006;
    /** internal error */
    case HostAudit = 9020;

    /** The name that logs and other languages have, such as "path.escape". */
    public function code(): string {}

    /** What the caller may be told. */
    public function message(): string {}
}
