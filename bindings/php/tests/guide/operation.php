<?php
// The guide's chapters on communication, audit, data and environment. Transport security is tested with nginx: examples/php/tests/tls.php.
declare(strict_types=1);

require __DIR__ . '/support.inc';
require __DIR__ . '/sdk.inc';

use Adarga\Guide\{AuditLogger, AuthInfo, AuthProvider, GuardedServer, McpError, RateLimiter, SecretManager, SecureConfig, SensitiveDataHandler};

/** Tokens that are their owner's name and role. */
final class Names implements AuthProvider
{
    public function authenticate(array $credentials): ?AuthInfo
    {
        [$name, $role] = explode('/', $credentials['bearer_token']) + ['', ''];
        return $role === '' ? null : new AuthInfo(userId: $name, permissions: [], metadata: ['role' => $role]);
    }
}

const POLICY = "server = { name = \"s\", revisions = [\"2026-07-28\"] }\n[roles]\nadmin = [\"read:*\"]\nuser = [\"read:own\"]\n";

section('Request Rate Limiting', function (): void {
    mkdir(folder('rates'), 0700);
    foreach ([new RateLimiter(), new RateLimiter(folder('rates'))] as $limiter) {
        same([true, true, true, false, false], array_map(fn () => $limiter->isAllowed('alice', 3, 60), range(1, 5)));
        same([true, false, false], [$limiter->isAllowed('bob', 3, 60), $limiter->isAllowed('alice', 0, 60), $limiter->isAllowed('alice', 1, 0)]);
    }
    // another worker counts on; the guide's begins anew
    same(false, (new RateLimiter(folder('rates')))->isAllowed('alice', 3, 60));
    $rateLimiter = new RateLimiter();
    $server = new GuardedServer(Adarga\Gate::fromText(POLICY . "[tools.expensive_operation]\npermission = \"read:own\"\n"), new McpServer(new Implementation('s', '1')), authProvider: new Names());
    $server->tool('expensive_operation', 'Perform expensive operation', [], function (array $args, $extra) use ($rateLimiter): array {
        if (!$rateLimiter->isAllowed($extra->getClientId() ?? 'anonymous', 10, 60)) {
            throw new McpError(-32603, 'Rate limit exceeded');
        }
        return text('done');
    });
    $call = fn (string $who) => said($server->handle(tool('expensive_operation'), token: "$who/user"));
    same([...array_fill(0, 10, 'done'), -32603, -32603], array_map(fn () => $call('ann'), range(1, 12)));
    same('done', $call('bob'));
    // the same, without a line of PHP
    $limited = Adarga\Gate::fromText(POLICY . "[tools.expensive_operation]\npermission = \"read:own\"\nrate = \"10/min\"\n");
    $allowed = array_map(fn () => $limited->decide(tool('expensive_operation'), subject: 'ann', roles: ['user'])->allowed, range(1, 12));
    same(10, count(array_filter($allowed)));
});

