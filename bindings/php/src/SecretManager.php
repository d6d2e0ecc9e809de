<?php
declare(strict_types=1);

namespace Adarga\Guide;

use Adarga\{Fault, Vault};

/**
 * Secrets from a vault (`adarga secrets` fills it). Unlike the guide's, for which base64 is as good as encryption, they are sealed under a
 * key that lies elsewhere, are never all in memory, and are shown by nothing.
 */
final class SecretManager
{
    private readonly Vault $vault;

    /** `$key`: where the master key lies, `file:PATH`, `env:NAME` or `credential:NAME`; the vault's name with `.key` otherwise. */
    public function __construct(string $vault = '/etc/mcp/secrets.vault', ?string $key = null)
    {
        $this->vault = new Vault($vault, $key);
    }

    /**
     * Sees that every secret opens, before the server begins.
     *
     * @throws Fault that says which file is wrong, and how to mend it
     */
    public function loadSecrets(): void
    {
        array_map($this->vault->get(...), $this->vault->names());
    }

    /** @throws \RuntimeException that names the secret, never its value */
    public function getSecret(string $name): string
    {
        return $this->vault->get($name) ?? throw new \RuntimeException("Secret {$name} not found");
    }
}
