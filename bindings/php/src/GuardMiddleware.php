<?php
declare(strict_types=1);

namespace Adarga\Guide;

use Adarga\{Decision, Gate, KeySet};
use Psr\Http\Message\{ResponseFactoryInterface, ResponseInterface, ServerRequestInterface, StreamFactoryInterface};
use Psr\Http\Server\{MiddlewareInterface, RequestHandlerInterface};

/**
 * The gate as PSR-15 middleware, such as for `StreamableHttpTransport(middleware: […])` of the official SDK: put it in front of all others
 * that read the body. The decision is the request's attribute `adarga.decision`.
 *
 * Answers are judged whole: a body that streams for as long as the connection lasts is not for this class.
 */
final class GuardMiddleware implements MiddlewareInterface
{
    private const ANSWER_MAX = 16777216;

    /** @param ?KeySet $keys of the issuer, where the policy does not hold them */
    public function __construct(
        private readonly Gate $gate,
        private readonly ResponseFactoryInterface $responses,
        private readonly StreamFactoryInterface $streams,
        private readonly ?KeySet $keys = null,
        private readonly ?AuditLogger $auditLogger = null,
    ) {
    }

    public function process(ServerRequestInterface $request, RequestHandlerInterface $handler): ResponseInterface
    {
        $body = (string) $request->getBody();
        $peer = $request->getServerParams()['REMOTE_ADDR'] ?? null;
        $decision = $this->gate->decide($body, headers: $request->getHeaders(), peer: $peer, keys: $this->keys, method: $request->getMethod(), trail: $this->auditLogger?->trail());
        if (!$decision->allowed) {
            return $this->denial($decision);
        }
        // the very bytes that were judged
        $request = $request->withBody($this->streams->createStream($body))->withAttribute('adarga.decision', $decision);
        return $this->released($decision, $handler->handle($request));
    }

    private function denial(Decision $decision): ResponseInterface
    {
        $response = $this->responses->createResponse($decision->status)->withBody($this->streams->createStream($decision->reply));
        if ($decision->reply !== '') {
            $response = $response->withHeader('Content-Type', 'application/json');
        }
        if ($decision->challenge !== null) {
            $response = $response->withHeader('WWW-Authenticate', $decision->challenge);
        }
        if ($decision->retryAfterMs !== null) {
            $response = $response->withHeader('Retry-After', (string) (int) ceil($decision->retryAfterMs / 1000));
        }
        return $response;
    }

    private function released(Decision $decision, ResponseInterface $response): ResponseInterface
    {
        $answer = (string) $response->getBody();
        if ($answer === '') {
            return $response;
        }
        $type = strtolower(trim(explode(';', $response->getHeaderLine('Content-Type'))[0]));
        $body = match (true) {
            strlen($answer) > self::ANSWER_MAX => null,
            $type === 'application/json' => $this->release($decision, $answer),
            $type === 'text/event-stream' => $this->events($decision, $answer),
            default => null,
        };
        return $body === null
            ? $this->responses->createResponse(502)
            : $response->withBody($this->streams->createStream($body))->withoutHeader('Content-Length');
    }

    /** Null: nothing of it goes out. */
    private function release(Decision $decision, string $answer): ?string
    {
        if ($decision->kind !== 'request' && $decision->kind !== 'batch') {
            return null;
        }
        $released = $this->gate->release($decision, $answer, trail: $this->auditLogger?->trail());
        return $released->allowed ? $released->body : null;
    }

    /** The events whose message may go out, each data line judged as one message (WHATWG HTML §9.2.6). */
    private function events(Decision $decision, string $stream): string
    {
        $kept = '';
        foreach (preg_split('/(?:\r\n|\n|\r)(?:\r\n|\n|\r)/', $stream, -1, PREG_SPLIT_NO_EMPTY) as $event) {
            $others = $data = [];
            foreach (preg_split('/\r\n|\n|\r/', $event, -1, PREG_SPLIT_NO_EMPTY) as $line) {
                if (preg_match('/^data(?:: ?(.*))?$/sD', $line, $found) === 1) {
                    $data[] = $found[1] ?? '';
                } else {
                    $others[] = $line;
                }
            }
            $message = implode("\n", $data);
            $released = $message === '' ? '' : $this->release($decision, $message);
            if ($released === null) {
                continue;
            }
            $lines = $released === '' ? $data : explode("\n", $released);
            $kept .= implode("\n", [...$others, ...array_map(static fn (string $line): string => "data: $line", $lines)]) . "\n\n";
        }
        return $kept;
    }
}
