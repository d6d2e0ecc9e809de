<?php

/** @generate-class-entries */

namespace Adarga {
    /** The library was misused, or a document or file is not what it should be. It never means that something was allowed. */
    class Fault extends \RuntimeException
    {
    }

    /**
     * What was asked for was refused, and there is nothing to give instead. Decisions are not thrown: they are `Decision`.
     *
     * @strict-properties
     */
    class Denied extends \RuntimeException
    {
        public readonly Reason $reason;
    }

    /**
     * A policy, ready to judge. It is compiled once for each process and file, whatever number of requests asks for it.
     *
     * @strict-properties
     * @not-serializable
     */
    final class Gate
    {
        private function __construct() {}

        /**
         * The policy of a file (TOML, JSON or an image). A file that was replaced since is loaded anew; while the new one is no policy,
         * the old one stays in force. `$table` names the file in which all processes of the machine count calls together.
         */
        public static function fromFile(string $path, ?string $table = null): Gate {}

        /**
         * The policy of a document; `$name` stands in errors, and its ending says what it is. It counts calls by itself. Without
         * `$connect` the keys that `[data]` names are not read, and what would be sealed is masked.
         */
        public static function fromText(string $text, string $name = "policy.toml", bool $connect = true): Gate {}

        /** The policy of an image, as `adarga compile` writes it. */
        public static function fromImage(string $image): Gate {}

        /** The policy that php.ini names (`adarga.policy`, `adarga.table`). */
        public static function fromConfiguration(): Gate {}

        /**
         * Judges a message. Over HTTP `$headers` are all header fields, name to value or list of values; on stdio there are none (null).
         * With a `$trail`, its line is written before this returns; when it can't be, Fault is thrown and nothing was allowed.
         *
         * @phpstan-param array<string, string|list<string>>|null $headers
         * @phpstan-param list<string>|null $roles
         * @phpstan-param list<string>|null $scopes
         */
        public function decide(
            string $body,
            ?array $headers = null,
            #[\SensitiveParameter] ?string $token = null,
            ?string $peer = null,
            ?string $subject = null,
            ?array $roles = null,
            ?array $scopes = null,
            ?string $certificate = null,
            ?Session $session = null,
            ?KeySet $keys = null,
            #[\SensitiveParameter] ?string $introspected = null,
            ?int $nowMs = null,
            string $method = "POST",
            ?AuditTrail $trail = null,
        ): Decision {}

        /**
         * Judges the server's answer to an allowed request, edited where the policy asks for it; an answer to another request is denied.
         * `$trail` as of `decide`. What the policy seals is sealed for `$record`, which tells the record of this answer from others.
         */
        public function release(
            Decision $decision,
            string $response,
            ?Session $session = null,
            ?AuditTrail $trail = null,
            string $record = "",
        ): Released {}

        /**
         * Opens a field that the policy sealed: the value as it stood in the message, JSON. `$pointer` is that of the field from the
         * `result`, with `*` for places in arrays; `$record` as of `release`. Denied when it is of another place, record or key.
         */
        public function unseal(string $pointer, string $sealed, string $record = ""): string {}

        /** Loads the file again; when that fails, the policy in force stays. */
        public function reload(): void {}

        /** Whether the server is configured as `[config]` asks; throws Fault that says all that is missing or wrong, and no value. */
        public function checkConfiguration(): void {}

        /** The image of the policy. */
        public function image(): string {}

        /** SHA-256 of the image, 32 bytes: the identity of the policy. */
        public function digest(): string {}
    }

