--TEST--
TokenVerifier: HS256, and what is wrong with a token
--FILE--
<?php
use Adarga\{KeySet, Reason, TokenVerifier};
$secret = '0123456789abcdef0123456789abcdef';
$b64 = fn (string $bytes) => rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
$sign = function (array $claims, array $header = ['alg' => 'HS256']) use ($secret, $b64): string {
    $input = $b64(json_encode($header)) . '.' . $b64(json_encode($claims));
    return $input . '.' . $b64(hash_hmac('sha256', $input, $secret, true));
};
$keys = new KeySet(json_encode(['kty' => 'oct', 'alg' => 'HS256', 'k' => $b64($secret)]));
$verifier = new TokenVerifier($keys, issuer: 'https://a', audience: 'mcp', algorithms: ['HS256'], revoked: ['gone']);
$claims = ['iss' => 'https://a', 'aud' => 'mcp', 'sub' => 'alice', 'exp' => 2_000];
$good = $verifier->verify($sign($claims), nowMs: 1_000_000);
var_dump($good->valid, $good->subject, $good->expiresMs);
$why = fn (string $token) => $verifier->verify($token, nowMs: 1_000_000)->reason->code();
var_dump($why($sign(['exp' => 1] + $claims)), $why($sign(['aud' => 'x'] + $claims)), $why($sign(['iss' => 'x'] + $claims)));
var_dump($why($sign($claims + ['jti' => 'gone'])), $why($sign($claims, ['alg' => 'none'])), $why($sign($claims) . 'x'), $why('x'));
var_dump($keys->verifyJws($sign($claims), algorithms: ['RS256']));
try {
    new TokenVerifier($keys, algorithms: ['none']);
} catch (ValueError $error) {
    echo $error->getMessage(), "\n";
}
?>
--EXPECTF--
bool(true)
string(5) "alice"
int(2000000)
string(13) "token.expired"
string(14) "token.audience"
string(12) "token.issuer"
string(13) "token.revoked"
string(15) "token.algorithm"
string(%d) "token.%s"
string(15) "token.malformed"
enum(Adarga\Reason::TokenAlgorithm)
unknown algorithm `none`
