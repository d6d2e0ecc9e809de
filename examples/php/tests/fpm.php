<?php
// Four workers of php-fpm behind nginx share one limit of 100 a minute, exactly; the limiter of the guide does not.
declare(strict_types=1);

const PORT = 18417;
const SECRET = '0123456789abcdef0123456789abcdef';
$find = fn (string ...$names) => current(array_filter($names, is_executable(...)));
$fpm = $find('/usr/sbin/php-fpm' . PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION, '/usr/sbin/php-fpm');
$nginx = $find('/usr/sbin/nginx', '/usr/local/sbin/nginx');
if ($fpm === false || $nginx === false) {
    echo "not run: no php-fpm or no nginx (Debian packages php-fpm, nginx-light)\n";
    exit(0);
}

$b64 = fn (string $bytes) => rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
$dir = sys_get_temp_dir() . '/adarga-fpm-' . getmypid();
mkdir($dir, 0700);
$policy = file_get_contents(__DIR__ . '/../server.toml') . <<<'TOML'

    [http]
    hosts = ["127.0.0.1:18417"]

    [identity]
    issuer = "https://auth.example.com"
    audience = "https://mcp.example.com/mcp"
    algorithms = ["HS256"]
    keys = { env = "MCP_SECRET" }

    [rates]
    subject = "100/min"
    TOML;
file_put_contents("$dir/policy.toml", $policy);
file_put_contents("$dir/keys.json", json_encode(['keys' => [['kty' => 'oct', 'alg' => 'HS256', 'k' => $b64(SECRET)]]]));
foreach (['nginx.conf', 'fpm.conf'] as $name) {
    $text = file_get_contents(__DIR__ . "/../$name");
    $user = get_current_user();
    file_put_contents("$dir/$name", strtr($text, ['@DIR@' => $dir, '@ROOT@' => realpath(__DIR__ . '/../public'), '@PORT@' => PORT, '@USER@' => $user]));
}
$input = $b64('{"alg":"HS256","typ":"JWT"}') . '.' . $b64(json_encode(['iss' => 'https://auth.example.com', 'aud' => 'https://mcp.example.com/mcp',
    'sub' => 'alice', 'role' => 'editor', 'exp' => time() + 600, 'iat' => time()]));
$token = $input . '.' . $b64(hash_hmac('sha256', $input, SECRET, true));

/** The status that one request is answered with. */
function ask(string $path, string $token): int
{
    $body = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"secure_search","arguments":{"query":"reports"}}}';
    $socket = @fsockopen('127.0.0.1', PORT, $code, $why, 5);
    if ($socket === false) {
        return 0;
    }
    $host = '127.0.0.1:' . PORT;
    fwrite($socket, "POST /$path HTTP/1.0\r\nHost: $host\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"
        . "Mcp-Protocol-Version: 2025-06-18\r\nMcp-Session-Id: s1\r\nAuthorization: Bearer $token\r\nContent-Length: " . strlen($body) . "\r\n\r\n$body");
    $answer = (string) stream_get_contents($socket);
    fclose($socket);
    if (getenv('SHOW')) {
        fwrite(STDERR, "$answer\n");
    }
    return (int) (explode(' ', $answer, 3)[1] ?? 0);
}

/** @return array<int, int> how often each status came, of so many requests by so many clients at once */
function burst(string $dir, string $path, string $token, int $clients, int $requests): array
{
    $children = [];
    for ($i = 0; $i < $clients; $i++) {
        if (($child = pcntl_fork()) === 0) {
            file_put_contents("$dir/count.$i", json_encode(array_map(fn () => ask($path, $token), range(1, $requests))));
            pcntl_exec('/bin/true');
        }
        $children[] = $child;
    }
    array_map(function (int $child): void { pcntl_waitpid($child, $status); }, $children);
    return array_count_values(array_merge(...array_map(fn ($i) => json_decode(file_get_contents("$dir/count.$i")), range(0, $clients - 1))));
}

function expect(string $what, mixed $wanted, mixed $got): void
{
    if ($wanted !== $got) {
        getenv('SHOW') || fwrite(STDERR, "SHOW=1 shows the answers\n");
        throw new Exception("$what: wanted " . json_encode($wanted) . ', got ' . json_encode($got));
    }
    echo "$what: " . json_encode($got) . "\n";
}

$extension = ini_get('extension') ?: getenv('ADARGA_EXTENSION');
$quiet = [['file', '/dev/null', 'r'], ['file', "$dir/out", 'a'], ['file', "$dir/out", 'a']];
$settings = ['-d', "extension=$extension", '-d', "adarga.policy=$dir/policy.toml", '-d', "adarga.table=$dir/rates"];
$started = [
    proc_open([$fpm, '-n', '-F', '-R', '-y', "$dir/fpm.conf", ...$settings], $quiet, $pipes),
    proc_open([$nginx, '-c', "$dir/nginx.conf", '-p', $dir, ...($user === 'root' ? ['-g', 'user root;'] : [])], $quiet, $pipes),
];
$master = proc_get_status($started[0])['pid'];
$workers = fn (): array => array_filter(explode(' ', trim((string) @file_get_contents("/proc/$master/task/$master/children"))));
try {
    for ($tries = 0; $tries < 50 && in_array(ask('naive', $token), [0, 502], true); $tries++) {
        usleep(100_000);
    }
    expect('workers', 4, count($workers()));
    $counts = burst($dir, 'mcp', $token, 4, 100);
    ksort($counts);
    expect('400 calls, limit of 100 a minute', [200 => 100, 429 => 300], $counts);
    array_map(fn ($worker) => exec('kill -9 ' . (int) $worker), $workers());
    usleep(500_000);
    expect('after kill -9 of all workers', [429 => 20], burst($dir, 'mcp', $token, 2, 10));
    $old = $workers();
    exec("kill -USR2 $master");
    // until the old ones are gone, which would drop calls, and four new ones are there
    for ($tries = 0; $tries < 50 && (count($workers()) !== 4 || array_intersect($workers(), $old) !== []); $tries++) {
        usleep(100_000);
    }
    expect('after a restart', [429 => 20], burst($dir, 'mcp', $token, 2, 10));
    expect('the limiter of the guide, 400 calls', [200 => 400], burst($dir, 'naive', $token, 4, 100));
} catch (Throwable $error) {
    echo $error->getMessage(), "\n", implode("\n", array_map(fn ($name) => substr((string) @file_get_contents("$dir/$name"), -1500), ['out', 'fpm.log', 'php.log', 'nginx.log'])), "\n";
    $failed = true;
} finally {
    array_map(fn ($process) => proc_terminate($process, 15), $started);
    array_map(proc_close(...), $started);
    exec('rm -rf ' . escapeshellarg($dir));
}
exit(isset($failed) ? 1 : 0);
