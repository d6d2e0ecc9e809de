<?php
declare(strict_types=1);

namespace Adarga\Guide;

/** Looks for what attacks look like: a net beneath schemas and prepared statements, in place of none of them. */
final class SecurityMonitor
{
    /** @var \Closure(string, list<string>): void */
    private readonly \Closure $report;

    /** `$report` is told of the client and of the kinds that were found, never of the input. */
    public function __construct(?callable $report = null)
    {
        $this->report = $report === null ? static fn () => null : $report(...);
    }

    /**
     * @return list<string> of "html", "shell", "sql", "traversal"
     */
    public function scanInput(string $input): array
    {
        return \Adarga\scan($input);
    }

    /** Whether to block a request: one of its texts, or of its names, at any depth looks like an attack. */
    public function blockSuspiciousRequest(string $clientId, array $request): bool
    {
        $kinds = [];
        $look = function (array $values) use (&$look, &$kinds): void {
            foreach ($values as $name => $value) {
                foreach ([(string) $name, is_string($value) ? $value : ''] as $text) {
                    array_push($kinds, ...\Adarga\scan($text));
                }
                if (is_array($value)) {
                    $look($value);
                }
            }
        };
        $look($request);
        if ($kinds !== []) {
            ($this->report)($clientId, array_values(array_unique($kinds)));
        }
        return $kinds !== [];
    }
}
