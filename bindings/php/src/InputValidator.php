<?php
declare(strict_types=1);

namespace Adarga\Guide;

use Adarga\Schema;

/**
 * What a user may send. Unlike the guide's, a number is a number and a text a text, lengths are counted in characters, a telephone number
 * ends where it ends, and what is nested is made safe as well.
 */
final class InputValidator
{
    /** Member, JSON Schema, and what is said of a value that does not fit. */
    private const RULES = [
        ['email', '{"type":"string","format":"email"}', 'Invalid email format'],
        ['name', '{"type":"string","minLength":2}', 'Name must be at least 2 characters'],
        ['name', '{"type":"string","maxLength":100}', 'Name cannot exceed 100 characters'],
        ['phone', '{"type":"string","pattern":"^\\\\+?[0-9 ()-]+$"}', 'Invalid phone number format'],
        ['age', '{"type":"integer","minimum":13,"maximum":120}', 'Age must be between 13 and 120'],
    ];

    /** @var array<string, Schema> compiled once for each process */
    private static array $schemas = [];

    /**
     * What is wrong; nothing, when the list is empty. No value stands in it.
     *
     * @param array<string, mixed> $input
     * @return list<string>
     */
    public function validateUserInput(array $input): array
    {
        $errors = [];
        if (in_array($input['email'] ?? '', ['', null], true)) {
            $errors['email'] = 'Email is required';
        }
        foreach (self::RULES as [$member, $schema, $error]) {
            if (isset($input[$member]) && !isset($errors[$member]) && !$this->fits($schema, $input[$member])) {
                $errors[$member] = $error;
            }
        }
        return array_values($errors);
    }

    private function fits(string $schema, mixed $value): bool
    {
        self::$schemas[$schema] ??= new Schema($schema, formats: true);
        $json = json_encode($value, JSON_PRESERVE_ZERO_FRACTION);
        return $json !== false && self::$schemas[$schema]->check($json)->valid;
    }

    /**
     * Texts as HTML shows them, without its tags, at any depth: for output into HTML alone. What SQL, a shell or a path gets is not
     * made safe by it.
     *
     * @param array<mixed> $input
     * @return array<mixed>
     */
    public function sanitizeInput(array $input): array
    {
        return array_map(fn (mixed $value): mixed => match (true) {
            is_string($value) => \Adarga\escape(trim(\Adarga\escape($value, for: 'strip-tags')), for: 'html'),
            is_array($value) => $this->sanitizeInput($value),
            default => $value,
        }, $input);
    }
}
