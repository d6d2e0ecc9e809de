<?php
declare(strict_types=1);

namespace Adarga\Guide;

use Adarga\Root;

/** Secrets from files of one directory (as container runtimes mount them), else from the environment; shown by nothing. */
final class SecretManager
{
    private readonly ?Root $root;

    public function __construct(?string $directory = null)
    {
        $this->root = $directory === null ? null : new Root($directory);
    }

    /** @throws \RuntimeException that names the secret, never its value */
    public function getSecret(string $name): string
    {
        if (preg_match('/^[A-Za-z0-9_.-]{1,128}$/D', $name) !== 1) {
            throw new \InvalidArgumentException('a secret has a name of letters, digits, `_`, `.` and `-`');
        }
        try {
            $found = $this->root !== null ? rtrim($this->root->read($name, max: 65536), "\r\n") : getenv($name);
        } catch (\Adarga\Denied) {
            $found = false;
        }
        return is_string($found) && $found !== '' ? $found : throw new \RuntimeException("no secret `$name`");
    }
}
