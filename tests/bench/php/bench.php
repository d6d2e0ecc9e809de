<?php
// The extension beside the guide's own code, made runnable, in one process with the JIT on. They take turns in short batches; a ratio is
// that of two neighbouring batches, and its median and spread (10 to 90 %) are printed. Neither side writes an audit line.
//
// `decide` does more than its peer: strict JSON, headers, revisions, a schema, limits that hold for all workers. It remembers tokens that
// it verified, which the guide's code does not.
declare(strict_types=1);

require __DIR__ . '/guide.php';

spl_autoload_register(function (string $class): void {
    $file = __DIR__ . '/../../../bindings/php/src/' . substr($class, strlen('Adarga\\Guide\\')) . '.php';
    if (str_starts_with($class, 'Adarga\\Guide\\') && is_file($file)) {
        require $file;
    }
});

const SECRET = 'a secret of thirty-two bytes....';
const ISSUER = 'https://auth.example.com';
const AUDIENCE = 'https://mcp.example.com/mcp';
const QUICK = 5;

$rounds = in_array('--quick', $argv, true) ? QUICK : 41;
$missed = 0;

function b64(string $bytes): string
{
    return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
}

/** @param Closure(string): string $sign */
function token(string $algorithm, Closure $sign): string
{
    $input = b64(json_encode(['alg' => $algorithm, 'typ' => 'JWT'])) . '.' . b64(json_encode(['iss' => ISSUER, 'aud' => AUDIENCE, 'sub' => 'user-17', 'exp' => 4102444800,
        'iat' => 1700000000, 'role' => 'editor', 'jti' => '0123456789abcdef0123456789abcdef', 'scope' => 'read:reports write:content', 'client_id' => 'an application of theirs']));
    return "$input." . b64($sign($input));
}

/** A call of so many bytes. */
function body(int $size): string
{
    $arguments = ['query' => 'quarterly report of the north', 'limit' => 20];
    $message = function () use (&$arguments): string { return json_encode(['jsonrpc' => '2.0', 'id' => 7, 'method' => 'tools/call', 'params' => ['name' => 'search', 'arguments' => $arguments,
        '_meta' => ['io.modelcontextprotocol/protocolVersion' => '2026-07-28', 'io.modelcontextprotocol/clientCapabilities' => new stdClass()]]], JSON_UNESCAPED_SLASHES); };
    while (strlen($message()) < $size) {
        for ($i = 0; $i < max(1, intdiv($size - strlen($message()), 100)); $i++) {
            $arguments['rows'][] = ['id' => count($arguments['rows'] ?? []), 'name' => 'customer number ' . count($arguments['rows'] ?? []), 'tags' => ['north', 'small', 'new']];
        }
    }
    return $message();
}

function gate(string $algorithm): Adarga\Gate
{
    $schema = ['type' => 'object', 'required' => ['query'], 'additionalProperties' => false, 'properties' => [
        'query' => ['type' => 'string', 'maxLength' => 200],
        'limit' => ['type' => 'integer', 'minimum' => 1, 'maximum' => 100],
        'rows' => ['type' => 'array', 'items' => ['type' => 'object', 'required' => ['id', 'name'], 'properties' => ['id' => ['type' => 'integer'], 'name' => ['type' => 'string'], 'tags' => ['type' => 'array']]]],
    ]];
    return Adarga\Gate::fromText(json_encode([
        'server' => ['name' => 'bench', 'revisions' => ['2026-07-28']],
        'http' => ['hosts' => ['mcp.example.com']],
        'identity' => ['issuer' => ISSUER, 'audience' => AUDIENCE, 'algorithms' => [$algorithm], 'keys' => $algorithm === 'HS256' ? ['env' => 'UNUSED'] : "unused.json"],
        'roles' => ['admin' => ['*'], 'editor' => ['read:*', 'write:content', 'write:media'], 'author' => ['read:own', 'write:own'], 'viewer' => ['read:public']],
        'rates' => ['clients' => 1000],
        'threats' => ['sql' => 'block', 'html' => 'block', 'shell' => 'report', 'traversal' => 'block'],
        'tools' => ['search' => ['permission' => 'read:reports', 'rate' => ['rate' => '1000000/s', 'burst' => 1000000000], 'input' => $schema]],
    ]), 'bench.json');
}

/** Nanoseconds of this process: what others do on the machine meanwhile does not count. */
function now(): int
{
    $used = getrusage();
    return ($used['ru_utime.tv_sec'] + $used['ru_stime.tv_sec']) * 1_000_000_000 + ($used['ru_utime.tv_usec'] + $used['ru_stime.tv_usec']) * 1000;
}

