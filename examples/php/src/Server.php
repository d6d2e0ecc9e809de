<?php
declare(strict_types=1);

/** The guide's server as a plain MCP server: it knows its tools, and nothing of who may call them or of what they may see. */
final class Server
{
    private const TOOLS = [
        'delete_user' => ['Delete a user account', 'user_id'],
        'expensive_operation' => ['Perform expensive operation', null],
        'secure_search' => ['Perform secure search', 'query'],
        'get_user_profile' => ['Get user profile information', 'user_id'],
    ];
    private const USERS = [
        'alice' => ['name' => 'Alice', 'city' => 'Ulm', 'ssn' => '123-45-6789', 'password' => 'hunter2'],
        'bob' => ['name' => 'Bob', 'city' => 'Bonn', 'ssn' => '987-65-4321', 'password' => 'swordfish'],
    ];

    /** The answer to a message that was allowed; null for what gets none. */
    public function handle(string $body): ?string
    {
        $message = json_decode($body, false, 64, JSON_THROW_ON_ERROR);
        if (!isset($message->id, $message->method)) {
            return null;
        }
        $answer = match ($message->method) {
            'initialize' => ['result' => [
                'protocolVersion' => $message->params->protocolVersion,
                'capabilities' => ['tools' => new stdClass(), 'resources' => new stdClass()],
                'serverInfo' => ['name' => 'guide', 'version' => '1.0.0'],
            ]],
            'tools/list' => ['result' => ['tools' => array_map($this->listed(...), array_keys(self::TOOLS))]],
            'tools/call' => ['result' => $this->call($message->params->name, (array) ($message->params->arguments ?? []))],
            'resources/list' => ['result' => ['resources' => []]],
            'resources/templates/list' => ['result' => ['resourceTemplates' => [['uriTemplate' => 'reports://sensitive/{report_id}', 'name' => 'Sensitive Reports']]]],
            'resources/read' => ['result' => ['contents' => [['uri' => $message->params->uri, 'text' => 'the report']]]],
            'ping' => ['result' => new stdClass()],
            default => ['error' => ['code' => -32601, 'message' => 'Method not found']],
        };
        return json_encode(['jsonrpc' => '2.0', 'id' => $message->id] + $answer, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES);
    }

    private function listed(string $name): array
    {
        [$description, $argument] = self::TOOLS[$name];
        $schema = ['type' => 'object'] + ($argument === null ? [] : ['properties' => [$argument => ['type' => 'string']], 'required' => [$argument]]);
        return ['name' => $name, 'description' => $description, 'inputSchema' => $schema];
    }

    private function call(string $tool, array $arguments): array
    {
        $text = match ($tool) {
            'delete_user' => "User {$arguments['user_id']} deleted",
            'expensive_operation' => 'Operation completed',
            'secure_search' => "Nothing found for {$arguments['query']}",
            // all that is known: what the caller may see of it is the policy's business
            'get_user_profile' => json_encode(self::USERS[$arguments['user_id']] ?? null),
        };
        return ['content' => [['type' => 'text', 'text' => $text]]];
    }
}
