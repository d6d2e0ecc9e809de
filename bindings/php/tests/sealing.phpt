--TEST--
[data]: fields leave sealed, and open in their place alone
--FILE--
<?php
require 'policy.inc';
$key = sys_get_temp_dir() . '/adarga-data-key-' . getmypid();
file_put_contents($key, '1:' . str_repeat('A', 43) . "\n");
$policy = POLICY . "\n[data]\nseal = [\"ssn\"]\nredact = { names = [\"mail\"], mask = \"pseudonym\" }\nkey = { file = \"$key\" }\n";
$gate = Adarga\Gate::fromText($policy);
function released(Adarga\Gate $gate, string $record): stdClass
{
    $decision = $gate->decide(call('read_report', ['name' => 'q3']), session: ready());
    $answer = '{"jsonrpc":"2.0","id":1,"result":{"content":[],"structuredContent":{"ssn":"536-22-8726","mail":"ana@example.com"}}}';
    return json_decode($gate->release($decision, $answer, record: $record)->body)->result->structuredContent;
}
[$first, $second] = [released($gate, 'user 7'), released($gate, 'user 7')];
var_dump($first->ssn === $second->ssn, $first->mail === $second->mail, str_starts_with($first->mail, 'pseudonym:'), str_contains($first->ssn, '536'));
var_dump($gate->unseal('/structuredContent/ssn', $first->ssn, 'user 7'));
foreach ([['/structuredContent/ssn', $first->ssn, ''], ['/structuredContent/mail', $first->ssn, 'user 7'], ['/structuredContent/ssn', 'nonsense', 'user 7'], ['', '', '']] as $wrong) {
    try {
        var_dump($gate->unseal(...$wrong));
    } catch (Adarga\Denied $denied) {
        echo $denied->getMessage(), "\n";
    }
}
// without keys it is masked
$masked = released(Adarga\Gate::fromText($policy, connect: false), 'user 7');
var_dump($masked->ssn, $masked->mail);
foreach ([fn () => Adarga\Gate::fromText(POLICY)->unseal('/a', 'b'), fn () => Adarga\Gate::fromText(str_replace($key, '/nowhere', $policy))] as $try) {
    try {
        $try();
    } catch (Adarga\Fault $fault) {
        echo strtok($fault->getMessage(), "\n"), "\n";
    }
}
unlink($key);
?>
--EXPECTF--
bool(false)
bool(true)
bool(true)
bool(false)
string(13) ""536-22-8726""
seal.tag
seal.tag
seal.%s
seal.%s
string(10) "[REDACTED]"
string(10) "[REDACTED]"
the policy has no `key` in `[data]`, or was loaded without it
%s/nowhere%s
