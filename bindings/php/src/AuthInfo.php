<?php
declare(strict_types=1);

namespace Adarga\Guide;

/** Who calls, as a token proved it. */
final class AuthInfo
{
    /** @param list<string> $permissions */
    public function __construct(
        public readonly string $subject,
        public readonly string $role = '',
        public readonly array $permissions = [],
        public readonly ?int $expiresMs = null,
    ) {
    }

    public function isAuthenticated(): bool
    {
        return $this->subject !== '';
    }

    /** @return list<string> */
    public function getPermissions(): array
    {
        return $this->permissions;
    }
}
