--TEST--
[config] of a policy: all that the server lacks is said at once, and no value
--FILE--
<?php
$gate = Adarga\Gate::fromText(<<<'TOML'
    server.name = "r"
    [config]
    ADARGA_T_URL = { url = ["https"] }
    ADARGA_T_KEY = { length_min = 32 }
    ADARGA_T_API = {}
    TOML);
putenv('ADARGA_T_KEY=too-short-secret');
putenv('ADARGA_T_API=your-key-here');
try {
    $gate->checkConfiguration();
} catch (Adarga\Fault $fault) {
    foreach (['ADARGA_T_URL', 'ADARGA_T_KEY', 'ADARGA_T_API'] as $name) {
        var_dump(str_contains($fault->getMessage(), $name));
    }
    var_dump(str_contains($fault->getMessage(), 'too-short-secret'), str_contains($fault->getMessage(), 'your-key-here'));
}
putenv('ADARGA_T_URL=https://db.example.com/x');
putenv('ADARGA_T_KEY=q7Zk2vB9xLm4TnR8sWc1YdF6hJp3GaEu');
putenv('ADARGA_T_API=sk-8f3b1c9d7e2a4650');
var_dump($gate->checkConfiguration());
Adarga\Gate::fromText('server.name = "r"')->checkConfiguration();
try {
    Adarga\Gate::fromImage($gate->image())->checkConfiguration();
} catch (Adarga\Fault $fault) {
    echo $fault->getMessage(), "\n";
}
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
bool(false)
bool(false)
NULL
the gate is of an image in memory: open the policy's file to have the configuration checked
