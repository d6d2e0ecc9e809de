<?php
declare(strict_types=1);

namespace Adarga\Guide;

use Adarga\{Denied, Redactor, Sealer};

/** Seals and masks. Unlike the guide's AES-CBC without a MAC, what was changed, or moved to another field, does not open. */
final class SensitiveDataHandler
{
    private readonly Sealer $sealer;

    /** `$encryptionKey`: 32 random bytes. A password is none. */
    public function __construct(#[\SensitiveParameter] string $encryptionKey)
    {
        $this->sealer = new Sealer($encryptionKey);
    }

    /** `$field` names where it belongs, such as `users.ssn`: it opens nowhere else. */
    public function encryptSensitiveData(#[\SensitiveParameter] string $data, string $field = ''): string
    {
        return $this->sealer->seal($data, aad: $field);
    }

    /** @throws Denied */
    public function decryptSensitiveData(string $sealed, string $field = ''): string
    {
        return $this->sealer->open($sealed, aad: $field);
    }

    /**
     * @param array<mixed> $data
     * @param list<string> $sensitiveFields masked at any depth, whatever their case and separators
     * @return array<mixed>
     */
    public function redactSensitiveData(array $data, array $sensitiveFields = ['password', 'ssn', 'credit_card', 'api_key', 'token']): array
    {
        $json = json_encode($data, JSON_THROW_ON_ERROR | JSON_PRESERVE_ZERO_FRACTION);
        return json_decode((new Redactor($sensitiveFields))->redact($json), true, 512, JSON_THROW_ON_ERROR);
    }
}
