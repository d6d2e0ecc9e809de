--TEST--
Gate::fromFile: one engine for a file, a new one when it is replaced, the old one while the new is no policy
--FILE--
<?php
require 'policy.inc';
$file = __DIR__ . '/reload.toml';
$put = function (string $text) use ($file): void {
    file_put_contents("$file.new", $text);
    rename("$file.new", $file);
};
$put(POLICY);
$first = Adarga\Gate::fromFile($file);
var_dump(Adarga\Gate::fromFile($file)->digest() === $first->digest());
$put(str_replace('"2/min"', '"1/min"', POLICY));
$second = Adarga\Gate::fromFile($file);
var_dump($second->digest() === $first->digest());
$first->reload();
var_dump($second->digest() === $first->digest());
$put('nonsense');
var_dump(@Adarga\Gate::fromFile($file)->digest() === $second->digest());
try {
    $first->reload();
} catch (Adarga\Fault $fault) {
    var_dump(str_contains($fault->getMessage(), 'reload.toml:1'));
}
var_dump($first->digest() === $second->digest());
$image = Adarga\Gate::fromImage($first->image());
var_dump($image->digest() === $first->digest(), strlen($image->digest()));
try {
    Adarga\Gate::fromImage('none');
} catch (Adarga\Fault $fault) {
    echo "no image\n";
}
?>
--CLEAN--
<?php unlink(__DIR__ . '/reload.toml'); ?>
--EXPECT--
bool(true)
bool(false)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
int(32)
no image
