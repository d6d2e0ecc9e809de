<?php
declare(strict_types=1);

namespace Adarga\Guide;

use Adarga\{Decision, Gate, Session};

/**
 * Any server, guarded: requests through `decide`, answers through `release`. The server is a function from an allowed message to its
 * answer, null for what gets none.
 */
final class GuardedServer
{
    private ?\Closure $onDecision = null;

    /** @param \Closure(string, Decision): ?string $server */
    public function __construct(private readonly Gate $gate, private readonly \Closure $server, private readonly ?Session $session = null)
    {
    }

    /** `$listener` is told of every decision, before the server sees the message. */
    public function onDecision(\Closure $listener): self
    {
        $this->onDecision = $listener;
        return $this;
    }

    /** The answer to a message on stdio; empty when it gets none. */
    public function handle(string $message, #[\SensitiveParameter] ?string $token = null): string
    {
        $decision = $this->gate->decide($message, token: $token, session: $this->session);
        if ($this->onDecision !== null) {
            ($this->onDecision)($decision);
        }
        if (!$decision->allowed) {
            return $decision->reply;
        }
        $answer = ($this->server)($message, $decision);
        return $answer === null ? '' : $this->gate->release($decision, $answer, session: $this->session)->body;
    }
}