    /**
     * What was decided of a message.
     *
     * @strict-properties
     * @not-serializable
     */
    final class Decision
    {
        /** Whether the message may be passed on. */
        public readonly bool $allowed;
        public readonly Reason $reason;
        /** HTTP status of the answer. */
        public readonly int $status;
        /** The body to answer a denial with; empty when the answer has none. */
        public readonly string $reply;
        /** The value of `WWW-Authenticate`. */
        public readonly ?string $challenge;
        /** Who called. */
        public readonly ?string $subject;
        /** The entry of the policy that it was about. */
        public readonly ?string $route;
        /** JSON Pointer of the culprit, or `byte 17`. */
        public readonly ?string $pointer;
        /** The keyword of JSON Schema that the culprit breaks. */
        public readonly ?string $keyword;
        /** After how many milliseconds a call that was too many is allowed. */
        public readonly ?int $retryAfterMs;
        /**
         * What the arguments look like: "html", "shell", "sql", "traversal".
         *
         * @phpstan-var list<string>
         */
        public readonly array $threats;
        /** "request", "notification", "response", "batch" or "". */
        public readonly string $kind;
        /** How many messages there are. */
        public readonly int $items;
        /** The policy only observes: the message passes although `$reason` speaks against it. */
        public readonly bool $observed;

        private function __construct() {}
    }

    /**
     * What became of a server's answer.
     *
     * @strict-properties
     * @not-serializable
     */
    final class Released
    {
        public readonly bool $allowed;
        public readonly Reason $reason;
        /** What the client gets; empty when it was denied. */
        public readonly string $body;
        /** Whether it is another text than the server's. */
        public readonly bool $edited;

        private function __construct() {}
    }

    /**
     * What a legacy connection has to remember.
     *
     * @strict-properties
     * @not-serializable
     */
    final class Session
    {
        public function __construct() {}

        /** One that was initialized before, under a revision such as "2025-11-25", by `$owner`. */
        public static function restored(string $revision, string $owner = ""): Session {}

        /** The revision that was negotiated; null while there is none. */
        public function revision(): ?string {}

        /** Nothing may come any more. */
        public function end(): void {}
    }

