<?php
// What the stubs tell IDEs and analysers is what the extension has: classes, methods, parameters, types. And packages name what is there.
declare(strict_types=1);

$stub = file_get_contents(__DIR__ . '/../adarga.stub.php');
// the same code under another name, as PHP itself reads it; enums and exceptions of the extension stay what they are
$own = preg_replace(['/\bnamespace Adarga \{/', '/\bReason\b(?! \$|\.)/', '/(extends) \\\\RuntimeException/'], ['namespace Stubs {', '\\Adarga\\Reason', '$1 \\RuntimeException'], $stub);
eval(substr($own, 5));

$wrong = [];
/** A signature as text, with the names of the extension. */
function signature(ReflectionFunctionAbstract $function): string
{
    $parameters = array_map(fn (ReflectionParameter $p): string => "{$p->getType()} \${$p->getName()}"
        . ($p->isOptional() ? ' = ' . var_export($p->isDefaultValueAvailable() ? $p->getDefaultValue() : null, true) : '')
        . ($p->getAttributes('SensitiveParameter') !== [] ? ' (sensitive)' : ''), $function->getParameters());
    return str_replace('Stubs\\', 'Adarga\\', $function->getShortName() . '(' . implode(', ', $parameters) . '): ' . $function->getReturnType());
}
$extension = new ReflectionExtension('adarga');
$classes = array_filter($extension->getClassNames(), fn (string $name): bool => $name !== 'Adarga\\Reason');
foreach ($classes as $name) {
    [$real, $told] = [new ReflectionClass($name), new ReflectionClass(str_replace('Adarga\\', 'Stubs\\', $name))];
    $methods = fn (ReflectionClass $class): array => array_map(signature(...), array_filter($class->getMethods(), fn (ReflectionMethod $m): bool => $m->class === $class->getName() && !$m->isPrivate()));
    $properties = fn (ReflectionClass $class): array => array_map(fn (ReflectionProperty $p): string => str_replace('Stubs\\', 'Adarga\\', "{$p->getType()} {$p->getName()}"),
        array_filter($class->getProperties(), fn (ReflectionProperty $p): bool => $p->class === $class->getName()));
    $wrong = [...$wrong, ...array_diff($methods($real), $methods($told)), ...array_diff($methods($told), $methods($real)), ...array_diff($properties($real), $properties($told))];
}
foreach ($extension->getFunctions() as $name => $function) {
    $told = new ReflectionFunction('Stubs\\' . $function->getShortName());
    $wrong = signature($function) === signature($told) ? $wrong : [...$wrong, signature($function), signature($told)];
}

// packages
$package = json_decode(file_get_contents(__DIR__ . '/../composer.json'), true, 16, JSON_THROW_ON_ERROR);
$settings = file_get_contents(__DIR__ . '/../config.m4');
foreach ($package['php-ext']['configure-options'] as ['name' => $option]) {
    str_contains($settings, "PHP_ARG_WITH([" . substr($option, 5)) || $wrong[] = "no option $option in config.m4";
}
$package['php-ext']['extension-name'] === $extension->getName() || $wrong[] = 'another name in composer.json';
$library = json_decode(file_get_contents(__DIR__ . '/../src/composer.json'), true, 16, JSON_THROW_ON_ERROR);
foreach (glob(__DIR__ . '/../src/[A-Z]*.php') as $file) {
    $name = basename($file, '.php');
    preg_match("/^(?:final )?(?:class|interface) $name\\b/m", file_get_contents($file)) === 1 && isset($library['autoload']['psr-4']['Adarga\\Guide\\']) || $wrong[] = "PSR-4 does not find $name";
}

echo count($classes), " classes, ", count($extension->getFunctions()), " functions\n", implode("\n", $wrong), $wrong === [] ? '' : "\n";
exit($wrong === [] && count($classes) > 15 ? 0 : 1);
