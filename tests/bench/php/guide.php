<?php
// The other side: what the guide's code does, put together so that it runs. Its patterns, its roles, its limiter that filters an array,
// its checks one after the other; a token checked by hash_hmac, since the guide leaves that to a library.
declare(strict_types=1);

final class GuideRbac
{
    private array $roles = ['admin' => ['read:*', 'write:*', 'delete:*', 'manage:*'], 'editor' => ['read:*', 'write:content', 'write:media'], 'author' => ['read:own', 'write:own'], 'viewer' => ['read:public']];

    public function hasPermission(string $role, string $permission): bool
    {
        foreach ($this->roles[$role] ?? [] as $granted) {
            if ($granted === $permission || (str_ends_with($granted, '*') && str_starts_with($permission, substr($granted, 0, -1)))) {
                return true;
            }
        }
        return false;
    }
}

final class GuideLimiter
{
    private array $requests = [];

    public function isAllowed(string $clientId, int $maxRequests = 100, int $windowSeconds = 60): bool
    {
        $now = time();
        $start = $now - $windowSeconds;
        $this->requests[$clientId] = array_filter($this->requests[$clientId] ?? [], fn ($at) => $at > $start);
        if (count($this->requests[$clientId]) >= $maxRequests) {
            return false;
        }
        $this->requests[$clientId][] = $now;
        return true;
    }
}

final class GuideMonitor
{
    private array $patterns = [
        'sql_injection' => '/(\bUNION\b|\bSELECT\b.*\bFROM\b|\bDROP\b|\bDELETE\b)/i',
        'xss_attempt' => '/<script|javascript:|vbscript:|onload=|onerror=/i',
        'path_traversal' => '/\.\.[\/\\\\]|\.\.%2f|\.\.%5c/i',
        'command_injection' => '/[;&|`$(){}]/i',
    ];

    /** Also of what is nested, which the guide passes over: there the attack would be. */
    public function scan(array $input): array
    {
        $threats = [];
        array_walk_recursive($input, function ($value, $field) use (&$threats): void {
            if (is_string($value)) {
                foreach ($this->patterns as $type => $pattern) {
                    if (preg_match($pattern, $value)) {
                        $threats[] = ['type' => $type, 'field' => $field];
                    }
                }
            }
        });
        return $threats;
    }
}

/** A bearer token, by hash_hmac. */
final class HmacTokens
{
    public function __construct(private readonly string $secret, private readonly string $issuer, private readonly string $audience)
    {
    }

    public function verify(string $token): ?array
    {
        $parts = explode('.', $token);
        if (count($parts) !== 3) {
            return null;
        }
        [$head, $body, $signature] = $parts;
        $header = json_decode($this->bytes($head), true);
        if (($header['alg'] ?? null) !== 'HS256' || !hash_equals(hash_hmac('sha256', "$head.$body", $this->secret, true), $this->bytes($signature))) {
            return null;
        }
        $claims = json_decode($this->bytes($body), true);
        return ($claims['exp'] ?? 0) > time() && ($claims['iss'] ?? null) === $this->issuer && ($claims['aud'] ?? null) === $this->audience ? $claims : null;
    }

    private function bytes(string $text): string
    {
        return (string) base64_decode(strtr($text, '-_', '+/'), true);
    }
}

/** One call of a tool, from its bytes to whether it may run. */
final class GuidePipeline
{
    private GuideRbac $roles;
    private GuideLimiter $limiter;
    private GuideMonitor $monitor;

    public function __construct(private readonly HmacTokens $tokens)
    {
        $this->roles = new GuideRbac();
        $this->limiter = new GuideLimiter();
        $this->monitor = new GuideMonitor();
    }

    public function decide(string $body, string $token): bool
    {
        $claims = $this->tokens->verify($token);
        if ($claims === null) {
            return false;
        }
        $message = json_decode($body, true, 128);
        if (($message['jsonrpc'] ?? null) !== '2.0' || ($message['method'] ?? null) !== 'tools/call' || ($message['params']['name'] ?? null) !== 'search') {
            return false;
        }
        // a window of a second and a limit that is never reached: its array stays as short as it can be
        if (!$this->roles->hasPermission($claims['role'] ?? 'viewer', 'read:reports') || !$this->limiter->isAllowed($claims['sub'], 1_000_000, 0)) {
            return false;
        }
        $arguments = $message['params']['arguments'] ?? [];
        return $this->valid($arguments) && $this->monitor->scan($arguments) === [];
    }

    /** The checks of a schema, written by hand as the guide writes its own. */
    private function valid(array $arguments): bool
    {
        if (!is_string($arguments['query'] ?? null) || strlen($arguments['query']) > 200 || array_diff_key($arguments, ['query' => 0, 'limit' => 0, 'rows' => 0]) !== []) {
            return false;
        }
        if (isset($arguments['limit']) && (!is_int($arguments['limit']) || $arguments['limit'] < 1 || $arguments['limit'] > 100)) {
            return false;
        }
        foreach ($arguments['rows'] ?? [] as $row) {
            if (!is_int($row['id'] ?? null) || !is_string($row['name'] ?? null) || !is_array($row['tags'] ?? [])) {
                return false;
            }
        }
        return true;
    }
}
