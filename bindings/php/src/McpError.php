<?php
declare(strict_types=1);

namespace Adarga\Guide;

/** An error that a client is answered with: a code of JSON-RPC and a text that gives nothing away. */
class McpError extends \RuntimeException
{
    public function __construct(int $code, string $message, ?\Throwable $previous = null)
    {
        parent::__construct($message, $code, $previous);
    }
}
