<?php
declare(strict_types=1);

namespace Adarga\Guide;

/**
 * SQL whose values are parameters, and no other. Unlike the guide's, `%` and `_` in a search are what they are, and statements that hold a
 * value are refused: in such a statement nobody can tell what was written from what was sent. A name of a table or column that somebody
 * puts into a statement is no value, and is not found here.
 */
final class SecureDatabase
{
    private const LIMIT = 1000;

    public function __construct(private readonly \PDO $pdo)
    {
        $pdo->setAttribute(\PDO::ATTR_ERRMODE, \PDO::ERRMODE_EXCEPTION);
        // where the driver can, the database itself keeps statement and values apart
        $pdo->setAttribute(\PDO::ATTR_EMULATE_PREPARES, false);
    }

    /** @return array<string, mixed>|null */
    public function findUser(int $userId): ?array
    {
        return $this->select('SELECT * FROM users WHERE id = ?', [$userId])[0] ?? null;
    }

    /** @return list<array<string, mixed>> */
    public function searchUsers(string $query): array
    {
        $pattern = '%' . \Adarga\escape($query, for: 'like') . '%';
        $statement = "SELECT * FROM users WHERE name LIKE ? ESCAPE '\\' OR email LIKE ? ESCAPE '\\'";
        if ($this->pdo->getAttribute(\PDO::ATTR_DRIVER_NAME) === 'mysql') {
            // its literals know the backslash as an escape, which is the default of LIKE
            $statement = 'SELECT * FROM users WHERE name LIKE ? OR email LIKE ?';
        }
        return $this->run($statement, [$pattern, $pattern])->fetchAll(\PDO::FETCH_ASSOC);
    }

    /**
     * The rows of a statement, at most a thousand.
     *
     * @param list<string|int|float|bool|null> $values one for each `?`
     * @return list<array<string, mixed>>
     * @throws \InvalidArgumentException for a statement with a value in it, a comment or a second statement
     */
    public function select(string $statement, array $values = []): array
    {
        $rows = [];
        for ($result = $this->run($this->checked($statement, $values), $values); count($rows) < self::LIMIT && ($row = $result->fetch(\PDO::FETCH_ASSOC)) !== false;) {
            $rows[] = $row;
        }
        $result->closeCursor();
        return $rows;
    }

    /**
     * How many rows a statement changed.
     *
     * @param list<string|int|float|bool|null> $values
     * @throws \InvalidArgumentException as `select`
     */
    public function execute(string $statement, array $values = []): int
    {
        return $this->run($this->checked($statement, $values), $values)->rowCount();
    }

    /** @param array<mixed> $values */
    private function checked(string $statement, array $values): string
    {
        $why = match (true) {
            preg_match('/[\'"`\\\\]/', $statement) === 1 => 'a text in quotes: write `?` and give the value',
            preg_match('~--|/\*|#~', $statement) === 1 => 'a comment',
            str_contains(rtrim($statement, "; \t\r\n"), ';') => 'a second statement',
            preg_match('/(?<![A-Za-z0-9_$])\.?[0-9]/', $statement) === 1 => 'a number: write `?` and give the value',
            preg_match('/[^\x20-\x7e\s]/', $statement) === 1 => 'a character beyond ASCII',
            preg_match('/:[A-Za-z_]/', $statement) === 1 => 'a named parameter: write `?`',
            substr_count($statement, '?') !== count($values) || !array_is_list($values) => 'another number of `?` than of values',
            default => null,
        };
        return $why === null ? $statement : throw new \InvalidArgumentException("the statement holds $why");
    }

    /** @param list<string|int|float|bool|null> $values */
    private function run(string $statement, array $values): \PDOStatement
    {
        $prepared = $this->pdo->prepare($statement);
        foreach ($values as $at => $value) {
            $prepared->bindValue($at + 1, is_float($value) ? (string) $value : $value, match (true) {
                is_int($value) => \PDO::PARAM_INT,
                is_bool($value) => \PDO::PARAM_BOOL,
                $value === null => \PDO::PARAM_NULL,
                is_string($value), is_float($value) => \PDO::PARAM_STR,
                default => throw new \InvalidArgumentException('a value is a text, a number, a truth value or null'),
            });
        }
        $prepared->execute();
        return $prepared;
    }
}
