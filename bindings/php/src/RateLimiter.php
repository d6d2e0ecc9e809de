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
    /** @var array<int, array<int, RateTable>> by window and limit */
    private array $tables = [];

    /** `$directory` belongs to the server alone (mode 0700). */
    public function __construct(private readonly ?string $directory = null, private readonly int $clients = 65536)
    {
    }

    public function isAllowed(string $clientId, int $maxRequests = 100, int $windowSeconds = 60): bool
    {
        $table = $this->tables[$windowSeconds][$maxRequests] ?? null;
        return $table !== null ? $table->allows($clientId) : $this->isAllowedFirst($clientId, $maxRequests, $windowSeconds);
    }

    /** The first call under a limit makes its table. */
    private function isAllowedFirst(string $clientId, int $maxRequests, int $windowSeconds): bool
    {
        if ($maxRequests < 1 || $windowSeconds < 1) {
            return false;
        }
        $table = RateTable::ofWindow(
            $maxRequests,
            $windowSeconds * 1000,
            clients: $this->clients,
            file: $this->directory === null ? null : "$this->directory/rates-$maxRequests-$windowSeconds-$this->clients",
        );
        $this->tables[$windowSeconds][$maxRequests] = $table;
        return $table->allows($clientId);
    }
}
