<?php
declare(strict_types=1);

namespace Adarga\Guide;

/** Says who calls. */
interface AuthProvider
{
    /**
     * Null: nobody that is known, for whatever reason.
     *
     * @param array<string, mixed> $credentials `bearer_token`: what the client sent
     */
    public function authenticate(#[\SensitiveParameter] array $credentials): ?AuthInfo;
}
