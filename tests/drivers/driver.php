<?php
// The driver protocol over the PHP extension: one JSON object a line in, one a line out. Each op asks the public interface.
declare(strict_types=1);

use Adarga\{AuditTrail, Denied, Framer, Gate, KeySet, RateTable, Reason, Redactor, Root, Schema, Sealer, Session, TokenVerifier};

/** Misuse of the driver, said in one word or sentence. */
final class Fault extends Exception
{
}

/** A refusal that still says something. */
final class Found extends Exception
{
    public function __construct(public readonly Reason $reason, public readonly array $members)
    {
        parent::__construct();
    }
}

/** A line as it was asked. */
final class Question
{
    public function __construct(public readonly stdClass $members, public readonly string $line)
    {
    }

    public function has(string $name): bool
    {
        return property_exists($this->members, $name);
    }

    public function get(string $name): mixed
    {
        return $this->members->$name ?? null;
    }

    public function optional(string $name): ?string
    {
        $value = $this->get($name);
        if ($value === null || (is_string($value) && !$this->isNumber($name))) {
            return $value;
        }
        throw new Fault("`$name` must be a string");
    }

    public function text(string $name): string
    {
        return $this->optional($name) ?? throw new Fault("missing `$name`");
    }

    /** A number beyond PHP's is read as a text: it is one only when it stands in quotes. */
    private function isNumber(string $name): bool
    {
        $value = $this->get($name);
        return is_string($value) && preg_match('/^-?[0-9]{19,}$/D', $value) === 1 && ($this->raw($name)[0] ?? '"') !== '"';
    }

    public function number(string $name, ?int $otherwise = null): ?int
    {
        $value = $this->get($name);
        if ($value === null) {
            return $otherwise;
        }
        if ($this->isNumber($name)) {
            $value = whole($value);
        }
        if (!is_int($value) || $value < 0) {
            throw new Fault("`$name` must be a whole number");
        }
        return $value;
    }

    public function bytes(string $name): string
    {
        $text = $this->optional($name);
        $encoded = $this->optional("{$name}_b64");
        if ($text !== null && $encoded !== null) {
            throw new Fault("`$name` and `{$name}_b64` together");
        }
        if ($text === null && $encoded === null) {
            throw new Fault("missing `$name`");
        }
        return $text ?? decoded($encoded, "{$name}_b64");
    }

    /** @return list<string> */
    public function texts(string $name): array
    {
        if (!$this->has($name)) {
            throw new Fault("missing `$name`");
        }
        $value = $this->get($name);
        if (!is_array($value) || array_filter($value, fn ($item) => !is_string($item)) !== []) {
            throw new Fault("`$name` must be a list of strings");
        }
        return $value;
    }

    public function headers(): ?array
    {
        $headers = $this->get('headers');
        if ($headers === null) {
            return null;
        }
        $wrong = new Fault('`headers` must be an object of strings or lists of strings');
        if (!$headers instanceof stdClass) {
            throw $wrong;
        }
        foreach ($headers as $values) {
            foreach (is_array($values) ? $values : [$values] as $value) {
                if (!is_string($value)) {
                    throw $wrong;
                }
            }
        }
        return (array) $headers;
    }

    /** The text of a member as it stands in the line, so that numbers stay what they are. */
    public function raw(string $name): string
    {
        return members_of($this->line)[$name] ?? throw new Fault("missing `$name`");
    }
}

/** A whole number as PHP has it; the largest one for what is beyond, null when it is beyond 64 bits. */
function whole(string $digits): ?int
{
    $least = ltrim($digits, '0');
    return $digits[0] === '-' || strlen($least) > 20 || (strlen($least) === 20 && strcmp($least, '18446744073709551615') > 0) ? null : PHP_INT_MAX;
}

