<?php
declare(strict_types=1);

namespace Adarga\Guide;

use Adarga\Framer;

/** Reads messages line by line, whatever chunks they come in, and writes the guarded server's answers. */
final class StdioGuard
{
    private const TOO_LONG = '{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"message too long"}}';

    /** @param ?string $token that the client was started with, such as of an environment variable */
    public function __construct(private readonly GuardedServer $server, #[\SensitiveParameter] private readonly ?string $token = null, private readonly int $lineMax = 4194304)
    {
    }

    /**
     * Until the input ends.
     *
     * @param resource $input
     * @param resource $output
     */
    public function run($input = STDIN, $output = STDOUT): void
    {
        $framer = new Framer($this->lineMax);
        $dropped = 0;
        while (($chunk = fread($input, 65536)) !== false && ($chunk !== '' || !feof($input))) {
            foreach ($framer->feed($chunk) as $line) {
                $this->say($output, $this->server->handle($line, token: $this->token));
            }
            for (; $dropped < $framer->dropped(); $dropped++) {
                $this->say($output, self::TOO_LONG);
            }
        }
    }

    /** @param resource $output */
    private function say($output, string $answer): void
    {
        // what may not go out is answered by silence, which a client's timeout ends
        if ($answer === '') {
            return;
        }
        for ($line = "$answer\n"; $line !== ''; $line = substr($line, $written)) {
            $written = fwrite($output, $line);
            if ($written === false || $written === 0) {
                throw new \RuntimeException('the client reads no more');
            }
        }
        fflush($output);
    }
}