    /**
     * Keys that tokens are verified with.
     *
     * @strict-properties
     * @not-serializable
     */
    final class KeySet
    {
        /** From a JWK, a JWKS or PEM. Strict: a key that can't be used is an error; otherwise it is left out, as of an issuer's set. */
        public function __construct(#[\SensitiveParameter] string $document, bool $strict = false) {}

        public static function fromImage(#[\SensitiveParameter] string $image): KeySet {}

        /** Whether the first key signed these bytes. */
        public function verifySignature(string $algorithm, string $message, string $signature): Reason {}

        /**
         * Whether one of the keys signed a compact JWS, whatever its payload.
         *
         * @phpstan-param list<string>|null $algorithms
         */
        public function verifyJws(#[\SensitiveParameter] string $token, ?array $algorithms = null): Reason {}
    }

    /**
     * Judges JSON Web Tokens.
     *
     * @strict-properties
     * @not-serializable
     */
    final class TokenVerifier
    {
        /**
         * @phpstan-param list<string>|null $algorithms
         * @phpstan-param int $leeway seconds
         * @phpstan-param list<string> $revoked the `jti` of tokens
         */
        public function __construct(
            KeySet $keys,
            ?string $issuer = null,
            ?string $audience = null,
            ?array $algorithms = null,
            int $leeway = 0,
            ?string $type = null,
            array $revoked = [],
        ) {}

        public function verify(#[\SensitiveParameter] string $token, ?int $nowMs = null): Token {}
    }

    /**
     * What a token was found to be.
     *
     * @strict-properties
     * @not-serializable
     */
    final class Token
    {
        public readonly bool $valid;
        public readonly Reason $reason;
        public readonly ?string $subject;
        /** Unix milliseconds. */
        public readonly ?int $expiresMs;

        private function __construct() {}
    }

    /**
     * Counts calls under one limit, for one process or, in a file, for all of a machine.
     *
     * @strict-properties
     * @not-serializable
     */
    final class RateTable
    {
        /** `$limit` such as "100/min"; with `$burst` a rate (GCRA), otherwise so many in any window. */
        public function __construct(string $limit, ?int $burst = null, int $clients = 65536, ?string $file = null) {}

        /** So many calls in any window of so many milliseconds. */
        public static function ofWindow(int $calls, int $windowMs, int $clients = 65536, ?string $file = null): RateTable {}

        public function charge(string $client, int $cost = 1, ?int $nowMs = null): Charge {}

        /** The same, when all that matters is whether the call may go on. */
        public function allows(string $client, int $cost = 1, ?int $nowMs = null): bool {}
    }

    /**
     * What a table said.
     *
     * @strict-properties
     * @not-serializable
     */
    final class Charge
    {
        public readonly bool $allowed;
        public readonly Reason $reason;
        /** After how many milliseconds it is allowed; null when nobody knows. */
        public readonly ?int $retryAfterMs;

        private function __construct() {}
    }

    /**
     * A compiled JSON Schema.
     *
     * @strict-properties
     * @not-serializable
     */
    final class Schema
    {
        /**
         * `$bundle`: documents that it may refer to, URI to JSON text.
         *
         * @phpstan-param array<string, string> $bundle
         */
        public function __construct(string $schema, bool $formats = false, ?string $dialect = null, array $bundle = []) {}

        /** The schema of a type of MCP, such as "CallToolRequestParams", in a revision. */
        public static function ofType(string $revision, string $name): Schema {}

        public function check(string $json): SchemaResult {}
    }

    /**
     * What a schema said.
     *
     * @strict-properties
     * @not-serializable
     */
    final class SchemaResult
    {
        public readonly bool $valid;
        public readonly Reason $reason;
        /** JSON Pointer of the first culprit. */
        public readonly ?string $pointer;

        private function __construct() {}
    }

    /**
     * A directory that nothing leaves.
     *
     * @strict-properties
     * @not-serializable
     */
    final class Root
    {
        public function __construct(string $directory) {}

        /**
         * The file beneath it as a stream to read from.
         *
         * @return resource
         */
        public function open(string $path) {}

        /** Its content. */
        public function read(string $path, int $max = 16777216): string {}
    }

    /**
     * Seals fields (XChaCha20-Poly1305) under a key of 32 bytes.
     *
     * @strict-properties
     * @not-serializable
     */
    final class Sealer
    {
        public function __construct(#[\SensitiveParameter] string $key, int $keyId = 1) {}

        public function seal(#[\SensitiveParameter] string $plain, string $aad = "", ?string $nonce = null): string {}

        public function open(string $sealed, string $aad = ""): string {}

        /** Opens what AES-256-GCM encrypted: ciphertext, then tag. */
        public static function openAesGcm(#[\SensitiveParameter] string $key, string $nonce, string $aad, string $sealed): string {}
    }

    /**
     * Masks what must not be seen in JSON texts.
     *
     * @strict-properties
     * @not-serializable
     */
    final class Redactor
    {
        /**
         * `$mask`: "redacted", "last_four" or "pseudonym", which needs a `$key` of 32 bytes. `$kinds`: "none", "redacted", "all" or names.
         *
         * @phpstan-param list<string> $fields
         * @phpstan-param list<string> $pointers
         */
        public function __construct(
            array $fields = [],
            array $pointers = [],
            string $kinds = "none",
            string $mask = "redacted",
            #[\SensitiveParameter] ?string $key = null,
        ) {}

        public function redact(string $json): string {}
    }

    /**
     * Lines of a stream, whatever chunks it comes in.
     *
     * @strict-properties
     * @not-serializable
     */
    final class Framer
    {
        public function __construct(int $lineMax = 4194304) {}

        /**
         * The lines that end in this chunk.
         *
         * @phpstan-return list<string>
         */
        public function feed(string $chunk): array {}

        /** How many lines were longer than may be. */
        public function dropped(): int {}
    }

    /**
     * The audit trail that `[audit]` of a policy asks for: one for each process, whatever number of requests writes to it.
     *
     * @strict-properties
     * @not-serializable
     */
    final class AuditTrail
    {
        private function __construct() {}

        /** The trail of a policy, which is opened when this process asks for the first time; null when the policy asks for none. */
        public static function of(Gate $gate): ?AuditTrail {}

        /** Makes the key file of a trail. Keep a copy elsewhere before the first process takes it: the trail is verified with that. */
        public static function makeKey(string $file): void {}

        /**
         * Writes a line; when that fails, what it tells of must not happen. `$event`: "decision", "authentication", "release" or
         * "configuration". Of `$arguments` only a keyed hash gets into the line.
         *
         * @phpstan-param list<string> $roles
         * @phpstan-param list<string> $permissions
         */
        public function write(
            string $event,
            bool $success,
            ?Reason $reason = null,
            ?string $subject = null,
            array $roles = [],
            array $permissions = [],
            ?string $request = null,
            ?string $method = null,
            ?string $target = null,
            ?string $pointer = null,
            #[\SensitiveParameter] ?string $arguments = null,
            ?int $durationUs = null,
            ?string $peer = null,
            ?string $agent = null,
            ?string $note = null,
            ?int $nowMs = null,
        ): void {}

        /**
         * Whether nothing was changed, removed or added; otherwise the first thing that is wrong.
         *
         * @phpstan-param list<string> $lines
         */
        public static function verify(#[\SensitiveParameter] string $key, array $lines): Reason {}
    }

    /**
     * A file of sealed secrets, whose master key lies elsewhere. Each call reads the file anew; `adarga secrets` changes the same files.
     *
     * @strict-properties
     * @not-serializable
     */
    final class Vault
    {
        /** `$key`: "file:PATH", "env:NAME" or "credential:NAME"; the vault's name with `.key` otherwise. */
        public function __construct(string $file, ?string $key = null) {}

        /** Makes the vault, which must not be there yet, and its master key where that lies in a file that is not there. */
        public function make(): void {}

        /** A secret; null when there is none by this name. */
        public function get(string $name): ?string {}

        /** Puts a secret in, in place of one by the same name. */
        public function set(string $name, #[\SensitiveParameter] string $value): void {}

        /** Takes a secret out; false when there is none by this name. */
        public function remove(string $name): bool {}

        /**
         * The names of the secrets.
         *
         * @phpstan-return list<string>
         */
        public function names(): array {}

        /** Seals everything anew under a new master key; who reads meanwhile notices nothing. */
        public function rotate(): void {}
    }

    /** Writes a text for a place: html, attribute, strip-tags, url, json-in-html, javascript, css, like, log, spreadsheet. */
    function escape(string $text, string $for = "html"): string {}

    /**
     * What a text looks like: "html", "shell", "sql", "traversal". A look, not a proof.
     *
     * @phpstan-return list<string>
     */
    function scan(string $text): array {}

    /**
     * Personal data and secrets in a text: a list of [start, end, kind], in bytes.
     *
     * @phpstan-return list<array{int, int, string}>
     */
    function detect(string $text, string $kinds = "all"): array {}

    /** Whether a granted permission covers a required one. */
    function covers(string $granted, string $required): bool {}

    /** The normal form of a path that stays beneath its root, by its bytes alone. */
    function contain(string $path, ?string $root = null, string $profile = "portable", ?int $decode = null): string {}

    /**
     * The variables of a URI of an RFC 6570 template; null when it is none.
     *
     * @phpstan-return array<string, string>|null
     */
    function match_uri(string $template, string $uri): ?array {}

    /** Whether a text has a format of JSON Schema, such as "email". */
    function matches(string $format, string $text): bool {}

    /** Whether a number keeps its check digits: "luhn", "iban" … */
    function check_digit(string $kind, string $text): bool {}

    /** Whether a text is one JSON document that every parser reads alike. */
    function check_json(string $text, int $depthMax = 128): Reason {}

    /**
     * Whether a text is one message of MCP; `id` is JSON.
     *
     * @phpstan-param array<string, string|list<string>>|null $headers
     * @phpstan-return array{reason: Reason, kind: string, method: ?string, id: ?string}
     */
    function check_message(string $text, string $revision, ?array $headers = null, bool $fromServer = false): array {}
}
