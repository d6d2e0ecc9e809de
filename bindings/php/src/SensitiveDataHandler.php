<?php
declare(strict_types=1);

namespace Adarga\Guide;

use Adarga\{Denied, Redactor, Sealer};

/**
 * Seals and masks. Unlike the guide's AES-CBC without a MAC, what was changed, or moved to another field, does not open; fields are
 * found at any depth, whatever their case and separators.
 */
final class SensitiveDataHandler
{
    private const SEALED = ['ssn', 'credit_card', 'password', 'api_key'];
    private const MASKED = ['password', 'api_key', 'secret', 'token'];

    private readonly Sealer $sealer;
    private readonly Redactor $sealed;
    private readonly Redactor $masked;

    /** `$encryptionKey`: 32 random bytes, or those in hexadecimal or base64. A password is none. */
    public function __construct(#[\SensitiveParameter] string $encryptionKey)
    {
        $key = match (strlen($encryptionKey)) {
            64 => ctype_xdigit($encryptionKey) ? hex2bin($encryptionKey) : '',
            44 => base64_decode($encryptionKey, true),
            default => $encryptionKey,
        };
        $this->sealer = new Sealer((string) $key);
        $this->sealed = new Redactor(self::SEALED);
        $this->masked = new Redactor(self::MASKED);
    }

    /**
     * The data with its sensitive texts sealed.
     *
     * @param array<mixed> $data
     * @return array<mixed>
     */
    public function encryptSensitiveData(#[\SensitiveParameter] array $data): array
    {
        return $this->each($data, $this->sealer->seal(...));
    }

    /**
     * The way back.
     *
     * @param array<mixed> $data
     * @return array<mixed>
     * @throws Denied when a field was changed, moved or sealed under another key
     */
    public function decryptSensitiveData(array $data): array
    {
        return $this->each($data, $this->sealer->open(...));
    }

    /**
     * @param array<mixed> $data
     * @return array<mixed>
     */
    public function redactSensitiveData(array $data): array
    {
        $json = json_encode($data, JSON_THROW_ON_ERROR | JSON_PRESERVE_ZERO_FRACTION | JSON_INVALID_UTF8_SUBSTITUTE);
        return json_decode($this->masked->redact($json), true, 512, JSON_THROW_ON_ERROR);
    }

    /**
     * @param array<mixed> $data
     * @param \Closure(string, string): string $change takes the text and the name of its field
     * @return array<mixed>
     */
    private function each(#[\SensitiveParameter] array $data, \Closure $change): array
    {
        foreach ($data as $name => $value) {
            if (is_array($value)) {
                $data[$name] = $this->each($value, $change);
            } elseif (is_string($value) && $this->isSensitive((string) $name)) {
                $data[$name] = $change($value, (string) $name);
            }
        }
        return $data;
    }

    /** What the core masks under this name is sensitive. */
    private function isSensitive(string $name): bool
    {
        $json = json_encode([$name => ''], JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE | JSON_FORCE_OBJECT);
        return $this->sealed->redact($json) !== $json;
    }
}
