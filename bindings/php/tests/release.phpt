--TEST--
Gate::release: leaves out what the caller may not see, and answers no denial
--FILE--
<?php
require 'policy.inc';
$gate = Adarga\Gate::fromText(POLICY);
$decision = $gate->decide('{"jsonrpc":"2.0","id":1,"method":"tools/list"}', session: ready(), nowMs: 1);
$tools = array_map(fn ($name) => ['name' => $name, 'inputSchema' => ['type' => 'object']], ['read_report', 'delete_user']);
$released = $gate->release($decision, json_encode(['jsonrpc' => '2.0', 'id' => 1, 'result' => ['tools' => $tools]]));
var_dump($released->allowed, $released->edited, array_column(json_decode($released->body)->result->tools, 'name'));
$other = $gate->release($decision, '{"jsonrpc":"2.0","id":1,"id":3,"result":{}}');
var_dump($other->allowed, $other->reason, $other->body);
$another = $gate->release($decision, '{"jsonrpc":"2.0","id":2,"result":{"tools":[]}}');
var_dump($another->allowed, $another->reason, $another->body);
try {
    $gate->release($gate->decide('x'), '{}');
} catch (Adarga\Fault $fault) {
    echo $fault->getMessage(), "\n";
}
?>
--EXPECT--
bool(true)
bool(true)
array(1) {
  [0]=>
  string(11) "read_report"
}
bool(false)
enum(Adarga\Reason::JsonDuplicate)
string(0) ""
bool(false)
enum(Adarga\Reason::ReleaseMessage)
string(0) ""
the call gets no answer
