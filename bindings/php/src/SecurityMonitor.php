<?php
declare(strict_types=1);

namespace Adarga\Guide;

/**
 * Looks for what attacks look like: a net beneath schemas and prepared statements, in place of none of them. Unlike the guide's patterns, it
 * looks at any depth and into names, sees through encodings, and lets `Smith & Sons (1999)` pass.
 */
final class SecurityMonitor
{
    private const TYPES = ['sql' => 'sql_injection', 'html' => 'xss_attempt', 'traversal' => 'path_traversal', 'shell' => 'command_injection'];

    public function __construct(private readonly ?AuditLogger $auditLogger = null)
    {
    }

    /**
     * @param array<mixed> $input
     * @return list<array{type: string, field: string, severity: string}> `field`: names on the way to the text, with `/` between
     */
    public function scanInput(array $input): array
    {
        $threats = [];
        $this->look($input, '', $threats);
        return $threats;
    }

    /**
     * @param array<mixed> $values
     * @param list<array{type: string, field: string, severity: string}> $threats
     */
    private function look(array $values, string $within, array &$threats): void
    {
        foreach ($values as $name => $value) {
            $field = $within . $name;
            $kinds = array_unique([...\Adarga\scan((string) $name), ...(is_string($value) ? \Adarga\scan($value) : [])]);
            foreach ($kinds as $kind) {
                $threats[] = ['type' => self::TYPES[$kind], 'field' => $field, 'severity' => 'high'];
            }
            if (is_array($value)) {
                $this->look($value, "$field/", $threats);
            }
        }
    }

    /**
     * @param list<array{type: string, field: string, severity: string}> $threats
     * @throws McpError when there is one
     */
    public function blockSuspiciousRequest(array $threats): void
    {
        if ($threats === []) {
            return;
        }
        $this->auditLogger?->log('suspicious_request_blocked', [
            'success' => false,
            'ip_address' => $_SERVER['REMOTE_ADDR'] ?? null,
            'user_agent' => $_SERVER['HTTP_USER_AGENT'] ?? null,
            // what kind, never what was sent
            'types' => array_values(array_unique(array_column($threats, 'type'))),
        ]);
        throw new McpError(-32603, 'Request blocked due to security policy');
    }
}