section('Comprehensive Audit Trail', function (): void {
    $auditLogger = new AuditLogger(folder('mcp-audit.log'));
    same(['0600', '0600'], array_map(fn (string $name): string => substr(sprintf('%o', fileperms(folder($name))), -4), ['mcp-audit.log', 'mcp-audit.log.key']));
    $server = new GuardedServer(Adarga\Gate::fromText(POLICY . "[tools.pay]\npermission = \"read:own\"\n"), new McpServer(new Implementation('s', '1')), authProvider: new Names());
    $server->tool('pay', 'Pay', [], fn (array $args): array => $args['amount'] < 10 ? text('paid') : throw new McpError(-32603, 'too much'));
    $server->onAuthentication(function (AuthInfo $authInfo) use ($auditLogger): void {
        $auditLogger->log('authentication_success', ['user_id' => $authInfo->getUserId(), 'permissions' => ['read:own'], 'timestamp' => time()]);
    });
    $server->onToolExecution(function (string $toolName, array $args, mixed $result) use ($auditLogger): void {
        $auditLogger->log('tool_execution', ['tool' => $toolName, 'args' => $args, 'success' => !($result instanceof Exception), 'execution_time' => 0.25]);
    });
    same('paid', said($server->handle(tool('pay', ['amount' => 4, 'card' => 'hidden-4711']), token: 'ann/user')));
    same(-32603, said($server->handle(tool('pay', ['amount' => 40, 'card' => 'hidden-4711']), token: 'ann/user')));
    $auditLogger->log("two\nlines", ['user_id' => "eve\n{\"forged\":true}", 'password' => 'hidden-4711', 'deep' => ['api_key' => 'hidden-4711'], 'x' => str_repeat('long ', 100)]);
    $text = file_get_contents(folder('mcp-audit.log'));
    $lines = array_map(json_decode(...), array_filter(explode("\n", $text)));
    same(['start', 'configuration', 'authentication', 'decision', 'authentication', 'decision', 'decision'], array_column($lines, 'event'));
    same(['ann', ['read:own']], [$lines[2]->subject, $lines[2]->permissions]);
    same(['pay', true, false], [$lines[3]->target, $lines[3]->success, $lines[5]->success]);
    same(true, str_contains($lines[3]->note, 'tool_execution') && str_contains($lines[3]->note, '0.25'));
    // no argument and no secret, and nothing that could be guessed from a hash without the key
    same([false, false], [str_contains($text, 'hidden-4711'), str_contains($text, md5('{"amount":4,"card":"hidden-4711"}'))]);
    same(1, preg_match('/^hmac-sha256:[0-9a-f]{64}$/', $lines[3]->arguments));
});

section('Sensitive Data Handling', function (): void {
    $key = random_bytes(32);
    $handler = new SensitiveDataHandler($key);
    $data = ['name' => 'Alice', 'ssn' => '123-45-6789', 'deep' => [['creditCard' => '4111 1111', 'age' => 3]], 'api_key' => 7];
    $sealed = $handler->encryptSensitiveData($data);
    same(['Alice', 7, 3, false], [$sealed['name'], $sealed['api_key'], $sealed['deep'][0]['age'], str_contains(json_encode($sealed), '123-45') || str_contains(json_encode($sealed), '4111')]);
    same($data, $handler->decryptSensitiveData($sealed));
    same($data, (new SensitiveDataHandler(bin2hex($key)))->decryptSensitiveData($sealed));
    same($data, (new SensitiveDataHandler(base64_encode($key)))->decryptSensitiveData($sealed));
    // changed, moved to another field, or under another key: nothing, where the guide's AES-CBC gives what somebody else wants
    foreach ([0, 20, strlen($sealed['ssn']) - 1] as $at) {
        $changed = $sealed;
        $changed['ssn'][$at] = $changed['ssn'][$at] === 'A' ? 'B' : 'A';
        refused(Adarga\Denied::class, fn () => $handler->decryptSensitiveData($changed));
    }
    refused(Adarga\Denied::class, fn () => $handler->decryptSensitiveData(['password' => $sealed['ssn']]));
    refused(Adarga\Denied::class, fn () => (new SensitiveDataHandler(random_bytes(32)))->decryptSensitiveData($sealed));
    same(false, $handler->encryptSensitiveData($data)['ssn'] === $sealed['ssn']);
    refused(ValueError::class, fn () => new SensitiveDataHandler('my password'));
    same(false, str_contains(print_r($handler, true), $key));
    $masked = $handler->redactSensitiveData(['user' => 'alice', 'password' => 'x', 'deep' => [['apiKey' => 'y', 'Secret' => ['z']]], 'token' => null, 'rate' => 1.0]);
    same(['alice', '[REDACTED]', '[REDACTED]', 1.0], [$masked['user'], $masked['password'], $masked['deep'][0]['apiKey'], $masked['rate']]);
    same(false, str_contains(json_encode($masked), 'z'));
});

