//! Names of commands of Unix and Windows.

use crate::threat::bytes::{is_sorted, look_up};

/// How much a name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// Hardly anything else than a command.
    Known,
    /// A word of English or of programs as well.
    Word,
    /// A word of a shell's grammar, which sentences are full of.
    Rare,
}
use Command::{Known, Rare, Word};

/// What a name says of itself: names of Unix in small letters, those of Windows in any case if all letters have one.
pub(super) fn is_command(name: &[u8]) -> Option<Command> {
    let lower = !name.iter().any(u8::is_ascii_uppercase);
    if lower || !name.iter().any(u8::is_ascii_lowercase) { look_up(COMMANDS, name) } else { None }
}

const _: [(); 1] = [(); if is_sorted(COMMANDS) { 1 } else { 0 }];

#[rustfmt::skip]
const COMMANDS: &[(&str, Command)] = &[
    ("7z", Known), ("adduser", Known), ("alias", Word), ("ansible", Known), ("ansible-config", Known),
    ("ansible-console", Known), ("ansible-galaxy", Known), ("ansible-inventory", Known), ("ansible-playbook", Known),
    ("ansible-vault", Known), ("apk", Known), ("apt-get", Known), ("aria2c", Known), ("arp", Known), ("assoc", Word),
    ("at", Word), ("attrib", Known), ("awk", Known), ("base64", Known), ("bash", Known), ("batch", Word), ("bcdedit", Known),
    ("bg", Word), ("bitsadmin", Known), ("bpftrace", Known), ("break", Rare), ("builtin", Word), ("busybox", Known),
    ("byebug", Known), ("bzcat", Known), ("bzip2", Known), ("cacls", Known), ("call", Word), ("capsh", Known), ("case", Rare),
    ("cat", Known), ("cc", Known), ("cd", Rare), ("certutil", Known), ("certutil.exe", Known), ("chattr", Known),
    ("chef-client", Known), ("chef-vault", Known), ("chmod", Known), ("chown", Known), ("chpasswd", Known), ("chroot", Known),
    ("cipher", Word), ("cmd", Known), ("cmd.exe", Known), ("cmp", Word), ("cobc", Known), ("color", Word), ("comm", Word),
    ("command", Word), ("comp", Word), ("compact", Word), ("continue", Rare), ("copy", Word), ("cp", Word), ("cpan", Known),
    ("cpio", Known), ("crontab", Known), ("cscript", Known), ("csh", Known), ("csplit", Known), ("ctags", Known),
    ("curl", Known), ("cut", Word), ("dash", Known), ("date", Word), ("dd", Known), ("declare", Word), ("del", Word),
    ("df", Known), ("dialog", Known), ("diff", Word), ("dig", Known), ("dir", Word), ("dir.exe", Known), ("dirs", Word),
    ("dmesg", Known), ("dmsetup", Known), ("dnf", Known), ("dnf5", Known), ("do", Rare), ("doas", Known), ("docker", Known),
    ("dpkg", Known), ("driverquery", Word), ("dscl", Known), ("du", Known), ("echo", Word), ("ed", Known), ("egrep", Known),
    ("else", Rare), ("emacs", Known), ("env", Known), ("eqn", Known), ("erase", Word), ("eval", Word), ("ex", Known),
    ("exec", Word), ("exit", Word), ("expect", Known), ("export", Word), ("false", Rare), ("fc", Word), ("fdisk", Known),
    ("fetch", Known), ("fg", Word), ("fgrep", Known), ("file", Word), ("find", Word), ("finger", Known), ("flock", Known),
    ("fmt", Known), ("fold", Word), ("for", Rare), ("free", Word), ("fsutil", Known), ("ftp", Known), ("ftype", Word),
    ("function", Word), ("g++", Known), ("gawk", Known), ("gcc", Known), ("gdb", Known), ("gem", Known), ("genie", Known),
    ("getent", Known), ("getfacl", Known), ("ghc", Known), ("gimp", Known), ("git", Word), ("go", Word), ("gpasswd", Known),
    ("gpg", Known), ("gpresult", Word), ("grc", Known), ("grep", Known), ("groupadd", Known), ("groups", Known),
    ("gtester", Known), ("gunzip", Known), ("gzip", Known), ("halt", Known), ("hd", Known), ("head", Word), ("help", Word),
    ("hexdump", Known), ("history", Word), ("host", Word), ("hostname", Known), ("hping3", Known), ("icacls", Known),
    ("iconv", Known), ("id", Word), ("if", Rare), ("ifconfig", Known), ("iftop", Known), ("ifup", Known), ("in", Rare),
    ("initctl", Known), ("insmod", Known), ("ionice", Known), ("ioreg", Known), ("ip6", Known), ("ip6tables", Known),
    ("ipconfig", Known), ("iptables", Known), ("irb", Known), ("java", Word), ("javac", Word), ("jjs", Known), ("jobs", Word),
    ("join", Word), ("jrunscript", Known), ("kill", Word), ("killall", Word), ("knife", Known), ("ksh", Known),
    ("ksshell", Known), ("kubectl", Known), ("last", Word), ("lastlog", Known), ("lastlogin", Known), ("latex", Known),
    ("launchctl", Known), ("ldconfig", Known), ("ldd", Known), ("less", Word), ("let", Word), ("links", Known), ("ln", Word),
    ("locate", Word), ("loginctl", Known), ("logname", Word), ("logout", Word), ("logsave", Known), ("look", Known),
    ("lp", Word), ("lpr", Word), ("ls", Known), ("lsattr", Known), ("lsblk", Known), ("lsof", Known), ("lspci", Known),
    ("ltrace", Known), ("lua", Known), ("lynx", Known), ("mail", Word), ("make", Word), ("mawk", Known), ("mkdir", Known),
    ("mkfifo", Known), ("mkfs", Known), ("mknod", Known), ("modprobe", Known), ("mongo", Known), ("more", Word),
    ("mount", Known), ("move", Word), ("msgattrib", Known), ("mshta", Known), ("msiexec", Known), ("mtr", Known), ("mv", Word),
    ("mysql", Known), ("mysqldump", Known), ("nano", Known), ("nawk", Known), ("nc", Known), ("ncat", Known), ("net", Word),
    ("net.exe", Known), ("netcat", Known), ("netsh", Known), ("netstat", Known), ("nft", Known), ("nice", Known), ("nl", Known),
    ("nmap", Known), ("node", Word), ("node.exe", Word), ("nohup", Known), ("npm", Word), ("nroff", Known), ("nsenter", Known),
    ("nslookup", Known), ("octave", Known), ("od", Known), ("on", Rare), ("openssl", Known), ("opkg", Known),
    ("osascript", Known), ("passwd", Known), ("paste", Known), ("path", Word), ("pause", Word), ("pdb", Known), ("perf", Known),
    ("perl", Known), ("php", Known), ("phpinfo", Known), ("pico", Known), ("ping", Word), ("ping.exe", Known), ("pip", Known),
    ("pkexec", Known), ("pkg", Known), ("pkill", Word), ("plutil", Known), ("popd", Word), ("poweroff", Known),
    ("powershell", Known), ("powershell.exe", Known), ("pr", Known), ("print", Word), ("printenv", Known), ("printf", Known),
    ("pry", Known), ("ps", Known), ("psad", Known), ("psql", Known), ("puppet", Known), ("pushd", Word), ("pwd", Known),
    ("pwsh", Known), ("python", Known), ("python2", Known), ("python3", Known), ("query", Word), ("quser", Word),
    ("qwinsta", Word), ("rake", Known), ("read", Word), ("readelf", Known), ("reboot", Known), ("redcarpet", Known),
    ("reg", Word), ("reg.exe", Known), ("regsvr32", Known), ("ren", Word), ("replace", Word), ("restic", Known),
    ("return", Rare), ("rev", Known), ("rlogin", Known), ("rlwrap", Known), ("rm", Known), ("rmdir", Known), ("rmmod", Known),
    ("robocopy", Known), ("route", Known), ("rpcclient", Known), ("rpcinfo", Known), ("rpm", Known), ("rpmquery", Known),
    ("rsync", Known), ("ruby", Known), ("run-parts", Known), ("rundll32", Known), ("rview", Known), ("rvim", Known),
    ("sc", Word), ("sc.exe", Known), ("schtasks", Known), ("scp", Known), ("screen", Known), ("script", Known), ("sed", Known),
    ("select", Rare), ("sendmail", Word), ("set", Word), ("setarch", Known), ("setfacl", Known), ("sftp", Known), ("sh", Word),
    ("shopt", Word), ("showmount", Known), ("shuf", Known), ("shutdown", Known), ("sleep", Word), ("smbclient", Known),
    ("snap", Known), ("socat", Known), ("sort", Word), ("source", Word), ("split", Word), ("sqlite", Known), ("sqlite3", Known),
    ("ssh", Known), ("ssh-keygen", Known), ("ssh-keyscan", Known), ("sshpass", Known), ("start", Word),
    ("start-stop-daemon", Known), ("stat", Word), ("stdbuf", Known), ("strace", Known), ("strings", Word), ("su", Known),
    ("sudo", Known), ("sw_vers", Known), ("sysctl", Known), ("sysinfo", Known), ("systemctl", Known), ("systeminfo", Known),
    ("tac", Known), ("tail", Word), ("takeown", Known), ("tar", Known), ("taskkill", Known), ("tasklist", Known),
    ("tasklist.exe", Word), ("taskset", Known), ("tclsh", Known), ("tcpdump", Known), ("tcsh", Known), ("tee", Known),
    ("telnet", Known), ("test", Word), ("tftp", Known), ("then", Rare), ("time", Word), ("timeout", Known), ("times", Word),
    ("title", Word), ("tmux", Known), ("top", Word), ("touch", Known), ("tr", Known), ("traceroute", Known), ("tracert", Known),
    ("trap", Word), ("tree", Word), ("true", Rare), ("tty", Word), ("type", Word), ("type.exe", Known), ("ul", Known),
    ("ulimit", Known), ("umask", Word), ("umount", Known), ("uname", Known), ("unexpand", Known), ("uniq", Known),
    ("unset", Word), ("unshare", Known), ("until", Rare), ("unzip", Known), ("uptime", Known), ("useradd", Known),
    ("userdel", Known), ("usermod", Known), ("users", Word), ("uudecode", Known), ("uuencode", Known), ("valgrind", Known),
    ("ver", Word), ("vi", Known), ("view.exe", Known), ("vim", Known), ("vipw", Known), ("visudo", Known), ("vol", Word),
    ("vssadmin", Known), ("w", Word), ("w3m", Known), ("wait", Word), ("wall", Known), ("watch", Known), ("wc", Word),
    ("wget", Known), ("whereis", Word), ("which", Word), ("while", Rare), ("whiptail", Known), ("who", Word), ("whoami", Known),
    ("whois", Known), ("wish", Known), ("wmic", Known), ("wscript", Known), ("xargs", Known), ("xcopy", Known), ("xxd", Known),
    ("xzcat", Known), ("yelp", Known), ("yum", Known), ("zcat", Known), ("zip", Known), ("zsdcat", Known), ("zsh", Known),
    ("zsoelim", Known), ("zstdcat", Known), ("zypper", Known),
];
