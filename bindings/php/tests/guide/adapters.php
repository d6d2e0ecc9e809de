<?php
// The gate where servers of others are: PSR-15 middleware, the official SDK's token validator, lines on stdio.
declare(strict_types=1);

require __DIR__ . '/support.inc';
require __DIR__ . '/psr.inc';

use Adarga\Guide\{AuditLogger, AuthInfo, AuthProvider, GuardedServer, GuardMiddleware, StdioGuard, TokenValidator};
use Psr\Http\Message\{ResponseInterface, ServerRequestInterface};
use Psr\Http\Server\RequestHandlerInterface;

section('A server is any function', function (): void {
    $policy = "server = { name = \"s\", revisions = [\"2026-07-28\"] }\nstdio.role = \"r\"\n[roles]\nr = [\"read:*\"]\n[tools.a]\npermission = \"read:a\"\n[tools.b]\npermission = \"delete:b\"\n";
    $decided = [];
    $answer = fn (string $message): string => '{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"a","inputSchema":{"type":"object"}},{"name":"b","inputSchema":{"type":"object"}}]}}';
    $guarded = (new GuardedServer(Adarga\Gate::fromText($policy), $answer))->onDecision(function (Adarga\Decision $decision) use (&$decided): void { $decided[] = $decision->allowed; });
    same(['a'], array_column(json_decode($guarded->handle(message('tools/list')))->result->tools, 'name'));
    same(1, json_decode($guarded->handle(tool('b')))->id);
    same([true, false], $decided);

    // lines, in whatever chunks; one that is too long; what gets no answer
    [$client, $server] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
    foreach (str_split(message('tools/list') . "\n" . tool('b') . "\r\n" . str_repeat('x', 5000) . "\nnonsense\n", 97) as $chunk) {
        fwrite($client, $chunk);
    }
    stream_socket_shutdown($client, STREAM_SHUT_WR);
    $output = tmpfile();
    (new StdioGuard($guarded, lineMax: 4096))->run($server, $output);
    rewind($output);
    $answers = array_map(json_decode(...), explode("\n", trim(stream_get_contents($output))));
    same([4, ['a'], true, true, true], [count($answers), array_column($answers[0]->result->tools, 'name'), isset($answers[1]->error), isset($answers[2]->error), isset($answers[3]->error)]);
});

section("The official SDK's token validator", function (): void {
    $validator = new TokenValidator(new class () implements AuthProvider {
        public function authenticate(array $credentials): ?AuthInfo
        {
            return $credentials['bearer_token'] === 'right' ? new AuthInfo('alice', ['read:a'], ['role' => 'editor']) : null;
        }
    });
    $allowed = $validator->validate('right');
    same([200, ['read:a'], 'alice', 'editor'], [$allowed->status, $allowed->token->scopes, $allowed->token->claims['sub'], $allowed->token->claims['role']]);
    same([401, 'invalid_token', null], [$validator->validate('wrong')->status, $validator->validate('wrong')->error, $validator->validate('wrong')->token]);
});

if (!interface_exists(ResponseInterface::class) || !class_exists(Nyholm\Psr7\Factory\Psr17Factory::class)) {
    echo "not run: PSR-15 middleware: no PSR-7 (Debian packages php-psr-http-message, php-psr-http-factory, php-nyholm-psr7)\n";
    finish();
}

/** The server behind the middleware: it keeps what reached it. */
final class Handler implements RequestHandlerInterface
{
    public array $seen = [];
    public ?ResponseInterface $response = null;

    public function handle(ServerRequestInterface $request): ResponseInterface
    {
        $this->seen[] = [(string) $request->getBody(), $request->getAttribute('adarga.decision')->subject];
        return $this->response;
    }
}

