<?php
declare(strict_types=1);

namespace Adarga\Guide;

use Adarga\{Denied, Root};

/** Files beneath one directory. Unlike the guide's `realpath` and prefix, what was judged is what is read: nobody can swap it between. */
final class SecureFileHandler
{
    private readonly Root $root;

    /** @param list<string> $allowedExtensions none: any */
    public function __construct(string $baseDirectory, private readonly array $allowedExtensions = [], private readonly int $maxFileSize = 10485760)
    {
        $this->root = new Root($baseDirectory);
    }

    /** @throws Denied for what is not there or may not be read, both alike */
    public function readFile(string $path): string
    {
        if (!$this->hasExtension($path)) {
            throw new \InvalidArgumentException('file type not allowed');
        }
        return $this->root->read($path, max: $this->maxFileSize);
    }

    public function isValidPath(string $path): bool
    {
        try {
            return $this->hasExtension($path) && is_resource($this->root->open($path));
        } catch (Denied) {
            return false;
        }
    }

    private function hasExtension(string $path): bool
    {
        return $this->allowedExtensions === []
            || in_array(strtolower(pathinfo($path, PATHINFO_EXTENSION)), $this->allowedExtensions, true);
    }
}
