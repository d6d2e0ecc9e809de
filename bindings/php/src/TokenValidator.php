<?php
declare(strict_types=1);

namespace Adarga\Guide;

use Mcp\Server\Authorization\AccessToken;
use Mcp\Server\Transport\Http\OAuth\{AuthorizationResult, AuthorizationTokenValidatorInterface};

/** An `AuthProvider` for the official SDK's `AuthorizationMiddleware`. */
final class TokenValidator implements AuthorizationTokenValidatorInterface
{
    public function __construct(private readonly AuthProvider $provider)
    {
    }

    public function validate(#[\SensitiveParameter] string $accessToken): AuthorizationResult
    {
        $info = $this->provider->authenticate(['bearer_token' => $accessToken]);
        // why not is for the log of who runs the server, not for who tries tokens
        return $info?->isAuthenticated() === true
            ? AuthorizationResult::allow(new AccessToken($info->getPermissions(), ['sub' => $info->getUserId()] + $info->getMetadata()))
            : AuthorizationResult::unauthorized('invalid_token', 'Token validation failed.');
    }
}
