<?php
// The guide's server over HTTP, guarded: behind nginx and php-fpm, whose settings name the policy and the table of rates.
declare(strict_types=1);

require __DIR__ . '/../autoload.php';

$body = file_get_contents('php://input');
$gate = Adarga\Gate::fromConfiguration();
$keys = new Adarga\KeySet(file_get_contents($_SERVER['MCP_KEYS']));
// null where the policy asks for none
$trail = Adarga\AuditTrail::of($gate);
$decision = $gate->decide($body, headers: getallheaders(), peer: $_SERVER['REMOTE_ADDR'], keys: $keys, method: $_SERVER['REQUEST_METHOD'], trail: $trail);
http_response_code($decision->status);
if ($decision->challenge !== null) {
    header('WWW-Authenticate: ' . $decision->challenge);
}
if ($decision->retryAfterMs !== null) {
    header('Retry-After: ' . (int) ceil($decision->retryAfterMs / 1000));
}
$answer = $decision->reply;
if ($decision->allowed) {
    $said = (new Server())->handle($body);
    $answer = $said === null ? '' : $gate->release($decision, $said, trail: $trail)->body;
    // a notification gets no answer; an answer that may not go out is none of the server's
    http_response_code(match (true) { $said === null => 202, $answer === '' => 502, default => 200 });
}
if ($answer !== '') {
    header('Content-Type: application/json');
    echo $answer;
}
