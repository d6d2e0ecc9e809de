--TEST--
Tokens and keys stand in no trace
--INI--
zend.exception_ignore_args=0
--FILE--
<?php
try {
    new Adarga\Sealer('my secret key');
} catch (ValueError $error) {
    echo $error->getMessage(), "\n";
    var_dump($error->getTrace()[0]['args'][0] instanceof SensitiveParameterValue, str_contains((string) $error, 'my secret key'));
}
?>
--EXPECT--
Adarga\Sealer::__construct(): Argument #1 ($key) must be 32 bytes
bool(true)
bool(false)
