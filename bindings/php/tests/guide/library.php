<?php
// The guide's classes, section by section: what its text promises, and where its code did not keep it.
declare(strict_types=1);

use Adarga\Guide\{GuardedServer, InputValidator, OAuth2Provider, RateLimiter, RBACAuthorizer, SecretManager, SecureFileHandler, SecurityMonitor, SensitiveDataHandler};

spl_autoload_register(function (string $class): void {
    $file = __DIR__ . '/../../src/' . substr($class, strlen('Adarga\\Guide\\')) . '.php';
    if (str_starts_with($class, 'Adarga\\Guide\\') && is_file($file)) {
        require $file;
    }
});

function same(mixed $wanted, mixed $got): void
{
    if ($wanted !== $got) {
        throw new Exception('wanted ' . var_export($wanted, true) . ', got ' . var_export($got, true));
    }
}

function refused(string $exception, Closure $try): string
{
    try {
        $try();
    } catch (Throwable $error) {
        same($exception, get_class($error));
        return $error->getMessage();
    }
    throw new Exception("no $exception");
}

$dir = sys_get_temp_dir() . '/adarga-guide-' . getmypid();
mkdir($dir, 0700);

$sections = [
    'OAuth 2.1 provider' => function (): void {
        $b64 = fn (string $bytes) => rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
        $secret = str_repeat('s', 32);
        $sign = function (array $claims, string $alg = 'HS256') use ($b64, $secret): string {
            $input = $b64(json_encode(['alg' => $alg])) . '.' . $b64(json_encode($claims));
            return "$input." . $b64(hash_hmac('sha256', $input, $secret, true));
        };
        $keys = new Adarga\KeySet(json_encode(['kty' => 'oct', 'alg' => 'HS256', 'k' => $b64($secret)]));
        $provider = new OAuth2Provider($keys, 'https://a', 'https://mcp', ['HS256']);
        $claims = ['iss' => 'https://a', 'aud' => 'https://mcp', 'sub' => 'alice', 'role' => 'editor', 'scope' => 'read:a read:b', 'exp' => time() + 60];
        $info = $provider->authenticate($sign($claims));
        same(['alice', 'editor', ['read:a', 'read:b'], true], [$info->subject, $info->role, $info->getPermissions(), $info->isAuthenticated()]);
        same(null, $provider->authenticate($sign(['aud' => 'https://other'] + $claims)));
        same(null, $provider->authenticate($sign(['exp' => time() - 1] + $claims)));
        same(null, $provider->authenticate($sign($claims, 'none')));
        refused(ValueError::class, fn () => new OAuth2Provider($keys, 'https://a', 'https://mcp', []));
    },
    'Role-based access control' => function (): void {
        $roles = new RBACAuthorizer();
        same([true, true, false, false], [$roles->hasPermission('admin', 'delete:users'), $roles->hasPermission('editor', 'write:content'),
            $roles->hasPermission('viewer', 'delete:users'), $roles->hasPermission('nobody', 'read:public')]);
        same(false, $roles->hasPermission('viewer', 'read:*'));
    },
    'Input validation' => function (): void {
        $validator = new InputValidator();
        $user = ['username' => 'alice_1', 'email' => 'alice@example.com', 'age' => 30];
        same($user, $validator->validateUserInput($user));
        foreach ([['username' => 'a'], ['email' => 'no'], ['age' => 12], ['age' => '30'], ['admin' => true], ['username' => "alice\n"]] as $wrong) {
            $why = refused(InvalidArgumentException::class, fn () => $validator->validateUserInput($wrong + $user));
            same(true, str_starts_with($why, 'invalid input at `'));
        }
        same('&lt;script&gt;', $validator->sanitizeInput('<script>'));
    },
    'Secure file handling' => function () use ($dir): void {
        mkdir("$dir/files");
        file_put_contents("$dir/files/a.txt", 'content');
        file_put_contents("$dir/secret.txt", 'secret');
        // the guide's prefix takes this directory for the other
        mkdir("$dir/files-private");
        file_put_contents("$dir/files-private/b.txt", 'private');
        symlink('../secret.txt', "$dir/files/link.txt");
        $files = new SecureFileHandler("$dir/files", ['txt']);
        same('content', $files->readFile('a.txt'));
        same([true, false, false, false, false, false], array_map($files->isValidPath(...),
            ['a.txt', '../secret.txt', '../files-private/b.txt', 'link.txt', 'a.php', 'absent.txt']));
        refused(Adarga\Denied::class, fn () => $files->readFile('../files-private/b.txt'));
        refused(InvalidArgumentException::class, fn () => $files->readFile('a.php'));
    },
    'Rate limiting' => function () use ($dir): void {
        foreach ([new RateLimiter(), new RateLimiter($dir)] as $limiter) {
            $granted = array_map(fn () => $limiter->isAllowed('alice', 3, 60), range(1, 5));
            same([true, true, true, false, false], $granted);
            same([true, false], [$limiter->isAllowed('bob', 3, 60), $limiter->isAllowed('alice', 0, 60)]);
        }
        same(false, (new RateLimiter($dir))->isAllowed('alice', 3, 60));
    },
    'Sensitive data' => function (): void {
        $handler = new SensitiveDataHandler(random_bytes(32));
        $sealed = $handler->encryptSensitiveData('123-45-6789', 'users.ssn');
        same('123-45-6789', $handler->decryptSensitiveData($sealed, 'users.ssn'));
        refused(Adarga\Denied::class, fn () => $handler->decryptSensitiveData($sealed, 'users.name'));
        refused(Adarga\Denied::class, fn () => (new SensitiveDataHandler(random_bytes(32)))->decryptSensitiveData($sealed, 'users.ssn'));
        $data = ['name' => 'Alice', 'creditCard' => '4111', 'deep' => [['Password' => 'x']], 'rate' => 1.0];
        same(['name' => 'Alice', 'creditCard' => '[REDACTED]', 'deep' => [['Password' => '[REDACTED]']], 'rate' => 1.0], $handler->redactSensitiveData($data));
    },
    'Secrets' => function () use ($dir): void {
        mkdir("$dir/secrets");
        file_put_contents("$dir/secrets/db_password", "hunter2\n");
        $secrets = new SecretManager("$dir/secrets");
        same('hunter2', $secrets->getSecret('db_password'));
        same('no secret `absent`', refused(RuntimeException::class, fn () => $secrets->getSecret('absent')));
        refused(InvalidArgumentException::class, fn () => $secrets->getSecret('../secret.txt'));
        same(false, str_contains(print_r($secrets, true), 'hunter2'));
    },
    'Security monitoring' => function (): void {
        $told = [];
        $monitor = new SecurityMonitor(function (string $client, array $kinds) use (&$told): void { $told[] = [$client, $kinds]; });
        same([['sql'], ['traversal'], []], array_map($monitor->scanInput(...), ["1' OR '1'='1' --", '../../etc/passwd', 'a plain sentence']));
        same(false, $monitor->blockSuspiciousRequest('alice', ['query' => 'reports of 2026']));
        same(true, $monitor->blockSuspiciousRequest('mallory', ['deep' => [['text' => '<script>alert(1)</script>']]]));
        same([['mallory', ['html']]], $told);
    },
    'A guarded server' => function (): void {
        require_once __DIR__ . '/../policy.inc';
        $seen = $decided = [];
        $server = function (string $message) use (&$seen): ?string {
            $seen[] = json_decode($message)->params->name;
            return '{"jsonrpc":"2.0","id":1,"result":{"content":[]}}';
        };
        $guarded = (new GuardedServer(Adarga\Gate::fromText(POLICY), $server, ready()))
            ->onDecision(function (Adarga\Decision $decision) use (&$decided): void { $decided[] = $decision->allowed; });
        same('{"jsonrpc":"2.0","id":1,"result":{"content":[]}}', $guarded->handle(call('read_report', ['name' => 'q3'])));
        same(1, json_decode($guarded->handle(call('delete_user')))->id);
        same([['read_report'], [true, false]], [$seen, $decided]);
    },
];

$failed = 0;
foreach ($sections as $name => $test) {
    try {
        $test();
        echo "passed  $name\n";
    } catch (Throwable $error) {
        $failed++;
        echo "failed  $name: {$error->getMessage()} at line {$error->getLine()}\n{$error->getTraceAsString()}\n";
    }
}
exec('rm -rf ' . escapeshellarg($dir));
exit($failed === 0 ? 0 : 1);
