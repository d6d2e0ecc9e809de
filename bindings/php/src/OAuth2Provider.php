<?php
declare(strict_types=1);

namespace Adarga\Guide;

use Adarga\{KeySet, TokenVerifier};

/**
 * Bearer tokens of an OAuth 2 issuer: signature, issuer, audience, times, revocation. Unlike what the guide leaves to the reader, a token
 * is believed for its own audience alone, algorithms are named here and never by the token, and none of them has a shared key unless the
 * server says so.
 */
final class OAuth2Provider implements AuthProvider
{
    private const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

    private readonly string $roleClaim;
    private ?TokenVerifier $verifier = null;
    private ?KeySet $keys = null;
    /** @var \Closure(): KeySet */
    private readonly \Closure $source;
    /** @var array{audience: string, issuer: ?string, algorithms: list<string>, leeway: int, type: ?string, revoked: list<string>} */
    private readonly array $rules;

    /**
     * @param array<string, mixed> $options `audience`, and `jwks_uri` (https, or a file) or `keys` (a KeySet). Also: `issuer`,
     *     `algorithms`, `leeway` in seconds, `type` (such as "at+jwt"), `revoked` (list of `jti`), `role_claim`, and of a `jwks_uri`
     *     `jwks_cache` (a file of the server's user, so that not every request asks) and `fetch` (a function from a URI to the document).
     *     `client_id`, `client_secret` and `token_endpoint` are for who asks for tokens; nothing here keeps them.
     */
    public function __construct(#[\SensitiveParameter] array $options)
    {
        $this->roleClaim = (string) ($options['role_claim'] ?? 'role');
        $this->rules = [
            'audience' => (string) ($options['audience'] ?? ''),
            'issuer' => $options['issuer'] ?? null,
            'algorithms' => $options['algorithms'] ?? self::ALGORITHMS,
            'leeway' => $options['leeway'] ?? 0,
            'type' => $options['type'] ?? null,
            'revoked' => $options['revoked'] ?? [],
        ];
        if ($this->rules['audience'] === '' || $this->rules['algorithms'] === []) {
            throw new \ValueError('name the audience that tokens are for, and the algorithms that the issuer signs with');
        }
        $keys = $options['keys'] ?? null;
        if ($keys === null && !isset($options['jwks_uri'])) {
            throw new \ValueError('name the issuer\'s keys: `jwks_uri` or `keys`');
        }
        $jwks = $keys === null ? new Jwks($options['jwks_uri'], $options['jwks_cache'] ?? null, $options['fetch'] ?? null) : null;
        $this->source = $jwks === null ? static fn (): KeySet => $keys : $jwks->keys(...);
    }

    public function authenticate(#[\SensitiveParameter] array $credentials): ?AuthInfo
    {
        $token = $credentials['bearer_token'] ?? null;
        return is_string($token) && $token !== '' ? $this->authenticated($token) : null;
    }

    private function authenticated(#[\SensitiveParameter] string $token): ?AuthInfo
    {
        $found = $this->verifier()->verify($token);
        if (!$found->valid || $found->subject === null || $found->subject === '' || $found->expiresMs === null) {
            return null;
        }
        // the core judged these very bytes: they are base64url and strict JSON
        $claims = json_decode(base64_decode(strtr(explode('.', $token)[1], '-_', '+/')), true);
        $role = $claims[$this->roleClaim] ?? 'user';
        $permissions = $claims['permissions'] ?? $claims['scope'] ?? [];
        return new AuthInfo(
            $found->subject,
            is_string($permissions) ? array_filter(explode(' ', $permissions), strlen(...)) : (array) $permissions,
            ['role' => is_string($role) ? $role : 'user', 'expires_ms' => $found->expiresMs],
        );
    }

    /** Of the keys that are in force now. */
    private function verifier(): TokenVerifier
    {
        $keys = ($this->source)();
        if ($this->verifier === null || $keys !== $this->keys) {
            $this->keys = $keys;
            $this->verifier = new TokenVerifier($keys, ...$this->rules);
        }
        return $this->verifier;
    }
}
