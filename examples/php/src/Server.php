<?php
declare(strict_types=1);

/** The guide's server: it knows its tools, and nothing of who may call them. */
final class Server
{
    private const TOOLS = ['delete_user', 'expensive_operation', 'secure_search', 'get_user_profile'];

    /** The answer to a message that was allowed; null for what gets none. */
    public function answer(string $body): ?string
    {
        $message = json_decode($body, false, 64, JSON_THROW_ON_ERROR);
        if (!isset($message->id)) {
            return null;
        }
        $result = match ($message->method) {
            'initialize' => [
                'protocolVersion' => $message->params->protocolVersion,
                'capabilities' => ['tools' => new stdClass(), 'resources' => new stdClass()],
                'serverInfo' => ['name' => 'guide', 'version' => '1.0.0'],
            ],
            'tools/list' => ['tools' => array_map(fn ($name) => ['name' => $name, 'inputSchema' => ['type' => 'object']], self::TOOLS)],
            'tools/call' => $this->call($message->params->name, (array) ($message->params->arguments ?? [])),
            'resources/read' => ['contents' => [['uri' => $message->params->uri, 'text' => 'the report']]],
            default => new stdClass(),
        };
        return json_encode(['jsonrpc' => '2.0', 'id' => $message->id, 'result' => $result], JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES);
    }

    private function call(string $tool, array $arguments): array
    {
        $text = match ($tool) {
            'delete_user' => "User {$arguments['user_id']} deleted",
            'expensive_operation' => 'Operation completed',
            'secure_search' => "Nothing found for {$arguments['query']}",
            'get_user_profile' => "Profile of {$arguments['user_id']}",
        };
        return ['content' => [['type' => 'text', 'text' => $text]]];
    }
}
