<?php
declare(strict_types=1);

namespace Adarga\Guide;

/** Who calls, as a token proved it. */
final class AuthInfo
{
    /** @var list<string> */
    private readonly array $permissions;

    /**
     * @param array<mixed> $permissions what is no text is none
     * @param array<string, mixed> $metadata
     */
    public function __construct(private readonly string $userId, array $permissions = [], private readonly array $metadata = [])
    {
        $this->permissions = array_values(array_filter($permissions, is_string(...)));
    }

    public function isAuthenticated(): bool
    {
        return $this->userId !== '';
    }

    public function getUserId(): string
    {
        return $this->userId;
    }

    /** @return list<string> */
    public function getPermissions(): array
    {
        return $this->permissions;
    }

    /** @return array<string, mixed> */
    public function getMetadata(): array
    {
        return $this->metadata;
    }
}
