<?php
// For PHP's own web server: files as they are, everything else by WordPress.
$folder = getenv('WORDPRESS_FOLDER');
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if ($path !== '/' && is_file($folder . $path)) {
    return false;
}
chdir($folder);
$_SERVER['SCRIPT_NAME'] = '/index.php';
require $folder . '/index.php';
