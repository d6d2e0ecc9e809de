--TEST--
Gate::decide: what the policy names passes, all else is denied with a reason and a reply
--FILE--
<?php
require 'policy.inc';
$gate = Adarga\Gate::fromText(POLICY);
$now = 1_800_000_000_000;
$ask = fn (string $body) => $gate->decide($body, session: ready(), nowMs: $now);
$yes = $ask(call('read_report', ['name' => 'q3']));
var_dump($yes->allowed, $yes->reason, $yes->route, $yes->kind, $yes->reply);
$no = $ask(call('delete_user', ['id' => 7]));
var_dump($no->allowed, $no->reason, json_decode($no->reply)->id);
$long = $ask(call('read_report', ['name' => str_repeat('x', 9)]));
var_dump($long->reason, $long->pointer, $long->keyword);
var_dump($ask('{"jsonrpc":"2.0","jsonrpc":"2.0"}')->reason);
var_dump($ask(call('unknown'))->reason);
$third = array_map(fn () => $ask(call('slow')), [1, 2, 3])[2];
var_dump($third->reason, $third->retryAfterMs);
?>
--EXPECT--
bool(true)
enum(Adarga\Reason::Allowed)
string(11) "read_report"
string(7) "request"
string(0) ""
bool(false)
enum(Adarga\Reason::PermissionDenied)
int(1)
enum(Adarga\Reason::ArgumentsSchema)
string(22) "/params/arguments/name"
string(9) "maxLength"
enum(Adarga\Reason::JsonDuplicate)
enum(Adarga\Reason::RouteTool)
enum(Adarga\Reason::RateExceeded)
int(60000)
