<?php
declare(strict_types=1);

namespace Adarga\Guide;

use Adarga\{Fault, Gate};

/**
 * What the server is configured with. Unlike the guide's, all that is missing or wrong is said at once and no value of it, keys are judged
 * by their strength and not by their length alone, placeholders are known in every spelling, and what was read can be asked for.
 */
final class SecureConfig
{
    /** The settings of the guide. */
    private const POLICY = <<<'TOML'
        server.name = "mcp"
        [config]
        DATABASE_URL = { url = ["mysql", "pgsql", "postgres", "postgresql", "sqlite", "mariadb"], credentials = true }
        ENCRYPTION_KEY = { length_min = 32 }
        OAUTH_CLIENT_SECRET = {}
        OPENAI_API_KEY = {}
        STRIPE_SECRET_KEY = {}
        TOML;

    /**
     * `$gate`: whose policy says in `[config]` what there has to be; otherwise what the guide asks for.
     *
     * @throws Fault that says all that is wrong
     */
    public function __construct(?Gate $gate = null)
    {
        ($gate ?? Gate::fromText(self::POLICY))->checkConfiguration();
    }

    /** A setting of the environment. */
    public function get(string $name): string
    {
        $value = getenv($name);
        return is_string($value) && $value !== '' ? $value : throw new \RuntimeException("Required environment variable {$name} is not set");
    }
}
