<?php
declare(strict_types=1);

namespace Adarga\Guide;

use Adarga\{Denied, Fault, Root};

/**
 * Files beneath one directory. Unlike the guide's `realpath` and prefix, what was judged is what is read: nobody can swap it between, a
 * directory whose name begins like the base is another one, and what is not there and what may not be read are answered alike.
 */
final class SecureFileHandler
{
    private readonly Root $root;

    /** @param list<string> $allowedExtensions none: any */
    public function __construct(string $basePath, private readonly array $allowedExtensions = [], private readonly int $maxFileSize = 10485760)
    {
        $this->root = new Root($basePath);
    }

    /** @throws McpError */
    public function readFile(string $relativePath): string
    {
        if (!$this->hasExtension($relativePath)) {
            throw new McpError(-32602, 'Access denied');
        }
        try {
            return $this->root->read($relativePath, max: $this->maxFileSize);
        } catch (Denied $denied) {
            throw new McpError(-32602, 'Access denied', $denied);
        } catch (Fault $fault) {
            throw new McpError(-32602, 'File not readable', $fault);
        }
    }

    /** Whether a path stays beneath the directory by its bytes alone; whether it leads to a file only `readFile` knows. */
    public function isValidPath(string $path): bool
    {
        try {
            \Adarga\contain($path);
            return $this->hasExtension($path);
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