/** Where the JSON value at a place ends; the text was read before, it is well-formed. */
function value_end(string $text, int $at): int
{
    $depth = 0;
    for ($end = strlen($text); $at < $end; $at++) {
        $at += strcspn($text, '"{}[],:', $at);
        $found = $text[$at] ?? '';
        if ($found === '"') {
            for ($at++; $text[$at] !== '"'; $at++) {
                $at += strcspn($text, '"\\', $at);
                if ($text[$at] === '"') {
                    break;
                }
                $at++;
            }
        } elseif ($found === '{' || $found === '[') {
            $depth++;
        } elseif ($depth > 0) {
            $depth -= (int) ($found === '}' || $found === ']');
        } elseif ($found !== '') {
            return $at;
        }
    }
    return $end;
}

/** @return array<string, string> names and texts of the members of an object's text */
function members_of(string $text): array
{
    $found = [];
    $at = strpos($text, '{') + 1;
    while (trim(substr($text, $at, 64)) !== '' && ($text[$at + strspn($text, " \t\r\n", $at)] ?? '}') !== '}') {
        $colon = value_end($text, $at);
        $end = value_end($text, $colon + 1);
        $found[json_decode(trim(substr($text, $at, $colon - $at)))] = trim(substr($text, $colon + 1, $end - $colon - 1));
        $at = $end + 1;
    }
    return $found;
}

/** @return list<string> */
function elements_of(string $text): array
{
    $found = [];
    $at = 1;
    while (($text[$at + strspn($text, " \t\r\n", $at)] ?? ']') !== ']') {
        $end = value_end($text, $at);
        $found[] = trim(substr($text, $at, $end - $at));
        $at = $end + 1;
    }
    return $found;
}

function decoded(string $text, string $name): string
{
    $bytes = base64_decode($text, true);
    // PHP takes white space, wrong padding and stray bits: what it gives has to be what was written
    if ($bytes === false || base64_encode($bytes) !== $text) {
        throw new Fault("`$name` is not base64");
    }
    return $bytes;
}

function with_text(string $name, string $bytes): array
{
    return preg_match('//u', $bytes) === 1 ? [$name => $bytes] : ["{$name}_b64" => base64_encode($bytes)];
}

function document(mixed $value): string
{
    $flags = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_LINE_TERMINATORS | JSON_THROW_ON_ERROR
        | JSON_INVALID_UTF8_SUBSTITUTE | JSON_PRESERVE_ZERO_FRACTION;
    return json_encode($value, $flags, 8192);
}

function only_reason(Reason $reason): array
{
    return $reason === Reason::Allowed ? [] : throw new Found($reason, []);
}

function op_json(Question $q): array
{
    return only_reason(Adarga\check_json($q->bytes('x'), depthMax: $q->number('depth_max', 128)));
}

function transport(Question $q): string
{
    $transport = $q->text('transport');
    return in_array($transport, ['stdio', 'http'], true) ? $transport : throw new Fault('`transport` must be `stdio` or `http`');
}

function op_message(Question $q): array
{
    [$text, $revision, $from] = [$q->bytes('x'), $q->text('revision'), $q->optional('from') ?? 'client'];
    if (!in_array($from, ['client', 'server'], true)) {
        throw new Fault('`from` must be `client` or `server`');
    }
    $headers = $q->headers();
    $headers = transport($q) === 'http' ? $headers : null;
    $found = Adarga\check_message($text, $revision, headers: $headers, fromServer: $from === 'server');
    only_reason($found['reason']);
    $said = ['kind' => $found['kind']];
    if ($found['method'] !== null) {
        $said['method'] = $found['method'];
    }
    if ($found['id'] !== null) {
        $said['id'] = new Verbatim($found['id']);
    }
    return $said;
}

/** JSON that is written as it came. */
final class Verbatim
{
    public function __construct(public readonly string $json)
    {
    }
}

function op_frame(Question $q): array
{
    $framer = new Framer($q->number('line_max', 4 << 20));
    $lines = [];
    foreach ($q->texts('chunks') as $chunk) {
        array_push($lines, ...array_map(base64_encode(...), $framer->feed(decoded($chunk, 'chunks'))));
    }
    return ['lines' => $lines, 'dropped' => $framer->dropped()];
}