section('PII (Personally Identifiable Information) Protection', function (): void {
    $policy = POLICY . <<<'TOML'
        [tools.get_user_profile]
        permission = "read:own"
        when = { any = [{ argument = "/user_id", equals = "subject" }, { role = "admin" }] }
        redact = { names = ["ssn", "api_key"], unless = { role = "admin" } }
        TOML;
    $server = new GuardedServer(Adarga\Gate::fromText($policy), new McpServer(new Implementation('s', '1')), authProvider: new Names());
    $server->tool('get_user_profile', 'Get user profile information', [], fn (array $args): array => text(json_encode(['id' => $args['user_id'], 'ssn' => '123-45-6789', 'api_key' => 'k-1'])));
    $ask = fn (string $who, string $about) => said($server->handle(tool('get_user_profile', ['user_id' => $about]), token: $who));
    // one's own, masked by the gate: the handler says all it knows
    same(['ann', false], [json_decode($ask('ann/user', 'ann'))->id, str_contains($ask('ann/user', 'ann'), '123-45') || str_contains($ask('ann/user', 'ann'), 'k-1')]);
    same('123-45-6789', json_decode($ask('root/admin', 'ann'))->ssn);
    same(true, is_int($ask('bob/user', 'ann')));
});

section('Secure Configuration', function (): void {
    $set = fn (array $settings) => array_map(fn ($name, $value) => putenv($value === null ? $name : "$name=$value"), array_keys($settings), $settings);
    $right = ['DATABASE_URL' => 'mysql://app:s3cr3t@db.example.com/mcp', 'ENCRYPTION_KEY' => 'q7Zk2vB9xLm4TnR8sWc1YdF6hJp3GaEu', 'OAUTH_CLIENT_SECRET' => 'b7f2c9d1e8a34650',
        'OPENAI_API_KEY' => 'sk-8f3b1c9d7e2a4650', 'STRIPE_SECRET_KEY' => 'rk_9d2f7b1c4e8a3650'];
    $set($right);
    same('mysql://app:s3cr3t@db.example.com/mcp', (new SecureConfig())->get('DATABASE_URL'));
    refused(RuntimeException::class, fn () => (new SecureConfig())->get('NO_SUCH_SETTING'));
    foreach (['DATABASE_URL' => 'not a url', 'ENCRYPTION_KEY' => 'q7Zk2vB9', 'OPENAI_API_KEY' => 'your-key-here', 'STRIPE_SECRET_KEY' => 'CHANGEME', 'OAUTH_CLIENT_SECRET' => null] as $name => $wrong) {
        $set([$name => $wrong] + $right);
        $why = refused(Adarga\Fault::class, fn () => new SecureConfig());
        same([true, false], [str_contains($why, $name), $wrong !== null && str_contains($why, $wrong)]);
        $set($right);
    }
    // all at once, and by the server's own policy
    $set(['ENCRYPTION_KEY' => null, 'OPENAI_API_KEY' => null] + $right);
    $why = refused(Adarga\Fault::class, fn () => new SecureConfig());
    same([true, true], [str_contains($why, 'ENCRYPTION_KEY'), str_contains($why, 'OPENAI_API_KEY')]);
    new SecureConfig(Adarga\Gate::fromText("server.name = \"s\"\nconfig.DATABASE_URL = {}\n"));
});

section('Secret Management', function (): void {
    $vault = new Adarga\Vault(folder('secrets.vault'));
    $vault->make();
    $vault->set('db_password', 'hidden-4711');
    $secrets = new SecretManager(folder('secrets.vault'));
    $secrets->loadSecrets();
    same('hidden-4711', $secrets->getSecret('db_password'));
    same('Secret absent not found', refused(RuntimeException::class, fn () => $secrets->getSecret('absent')));
    same([false, false], [str_contains(print_r($secrets, true), 'hidden-4711'), str_contains(file_get_contents(folder('secrets.vault')), base64_encode('hidden'))]);
    // base64 is no encryption: what the guide takes for a valid secret does not open
    file_put_contents(folder('forged.vault'), json_encode(['db_password' => base64_encode('guessed')]));
    copy(folder('secrets.vault.key'), folder('forged.vault.key'));
    chmod(folder('forged.vault'), 0600);
    chmod(folder('forged.vault.key'), 0600);
    refused(Adarga\Fault::class, fn () => (new SecretManager(folder('forged.vault')))->loadSecrets());
    refused(Adarga\Fault::class, fn () => (new SecretManager(folder('absent.vault')))->loadSecrets());
    chmod(folder('secrets.vault.key'), 0644);
    refused(Adarga\Fault::class, fn () => $secrets->getSecret('db_password'));
});

finish();
