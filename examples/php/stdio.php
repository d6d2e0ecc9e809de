<?php
// The guide's server over stdio, guarded: php -d extension=adarga stdio.php
declare(strict_types=1);

require __DIR__ . '/src/Server.php';

$gate = Adarga\Gate::fromFile(__DIR__ . '/server.toml');
$session = new Adarga\Session();
$framer = new Adarga\Framer(4 << 20);
$server = new Server();

while (($chunk = fgets(STDIN, 65536)) !== false) {
    foreach ($framer->feed($chunk) as $line) {
        $decision = $gate->decide($line, session: $session);
        if (!$decision->allowed) {
            $answer = $decision->reply;
        } else {
            $said = $server->answer($line);
            // what may not go out is answered by silence, which a client's timeout ends
            $answer = $said === null ? '' : $gate->release($decision, $said, session: $session)->body;
        }
        if ($answer !== '') {
            fwrite(STDOUT, $answer . "\n");
            fflush(STDOUT);
        }
    }
}