function op_permission(Question $q): array
{
    $required = $q->text('required');
    foreach ($q->texts('granted') as $grant) {
        if (Adarga\covers($grant, $required)) {
            return [];
        }
    }
    throw new Found(Reason::PermissionDenied, []);
}

function op_path(Question $q): array
{
    $path = $q->bytes('x');
    return ['path' => Adarga\contain($path, root: $q->optional('root'), profile: $q->optional('profile') ?? 'portable', decode: $q->number('decode'))];
}

function op_open(Question $q): array
{
    $root = new Root($q->text('root'));
    return ['sha256' => hash('sha256', $root->read($q->bytes('x')))];
}

function op_uri(Question $q): array
{
    $template = $q->text('template');
    // a template that is none is said before a missing URI
    Adarga\match_uri($template, '');
    $variables = Adarga\match_uri($template, $q->text('uri'));
    return $variables === null ? throw new Found(Reason::RouteResource, []) : ['variables' => (object) $variables];
}

function op_threat(Question $q): array
{
    $kinds = Adarga\scan($q->bytes('x'));
    foreach (['sql' => Reason::ThreatSql, 'html' => Reason::ThreatHtml, 'shell' => Reason::ThreatShell, 'traversal' => Reason::ThreatTraversal] as $kind => $reason) {
        if (in_array($kind, $kinds, true)) {
            throw new Found($reason, ['kinds' => $kinds]);
        }
    }
    return ['kinds' => $kinds];
}

function op_format(Question $q): array
{
    $name = $q->text('format');
    Adarga\matches($name, '');
    return Adarga\matches($name, $q->bytes('x')) ? [] : throw new Found(Reason::ArgumentsFormat, []);
}

function op_check_digit(Question $q): array
{
    $kind = $q->text('kind');
    Adarga\check_digit($kind, '');
    return Adarga\check_digit($kind, $q->bytes('x')) ? [] : throw new Found(Reason::ArgumentsFormat, []);
}

function op_escape(Question $q): array
{
    [$text, $place] = [$q->bytes('x'), $q->optional('for')];
    try {
        $found = with_text('x', Adarga\escape($text, $place ?? 'html'));
    } catch (ValueError) {
        throw new Fault('unknown `for`');
    }
    return $place === null ? $found + with_text('strip', Adarga\escape($text, 'strip-tags')) : $found;
}

function op_detect(Question $q): array
{
    return ['spans' => Adarga\detect($q->bytes('x'), $q->optional('kinds') ?? 'all')];
}

function op_redact(Question $q): array
{
    $listed = fn (string $name): array => $q->has($name) ? $q->texts($name) : [];
    $json = $q->bytes('json');
    [$fields, $pointers, $key] = [$listed('fields'), $listed('pointers'), $q->optional('key_b64')];
    try {
        $redactor = new Redactor(
            fields: $fields,
            pointers: $pointers,
            kinds: $q->optional('kinds') ?? 'none',
            mask: $q->optional('mask') ?? 'redacted',
            key: $key === null ? null : decoded($key, 'key_b64'),
        );
    } catch (ValueError $error) {
        throw new Fault(str_replace('`key`', '`key_b64`', $error->getMessage()));
    }
    return with_text('json', $redactor->redact($json));
}

function sealer(Question $q): Sealer
{
    $id = $q->number('key_id', 1);
    $key = decoded($q->text('key_b64'), 'key_b64');
    if ($id >= 1 << 32) {
        throw new Fault('`key_id` must be below 2^32');
    }
    return strlen($key) === 32 ? new Sealer($key, keyId: $id) : throw new Fault('`key_b64` must be 32 bytes');
}

function op_seal(Question $q): array
{
    [$own, $nonce] = [sealer($q), $q->optional('nonce_b64')];
    $nonce = $nonce === null ? null : decoded($nonce, 'nonce_b64');
    if ($nonce !== null && strlen($nonce) !== 24) {
        throw new Fault('`nonce_b64` must be 24 bytes');
    }
    return ['sealed' => $own->seal($q->bytes('x'), aad: $q->optional('aad') ?? '', nonce: $nonce)];
}

