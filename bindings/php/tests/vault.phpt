--TEST--
A vault: secrets under a key that lies elsewhere; what is wrong is said without a value
--FILE--
<?php
$dir = sys_get_temp_dir() . '/adarga-vault-' . getmypid();
mkdir($dir, 0700);
$vault = new Adarga\Vault("$dir/server.vault");
$vault->make();
$vault->set('jwt', 'hidden-4711');
$vault->set('db/password', 'größer');
var_dump($vault->get('jwt'), $vault->get('absent'), $vault->names());
$vault->rotate();
var_dump($vault->get('db/password'), $vault->remove('jwt'), $vault->remove('jwt'), $vault->names());
var_dump(str_contains(file_get_contents("$dir/server.vault"), 'größer'), str_contains(print_r($vault, true), $dir));

function fault(Closure $try): void
{
    global $dir;
    try {
        $try();
        echo "no fault\n";
    } catch (Adarga\Fault | Error $fault) {
        echo str_contains((string) $fault, 'hidden-4711') ? 'leaks ' : '', get_class($fault), ': ', str_replace($dir, '…', strtok($fault->getMessage(), "\n")), "\n";
    }
}
fault(fn () => $vault->make());
fault(fn () => $vault->set('a b', 'hidden-4711'));
fault(fn () => $vault->set('a', "\xff"));
fault(fn () => (new Adarga\Vault("$dir/server.vault", 'http:x'))->get('jwt'));
fault(fn () => (new Adarga\Vault("$dir/server.vault", 'env:ADARGA_NO_SUCH_KEY'))->get('db/password'));
fault(fn () => (new Adarga\Vault("$dir/absent.vault"))->names());
fault(fn () => $vault->__construct("$dir/other"));
fault(fn () => new Adarga\Vault("a\0b"));
chmod("$dir/server.vault.key", 0644);
fault(fn () => $vault->get('db/password'));
exec('rm -rf ' . escapeshellarg($dir));
?>
--EXPECTF--
string(11) "hidden-4711"
NULL
array(2) {
  [0]=>
  string(11) "db/password"
  [1]=>
  string(3) "jwt"
}
string(8) "größer"
bool(true)
bool(false)
array(1) {
  [0]=>
  string(11) "db/password"
}
bool(false)
bool(false)
Adarga\Fault: %s
Adarga\Fault: %s
Adarga\Fault: a text is not UTF-8
Adarga\Fault: the key of a vault lies at `file:PATH`, `env:NAME` or `credential:NAME`
Adarga\Fault: %sADARGA_NO_SUCH_KEY%s
Adarga\Fault: %s
Error: a vault is constructed once
ValueError: Adarga\Vault::__construct(): Argument #1 ($file) must not contain any null bytes
Adarga\Fault: %s