section('PSR-15 middleware', function (): void {
    $factory = new Nyholm\Psr7\Factory\Psr17Factory();
    $secret = str_repeat('s', 32);
    $keys = new Adarga\KeySet(json_encode(['kty' => 'oct', 'alg' => 'HS256', 'k' => b64($secret)]));
    $input = b64('{"alg":"HS256"}') . '.' . b64(json_encode(['iss' => 'https://a.example', 'aud' => 'https://mcp.example', 'sub' => 'alice', 'role' => 'r', 'exp' => time() + 60]));
    $token = "$input." . b64(hash_hmac('sha256', $input, $secret, true));
    $gate = Adarga\Gate::fromText(<<<TOML
        server = { name = "s", revisions = ["2026-07-28"] }
        http.hosts = ["mcp.example.com"]
        identity = { issuer = "https://a.example", audience = "https://mcp.example", algorithms = ["HS256"], keys = { env = "UNUSED" } }
        [roles]
        r = ["read:*"]
        [tools.a]
        permission = "read:a"
        rate = "3/min"
        redact = { names = ["ssn"] }
        [tools.b]
        permission = "delete:b"
        TOML);
    Adarga\AuditTrail::makeKey(folder('audit.log.key'));
    $middleware = new GuardMiddleware($gate, $factory, $factory, $keys, new AuditLogger(folder('audit.log')));
    $handler = new Handler();
    $ask = function (string $body, ?string $token, array $headers = [], string $method = 'POST') use ($factory, $middleware, $handler): ResponseInterface {
        $params = json_decode($body)->params ?? null;
        $headers += ['Host' => 'mcp.example.com', 'Content-Type' => 'application/json', 'Accept' => 'application/json, text/event-stream', 'Mcp-Protocol-Version' => '2026-07-28',
            'Mcp-Method' => json_decode($body)->method ?? '', 'User-Agent' => 'test/1'] + (isset($params->name) ? ['Mcp-Name' => $params->name] : []);
        $request = $factory->createServerRequest($method, 'https://mcp.example.com/mcp', ['REMOTE_ADDR' => '192.0.2.7'])->withBody($factory->createStream($body));
        foreach ($headers + ($token === null ? [] : ['Authorization' => "Bearer $token"]) as $name => $value) {
            $request = $request->withHeader($name, $value);
        }
        return $middleware->process($request, $handler);
    };
    $says = function (string $type, string $body) use ($factory, $handler): void {
        $handler->response = $factory->createResponse(200)->withHeader('Content-Type', $type)->withHeader('Content-Length', (string) strlen($body))->withBody($factory->createStream($body));
    };
    $result = '{"jsonrpc":"2.0","id":1,"result":{"content":[],"structuredContent":{"ssn":"123-45-6789","city":"Ulm"}}}';
    $says('application/json; charset=utf-8', $result);
    $answer = $ask(tool('a'), $token);
    same([200, false, false, '[REDACTED]'], [$answer->getStatusCode(), $answer->hasHeader('Content-Length'), str_contains((string) $answer->getBody(), '123-45'), json_decode((string) $answer->getBody())->result->structuredContent->ssn]);
    same([[tool('a'), 'alice']], $handler->seen);
    // events are judged one by one
    $says('text/event-stream', "event: message\nid: 7\ndata: $result\n\n: keep alive\r\n\r\ndata: {\"jsonrpc\":\"2.0\",\"id\":99,\"result\":{\"leak\":\"123-45\"}}\n\n");
    $events = (string) $ask(tool('a'), $token)->getBody();
    same([1, false, true, true], [substr_count($events, 'data: '), str_contains($events, '123-45'), str_contains($events, 'id: 7'), str_contains($events, ': keep alive')]);
    // an answer that is none of MCP's does not go out
    $says('text/html', 'Stack trace: hidden-4711');
    same([502, ''], [($answer = $ask(tool('a'), $token))->getStatusCode(), (string) $answer->getBody()]);
    $limited = $ask(tool('a'), $token);
    same([429, true], [$limited->getStatusCode(), $limited->getHeaderLine('Retry-After') > 0]);
    $reached = count($handler->seen);
    same(403, $ask(tool('b'), $token)->getStatusCode());
    $nobody = $ask(tool('a'), null);
    same([401, true], [$nobody->getStatusCode(), str_starts_with($nobody->getHeaderLine('WWW-Authenticate'), 'Bearer')]);
    same(401, $ask(tool('a'), substr($token, 0, -4) . 'AAAA')->getStatusCode());
    same(true, in_array($ask(tool('a'), $token, ['Host' => 'evil.example'])->getStatusCode(), [403, 421], true));
    same(true, $ask(tool('a'), $token, ['Origin' => 'https://evil.example'])->getStatusCode() >= 400);
    same(true, $ask('{"jsonrpc":"2.0","id":1,"id":2,"method":"tools/call"}', $token)->getStatusCode() >= 400);
    same($reached, count($handler->seen));
    $lines = array_map(json_decode(...), file(folder('audit.log')));
    same([true, true, '192.0.2.7', 'test/1'], [in_array('release', array_column($lines, 'event'), true), in_array('authentication', array_column($lines, 'event'), true), $lines[2]->peer, $lines[2]->agent]);
});

finish();
