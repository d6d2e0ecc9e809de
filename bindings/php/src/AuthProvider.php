<?php
declare(strict_types=1);

namespace Adarga\Guide;

/** Says who a bearer token is of. */
interface AuthProvider
{
    /** Null: nobody that is known, for whatever reason. */
    public function authenticate(#[\SensitiveParameter] string $token): ?AuthInfo;
}
