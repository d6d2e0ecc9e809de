<?php
// The guide's section "Transport Security" in nginx: TLS 1.2 and 1.3 work, older ones and a certificate of another name don't.
declare(strict_types=1);

require __DIR__ . '/stack.inc';

const OLD = 18444;

/** What became of a handshake: the version that was agreed on, or that there was none. */
function handshake(int $port, int $method, string $name = 'localhost', string $certificate = ''): string
{
    global $authority;
    // the client allows all that OpenSSL still can: who refuses is the server
    $context = stream_context_create(['ssl' => ['cafile' => $certificate !== '' ? $certificate : $authority, 'peer_name' => $name, 'crypto_method' => $method,
        'ciphers' => 'ALL:@SECLEVEL=0', 'security_level' => 0]]);
    $socket = @stream_socket_client("tls://127.0.0.1:$port", $code, $why, 5, STREAM_CLIENT_CONNECT, $context);
    return $socket === false ? 'refused' : stream_get_meta_data($socket)['crypto']['protocol'];
}

/** The whole answer to a call over TLS. */
function answer(string $token): string
{
    global $authority;
    $context = stream_context_create([
        'ssl' => ['cafile' => $authority, 'peer_name' => 'localhost'],
        'http' => ['method' => 'POST', 'ignore_errors' => true, 'content' => '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_user_profile","arguments":{"user_id":"alice"}}}',
            'header' => ['Content-Type: application/json', 'Accept: application/json, text/event-stream', 'Mcp-Protocol-Version: 2025-06-18', "Authorization: Bearer $token"]],
    ]);
    $body = (string) file_get_contents('https://localhost:' . TLS . '/mcp', false, $context);
    return implode("\n", $http_response_header) . "\n\n$body";
}

Stack::with(function (Stack $stack): void {
    global $authority;
    $authority = "{$stack->dir}/certificate.pem";
    expect('TLS 1.3', 'TLSv1.3', handshake(TLS, STREAM_CRYPTO_METHOD_TLSv1_3_CLIENT));
    expect('TLS 1.2', 'TLSv1.2', handshake(TLS, STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT));
    expect('TLS 1.1', 'refused', handshake(TLS, STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT));
    expect('TLS 1.0', 'refused', handshake(TLS, STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT));
    // the same client is answered by a server that allows it: it is not the client that refuses
    expect('TLS 1.1 of a server that allows it', 'TLSv1.1', handshake(OLD, STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT));
    expect('another name', 'refused', handshake(TLS, STREAM_CRYPTO_METHOD_TLSv1_3_CLIENT, 'evil.example'));
    expect('an authority that did not sign it', 'refused', handshake(TLS, STREAM_CRYPTO_METHOD_TLSv1_3_CLIENT, 'localhost', '/etc/ssl/certs/ca-certificates.crt'));
    $answer = answer(token('alice', 'viewer'));
    expect('a call over TLS', [true, true, true, false], [str_starts_with($answer, 'HTTP/1.1 200'), str_contains($answer, 'Strict-Transport-Security: max-age='),
        str_contains($answer, 'Ulm'), str_contains($answer, '123-45-6789') || str_contains($answer, 'hunter2')]);
    expect('nobody', true, str_starts_with(answer('x.y.z'), 'HTTP/1.1 401'));
}, 'server { listen 127.0.0.1:18444 ssl; ssl_certificate @DIR@/certificate.pem; ssl_certificate_key @DIR@/private-key.pem; ssl_protocols TLSv1 TLSv1.1; ssl_ciphers ALL:@SECLEVEL=0; }');