function op_unseal(Question $q): array
{
    return ['x_b64' => base64_encode(sealer($q)->open($q->text('sealed'), aad: $q->optional('aad') ?? ''))];
}

function op_aead(Question $q): array
{
    $key = decoded($q->text('key_b64'), 'key_b64');
    if (strlen($key) !== 32) {
        throw new Fault('`key_b64` must be 32 bytes');
    }
    $nonce = decoded($q->text('nonce_b64'), 'nonce_b64');
    if (strlen($nonce) !== 12) {
        throw new Fault('`nonce_b64` must be 12 bytes');
    }
    return ['x_b64' => base64_encode(Sealer::openAesGcm($key, $nonce, decoded($q->text('aad_b64'), 'aad_b64'), $q->bytes('x')))];
}

function key_set(Question $q, string $name, bool $strict = false): KeySet
{
    if (!$q->has($name)) {
        throw new Fault("missing `$name`");
    }
    try {
        return new KeySet($q->raw($name), strict: $strict);
    } catch (Adarga\Fault) {
        throw new Found(Reason::TokenKey, []);
    }
}

function algorithms(Question $q): ?array
{
    return $q->get('algorithms') === null ? null : $q->texts('algorithms');
}

function op_signature(Question $q): array
{
    [$algorithm, $message, $signature] = [$q->text('alg'), $q->bytes('x'), decoded($q->text('sig_b64'), 'sig_b64')];
    return only_reason(key_set($q, 'key', strict: true)->verifySignature($algorithm, $message, $signature));
}

function op_jws(Question $q): array
{
    [$token, $allowed] = [$q->text('token'), algorithms($q)];
    return only_reason(key_set($q, 'keys')->verifyJws($token, algorithms: $allowed));
}

function op_token(Question $q): array
{
    $token = $q->text('token');
    $now = $q->number('now_ms', 0);
    $leeway = $q->number('leeway', 0);
    [$audience, $type, $allowed, $issuer] = [$q->optional('audience'), $q->optional('type'), algorithms($q), $q->optional('issuer')];
    $keys = key_set($q, 'keys');
    $revoked = $q->has('revoked') ? $q->texts('revoked') : [];
    $verifier = new TokenVerifier($keys, issuer: $issuer, audience: $audience, algorithms: $allowed, leeway: $leeway, type: $type, revoked: $revoked);
    $found = $verifier->verify($token, nowMs: $now);
    $said = array_filter(['subject' => $found->subject, 'expires' => $found->expiresMs], fn ($value) => $value !== null);
    return $found->valid ? $said : throw new Found($found->reason, $said);
}

function op_rate(Question $q): array
{
    $wrong = new Fault('`limit` must be a text or an object of `rate` and `burst`');
    if (!$q->has('limit')) {
        throw new Fault('missing `limit`');
    }
    $limit = $q->get('limit');
    $rate = $limit;
    $burst = null;
    if ($limit instanceof stdClass) {
        [$rate, $burst] = [$limit->rate ?? null, $limit->burst ?? null];
        if (count((array) $limit) !== 2 || !is_int($burst) || $burst < 0) {
            throw $wrong;
        }
    }
    if (!is_string($rate)) {
        throw $wrong;
    }
    $table = null;
    try {
        // a limit that is none is said before events that are none
        new RateTable($rate, burst: $burst, clients: 1);
        $events = calls($q);
        $table = new RateTable($rate, burst: $burst, clients: 4 * max(1, count(array_unique(array_column($events, 0)))));
    } catch (Adarga\Fault $fault) {
        throw new Fault('`limit`: ' . $fault->getMessage());
    }
    [$allowed, $retry] = [[], []];
    foreach ($events as [$client, $now]) {
        $charge = $table->charge($client, nowMs: $now);
        $allowed[] = $charge->allowed;
        $retry[] = $charge->retryAfterMs;
    }
    return ['allowed' => $allowed, 'retry_ms' => $retry];
}

