--TEST--
Root: a stream of what lies beneath, and of nothing else
--FILE--
<?php
$top = sys_get_temp_dir() . '/adarga-root-' . getmypid();
mkdir("$top/in", 0700, true);
file_put_contents("$top/secret", 'secret');
file_put_contents("$top/in/a.txt", 'content');
symlink('../secret', "$top/in/link");
$root = new Adarga\Root("$top/in");
var_dump(stream_get_contents($root->open('a.txt')), $root->read('a.txt'));
foreach (['../secret', '/etc/passwd', 'link', 'absent', "a.txt\0.png", '%2e%2e/secret', 'file:///etc/passwd'] as $path) {
    try {
        $root->read($path);
        echo "$path was read\n";
    } catch (Adarga\Denied $denied) {
        echo $denied->reason->code(), "\n";
    }
}
try {
    $root->read('a.txt', max: 3);
} catch (Adarga\Fault $fault) {
    echo $fault->getMessage(), "\n";
}
array_map(unlink(...), ["$top/in/link", "$top/in/a.txt", "$top/secret"]);
rmdir("$top/in");
rmdir($top);
?>
--EXPECTF--
string(7) "content"
string(7) "content"
path.%s
path.%s
path.%s
path.%s
path.%s
path.%s
path.%s
the file is longer than 3 bytes
