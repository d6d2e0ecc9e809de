--TEST--
An audit trail: one chain for each process, no line can be changed, no audit no call
--EXTENSIONS--
pcntl
posix
--FILE--
<?php
$dir = sys_get_temp_dir() . '/adarga-trail-' . getmypid();
mkdir($dir, 0700);
$policy = "server.name = \"r\"\n[audit]\nfile = \"$dir/audit.jsonl\"\nkey = { file = \"$dir/key\" }\n";
file_put_contents("$dir/policy.toml", $policy);
$trail = fn () => Adarga\AuditTrail::of(Adarga\Gate::fromFile("$dir/policy.toml"));
try {
    $trail();
} catch (Adarga\Fault $fault) {
    var_dump(str_contains($fault->getMessage(), 'adarga audit key'));
}
Adarga\AuditTrail::makeKey("$dir/key");
$key = hex2bin(explode(' ', file_get_contents("$dir/key"))[2]);
$trail()->write('authentication', true, subject: 'alice', permissions: ['read:own'], peer: '192.0.2.7');
// the same chain, whatever number of objects
$trail()->write('decision', false, reason: Adarga\Reason::PathEscape, subject: 'mallory', roles: ['viewer', 'guest'], request: '7',
    method: 'tools/call', target: 'read_file', pointer: '/params/arguments/path', arguments: '{"path":"../hidden-4711"}', durationUs: 12,
    agent: 'client/1', note: "two\nlines", nowMs: 1790000000000);
$child = pcntl_fork();
if ($child === 0) {
    // a child opens a chain of its own
    $trail()->write('release', true, subject: 'bob');
    posix_kill(getmypid(), SIGKILL);
}
pcntl_waitpid($child, $status);
$trail()->write('configuration', true, note: 'last');
$lines = file("$dir/audit.jsonl", FILE_IGNORE_NEW_LINES);
foreach ($lines as $line) {
    $line = json_decode($line);
    echo $line->event, ' ', $line->subject ?? '', ' ', $line->reason ?? '', ' ', implode(',', $line->roles ?? []), "\n";
}
var_dump(count(array_unique(array_map(fn ($line) => json_decode($line)->chain, $lines))), str_contains(implode($lines), 'hidden-4711'));
var_dump(json_decode($lines[3])->time, json_decode($lines[3])->note);
echo Adarga\AuditTrail::verify($key, $lines)->name, "\n";
echo Adarga\AuditTrail::verify($key, str_replace('mallory', 'alice', $lines))->name, "\n";

foreach ([fn () => $trail()->write('end', true), fn () => $trail()->write('decision', true, roles: [1]), fn () => clone $trail(),
    fn () => serialize($trail()), fn () => Adarga\AuditTrail::makeKey("$dir/key")] as $try) {
    try {
        $try();
        echo "no fault\n";
    } catch (Throwable $error) {
        echo get_class($error), ': ', strtok(str_replace($dir, '…', $error->getMessage()), "\n"), "\n";
    }
}
// the lines of a gate
require 'policy.inc';
file_put_contents("$dir/gate.toml", str_replace('[stdio]', "[audit]\nfile = \"$dir/gate.jsonl\"\nkey = { file = \"$dir/key\" }\n[stdio]", POLICY));
$gate = Adarga\Gate::fromFile("$dir/gate.toml");
$own = Adarga\AuditTrail::of($gate);
$decision = $gate->decide(call('read_report', ['name' => 'h-4711']), session: ready(), trail: $own);
$gate->release($decision, '{"jsonrpc":"2.0","id":1,"result":{"content":[]}}', trail: $own);
$gate->release($decision, '{"jsonrpc":"2.0","id":2,"result":{"content":[]}}', trail: $own);
$gate->decide(call('delete_user'), peer: '192.0.2.7', session: ready(), trail: $own);
$gate->decide('nonsense', trail: $own);
foreach (array_slice(file("$dir/gate.jsonl", FILE_IGNORE_NEW_LINES), 2) as $line) {
    $line = json_decode($line);
    echo $line->event, ' ', $line->success ? 'yes' : 'no', ' ', $line->reason, ' ', $line->target ?? '-', ' ', $line->request ?? '-', ' ', implode(',', $line->roles ?? []), ' ', $line->peer,
        ' ', isset($line->arguments) ? strlen($line->arguments) : '-', "\n";
}
var_dump(str_contains(file_get_contents("$dir/gate.jsonl"), 'h-4711'));
var_dump(Adarga\AuditTrail::of(Adarga\Gate::fromText('server.name = "r"')));

// the file is taken away: a second later it is noticed, and no audit is no call
unlink("$dir/gate.jsonl");
mkdir("$dir/gate.jsonl");
usleep(1_100_000);
foreach ([fn () => $gate->decide(call('read_report', ['name' => 'q3']), session: ready(), trail: $own), fn () => $gate->decide(call('delete_user'), session: ready(), trail: $own),
    fn () => $gate->release($decision, '{"jsonrpc":"2.0","id":1,"result":{"content":[]}}', trail: $own)] as $try) {
    $got = null;
    try {
        $got = $try();
    } catch (Adarga\Fault $fault) {
        echo get_class($fault), ': ', strtok(str_replace($dir, '…', $fault->getMessage()), "\n"), "\n";
    }
    var_dump($got);
}

// no file to write to: what a line would tell of must not happen
file_put_contents("$dir/full.toml", "server.name = \"r\"\n[audit]\nfile = \"/dev/full\"\nkey = { file = \"$dir/key\" }\n");
try {
    Adarga\AuditTrail::of(Adarga\Gate::fromFile("$dir/full.toml"));
} catch (Adarga\Fault $fault) {
    echo 'denied', "\n";
}
exec('rm -rf ' . escapeshellarg($dir));
?>
--EXPECTF--
bool(true)
start   
configuration   
authentication alice  
decision mallory path.escape viewer,guest
start   
configuration   
release bob  
configuration   
int(2)
bool(false)
string(%d) "2026-09-21T%s"
string(9) "two
lines"
Allowed
AuditChanged
ValueError: Adarga\AuditTrail::write(): Argument #1 ($event) must be "decision", "authentication", "release" or "configuration"
TypeError: $roles must be a list of strings
Error: Trying to clone an uncloneable object of class Adarga\AuditTrail
Exception: Serialization of 'Adarga\AuditTrail' is not allowed
Adarga\Fault: audit trail: …/key: File exists%s
decision yes allowed read_report 1 editor local 76
release yes allowed - 1  local -
release no release.message - 1  local -
decision no permission.denied delete_user 1 editor 192.0.2.7 76
decision no json.syntax - - editor local -
bool(false)
NULL
Adarga\Fault: audit trail: …/gate.jsonl: %s
NULL
Adarga\Fault: audit trail: …/gate.jsonl: %s
NULL
Adarga\Fault: audit trail: …/gate.jsonl: %s
NULL
denied