/** @return list<array{string, int}> */
function calls(Question $q): array
{
    $wrong = new Fault('`events` must be a list of `[client, t_ms]`');
    if (!$q->has('events')) {
        throw new Fault('missing `events`');
    }
    $events = $q->get('events');
    if (!is_array($events)) {
        throw $wrong;
    }
    $found = [];
    foreach ($events as $event) {
        if (!is_array($event) || count($event) !== 2) {
            throw $wrong;
        }
        [$client, $time] = $event;
        if (is_string($time) && preg_match('/^[0-9]{19,}$/D', $time) === 1) {
            $time = whole($time);
        }
        if (!(is_string($client) || is_int($client) || is_float($client)) || !is_int($time) || $time < 0) {
            throw $wrong;
        }
        // a number is a name as well
        $found[] = [is_string($client) ? $client : document($client), $time];
    }
    return $found;
}

function checked(Adarga\SchemaResult $found): array
{
    if ($found->valid) {
        return [];
    }
    throw new Found($found->reason, $found->pointer !== null ? ['at' => $found->pointer] : []);
}

function op_schema(Question $q): array
{
    $bundle = [];
    if ($q->has('bundle')) {
        $wrong = new Fault('`bundle` must be a list of objects with `id` and `schema`');
        if (!is_array($q->get('bundle'))) {
            throw $wrong;
        }
        foreach (elements_of($q->raw('bundle')) as $element) {
            $members = $element[0] === '{' ? members_of($element) : [];
            if (!isset($members['id'], $members['schema'])) {
                throw $wrong;
            }
            $bundle[json_decode($members['id'])] = $members['schema'];
        }
    }
    $formats = $q->get('formats') === true;
    try {
        $schema = new Schema($q->raw('schema'), formats: $formats, dialect: $q->optional('dialect'), bundle: $bundle);
    } catch (Adarga\Fault $fault) {
        throw new Fault('`schema`: ' . str_replace("\n", ';', $fault->getMessage()));
    }
    return checked($schema->check($q->bytes('x')));
}

function op_mcp(Question $q): array
{
    [$revision, $name] = [$q->text('revision'), $q->text('definition')];
    try {
        Session::restored($revision);
    } catch (ValueError) {
        throw new Fault('unknown `revision`');
    }
    try {
        $schema = Schema::ofType($revision, $name);
    } catch (ValueError) {
        throw new Fault('unknown `definition`');
    }
    return checked($schema->check($q->bytes('x')));
}

function op_audit(Question $q): array
{
    $key = decoded($q->text('key_b64'), 'key_b64');
    if (strlen($key) !== 32) {
        throw new Fault('`key_b64` must be 32 bytes');
    }
    return only_reason(AuditTrail::verify($key, $q->texts('lines')));
}

function gate_of(Question $q): Gate
{
    $image = $q->optional('image_b64');
    if ($image !== null) {
        return Gate::fromImage(decoded($image, 'image_b64'));
    }
    return $q->has('policy') ? Gate::fromText($q->raw('policy'), name: 'policy.json', connect: false) : throw new Fault('missing `policy`');
}

function session_of(Question $q, string $transport): ?Session
{
    $session = $q->get('session');
    if (!$session instanceof stdClass) {
        return $transport === 'stdio' ? new Session() : null;
    }
    if (($session->initialized ?? null) !== true) {
        return new Session();
    }
    [$revision, $owner] = [$session->revision ?? null, $session->owner ?? null];
    try {
        return Session::restored(is_string($revision) ? $revision : '', is_string($owner) ? $owner : '');
    } catch (ValueError) {
        throw new Fault('unknown `session.revision`');
    }
}

