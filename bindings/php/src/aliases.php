<?php
// The guide's own names, for who wants them: `require 'vendor/adarga/adarga/src/aliases.php'` before the first of them is used. What an
// SDK brings itself stays the SDK's.
declare(strict_types=1);

foreach (['AuthInfo', 'AuthProvider', 'OAuth2Provider'] as $name) {
    if (!class_exists("MCP\\Server\\Auth\\$name") && !interface_exists("MCP\\Server\\Auth\\$name")) {
        class_alias("Adarga\\Guide\\$name", "MCP\\Server\\Auth\\$name");
    }
}
