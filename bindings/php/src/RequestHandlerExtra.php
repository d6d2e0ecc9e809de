<?php
declare(strict_types=1);

namespace Adarga\Guide;

/** What a handler is told beside its arguments: who calls. What the SDK's own object can do, it can do as well. */
final class RequestHandlerExtra
{
    public function __construct(private readonly ?AuthInfo $authInfo, private readonly ?string $clientId, private readonly ?object $extra = null)
    {
    }

    public function getAuthInfo(): ?AuthInfo
    {
        return $this->authInfo;
    }

    public function getClientId(): ?string
    {
        return $this->clientId;
    }

    /** @param list<mixed> $arguments */
    public function __call(string $method, array $arguments): mixed
    {
        return $this->extra !== null ? $this->extra->$method(...$arguments) : throw new \BadMethodCallException("no method `$method`");
    }
}
