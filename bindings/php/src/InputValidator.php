<?php
declare(strict_types=1);

namespace Adarga\Guide;

use Adarga\Schema;

/** What a user may send. Unlike the guide's, a member that nobody asked for is refused, not passed on. */
final class InputValidator
{
    private const USER = <<<'JSON'
        {
            "type": "object",
            "required": ["username", "email", "age"],
            "additionalProperties": false,
            "properties": {
                "username": { "type": "string", "pattern": "^[a-zA-Z0-9_]{3,20}$" },
                "email": { "type": "string", "format": "email", "maxLength": 254 },
                "age": { "type": "integer", "minimum": 13, "maximum": 120 }
            }
        }
        JSON;

    private readonly Schema $schema;

    /** `$schema`: another JSON Schema than that of the guide's user. */
    public function __construct(string $schema = self::USER)
    {
        $this->schema = new Schema($schema, formats: true);
    }

    /**
     * The input, when all of it is right.
     *
     * @param array<string, mixed> $input
     * @return array<string, mixed>
     * @throws \InvalidArgumentException that names the first culprit, never its value
     */
    public function validateUserInput(array $input): array
    {
        $found = $this->schema->check(json_encode((object) $input, JSON_THROW_ON_ERROR | JSON_PRESERVE_ZERO_FRACTION));
        return $found->valid ? $input : throw new \InvalidArgumentException('invalid input at `' . ($found->pointer ?? '') . '`');
    }

    /** The text as HTML shows it: for output into HTML alone. Nothing is cut out of it. */
    public function sanitizeInput(string $input): string
    {
        return \Adarga\escape($input, for: 'html');
    }
}
