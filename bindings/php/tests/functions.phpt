--TEST--
Each layer alone: escape, scan, detect, covers, contain, match_uri, matches, check_digit, check_json, Framer, Redactor, Sealer
--FILE--
<?php
use Adarga\{Denied, Framer, Reason, Redactor, Sealer};
var_dump(Adarga\escape('<b>'), Adarga\escape('<b>bold</b>', for: 'strip-tags'), Adarga\scan("' OR '1'='1' --"), Adarga\scan('a plain sentence'));
var_dump(Adarga\detect('4111 1111 1111 1111', kinds: 'card')[0][2], Adarga\covers('read:*', 'read:a'), Adarga\covers('read:a', 'read:*'));
var_dump(Adarga\contain('a/./b'), Adarga\match_uri('reports://x/{id}', 'reports://x/q%203'), Adarga\match_uri('reports://{id}', 'x://y'));
var_dump(Adarga\matches('uuid', 'no'), Adarga\check_digit('luhn', '4111111111111111'), Adarga\check_json('[1,]'), Adarga\check_json('[[]]', depthMax: 1));
var_dump((new Framer(8))->feed("ab\ncd"));
var_dump((new Redactor(['password']))->redact('{"Pass-Word":"x","n":1.0}'));
$sealer = new Sealer(str_repeat('k', 32));
$sealed = $sealer->seal('plain', aad: 'users.ssn');
var_dump($sealer->open($sealed, aad: 'users.ssn'), $sealed !== $sealer->seal('plain', aad: 'users.ssn'));
try {
    $sealer->open($sealed, aad: 'users.name');
} catch (Denied $denied) {
    var_dump($denied->reason);
}
foreach ([fn () => Adarga\escape('', for: 'nowhere'), fn () => Adarga\detect('', 'nothing'), fn () => Adarga\matches('none', ''), fn () => new Redactor(mask: 'pseudonym')] as $try) {
    try {
        $try();
    } catch (ValueError $error) {
        echo $error->getMessage(), "\n";
    }
}
?>
--EXPECT--
string(9) "&lt;b&gt;"
string(4) "bold"
array(1) {
  [0]=>
  string(3) "sql"
}
array(0) {
}
string(4) "card"
bool(true)
bool(false)
string(3) "a/b"
array(1) {
  ["id"]=>
  string(3) "q 3"
}
NULL
bool(false)
bool(true)
enum(Adarga\Reason::JsonSyntax)
enum(Adarga\Reason::JsonDepth)
array(1) {
  [0]=>
  string(2) "ab"
}
string(34) "{"Pass-Word":"[REDACTED]","n":1.0}"
string(5) "plain"
bool(true)
enum(Adarga\Reason::SealTag)
Adarga\escape(): Argument #2 ($for) must be a place, such as "html"
unknown name in `kinds`
unknown `format`
missing `key`
