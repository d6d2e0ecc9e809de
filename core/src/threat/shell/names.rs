//! Names of commands of Unix and Windows.

use crate::threat::bytes::{is_sorted, look_up};

/// How much a name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// What attacks run to see whether they run.
    Probe,
    /// Hardly anything else than a command.
    Known,
    /// A command that runs the one that follows it.
    Wrapper,
    /// A word of English or of programs as well.
    Word,
    /// A word of a shell's grammar, which sentences are full of.
    Rare,
}
use Command::{Known, Probe, Rare, Word, Wrapper};

impl Command {
    /// Whether the name is that of a command rather than a word.
    pub(super) const fn is_telling(self) -> bool {
        matches!(self, Probe | Known)
    }
}

/// What a name says of itself: names of Unix in small letters, those of Windows in any case if all letters have one.
pub(super) fn is_command(name: &[u8]) -> Option<Command> {
    let lower = !name.iter().any(u8::is_ascii_uppercase);
    if lower || !name.iter().any(u8::is_ascii_lowercase) { look_up(COMMANDS, name) } else { None }
}

const _: [(); 1] = [(); if is_sorted(COMMANDS) { 1 } else { 0 }];

#[rustfmt::skip]
const COMMANDS: &[(&str, Command)] = &[
    ("7z", Known), ("aa-disable", Probe), ("adduser", Known), ("alias", Word), ("ansible", Known), ("ansible-config", Probe),
    ("ansible-console", Probe), ("ansible-galaxy", Probe), ("ansible-inventory", Probe), ("ansible-playbook", Probe),
    ("ansible-vault", Probe), ("apk", Known), ("apt-get", Known), ("aria2c", Known), ("arp", Known), ("assoc", Word),
    ("at", Word), ("attrib", Known), ("awk", Known), ("base64", Known), ("bash", Probe), ("batch", Word), ("bcdboot", Known),
    ("bcdedit", Known), ("bg", Word), ("bitsadmin", Probe), ("bpftrace", Known), ("break", Rare), ("bridge", Known),
    ("bsdtar", Known), ("builtin", Word), ("busybox", Known), ("byebug", Known), ("bzcat", Known), ("bzip2", Known),
    ("cacls", Known), ("call", Word), ("capsh", Known), ("case", Rare), ("cat", Probe), ("cc", Known), ("cd", Rare),
    ("certutil", Probe), ("certutil.exe", Probe), ("chattr", Known), ("chef", Known), ("chef-client", Probe),
    ("chef-run", Probe), ("chef-shell", Probe), ("chef-vault", Probe), ("chmod", Known), ("chown", Known), ("chpasswd", Known),
    ("chroot", Known), ("cipher", Word), ("cmd", Known), ("cmd.exe", Known), ("cmp", Word), ("cobc", Known), ("color", Word),
    ("comm", Word), ("command", Wrapper), ("comp", Word), ("compact", Word), ("continue", Rare), ("copy", Word), ("cp", Word),
    ("cpan", Known), ("cpio", Known), ("crontab", Known), ("cscli", Known), ("cscript", Known), ("csh", Known),
    ("csplit", Known), ("ctags", Known), ("curl", Probe), ("cut", Word), ("dash", Known), ("date", Word), ("dd", Known),
    ("declare", Word), ("del", Word), ("df", Known), ("dialog", Word), ("diff", Word), ("dig", Known), ("dir", Word),
    ("dir.exe", Known), ("dirs", Word), ("dmesg", Known), ("dmsetup", Known), ("dnf", Known), ("dnf5", Known), ("do", Rare),
    ("doas", Wrapper), ("docker", Word), ("dpkg", Known), ("driverquery", Word), ("dscl", Known), ("du", Known), ("echo", Word),
    ("ed", Known), ("egrep", Known), ("else", Rare), ("emacs", Known), ("env", Wrapper), ("eqn", Known), ("erase", Word),
    ("eval", Word), ("ex", Known), ("exec", Wrapper), ("exit", Word), ("expect", Word), ("export", Word), ("false", Rare),
    ("fc", Word), ("fdisk", Known), ("fetch", Word), ("fg", Word), ("fgrep", Known), ("file", Word), ("find", Word),
    ("finger", Known), ("flock", Known), ("fmt", Known), ("fold", Word), ("for", Rare), ("free", Word), ("fsutil", Known),
    ("ftp", Known), ("ftype", Word), ("function", Word), ("g++", Known), ("gawk", Known), ("gcc", Known), ("gdb", Known),
    ("gem", Known), ("genie", Known), ("getent", Known), ("getfacl", Known), ("ghc", Known), ("gimp", Known), ("git", Word),
    ("go", Word), ("gpasswd", Known), ("gpg", Known), ("gpresult", Word), ("grc", Known), ("grep", Known), ("groupadd", Known),
    ("groups", Known), ("gtester", Known), ("gunzip", Known), ("gzip", Known), ("halt", Known), ("hd", Known), ("head", Word),
    ("help", Word), ("hexdump", Known), ("history", Word), ("host", Word), ("hostname", Known), ("hping3", Known),
    ("htop", Known), ("icacls", Known), ("iconv", Known), ("id", Probe), ("if", Rare), ("ifconfig", Probe), ("iftop", Known),
    ("ifup", Known), ("in", Rare), ("initctl", Known), ("insmod", Known), ("ionice", Wrapper), ("ioreg", Known), ("ip6", Known),
    ("ip6tables", Known), ("ipconfig", Probe), ("iptables", Known), ("irb", Known), ("iwr", Known), ("java", Word),
    ("javac", Word), ("jjs", Known), ("jobs", Word), ("join", Word), ("jrunscript", Known), ("kill", Word), ("killall", Word),
    ("knife", Word), ("ksh", Probe), ("ksshell", Known), ("kubectl", Known), ("last", Word), ("lastlog", Known),
    ("lastlogin", Probe), ("latex", Known), ("launchctl", Known), ("ldconfig", Known), ("ldd", Known), ("less", Word),
    ("let", Word), ("links", Word), ("ln", Word), ("locate", Word), ("loginctl", Known), ("logname", Word), ("logout", Word),
    ("logsave", Known), ("look", Word), ("lp", Word), ("lpr", Word), ("ls", Known), ("lsattr", Known), ("lsblk", Known),
    ("lsof", Known), ("lspci", Known), ("ltrace", Wrapper), ("lua", Known), ("lynx", Known), ("mail", Word), ("make", Word),
    ("mawk", Known), ("mkdir", Known), ("mkfifo", Known), ("mkfs", Known), ("mknod", Known), ("modprobe", Known),
    ("mongo", Known), ("more", Word), ("mount", Known), ("move", Word), ("msgattrib", Known), ("mshta", Probe),
    ("msiexec", Known), ("mtr", Known), ("mv", Word), ("mysql", Known), ("mysqldump", Known), ("nano", Known), ("nawk", Known),
    ("nc", Probe), ("ncat", Probe), ("net", Word), ("net.exe", Known), ("netcat", Probe), ("netsh", Known), ("netstat", Probe),
    ("nft", Known), ("nice", Wrapper), ("nl", Known), ("nmap", Probe), ("node", Word), ("node.exe", Word), ("nohup", Wrapper),
    ("npm", Word), ("nroff", Known), ("nsenter", Known), ("nslookup", Probe), ("octave", Word), ("od", Known), ("on", Rare),
    ("openssl", Known), ("opkg", Known), ("osascript", Known), ("passwd", Known), ("paste", Known), ("path", Word),
    ("pause", Word), ("pdb", Known), ("perf", Known), ("perl", Probe), ("php", Known), ("phpinfo", Probe), ("pico", Known),
    ("ping", Probe), ("ping.exe", Known), ("pip", Known), ("pipx", Known), ("pkexec", Known), ("pkg", Known), ("pkill", Word),
    ("plutil", Known), ("popd", Word), ("poweroff", Known), ("powershell", Probe), ("powershell.exe", Probe), ("pr", Word),
    ("print", Word), ("printenv", Known), ("printf", Known), ("pry", Known), ("ps", Known), ("psad", Known), ("psql", Known),
    ("puppet", Word), ("pushd", Word), ("pwd", Known), ("pwsh", Known), ("python", Known), ("python2", Known),
    ("python3", Known), ("query", Word), ("quser", Word), ("qwinsta", Word), ("rake", Word), ("rc", Known), ("read", Word),
    ("readelf", Known), ("reboot", Known), ("redcarpet", Known), ("reg", Word), ("reg.exe", Known), ("regsvr32", Known),
    ("ren", Word), ("replace", Word), ("restic", Known), ("return", Rare), ("rev", Known), ("rlogin", Known), ("rlwrap", Known),
    ("rm", Known), ("rmdir", Known), ("rmmod", Known), ("rmt", Known), ("robocopy", Known), ("route", Known),
    ("rpcclient", Known), ("rpcinfo", Known), ("rpm", Known), ("rpmquery", Known), ("rsync", Known), ("ruby", Known),
    ("run-parts", Known), ("rundll32", Known), ("rview", Known), ("rvim", Known), ("sc", Word), ("sc.exe", Known),
    ("schtasks", Known), ("scp", Known), ("screen", Word), ("script", Word), ("sed", Known), ("select", Rare),
    ("sendmail", Word), ("set", Word), ("setarch", Wrapper), ("setfacl", Known), ("sftp", Known), ("sh", Probe),
    ("shopt", Word), ("showmount", Known), ("shuf", Known), ("shutdown", Known), ("sleep", Probe), ("smbclient", Known),
    ("snap", Word), ("socat", Known), ("sort", Word), ("source", Word), ("split", Word), ("sqlite", Known), ("sqlite3", Known),
    ("ssh", Known), ("ssh-keygen", Known), ("ssh-keyscan", Known), ("sshpass", Known), ("start", Word),
    ("start-stop-daemon", Known), ("stat", Word), ("stdbuf", Wrapper), ("strace", Wrapper), ("strings", Word), ("su", Known),
    ("sudo", Wrapper), ("sw_vers", Known), ("sysctl", Known), ("sysinfo", Probe), ("systemctl", Known), ("systeminfo", Probe),
    ("tac", Known), ("tail", Word), ("takeown", Known), ("tar", Known), ("taskkill", Known), ("tasklist", Known),
    ("tasklist.exe", Word), ("taskset", Wrapper), ("tclsh", Known), ("tcpdump", Known), ("tcsh", Known), ("tee", Known),
    ("telnet", Probe), ("test", Word), ("tftp", Probe), ("then", Rare), ("time", Wrapper), ("timeout", Wrapper),
    ("times", Word), ("title", Word), ("tmux", Known), ("top", Word), ("touch", Known), ("tr", Known), ("traceroute", Probe),
    ("tracert", Probe), ("trap", Word), ("tree", Word), ("true", Rare), ("tty", Word), ("type", Word), ("type.exe", Known),
    ("ul", Known), ("ulimit", Known), ("umask", Word), ("umount", Known), ("uname", Known), ("unexpand", Known),
    ("uniq", Known), ("unset", Word), ("unshare", Wrapper), ("until", Rare), ("unzip", Known), ("uptime", Known),
    ("useradd", Known), ("userdel", Known), ("usermod", Known), ("users", Word), ("uudecode", Known), ("uuencode", Known),
    ("valgrind", Known), ("ver", Word), ("vi", Known), ("view.exe", Known), ("vim", Known), ("vipw", Known), ("visudo", Known),
    ("vol", Word), ("vssadmin", Known), ("w", Word), ("w3m", Known), ("wait", Word), ("wall", Word), ("watch", Wrapper),
    ("wc", Word), ("wget", Probe), ("whereis", Word), ("which", Wrapper), ("while", Rare), ("whiptail", Known), ("who", Word),
    ("whoami", Probe), ("whois", Known), ("wish", Word), ("wmic", Known), ("wscript", Known), ("xargs", Wrapper),
    ("xcopy", Known), ("xxd", Known), ("xzcat", Known), ("yelp", Known), ("yum", Known), ("zcat", Known), ("zip", Known),
    ("zsdcat", Known), ("zsh", Probe), ("zsoelim", Known), ("zstdcat", Known), ("zypper", Known),
];
