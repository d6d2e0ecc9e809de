//! Errors that show how a server works inside, and those that don't.

use adarga_core::redact::shows_workings;
use proptest::prelude::*;

#[test]
fn workings_are_seen() {
    for text in [
        "Traceback (most recent call last):\n  File \"server.py\", line 3, in f\nKeyError: 'x'",
        "File \"tools.py\", line 12",
        "TypeError: x is undefined\n    at handler (index.js:10:5)\n    at run",
        "boom\n    at com.example.Tool.call(Tool.java:10)",
        "boom\n\tat java.base/java.lang.Thread.run(Native Method)",
        "boom\n   at Server.Tools.Run() in C:\\src\\Tools.cs:line 12",
        "PHP Fatal error:  Uncaught PDOException in tools.php:7\nStack trace:\n#0 {main}",
        "oops\n#1 Tool->call()",
        "thread 'main' panicked at src/main.rs:2:5",
        "goroutine 1 [running]:",
        "tools.rb:12:in `call'",
        "lib.php on line 12",
        "java.lang.NullPointerException: x",
        "sqlite3.OperationalError: near \"FROM\"",
        "App\\Exceptions\\ToolException",
        "no such file: /home/ana/notes.txt",
        "cannot open '/etc/app/config.yml'",
        "see ~/.ssh/config",
        "open C:\\Users\\ana\\notes.txt",
        "open d:/work/notes.txt",
        "\\\\files\\share",
        "in node_modules/x/index.js",
        "SELECT name FROM users",
        "failed: select * from users where id = 7",
        "update users set name = $1",
        "DROP TABLE users",
        "SQLSTATE[42S02]: Base table or view not found",
        "ORA-00942: table or view does not exist",
        "no such column: nmae",
        "UNIQUE constraint failed: users.email",
        "ERROR: duplicate key value violates unique constraint \"users_pkey\"",
        "syntax error at or near \"FROM\"",
        "<Tool object at 0x7f3a10c4d8e0>",
    ] {
        assert!(shows_workings(text.as_bytes()), "{text}");
    }
}

#[test]
fn what_users_have_to_know_is_not() {
    for text in [
        "",
        "internal error",
        "The user `ana` does not exist.",
        "user_id must be a string of at most 40 characters",
        "/user_id: is too long",
        "/etcetera/0/name is missing",
        "The meeting at 10:30 (UTC) was cancelled",
        "nothing at 10:30",
        "Please select a country from the list, where there is one.",
        "Delete the file from the list",
        "Set a name, then update it",
        "Too many requests: try again in 30 s",
        "See https://example.com/home/errors?code=7 and http://x.org/usr/",
        "Order #12 (express) was sent",
        "a.b.c is not an option; use e.g. 1.5",
        "Unknown tool: weather.py",
        "The value 0x1F is out of range",
        "ORA is short for oratory, 12345",
        "Invalid date: 2024-02-30",
        "NetworkError",
        "price = 5 % of the sum",
        "#1 in the list",
        "either/or, and/usr is none",
        "fichier « été.txt » introuvable; и файл тоже",
    ] {
        assert!(!shows_workings(text.as_bytes()), "{text}");
    }
}

proptest! {
    #[test]
    fn what_shows_workings_does_so_among_other_lines(before in "[ -~]{0,40}", after in "\\PC{0,40}") {
        let inner = "java.lang.IllegalStateException: x\n\tat a.B.c(B.java:7)";
        let text = format!("{before}\n{inner}\r\n{after}");
        prop_assert!(shows_workings(text.as_bytes()));
    }

    #[test]
    fn a_line_more_hides_nothing(text in prop::collection::vec(any::<u8>(), 0..400)) {
        let longer = [&text, b"\n".as_slice()].concat();
        prop_assert!(!shows_workings(&text) || shows_workings(&longer));
    }
}
