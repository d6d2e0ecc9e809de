--TEST--
Objects are not cloned, not serialized, not constructed twice; results can't be changed
--FILE--
<?php
require 'policy.inc';
$gate = Adarga\Gate::fromText(POLICY);
$decision = $gate->decide('x');
$made = [$gate, $decision, new Adarga\Session(), new Adarga\KeySet('{"kty":"oct","k":"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"}'),
    new Adarga\RateTable('1/min', clients: 4), new Adarga\Schema('true'), new Adarga\Root(__DIR__), new Adarga\Sealer(str_repeat('k', 32)),
    new Adarga\Redactor(['a']), new Adarga\Framer(16)];
foreach ($made as $object) {
    foreach ([fn () => clone $object, fn () => serialize($object), fn () => $object->other = 1] as $try) {
        try {
            $try();
            echo get_class($object), " let it happen\n";
        } catch (Throwable) {
        }
    }
}
foreach ([[$made[3], ['x']], [$made[4], ['2/min']], [$made[5], ['false']], [$made[6], ['/']], [$made[7], [str_repeat('l', 32)]], [$made[9], [8]]] as [$object, $arguments]) {
    try {
        $object->__construct(...$arguments);
        echo get_class($object), " was made twice\n";
    } catch (Error) {
    }
}
foreach (['Gate', 'Decision', 'Released', 'Token', 'Charge'] as $class) {
    try {
        (new ReflectionClass("Adarga\\$class"))->newInstanceWithoutConstructor();
        echo "$class was made from nothing\n";
    } catch (ReflectionException) {
    }
}
try {
    $decision->allowed = true;
} catch (Error $error) {
    echo $error->getMessage(), "\n";
}
var_dump($decision->allowed);
?>
--EXPECT--
Cannot modify readonly property Adarga\Decision::$allowed
bool(false)
