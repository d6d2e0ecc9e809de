<?php
// As Composer would do it: the library of the guide, and this server.
declare(strict_types=1);

spl_autoload_register(function (string $class): void {
    $file = match (true) {
        $class === 'Server' => __DIR__ . '/src/Server.php',
        str_starts_with($class, 'Adarga\\Guide\\') => __DIR__ . '/../../bindings/php/src/' . substr($class, strlen('Adarga\\Guide\\')) . '.php',
        default => null,
    };
    if ($file !== null && is_file($file)) {
        require $file;
    }
});
