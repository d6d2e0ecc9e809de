<?php
// The guide's chapter on authentication.
declare(strict_types=1);

require __DIR__ . '/support.inc';
require __DIR__ . '/sdk.inc';

use Adarga\Guide\{AuthInfo, AuthProvider, GuardedServer, OAuth2Provider};

const POLICY = <<<'TOML'
    [server]
    name = "secure-server"
    revisions = ["2026-07-28"]
    [roles]
    editor = ["read:*"]
    [tools.read_report]
    permission = "read:reports"
    TOML;

function server(GuardedServer $server): GuardedServer
{
    return $server->tool('read_report', 'Read a report', [], fn (array $args, $extra): array => text($extra->getAuthInfo()->getUserId()));
}

section('OAuth 2.0 Implementation', function (): void {
    [$jwks, $sign] = issuer();
    $asked = [];
    $authProvider = new OAuth2Provider([
        'client_id' => 'client-17',
        'client_secret' => 'hidden-4711',
        'token_endpoint' => 'https://auth.example.com/token',
        'jwks_uri' => 'https://auth.example.com/.well-known/jwks.json',
        'audience' => 'mcp-server',
        'revoked' => ['jti-9'],
        'jwks_cache' => folder('jwks'),
        'fetch' => function (string $uri) use (&$asked, $jwks): string { $asked[] = $uri; return $jwks; },
    ]);
    same(false, str_contains(print_r($authProvider, true), 'hidden-4711'));
    $claims = ['iss' => 'https://auth.example.com', 'aud' => 'mcp-server', 'sub' => 'alice', 'role' => 'editor', 'exp' => time() + 60];
    $server = server(new GuardedServer(Adarga\Gate::fromText(POLICY), new McpServer(new Implementation('secure-server', '1.0.0')), authProvider: $authProvider));
    same('alice', said($server->handle(tool('read_report'), token: $sign($claims))));
    // whatever is wrong with a token: nobody called
    $stranger = issuer()[1];
    $forged = substr($sign($claims), 0, -6) . 'AAAAAA';
    $none = b64('{"alg":"none"}') . '.' . b64(json_encode($claims)) . '.';
    $hmac = b64('{"alg":"HS256"}') . '.' . b64(json_encode($claims));
    $hmac .= '.' . b64(hash_hmac('sha256', $hmac, $jwks, true));
    foreach ([$sign(['aud' => 'another'] + $claims), $sign(['exp' => time() - 60] + $claims), $sign(['jti' => 'jti-9'] + $claims), $stranger($claims),
        $forged, $none, $hmac, $sign(array_diff_key($claims, ['exp' => 0])), '', null, 'x.y.z'] as $wrong) {
        same(null, $authProvider->authenticate(['bearer_token' => $wrong]));
        same(true, is_int(said($server->handle(tool('read_report'), token: $wrong))));
    }
    same(['https://auth.example.com/.well-known/jwks.json'], $asked);
    // another process finds them in the cache, and the old ones serve while the issuer is away
    touch(folder('jwks'), time() - 3600);
    $away = ['audience' => 'mcp-server', 'jwks_uri' => 'https://auth.example.com/x', 'jwks_cache' => folder('jwks'), 'fetch' => fn () => false];
    same('alice', (new OAuth2Provider($away))->authenticate(['bearer_token' => $sign($claims)])->getUserId());
    touch(folder('jwks'), time() - 100000);
    refused(RuntimeException::class, fn () => (new OAuth2Provider($away))->authenticate(['bearer_token' => $sign($claims)]));
    foreach ([['audience' => 'a'], ['jwks_uri' => 'https://a/'], ['audience' => 'a', 'jwks_uri' => 'http://a/'], ['audience' => 'a', 'jwks_uri' => 'https://a/', 'algorithms' => []]] as $incomplete) {
        refused(ValueError::class, fn () => new OAuth2Provider($incomplete));
    }
});

section('Custom Authentication', function (): void {
    $provider = new class () implements AuthProvider {
        public function authenticate(array $credentials): ?AuthInfo
        {
            $user = ['t-alice' => ['id' => 'alice', 'role' => 'editor', 'permissions' => ['read:reports']],
                't-bob' => ['id' => 'bob', 'role' => 'editor', 'permissions' => ['read:nothing']]][$credentials['bearer_token'] ?? ''] ?? null;
            return $user === null ? null : new AuthInfo(userId: $user['id'], permissions: $user['permissions'], metadata: ['role' => $user['role']]);
        }
    };
    $info = $provider->authenticate(['bearer_token' => 't-alice']);
    same([true, 'alice', ['read:reports'], 'editor'], [$info->isAuthenticated(), $info->getUserId(), $info->getPermissions(), $info->getMetadata()['role']]);
    $server = server(new GuardedServer(Adarga\Gate::fromText(POLICY), new McpServer(new Implementation('s', '1')), authProvider: $provider));
    same('alice', said($server->handle(tool('read_report'), token: 't-alice')));
    // what a token does not permit, its owner's role does not give back
    same(true, is_int(said($server->handle(tool('read_report'), token: 't-bob'))));
    same([true, true], [is_int(said($server->handle(tool('read_report'), token: 't-eve'))), is_int(said($server->handle(tool('read_report'))))]);
    // nothing of one call is left to the next
    same(null, (fn () => $this->authInfo)->call($server));
});

section("The guide's namespace, for who asks for it", function (): void {
    same(false, class_exists('MCP\Server\Auth\OAuth2Provider'));
    require __DIR__ . '/../../src/aliases.php';
    same([OAuth2Provider::class, AuthInfo::class], [(new ReflectionClass('MCP\Server\Auth\OAuth2Provider'))->getName(), get_class(new MCP\Server\Auth\AuthInfo('alice'))]);
    same(true, (new class () implements MCP\Server\Auth\AuthProvider {
        public function authenticate(array $credentials): ?AuthInfo
        {
            return null;
        }
    }) instanceof AuthProvider);
});

finish();