/** @return array{Adarga\Decision, ?Session} */
function judge(Question $q, Gate $gate): array
{
    [$body, $headers, $transport] = [$q->bytes('body'), $q->headers(), transport($q)];
    $role = $q->get('role');
    $roles = match (true) {
        $role === null => null,
        is_string($role) => [$role],
        default => $q->texts('role'),
    };
    $keys = $q->optional('keys_b64');
    if ($keys !== null) {
        $keys = KeySet::fromImage(decoded($keys, 'keys_b64'));
    } elseif ($q->get('keys') !== null) {
        $keys = new KeySet($q->raw('keys'));
    }
    $session = session_of($q, $transport);
    $decision = $gate->decide(
        $body,
        headers: $transport === 'http' ? $headers ?? [] : null,
        token: $q->optional('token'),
        peer: $q->optional('peer'),
        // a subject without a role is nobody's word
        subject: $roles === null ? null : $q->optional('subject'),
        roles: $roles,
        certificate: $q->optional('certificate'),
        session: $session,
        keys: $keys,
        introspected: $q->optional('introspected'),
        nowMs: $q->number('now_ms', 0),
    );
    return [$decision, $session];
}

/** @return array{Gate, Adarga\Decision, ?Session} */
function judged(Question $q): array
{
    $gate = gate_of($q);
    $before = $q->get('before') ?? [];
    $wrong = new Fault('`before` must be a list of objects');
    if (!is_array($before)) {
        throw $wrong;
    }
    foreach ($before as $call) {
        if (!$call instanceof stdClass) {
            throw $wrong;
        }
    }
    foreach ($before as $call) {
        judge(new Question((object) ((array) $call + (array) $q->members), $q->line), $gate);
    }
    return [$gate, ...judge($q, $gate)];
}

function op_decide(Question $q): array
{
    [, $decision] = judged($q);
    $said = array_filter([
        'status' => $decision->status,
        'pointer' => $decision->pointer,
        'subject' => $decision->subject,
        'route' => $decision->route,
        'threats' => $decision->threats ?: null,
        'reply' => $decision->reply === '' ? null : $decision->reply,
        'retry_after_ms' => $decision->retryAfterMs,
    ], fn ($value) => $value !== null);
    return $decision->allowed ? $said : throw new Found($decision->reason, $said);
}

function op_release(Question $q): array
{
    $response = $q->bytes('response');
    [$gate, $decision] = judged($q);
    if (!$decision->allowed) {
        throw new Found($decision->reason, []);
    }
    $released = $gate->release($decision, $response);
    return $released->allowed ? with_text('response', $released->body) : throw new Found($released->reason, []);
}

function answer(string $line): array
{
    // numbers beyond PHP's stay what they are, as texts
    $members = json_decode($line, false, 4096, JSON_BIGINT_AS_STRING);
    if (!$members instanceof stdClass) {
        return ['n' => null, 'fault' => 'line'];
    }
    $found = ['n' => $members->n ?? null];
    try {
        $question = new Question($members, $line);
        $op = 'op_' . $question->text('op');
        if (preg_match('/^op_[a-z_]+$/D', $op) !== 1 || !function_exists($op)) {
            throw new Fault('op');
        }
        $rest = $op($question);
        return $found + ['ok' => true] + $rest;
    } catch (Denied $denied) {
        return $found + ['ok' => false, 'reason' => $denied->reason->code()];
    } catch (Found $denied) {
        return $found + ['ok' => false, 'reason' => $denied->reason->code()] + $denied->members;
    } catch (Fault | Adarga\Fault | ValueError $fault) {
        return $found + ['fault' => $fault->getMessage()];
    }
}

function written(array $answer): string
{
    $parts = [];
    foreach ($answer as $name => $value) {
        $parts[] = document((string) $name) . ':' . ($value instanceof Verbatim ? $value->json : document($value));
    }
    return '{' . implode(',', $parts) . "}\n";
}

while (($line = fgets(STDIN)) !== false) {
    if (trim($line) !== '') {
        fwrite(STDOUT, written(answer(rtrim($line, "\n"))));
        fflush(STDOUT);
    }
}
