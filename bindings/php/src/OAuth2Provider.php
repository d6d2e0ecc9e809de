<?php
declare(strict_types=1);

namespace Adarga\Guide;

use Adarga\{KeySet, TokenVerifier};

/**
 * Bearer tokens of an OAuth 2 issuer: signature, issuer, audience, times. A token is believed for its own audience alone, and
 * algorithms are named here, never by the token.
 */
final class OAuth2Provider implements AuthProvider
{
    private readonly TokenVerifier $verifier;

    /** @param list<string> $algorithms */
    public function __construct(KeySet $keys, string $issuer, string $audience, array $algorithms, private readonly string $roleClaim = 'role')
    {
        if ($algorithms === []) {
            throw new \ValueError('name the algorithms that the issuer signs with');
        }
        $this->verifier = new TokenVerifier($keys, issuer: $issuer, audience: $audience, algorithms: $algorithms);
    }

    public function authenticate(#[\SensitiveParameter] string $token): ?AuthInfo
    {
        $found = $this->verifier->verify($token);
        if (!$found->valid || $found->subject === null) {
            return null;
        }
        // the core judged these very bytes: they are base64url and strict JSON
        $claims = json_decode(base64_decode(strtr(explode('.', $token)[1], '-_', '+/')), true);
        $role = $claims[$this->roleClaim] ?? '';
        $scope = $claims['scope'] ?? '';
        return new AuthInfo(
            $found->subject,
            is_string($role) ? $role : '',
            is_string($scope) && $scope !== '' ? explode(' ', $scope) : [],
            $found->expiresMs,
        );
    }
}