/** Nanoseconds of one call, of so many. */
function batch(Closure $work, int $count): float
{
    $start = now();
    for ($i = 0; $i < $count; $i++) {
        $work();
    }
    return max(now() - $start, 1) / $count;
}

/** Bytes of this process that are in memory. */
function resident(): int
{
    return (int) explode(' ', file_get_contents('/proc/self/statm'))[1] * 4096;
}

/** `$less`: what of our own time is not compared, measured in the same turn. */
function duel(string $name, Closure $mine, Closure $peer, float $floor, ?Closure $less = null): void
{
    global $rounds, $missed;
    $length = $rounds === QUICK ? 2e6 : 1e7;
    $count = function (Closure $work) use ($length): int {
        for ($many = 1; ($each = batch($work, $many)) * $many < $length / 4; $many *= 4);
        return max(1, (int) ($length / $each));
    };
    [$own, $others] = [$count($mine), $count($peer)];
    $pairs = [];
    for ($i = 0; $i < $rounds; $i++) {
        $pairs[] = [$less === null ? batch($mine, $own) : max(batch($mine, $own) - batch($less, $own), 1), batch($peer, $others)];
    }
    $sorted = function (array $values, float $at): float {
        sort($values);
        return $values[(int) (count($values) * $at)];
    };
    $ratios = array_map(fn (array $pair): float => $pair[1] / $pair[0], $pairs);
    $middle = $sorted($ratios, 0.5);
    $met = $middle >= $floor;
    $missed += $met ? 0 : 1;
    printf("%-44s %10.0f ns %12.0f ns %8.1f×  %.1f–%.1f  ≥ %g %s\n", $name, $sorted(array_column($pairs, 0), 0.5), $sorted(array_column($pairs, 1), 0.5), $middle,
        $sorted($ratios, 0.1), $sorted($ratios, 0.9), $floor, $met ? 'met' : 'MISSED');
}

$status = opcache_get_status(false);
printf("PHP %s, JIT %s\n%-44s %13s %15s %9s\n", PHP_VERSION, ($status['jit']['on'] ?? false) ? 'on' : 'OFF', '', 'adarga', 'the guide', 'median');

$hmac = token('HS256', fn (string $input): string => hash_hmac('sha256', $input, SECRET, true));
$hmacKeys = new Adarga\KeySet(json_encode(['kty' => 'oct', 'alg' => 'HS256', 'k' => b64(SECRET)]));
$tokens = new HmacTokens(SECRET, ISSUER, AUDIENCE);
$headers = fn (string $token): array => ['Host' => 'mcp.example.com', 'Content-Type' => 'application/json', 'Accept' => 'application/json, text/event-stream',
    'Mcp-Protocol-Version' => '2026-07-28', 'Mcp-Method' => 'tools/call', 'Mcp-Name' => 'search', 'Authorization' => "Bearer $token"];

// the whole decision
$gate = gate('HS256');
$pipeline = new GuidePipeline($tokens);
foreach (['S' => [253, 18], 'M' => [4148, 12], 'L' => [65637, 11]] as $name => [$size, $floor]) {
    $text = body($size);
    $with = $headers($hmac);
    assert($gate->decide($text, headers: $with, keys: $hmacKeys)->allowed && $pipeline->decide($text, $hmac));
    duel("decide, $name of " . strlen($text) . ' bytes', fn () => $gate->decide($text, headers: $with, keys: $hmacKeys)->allowed, fn () => $pipeline->decide($text, $hmac), $floor);
}

// the same with an audit line each, in a file of its own: the guide's locks the file and hashes the arguments by MD5
$folder = sys_get_temp_dir() . '/adarga-bench-' . getmypid();
mkdir($folder, 0700);
$audit = new Adarga\Guide\AuditLogger("$folder/ours.jsonl");
$log = function (string $text) use ($folder): void {
    $said = json_decode($text, true);
    $entry = ['timestamp' => date('c'), 'event' => 'tool_execution', 'context' => ['tool' => $said['params']['name'], 'args_hash' => md5(json_encode($said['params']['arguments'])), 'success' => true,
        'execution_time' => microtime(true)], 'server_info' => ['php_version' => PHP_VERSION, 'memory_usage' => memory_get_usage(true), 'request_id' => uniqid()]];
    file_put_contents("$folder/theirs.log", json_encode($entry) . "\n", FILE_APPEND | LOCK_EX);
};
foreach (['S' => [253, 18], 'M' => [4148, 12], 'L' => [65637, 11]] as $name => [$size, $floor]) {
    $text = body($size);
    duel("decide and audit, $name", fn () => $gate->decide($text, headers: $with, keys: $hmacKeys, trail: $audit->trail())->allowed,
        function () use ($pipeline, $text, $hmac, $log) { $log($text); return $pipeline->decide($text, $hmac); }, $floor);
}
exec('rm -rf ' . escapeshellarg($folder));

