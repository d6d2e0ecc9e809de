<?php
// What the guide's limiter does in a worker: its array begins empty with every request. Only the test asks for it.
declare(strict_types=1);

final class NaiveLimiter
{
    private array $requests = [];

    public function isAllowed(string $client, int $max, int $window): bool
    {
        $now = time();
        $this->requests[$client] = array_filter($this->requests[$client] ?? [], fn ($at) => $at > $now - $window);
        if (count($this->requests[$client]) >= $max) {
            return false;
        }
        $this->requests[$client][] = $now;
        return true;
    }
}

http_response_code((new NaiveLimiter())->isAllowed($_SERVER['REMOTE_ADDR'], 100, 60) ? 200 : 429);
