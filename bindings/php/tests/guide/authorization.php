<?php
// The guide's chapter on authorization.
declare(strict_types=1);

require __DIR__ . '/support.inc';
require __DIR__ . '/sdk.inc';

use Adarga\Guide\{AuditLogger, AuthInfo, AuthProvider, GuardedServer, McpError, RBACAuthorizer, RequestHandlerExtra};

/** Tokens that are their owner's name and role. */
final class Names implements AuthProvider
{
    public function authenticate(array $credentials): ?AuthInfo
    {
        [$name, $role] = explode('/', $credentials['bearer_token']) + ['', ''];
        return $role === '' ? null : new AuthInfo(userId: $name, metadata: ['role' => $role]);
    }
}

section('Role-Based Access Control (RBAC)', function (): void {
    $authorizer = new RBACAuthorizer();
    $table = [
        ['admin', 'delete:users', true], ['admin', 'manage:keys', true], ['editor', 'read:anything', true], ['editor', 'write:media', true],
        ['editor', 'write:users', false], ['author', 'write:own', true], ['author', 'read:public', false], ['viewer', 'read:public', true],
        ['viewer', 'read:*', false], ['viewer', 'read:publications', false], ['nobody', 'read:public', false], ['admin', '', false],
    ];
    foreach ($table as [$role, $permission, $wanted]) {
        same($wanted, $authorizer->hasPermission($role, $permission));
    }
    // the handler checks as in the guide, and a policy that says the same checks before it
    $open = "permission = \"read:public\"";
    foreach (['permission = "delete:users"' => [-32605, 'admin may'], $open => [-32605, 'admin may']] as $rule => $_) {
        $policy = "server = { name = \"s\", revisions = [\"2026-07-28\"] }\n[roles]\nadmin = [\"read:*\", \"delete:*\"]\nviewer = [\"read:public\"]\n[tools.delete_user]\n$rule\n";
        $ran = 0;
        $server = new GuardedServer(Adarga\Gate::fromText($policy), new McpServer(new Implementation('s', '1')), authProvider: new Names());
        $server->tool('delete_user', 'Delete a user account', [], function (array $args, RequestHandlerExtra $extra) use ($authorizer, &$ran): array {
            $authInfo = $extra->getAuthInfo();
            if (!$authInfo || !$authInfo->isAuthenticated()) {
                throw new McpError(-32604, 'Authentication required');
            }
            $ran++;
            if (!$authorizer->hasPermission($authInfo->getMetadata()['role'] ?? 'viewer', 'delete:users')) {
                throw new McpError(-32605, 'Insufficient permissions to delete users');
            }
            same(1, $extra->requestId());
            return text("User {$args['user_id']} deleted");
        });
        same('User 17 deleted', said($server->handle(tool('delete_user', ['user_id' => '17']), token: 'ann/admin')));
        same(true, is_int(said($server->handle(tool('delete_user', ['user_id' => '17']), token: 'vic/viewer'))));
        same(true, is_int(said($server->handle(tool('delete_user', ['user_id' => '17'])))));
        // under the policy that names the permission, the handler of a viewer's call never ran
        same($rule === $open ? 2 : 1, $ran);
        same(true, str_contains($server->handle(message('tools/list'), token: 'ann/admin'), 'delete_user'));
        same($rule === $open, str_contains($server->handle(message('tools/list'), token: 'vic/viewer'), 'delete_user'));
    }
});

section('Resource-Level Authorization', function (): void {
    $policy = "server = { name = \"s\", revisions = [\"2026-07-28\"] }\n[roles]\nanalyst = [\"read:reports\"]\nviewer = []\n"
        . "[resources.\"reports://sensitive/{report_id}\"]\npermission = \"read:reports\"\n";
    Adarga\AuditTrail::makeKey(folder('audit.log.key'));
    $key = hex2bin(explode(' ', file_get_contents(folder('audit.log.key')))[2]);
    $audit = new AuditLogger(folder('audit.log'));
    $server = new GuardedServer(Adarga\Gate::fromText($policy), new McpServer(new Implementation('s', '1')), authProvider: new Names(), auditLogger: $audit);
    $server->resource('Sensitive Reports', 'reports://sensitive/{report_id}', ['title' => 'Sensitive Business Reports'],
        function (string $uri, array $variables, RequestHandlerExtra $extra) use ($audit): string {
            $authInfo = $extra->getAuthInfo();
            if (!$authInfo || !$authInfo->isAuthenticated()) {
                throw new McpError(-32604, 'Authentication required');
            }
            if ($variables['report_id'] !== "of-{$authInfo->getUserId()}") {
                throw new McpError(-32605, 'Access denied to this report');
            }
            $audit->log('resource_access', ['user_id' => $authInfo->getUserId(), 'resource' => $uri, 'timestamp' => time(), 'ip_address' => '192.0.2.7']);
            return "the report {$variables['report_id']}";
        });
    $read = fn (string $uri, ?string $token) => said($server->handle(message('resources/read', ['uri' => $uri]), token: $token));
    same('the report of-ann', $read('reports://sensitive/of-ann', 'ann/analyst'));
    same(-32605, $read('reports://sensitive/of-bob', 'ann/analyst'));
    foreach ([['reports://sensitive/of-vic', 'vic/viewer'], ['reports://sensitive/of-ann', null], ['reports://sensitive/a/../of-ann', 'ann/analyst'], ['file:///etc/passwd', 'ann/analyst']] as [$uri, $token]) {
        same(true, is_int($read($uri, $token)));
    }
    $lines = file(folder('audit.log'), FILE_IGNORE_NEW_LINES);
    $accesses = array_values(array_filter($lines, fn (string $line): bool => str_contains($line, 'resource_access')));
    same([1, 'ann', 'reports://sensitive/of-ann', '192.0.2.7'], [count($accesses), ...array_values((fn ($line) => [$line->subject, $line->target, $line->peer])(json_decode($accesses[0])))]);
    // every call has its line, denied or not, and so has every answer
    $of = fn (string $event): int => count(array_filter($lines, fn (string $line): bool => str_contains($line, '"method":"resources/read"') && str_contains($line, "\"event\":\"$event\"")));
    same([5, 1, 2], [$of('decision'), $of('authentication'), $of('release')]);
    same(Adarga\Reason::Allowed, Adarga\AuditTrail::verify($key, $lines));
    same(Adarga\Reason::AuditChanged, Adarga\AuditTrail::verify($key, str_replace('of-bob', 'of-ann', $lines)));
});

finish();