// the limiter: each of 100,000 clients has called so often before
foreach ([1, 10, 50, 99] as $before) {
    [$mine, $peer] = [new Adarga\Guide\RateLimiter(clients: 131072), new GuideLimiter()];
    $names = array_map(fn (int $i): string => "client-$i", range(0, 99_999));
    $used = memory_get_usage();
    foreach ($names as $client) {
        for ($i = 0; $i < $before; $i++) {
            $peer->isAllowed($client, 100, 3600);
        }
    }
    $theirs = memory_get_usage() - $used;
    $used = resident();
    foreach ($names as $client) {
        $mine->isAllowed($client, 100, 3600);
    }
    $ours = resident() - $used;
    [$at, $other] = [0, 0];
    duel(sprintf('isAllowed, 100,000 clients, %d calls before', $before), function () use ($mine, $names, &$at) { return $mine->isAllowed($names[$at = ($at + 7919) % 100_000], 100, 3600); },
        function () use ($peer, $names, &$other) { return $peer->isAllowed($names[$other = ($other + 7919) % 100_000], 100, 3600); }, 10);
    printf("    memory: adarga %.0f MB, however often they call; the guide %.0f MB\n", $ours / 1e6, $theirs / 1e6);
    unset($mine, $peer);
}

// tokens
$verifier = new Adarga\TokenVerifier($hmacKeys, issuer: ISSUER, audience: AUDIENCE, algorithms: ['HS256']);
assert($verifier->verify($hmac)->valid && $tokens->verify($hmac) !== null);
duel('HS256, verified anew, ' . strlen($hmac) . ' bytes', fn () => $verifier->verify($hmac)->valid, fn () => $tokens->verify($hmac) !== null, 5);
foreach (['RS256' => ['private_key_type' => OPENSSL_KEYTYPE_RSA, 'private_key_bits' => 2048], 'ES256' => ['private_key_type' => OPENSSL_KEYTYPE_EC, 'curve_name' => 'prime256v1']] as $algorithm => $kind) {
    $key = openssl_pkey_new($kind);
    $pem = openssl_pkey_get_details($key)['key'];
    $der = '';
    $signed = token($algorithm, function (string $input) use ($key, $algorithm, &$der): string {
        openssl_sign($input, $der, $key, OPENSSL_ALGO_SHA256);
        return $algorithm === 'RS256' ? $der : raw($der);
    });
    $input = substr($signed, 0, strrpos($signed, '.'));
    $public = openssl_pkey_get_public($pem);
    $keys = new Adarga\KeySet($pem);
    $gate = gate($algorithm);
    $with = $headers($signed);
    $text = body(253);
    assert($gate->decide($text, headers: $with, keys: $keys)->allowed && openssl_verify($input, $der, $pem, OPENSSL_ALGO_SHA256) === 1);
    // ours is the whole decision of a small call, theirs the signature alone: with the key as text, as JWT libraries have it, and parsed
    $mine = fn () => $gate->decide($text, headers: $with, keys: $keys)->allowed;
    duel("$algorithm seen before, beside openssl_verify(PEM)", $mine, fn () => openssl_verify($input, $der, $pem, OPENSSL_ALGO_SHA256), 300);
    duel("$algorithm seen before, beside a parsed key", $mine, fn () => openssl_verify($input, $der, $public, OPENSSL_ALGO_SHA256), 0);
    // the token alone: what the decision takes more than one about a caller whom the host names
    $named = array_diff_key($with, ['Authorization' => 0]);
    assert($gate->decide($text, headers: $named, subject: 'user-17', roles: ['editor'])->allowed);
    duel("$algorithm seen before, the token alone, PEM", $mine, fn () => openssl_verify($input, $der, $pem, OPENSSL_ALGO_SHA256), 300,
        fn () => $gate->decide($text, headers: $named, subject: 'user-17', roles: ['editor'])->allowed);
}

/** The two numbers of a DER signature, as JWS writes them. */
function raw(string $der): string
{
    $length = ord($der[3]);
    $numbers = [substr($der, 4, $length), substr($der, 6 + $length)];
    return implode(array_map(fn (string $number): string => str_pad(ltrim($number, "\0"), 32, "\0", STR_PAD_LEFT), $numbers));
}

echo $missed === 0 ? "all floors met\n" : "$missed below a floor\n";
