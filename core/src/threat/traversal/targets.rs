//! What paths of attacks aim at.

use crate::threat::bytes::{at, before, between, from, is_word, starts, starts_any};

/// Files that no argument of a tool names by chance, without the separator before them.
const TARGETS: &[&str] = &[
    "etc/passwd",
    "etc/shadow",
    "etc/group",
    "etc/hosts",
    "etc/sudoers",
    "etc/master.passwd",
    "etc/security/",
    "etc/apache",
    "etc/httpd/",
    "etc/nginx/",
    "etc/mysql/",
    "etc/my.cnf",
    "etc/ssh/",
    "etc/issue",
    "etc/crontab",
    "etc/cron.",
    "etc/fstab",
    "etc/motd",
    "etc/subuid",
    "etc/subgid",
    "etc/gshadow",
    "etc/php",
    "etc/resolv.conf",
    "etc/profile",
    "etc/environment",
    "etc/kubernetes",
    "proc/self/",
    "proc/version",
    "proc/cmdline",
    "proc/net/",
    "proc/sys/",
    "proc/1/",
    "proc/cpuinfo",
    "proc/mounts",
    "proc/kcore",
    "proc/sched_debug",
    "proc/%5",
    "sys/class/",
    "sys/kernel/",
    "sys/devices/",
    "sys/firmware",
    "windows/win.ini",
    "windows/system32",
    "windows/system.ini",
    "windows/repair",
    "winnt/",
    "boot.ini",
    "windows\\win.ini",
    "windows\\system32",
    "windows\\system.ini",
    "winnt\\",
    "inetpub\\",
    "inetpub/wwwroot",
    "var/log/apache",
    "var/log/httpd",
    "var/log/nginx",
    "var/log/auth",
    "var/log/mail",
    "var/log/messages",
    "var/log/syslog",
    "var/log/secure",
    "var/run/secrets",
    "var/lib/mlocate",
    "var/mail/root",
    "var/spool/cron",
    "usr/local/apache",
    "root/.bash",
    "root/.ssh",
    "web-inf/",
    "meta-inf/maven",
    "php.ini",
    "pagefile.sys",
];

/// Files and folders that hold keys and settings, behind the dot with which they begin.
const HIDDEN: &[&str] = &[
    "ssh/",
    "aws/cred",
    "aws/config",
    "git/config",
    "git/head",
    "git/index",
    "htaccess",
    "htpasswd",
    "bash_history",
    "bashrc",
    "zsh_history",
    "mysql_history",
    "netrc",
    "pgpass",
    "npmrc",
    "dockercfg",
    "docker/config",
    "kube/config",
    "svn/entries",
    "svn/wc.db",
    "gnupg/",
    "config/gcloud",
    "boto",
    "s3cfg",
    "rhosts",
    "pypirc",
    "gitconfig",
    "gitcredentials",
    "git-credentials",
];

/// Settings of programs and assistants, dangerous where the whole text is a path.
const SETTINGS: &[&str] = &[
    "env",
    "cursor/",
    "claude/",
    "windsurf/",
    "roo/",
    "opencode/",
    "plandex/",
    "codeium",
    "aider",
    "n8n/",
    "vscode/",
    "idea/",
    "gemini/",
    "aiignore",
    "continue/",
    "copilot/",
    "mcp.json",
    "git/",
    "svn/",
    "hg/",
    "ds_store",
];

/// Schemes of streams and of protocols that servers are sent to in place of a file, behind whose name a `:` stands.
const WRAPPERS: &[&str] = &[
    "php",
    "phar",
    "expect",
    "zip",
    "zlib",
    "compress.zlib",
    "glob",
    "ogg",
    "rar",
    "ssh2",
    "gopher",
    "dict",
    "ldap",
    "ldaps",
    "netdoc",
    "jar",
    "local_file",
    "tftp",
    "sftp",
];

/// Whether one of the targets begins at `place`.
pub(super) fn is_target(text: &[u8], place: usize) -> bool {
    let rest = from(text, place);
    match rest.first().map(u8::to_ascii_lowercase) {
        Some(b'e' | b'p' | b's' | b'w' | b'b' | b'i' | b'v' | b'u' | b'r' | b'm') => starts_any(rest, TARGETS) && is_whole(rest),
        _ => false,
    }
}

/// Whether what begins with a short target is not a longer word.
fn is_whole(rest: &[u8]) -> bool {
    !starts(rest, b"etc/php") || rest.len() > 8
}

/// Whether a file that begins with a dot is one that holds keys or settings.
pub(super) fn is_hidden(text: &[u8], place: usize, whole: bool) -> bool {
    let rest = from(text, place.saturating_add(1));
    let begins = matches!(before(text, place), 0 | b'/' | b'\\' | b' ' | b'"' | b'\'' | b'=' | b'~');
    begins && (whole && (starts_any(rest, HIDDEN) || (starts_any(rest, SETTINGS) && !rest.is_empty())))
        || (begins && starts_any(rest, &["ssh/id_", "aws/credentials", "git/config", "htpasswd", "bash_history"]))
}

/// Whether a path that begins at the root of a system is one of the system's own.
pub(super) fn is_root(text: &[u8]) -> bool {
    starts_any(text, &["/proc/", "/etc/", "/dev/", "/boot/", "/sys/", "/root/"]) && text.len() > 6
}

/// Whether the `:` at `place` ends the name of a wrapper, and something follows.
pub(super) fn is_wrapper(text: &[u8], place: usize) -> bool {
    let head = between(text, place.saturating_sub(16), place);
    let len = head.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.')).count();
    let name = from(head, head.len().saturating_sub(len));
    let rest = from(text, place.saturating_add(1));
    if name.eq_ignore_ascii_case(b"jar") {
        return starts_any(rest, &["http", "file:"]);
    }
    if name.eq_ignore_ascii_case(b"file") {
        // a file URL is an argument like any other; one of another host or to a target is not
        return starts_any(
            rest,
            &["///etc/", "///proc/", "///c:/windows", "///c:/boot", "///c:/winnt", "//%", "///dev/", "/etc/"],
        );
    }
    rest.starts_with(b"//") && WRAPPERS.iter().any(|wrapper| name.eq_ignore_ascii_case(wrapper.as_bytes())) && at(rest, 2) > b' '
}

/// Whether a target begins at `place` that needs no separator before it: a drive, or a name of Windows.
pub(super) fn is_name(text: &[u8], place: usize, whole: bool) -> bool {
    let rest = from(text, place);
    match rest.first().map(u8::to_ascii_lowercase) {
        Some(b'w' | b'b' | b'e' | b'p') if !is_word(before(text, place)) && (whole && place == 0) => starts_any(
            rest,
            &[
                "boot.ini",
                "win.ini",
                "etc/passwd",
                "etc/shadow",
                "web.config",
                "proc/self",
                "web-inf/",
                "windows/win.ini",
                "windows\\win.ini",
            ],
        ),
        _ => false,
    }
}
