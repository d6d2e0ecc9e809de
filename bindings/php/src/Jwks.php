<?php
declare(strict_types=1);

namespace Adarga\Guide;

use Adarga\{Fault, KeySet};

/** An issuer's keys: from a file, or over https, kept for five minutes; the old ones serve while the issuer is away, for a day. */
final class Jwks
{
    private const FRESH = 300;
    private const STALE = 86400;
    private const BYTES_MAX = 262144;

    /** @var \Closure(string): (string|false) */
    private readonly \Closure $fetch;
    private ?KeySet $keys = null;
    private int $read = 0;

    /** `$cache`: a file in a directory of the server's user alone. */
    public function __construct(private readonly string $uri, private readonly ?string $cache = null, ?callable $fetch = null)
    {
        if (str_contains($uri, '://') && !str_starts_with($uri, 'https://')) {
            throw new \ValueError('keys come over https or from a file');
        }
        $this->fetch = $fetch !== null ? $fetch(...) : self::get(...);
    }

    /** @throws \RuntimeException when there are none, new or old */
    public function keys(): KeySet
    {
        if ($this->keys === null || time() - $this->read >= self::FRESH) {
            $this->keys = $this->read();
            $this->read = time();
        }
        return $this->keys;
    }

    private function read(): KeySet
    {
        if (!str_starts_with($this->uri, 'https://')) {
            return new KeySet((string) file_get_contents($this->uri));
        }
        // a worker lives longer than what PHP remembers of files
        clearstatcache();
        $age = $this->cache !== null && is_file($this->cache) ? time() - (int) filemtime($this->cache) : PHP_INT_MAX;
        if ($age < self::FRESH) {
            return new KeySet((string) file_get_contents($this->cache));
        }
        try {
            $document = ($this->fetch)($this->uri);
            // read before it is kept: an error page takes the place of no keys
            $keys = new KeySet(is_string($document) ? $document : '');
            $this->keep($document);
            return $keys;
        } catch (Fault $fault) {
            if ($this->keys !== null && time() - $this->read < self::STALE) {
                return $this->keys;
            }
            if ($age < self::STALE) {
                return new KeySet((string) file_get_contents($this->cache));
            }
            throw new \RuntimeException("no keys of the issuer at {$this->uri}", 0, $fault);
        }
    }

    /** By renaming: nobody reads half of it. */
    private function keep(string $document): void
    {
        if ($this->cache !== null) {
            $new = $this->cache . '.' . bin2hex(random_bytes(4));
            if (file_put_contents($new, $document) === strlen($document)) {
                rename($new, $this->cache);
            }
        }
    }

    private static function get(string $uri): string|false
    {
        $context = stream_context_create([
            'http' => ['follow_location' => 0, 'timeout' => 5.0, 'header' => 'Accept: application/jwk-set+json, application/json'],
            'ssl' => ['verify_peer' => true, 'verify_peer_name' => true, 'crypto_method' => STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT | STREAM_CRYPTO_METHOD_TLSv1_3_CLIENT],
        ]);
        $document = @file_get_contents($uri, false, $context, 0, self::BYTES_MAX + 1);
        return is_string($document) && strlen($document) <= self::BYTES_MAX ? $document : false;
    }
}
