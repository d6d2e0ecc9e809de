<?php
// Four workers of php-fpm behind nginx share one limit of 100 a minute, exactly; the limiter of the guide does not.
declare(strict_types=1);

require __DIR__ . '/stack.inc';

/** @return array<int, int> how often each status came, of so many requests by so many clients at once */
function burst(string $dir, string $path, string $token, int $clients, int $requests): array
{
    $children = [];
    for ($i = 0; $i < $clients; $i++) {
        if (($child = pcntl_fork()) === 0) {
            file_put_contents("$dir/count.$i", json_encode(array_map(fn () => ask($path, $token), range(1, $requests))));
            pcntl_exec('/bin/true');
        }
        $children[] = $child;
    }
    array_map(function (int $child): void { pcntl_waitpid($child, $status); }, $children);
    return array_count_values(array_merge(...array_map(fn ($i) => json_decode(file_get_contents("$dir/count.$i")), range(0, $clients - 1))));
}

Stack::with(function (Stack $stack): void {
    $token = token('alice', 'editor');
    $counts = burst($stack->dir, 'mcp', $token, 4, 100);
    ksort($counts);
    expect('400 calls, limit of 100 a minute', [200 => 100, 429 => 300], $counts);
    array_map(fn (string $worker) => exec('kill -9 ' . (int) $worker), $stack->workers());
    usleep(500_000);
    expect('after kill -9 of all workers', [429 => 20], burst($stack->dir, 'mcp', $token, 2, 10));
    $old = $stack->workers();
    exec("kill -USR2 {$stack->master}");
    // until the old ones are gone, which would drop calls, and four new ones are there
    for ($tries = 0; $tries < 50 && (count($stack->workers()) !== 4 || array_intersect($stack->workers(), $old) !== []); $tries++) {
        usleep(100_000);
    }
    expect('after a restart', [429 => 20], burst($stack->dir, 'mcp', $token, 2, 10));
    // each worker has a chain of its own in one file, and no call is without its line, whoever was killed meanwhile
    $lines = file("{$stack->dir}/audit.jsonl", FILE_IGNORE_NEW_LINES);
    $said = array_map(json_decode(...), $lines);
    $of = fn (string $event, bool $success): int => count(array_filter($said, fn (stdClass $line): bool => $line->event === $event && $line->success === $success));
    expect('lines of verdicts and answers', [100, 340, 100], [$of('decision', true), $of('decision', false), $of('release', true)]);
    expect('chains of at least four workers', true, count(array_unique(array_column($said, 'chain'))) >= 4);
    expect('the trail', 'Allowed', Adarga\AuditTrail::verify($stack->key, $lines)->name);
    unset($lines[array_search('decision', array_column($said, 'event'), true)]);
    expect('the trail without one line', false, Adarga\AuditTrail::verify($stack->key, array_values($lines)) === Adarga\Reason::Allowed);
    expect('the limiter of the guide, 400 calls', [200 => 400], burst($stack->dir, 'naive', $token, 4, 100));
});
