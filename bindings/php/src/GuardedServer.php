<?php
declare(strict_types=1);

namespace Adarga\Guide;

use Adarga\{Decision, Gate, Session};

/**
 * Any server, guarded: requests through `decide`, answers through `release`, a line of the audit trail before either. It has what the
 * guide expects of its SDK: an `authProvider`, `getAuthInfo()` in handlers, `onAuthentication`, `onToolExecution`.
 *
 * The server is a function from an allowed message to its answer (null for what gets none), or an object with such a method `handle`.
 */
final class GuardedServer
{
    /** @var \Closure(string, Decision): ?string */
    private readonly \Closure $answer;
    private ?\Closure $onDecision = null;
    private ?\Closure $onAuthentication = null;
    private ?\Closure $onToolExecution = null;
    private ?AuthInfo $authInfo = null;
    private ?string $clientId = null;

    public function __construct(
        private readonly Gate $gate,
        private readonly object $server,
        private readonly ?Session $session = null,
        private readonly ?AuthProvider $authProvider = null,
        private readonly ?AuditLogger $auditLogger = null,
    ) {
        $this->answer = $server instanceof \Closure ? $server : $server->handle(...);
    }

    /** `$listener` is told of every decision, before the server sees the message. */
    public function onDecision(callable $listener): self
    {
        $this->onDecision = $listener(...);
        return $this;
    }

    /** `$listener` is told of everybody who showed who they are. */
    public function onAuthentication(callable $listener): self
    {
        $this->onAuthentication = $listener(...);
        return $this;
    }

    /** `$listener` is told of every tool that ran: its name, arguments, and result or exception. */
    public function onToolExecution(callable $listener): self
    {
        $this->onToolExecution = $listener(...);
        return $this;
    }

    /** Registers a tool at the server; its handler gets a `RequestHandlerExtra` that knows who calls. */
    public function tool(string $name, string $description, mixed $schema, callable $handler): self
    {
        $this->server->tool($name, $description, $schema, function (array $arguments, ?object $extra = null) use ($name, $handler): mixed {
            try {
                $result = $handler($arguments, $this->extra($extra));
            } catch (\Throwable $error) {
                $this->executed($name, $arguments, $error);
                throw $error;
            }
            $this->executed($name, $arguments, $result);
            return $result;
        });
        return $this;
    }

    private function executed(string $tool, array $arguments, mixed $result): void
    {
        if ($this->onToolExecution !== null) {
            ($this->onToolExecution)($tool, $arguments, $result);
        }
    }

    /**
     * Registers a resource at the server, as `tool` does.
     *
     * @param array<string, mixed> $metadata
     */
    public function resource(string $name, string $uri, array $metadata, callable $handler): self
    {
        $this->server->resource($name, $uri, $metadata, fn (string $uri, array $variables, ?object $extra = null): mixed => $handler($uri, $variables, $this->extra($extra)));
        return $this;
    }

    private function extra(?object $extra): RequestHandlerExtra
    {
        return new RequestHandlerExtra($this->authInfo, $this->clientId, $extra);
    }

    /** The answer to a message; empty when it gets none. Who has no token that the provider knows is nobody, and may what nobody may. */
    public function handle(string $message, #[\SensitiveParameter] ?string $token = null, ?string $clientId = null): string
    {
        [$this->authInfo, $this->clientId] = [null, $clientId];
        try {
            $decision = $this->decide($message, $token);
            if ($this->onDecision !== null) {
                ($this->onDecision)($decision);
            }
            return $decision->allowed ? $this->answered($decision, $message) : $decision->reply;
        } finally {
            [$this->authInfo, $this->clientId] = [null, null];
        }
    }

    private function decide(string $message, #[\SensitiveParameter] ?string $token): Decision
    {
        if ($this->authProvider === null) {
            return $this->gate->decide($message, token: $token, peer: $this->clientId, session: $this->session, trail: $this->auditLogger?->trail());
        }
        $this->authInfo = $token === null ? null : $this->authProvider->authenticate(['bearer_token' => $token]);
        if ($this->authInfo?->isAuthenticated() !== true) {
            $this->authInfo = null;
            return $this->gate->decide($message, peer: $this->clientId, subject: 'anonymous', roles: [], scopes: [], session: $this->session, trail: $this->auditLogger?->trail());
        }
        $this->clientId ??= $this->authInfo->getUserId();
        if ($this->onAuthentication !== null) {
            ($this->onAuthentication)($this->authInfo);
        }
        $role = $this->authInfo->getMetadata()['role'] ?? null;
        $permissions = $this->authInfo->getPermissions();
        return $this->gate->decide(
            $message,
            peer: $this->clientId,
            subject: $this->authInfo->getUserId(),
            roles: is_string($role) ? [$role] : [],
            // permissions of a token bound what its role may
            scopes: $permissions === [] ? null : $permissions,
            session: $this->session,
            trail: $this->auditLogger?->trail(),
        );
    }

    private function answered(Decision $decision, string $message): string
    {
        $answer = ($this->answer)($message, $decision);
        if ($answer === null || $answer === '') {
            return '';
        }
        return $this->gate->release($decision, $answer, session: $this->session, trail: $this->auditLogger?->trail())->body;
    }
}
