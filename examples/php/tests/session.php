<?php
// The client of the real SDK talks to the guarded server, over stdio and through nginx and php-fpm, as an editor and as an admin.
declare(strict_types=1);

require __DIR__ . '/stack.inc';

$python = getenv('ADARGA_MCP_PYTHON') ?: '';
if (!is_executable($python)) {
    echo "not run: the client of the real SDK: no Python with tests/e2e/requirements.txt in ADARGA_MCP_PYTHON\n";
    exit(0);
}

/** What the client saw. */
function seen(string $python, string $token, string ...$where): array
{
    putenv("MCP_TOKEN=$token");
    $said = shell_exec(implode(' ', array_map(escapeshellarg(...), [$python, __DIR__ . '/session.py', ...$where])) . ' 2>&1');
    $line = strrchr("\n" . trim((string) $said), "\n");
    return json_decode($line, true) ?? throw new Exception((string) $said);
}

/** What may be seen of the profile of `alice`. */
function profile(string $text): array
{
    $profile = json_decode($text, true);
    return [$profile['name'] ?? $text, $profile['ssn'] ?? null, $profile['password'] ?? null];
}

Stack::with(function (Stack $stack) use ($python): void {
    $refused = fn (array $seen, string ...$names): array => array_values(array_filter($names, fn (string $name): bool => !str_starts_with($seen[$name], 'refused')));
    $extension = ini_get('extension') ?: getenv('ADARGA_EXTENSION');
    $seen = seen($python, '', 'stdio', PHP_BINARY, '-d', "extension=$extension", __DIR__ . '/../stdio.php');
    expect('stdio: revision', '2025-11-25', $seen['revision']);
    expect('stdio: tools', ['expensive_operation', 'get_user_profile', 'secure_search'], $seen['tools']);
    expect('stdio: search', 'Nothing found for sales of 2026', $seen['search']);
    expect('stdio: not refused', [], $refused($seen, 'own', 'other', 'delete', 'attack', 'wrong', 'unknown', 'report'));
    expect('stdio: ten in a minute', [...array_fill(0, 10, 'Operati'), 'refused'], $seen['expensive']);

    $url = 'http://127.0.0.1:' . PORT . '/mcp';
    $seen = seen($python, token('alice', 'editor'), 'http', $url);
    expect('editor: tools', ['expensive_operation', 'get_user_profile', 'secure_search'], $seen['tools']);
    expect('editor: search', 'Nothing found for sales of 2026', $seen['search']);
    expect('editor: own profile', ['Alice', '[REDACTED]', '[REDACTED]'], profile($seen['own']));
    expect('editor: not refused', [], $refused($seen, 'other', 'delete', 'attack', 'wrong', 'unknown', 'report'));
    expect('editor: ten in a minute', [...array_fill(0, 10, 'Operati'), 'refused'], $seen['expensive']);

    $seen = seen($python, token('root', 'admin'), 'http', $url);
    expect('admin: tools', ['delete_user', 'expensive_operation', 'get_user_profile', 'secure_search'], $seen['tools']);
    expect('admin: others', ['Alice', '123-45-6789', '[REDACTED]'], profile($seen['own']));
    expect('admin: delete', 'User bob deleted', $seen['delete']);
    expect('admin: report', 'the report', $seen['report']);
    expect('admin: not refused', [], $refused($seen, 'attack', 'wrong', 'unknown'));
});
