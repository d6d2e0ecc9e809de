<?php
declare(strict_types=1);

namespace Adarga\Guide;

use Adarga\RateTable;

/**
 * So many calls in any window. Unlike the guide's, all workers count together where a `$directory` for the counts is named, memory
 * does not grow with clients, and a full table denies.
 */
final class RateLimiter
{
    /** @var array<string, RateTable> */
    private array $tables = [];

    /** `$directory` belongs to the server alone (mode 0700). */
    public function __construct(private readonly ?string $directory = null, private readonly int $clients = 65536)
    {
    }

    public function isAllowed(string $clientId, int $maxRequests = 100, int $windowSeconds = 60): bool
    {
        if ($maxRequests < 1 || $windowSeconds < 1) {
            return false;
        }
        $name = "$maxRequests-$windowSeconds";
        $this->tables[$name] ??= RateTable::ofWindow(
            $maxRequests,
            $windowSeconds * 1000,
            clients: $this->clients,
            file: $this->directory === null ? null : "$this->directory/rates-$name-$this->clients",
        );
        return $this->tables[$name]->charge($clientId)->allowed;
    }
}
