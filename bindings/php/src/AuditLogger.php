<?php
declare(strict_types=1);

namespace Adarga\Guide;

use Adarga\{AuditTrail, Fault, Gate, Redactor};

/**
 * What happened, one line each. Unlike the guide's, a line is in the file or what it tells of does not happen, none can be changed or
 * removed unnoticed, arguments get in as a keyed hash (anyone can guess what an MD5 is of), and nothing can break a line in two.
 */
final class AuditLogger
{
    private const PLACES = ['user_id', 'role', 'permissions', 'tool', 'resource', 'success', 'ip_address', 'user_agent', 'args', 'timestamp'];

    private readonly AuditTrail $trail;
    private readonly Redactor $redactor;

    /**
     * `$target`: a file, whose key lies beside it as `….key` and is made when it is not there (keep a copy of it elsewhere, for who
     * verifies); or a gate, whose policy says all of that. A server has one for each process.
     */
    public function __construct(string|Gate $target = '/var/log/mcp-audit.log')
    {
        if (is_string($target)) {
            $quote = static fn (string $text): string => json_encode($text, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
            is_file("$target.key") || AuditTrail::makeKey("$target.key");
            $target = Gate::fromText("server.name = \"mcp\"\n[audit]\nfile = {$quote($target)}\nkey = { file = {$quote("$target.key")} }\n");
        }
        $this->trail = AuditTrail::of($target) ?? throw new \ValueError('the policy asks for no audit trail: add `[audit]`');
        $this->redactor = new Redactor(['password', 'secret', 'token', 'api_key', 'authorization'], kinds: 'redacted');
    }

    /**
     * Writes what happened. Of the context, `user_id`, `role`, `permissions`, `tool`, `resource`, `success`, `ip_address` and `user_agent`
     * have places of their own in a line, `args` are hashed; the rest stands in its note, secrets masked, a long one as its hash.
     *
     * @param array<string, mixed> $context
     * @throws Fault when it can't be written
     */
    public function log(string $event, array $context = []): void
    {
        $rest = array_diff_key($context, array_flip(self::PLACES));
        $text = static function (string $name) use ($context): ?string {
            return isset($context[$name]) && is_scalar($context[$name]) ? (string) $context[$name] : null;
        };
        $this->trail->write(
            str_starts_with($event, 'authentication') ? 'authentication' : 'decision',
            (bool) ($context['success'] ?? true),
            subject: $text('user_id'),
            roles: array_filter([$text('role')], is_string(...)),
            permissions: array_values(array_filter((array) ($context['permissions'] ?? []), is_string(...))),
            target: $text('tool') ?? $text('resource'),
            arguments: isset($context['args']) ? self::json($context['args']) : null,
            peer: $text('ip_address'),
            agent: $text('user_agent'),
            note: $rest === [] ? $event : "$event " . $this->redactor->redact(self::json($rest)),
        );
    }

    /** The trail itself, for `Gate::decide` and `Gate::release`. */
    public function trail(): AuditTrail
    {
        return $this->trail;
    }

    private static function json(mixed $value): string
    {
        return json_encode($value, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE | JSON_PARTIAL_OUTPUT_ON_ERROR);
    }
}
