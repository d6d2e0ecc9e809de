<?php
// The guide's server over stdio, guarded: php -d extension=adarga stdio.php
declare(strict_types=1);

use Adarga\{Gate, Session};
use Adarga\Guide\{GuardedServer, StdioGuard};

require __DIR__ . '/autoload.php';

(new StdioGuard(new GuardedServer(Gate::fromFile(__DIR__ . '/server.toml'), new Server(), new Session())))->run();
