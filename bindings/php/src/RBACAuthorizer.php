<?php
declare(strict_types=1);

namespace Adarga\Guide;

/** Roles and what they may. Unlike the guide's, a `*` stands at the end of a grant alone, and an unknown role may nothing. */
final class RBACAuthorizer
{
    public const ROLES = [
        'admin' => ['read:*', 'write:*', 'delete:*', 'manage:*'],
        'editor' => ['read:*', 'write:content', 'write:media'],
        'author' => ['read:own', 'write:own'],
        'viewer' => ['read:public'],
    ];

    /** @param array<string, list<string>> $roles */
    public function __construct(private readonly array $roles = self::ROLES)
    {
    }

    public function hasPermission(string $role, string $permission): bool
    {
        foreach ($this->roles[$role] ?? [] as $granted) {
            if (\Adarga\covers($granted, $permission)) {
                return true;
            }
        }
        return false;
    }
}
