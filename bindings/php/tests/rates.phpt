--TEST--
RateTable: exact in any window, one count for all who name the file, refuses what is not its own
--SKIPIF--
<?php if (!function_exists('pcntl_fork')) die('skip no pcntl'); ?>
--FILE--
<?php
$file = sys_get_temp_dir() . '/adarga-rates-' . getmypid();
$now = 1_800_000_000_000;
$children = [];
for ($i = 0; $i < 4; $i++) {
    if (($child = pcntl_fork()) === 0) {
        $table = new Adarga\RateTable('100/min', clients: 64, file: $file);
        $granted = 0;
        for ($j = 0; $j < 100; $j++) {
            $granted += (int) $table->charge('alice', nowMs: $now)->allowed;
        }
        file_put_contents("$file.$i", $granted);
        // no destructor, no farewell
        pcntl_exec('/bin/kill', ['-9', (string) getmypid()]);
    }
    $children[] = $child;
}
array_map(fn ($child) => pcntl_waitpid($child, $status), $children);
var_dump(array_sum(array_map(fn ($i) => (int) file_get_contents("$file.$i"), range(0, 3))));
$table = new Adarga\RateTable('100/min', clients: 64, file: $file);
$again = $table->charge('alice', nowMs: $now + 59_999);
var_dump($again->allowed, $again->retryAfterMs, $table->charge('bob', nowMs: $now)->allowed, $table->charge('alice', nowMs: $now + 60_000)->allowed);
foreach ([fn () => new Adarga\RateTable('9/min', clients: 64, file: $file), fn () => new Adarga\RateTable('9/min', file: __FILE__),
    fn () => new Adarga\RateTable('often')] as $try) {
    try {
        $try();
        echo "taken\n";
    } catch (Adarga\Fault $fault) {
        echo preg_replace('/`[^`]*`/', '…', $fault->getMessage()), "\n";
    }
}
array_map(unlink(...), glob("$file*"));
?>
--EXPECTF--
int(100)
bool(false)
int(1)
bool(true)
bool(true)
table of rates …: it counts for another policy: choose another name, or remove it
table of rates …: %s
%a
