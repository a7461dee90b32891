//! `floorwalker scan` on servers of every kind: over HTTP, as a program, as a file, as a mock, and on what is none.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    process::{Command, Stdio},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crate::support::{BINARY, Folder, Server, ended, has, run, url};

/// How long the system may take for a process that was killed.
const GONE: Duration = Duration::from_secs(20);

/// A server that speaks over its standard input and output, as a line of the shell: two pages, and a notification in between.
const PROGRAM: &str = r#"
while read -r line; do
  id=${line#*'"id":'}; id=${id%%,*}
  say() { printf '{"jsonrpc":"2.0","id":%s,%s}\n' "$id" "$1"; }
  case "$line" in
  *'"initialize"'*) say '"result":{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"s","version":"1"}}' ;;
  *'"cursor":"next"'*) say '"result":{"tools":[{"name":"delete_site","inputSchema":{"type":"object"}}]}' ;;
  *'"tools/list"'*)
    echo '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"x"}}'
    say '"result":{"tools":[{"name":"list_sites","description":"'"$GREETING"'","inputSchema":{"type":"object"}}],"nextCursor":"next"}' ;;
  esac
done
"#;

const LIST: &str = r#"{ "tools": [{ "name": "policies.remove", "inputSchema": { "type": "object" } },
  { "name": "get \"it\"\u202e", "description": "Reads.\n  evil: {}", "inputSchema": { "type": "object" } }] }"#;

/// Runs `scan` on a program.
fn program(shell: &str, options: &[&str], code: i32) -> crate::support::Ended {
    run(&[&["scan"], options, &["--", "sh", "-c", shell]].concat(), code)
}

/// Answers one request with these bytes and gives what was asked.
fn answers_once(answer: &'static str) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap());
    let served = thread::spawn(move || {
        let mut asked = String::new();
        // The second try, in the other era, gets the same.
        for stream in listener.incoming().take(2) {
            let mut stream = stream.unwrap();
            let mut head = BufReader::new(stream.try_clone().unwrap());
            let mut line = String::new();
            let mut length = 0;
            while head.read_line(&mut line).unwrap() > 2 {
                if let Some(written) = line.strip_prefix("content-length: ") {
                    length = written.trim().parse().unwrap();
                }
                asked.push_str(&line);
                line.clear();
            }
            head.take(length).read_to_string(&mut asked).unwrap();
            let _ = stream.write_all(answer.as_bytes());
            if answer.starts_with("HTTP/1.1 200") {
                break;
            }
        }
        asked
    });
    (url, served)
}

#[test]
fn a_server_over_http_gives_what_the_mock_gives() {
    let mut mock = Server::start(&["mock", "forage", "--port", "0", "--control-port", "0"]);
    let url = url(&mock.line_with("MCP"));
    let scanned = run(&["scan", &url], 0);
    let named = run(&["scan", "forage"], 0);
    assert_eq!(scanned.out.replace(&url, "forage"), named.out);
    has(&scanned.err, &["7 tools", "financial       1", "read            4", "profile `forage` fits"]);
    assert_eq!(mock.stop(), Some(0));
}

#[test]
fn a_program_is_asked_page_by_page_and_ended_with_its_children() {
    let folder = Folder::new("scan-program");
    let child = folder.path().join("child");
    let shell = format!("sleep 1000 & echo $! > '{}'\n{PROGRAM}", child.display());
    let scanned = program(&shell, &[], 0);
    has(&scanned.out, &["hide:", "  - delete_site", "  list_sites: {}", "A starting policy for sh …"]);
    assert!(!scanned.out.contains("echo"), "{}", scanned.out);
    is_gone(fs::read_to_string(child).unwrap().trim());
}

#[test]
fn a_program_does_not_outlive_a_scan_that_is_stopped() {
    let folder = Folder::new("scan-stopped");
    let child = folder.path().join("child");
    let shell = format!("sleep 1000 & echo $! > '{}'; wait", child.display());
    let mut scan = Command::new(BINARY).args(["scan", "--", "sh", "-c", &shell]).stderr(Stdio::null()).spawn().unwrap();
    let started = Instant::now();
    let id = loop {
        let id = fs::read_to_string(&child).unwrap_or_default();
        if id.ends_with('\n') {
            break id;
        }
        assert!(started.elapsed() < GONE, "the program was not started");
        thread::yield_now();
    };
    assert!(Command::new("kill").args(["-INT", &scan.id().to_string()]).status().unwrap().success());
    assert_eq!(scan.wait().unwrap().code(), Some(130));
    is_gone(id.trim());
}

/// The process ended; one that nobody has waited for yet counts as ended.
fn is_gone(id: &str) {
    let killed = Instant::now();
    while fs::read_to_string(format!("/proc/{id}/stat")).is_ok_and(|stat| !stat.contains(") Z")) {
        assert!(killed.elapsed() < GONE, "process {id} still runs");
        thread::yield_now();
    }
}

#[test]
fn a_program_gets_the_variables_that_are_named_and_no_others() {
    let greeted = |options: &[&str]| {
        let mut command = Command::new(BINARY);
        command.env("GREETING", "Reads everything.").args([&["scan"], options, &["--", "sh", "-c", PROGRAM]].concat());
        ended(&mut command, 0).out
    };
    assert!(greeted(&["--env", "GREETING"]).contains("Reads everything."));
    assert!(!greeted(&[]).contains("Reads everything."));
    has(&program(PROGRAM, &["--env", "NO_SUCH_VARIABLE"], 2).err, &["`NO_SUCH_VARIABLE` is not set"]);
}

#[test]
fn a_file_is_read_as_the_mock_reads_it() {
    let folder = Folder::new("scan-file");
    let list = folder.write("my-shop.tools.json", LIST);
    let drafted = run(&["scan", &list], 0);
    has(
        &drafted.out,
        &["  - \"policies.remove\"", "  \"get \\\"it\\\"\\u202E\": {}", "characters in it that nobody sees"],
    );
    let policy = folder.write("policy.yaml", &drafted.out);
    has(&run(&["check", &policy], 0).out, &["ok", "(policy)"]);

    let dumped = run(&["scan", &list, "--format", "tools"], 0).out;
    let again = folder.write("again.tools.json", &dumped);
    let classified = run(&["scan", &again, "--format", "json"], 0).out;
    let report: serde_json::Value = serde_json::from_str(&classified).unwrap();
    assert_eq!(report["tools"][0]["category"], "destructive");
    assert_eq!(report["tools"][0]["evidence"][0], "its name says `remove`");
}

#[test]
fn no_file_is_overwritten_unless_it_is_said() {
    let folder = Folder::new("scan-output");
    let path = folder.write("policy.yaml", "mine\n");
    has(&run(&["scan", "forage", "-o", &path], 2).err, &["is there already", "--force"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine\n");
    assert_eq!(run(&["scan", "forage", "-o", &path, "--force"], 0).out, "");
    assert_eq!(fs::read_to_string(&path).unwrap(), run(&["scan", "forage"], 0).out);
    let new = folder.path().join("new.yaml");
    run(&["scan", "forage", "--output", new.to_str().unwrap()], 0);
    assert_eq!(fs::read_to_string(&path).unwrap(), fs::read_to_string(new).unwrap());
}

/// What goes wrong half way leaves what was there; a new file stands beside until it is whole, so no reader sees half of one.
#[test]
fn a_file_is_exchanged_whole_and_keeps_who_may_read_it() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
    let folder = Folder::new("scan-whole");
    let path = folder.write("policy.yaml", "mine\n");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let link = folder.path().join("link.yaml");
    symlink(&path, &link).unwrap();
    let before = fs::metadata(&path).unwrap();
    run(&["scan", "forage", "--force", "-o", link.to_str().unwrap()], 0);
    let after = fs::metadata(&path).unwrap();
    assert!(link.is_symlink() && before.ino() != after.ino(), "the file was written over in its place");
    assert_eq!(after.mode() & 0o777, 0o640);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "something is left beside");
    let new = folder.path().join("new.yaml");
    run(&["scan", "forage", "-o", new.to_str().unwrap()], 0);
    let (mine, made) = (folder.write("made", ""), fs::metadata(&new).unwrap().mode());
    assert_eq!(made, fs::metadata(mine).unwrap().mode(), "who may read it is not what the process's mask says");
}

#[test]
fn a_folder_that_is_not_there_is_a_wrong_command_line() {
    let folder = Folder::new("scan-no-folder");
    let path = folder.path().join("gone/policy.yaml");
    has(&run(&["scan", "forage", "-o", path.to_str().unwrap()], 2).err, &["there is no folder `", "/gone`"]);
    has(&run(&["scan", "forage", "--force", "-o", folder.text()], 2).err, &["is a folder; name a file in it"]);
}

#[test]
fn only_tools_that_a_policy_does_not_know_are_new() {
    let folder = Folder::new("scan-diff");
    let old = r#"{ "version": "1", "default": "deny", "hide": ["check_order"], "tools": { "search_products": {} } }"#;
    let old = folder.write("old.json", old);
    let new = run(&["scan", "forage", "--diff", &old], 1);
    assert!(!new.out.contains("  search_products:") && !new.out.contains("check_order"), "{}", new.out);
    has(&new.out, &["  find_deals: {}", "profile fits"]);
    has(&new.err, &["5 tools"]);
    let all = folder.write("all.yaml", &run(&["scan", "forage"], 0).out);
    let nothing = run(&["scan", "forage", "--diff", &all], 0);
    assert_eq!(nothing.out, "");
    assert_eq!(nothing.err, format!("forage: nothing new; `{all}` knows all of its 7 tools\n"));
    let kept = folder.write("kept.yaml", "mine\n");
    run(&["scan", "forage", "--diff", &all, "--force", "-o", &kept], 0);
    assert_eq!(fs::read_to_string(&kept).unwrap(), "mine\n");
    let report = run(&["scan", "forage", "--diff", &all, "--format", "json"], 0).out;
    has(&report, &["\"tools\": []"]);
    let broken = folder.write("broken.json", "{}");
    run(&["scan", "forage", "--diff", &broken], 3);
}

#[test]
fn credentials_go_up_and_nowhere_else() {
    let list = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n\
        {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"tools\":[{\"name\":\"get_it\",\"inputSchema\":{}}]}}";
    let folder = Folder::new("scan-credentials");
    let file = folder.write("headers", "X-Other: s3cret-too\nCookie: id=s3cret\n\n");
    let (url, served) = answers_once(list);
    let mut command = Command::new(BINARY);
    command.env("TOKEN", "s3cret").args(["scan", &format!("{url}?key=s3cret"), "--bearer-env", "TOKEN"]);
    command.args(["--header", &format!("@{file}"), "--header", "X-Plain: yes"]);
    let scanned = ended(&mut command, 0);
    let asked = served.join().unwrap();
    has(
        &asked,
        &["authorization: Bearer s3cret\r\n", "x-other: s3cret-too\r\n", "cookie: id=s3cret\r\n", "x-plain: yes\r\n"],
    );
    has(&scanned.out, &["  get_it: {}"]);
    assert!(!scanned.out.contains("s3cret") && !scanned.err.contains("s3cret"), "{scanned:?}");
}

#[test]
fn a_server_that_answers_something_else_is_told_apart() {
    for (answer, says) in [
        ("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n", &["401", "--bearer-env"][..]),
        ("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n", &["404"]),
        (
            "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n<html>",
            &["`text/html`, which is neither JSON nor an event stream"],
        ),
    ] {
        let (url, served) = answers_once(answer);
        has(&run(&["scan", &url], 3).err, &[&["gave no list of tools"], says].concat());
        served.join().unwrap();
    }
}

#[test]
fn a_program_that_is_no_server_is_told_apart() {
    let hello = r#"read -r line; echo '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25","capabilities":{}}}'; read -r line;"#;
    let answer =
        |result: &str| format!("{hello} read -r line; echo '{{\"jsonrpc\":\"2.0\",\"id\":2,{result}}}'; read -r line");
    for (shell, says) in [
        ("echo 'no such key' >&2; exit 1".to_owned(), "it said: no such key"),
        ("echo starting; read -r line".to_owned(), "it said a line that is no message: starting"),
        (answer(r#""result":{"tools":7}"#), "`tools` is missing or not what it must be"),
        (answer(r#""result":{"tools":[{"name":"a"},{"name":"a"}]}"#), "the tool `a` stands twice"),
        (answer(r#""result":{"tools":[{"name":"a","NAME":"b"}]}"#), "key `NAME` can be taken for another"),
        (answer(r#""error":{"code":1,"message":"not today"}"#), "the error `not today`"),
    ] {
        has(&program(&shell, &[], 3).err, &["`sh …` gave no list of tools", says]);
    }
    has(&program("read -r line; read -r line", &["--timeout", "300ms"], 3).err, &["longer than 0.3 s", "--timeout"]);
    let looping = PROGRAM.replace(
        "\"tools\":[{\"name\":\"delete_site\",\"inputSchema\":{\"type\":\"object\"}}]",
        "\"tools\":[],\"nextCursor\":\"next\"",
    );
    has(&program(&looping, &[], 3).err, &["more than 1000 pages"]);
}

#[test]
fn what_is_not_there_is_a_wrong_command_line_unless_it_is_a_server() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    has(&run(&["scan", &format!("http://{free}/mcp")], 4).err, &["cannot be reached"]);
    has(&run(&["scan", "http://user:s3cret@localhost/"], 2).err, &["must not hold a user"]);
    has(&run(&["scan", "no-such-file.json"], 2).err, &["there is no file `no-such-file.json`"]);
    has(&run(&["scan", "forge"], 2).err, &["did you mean `forage`?"]);
    has(&run(&["scan", "--", "/no/such/program"], 2).err, &["`/no/such/program` cannot be started"]);
    has(&run(&["scan", "forage", "--header", "A: b"], 2).err, &["`forage` is no URL"]);
    for (header, says) in
        [("Host: a", "header of the protocol"), ("Mcp-Name: a", "header of the protocol"), ("a", "no `:`")]
    {
        has(&run(&["scan", "http://localhost:1/", "--header", header], 2).err, &[says]);
    }
    for name in ["Authorization", "proxy-authorization", "COOKIE"] {
        let told = run(&["scan", "http://localhost:1/", "--header", &format!("{name}: Bearer s3cret")], 2).err;
        has(&told, &["everybody on this machine can see", "`--header @FILE`"]);
        assert!(!told.contains("s3cret"), "{told}");
    }
    has(&run(&["scan"], 2).err, &["<URL|NAME|FILE>"]);
    run(&["scan", "forage", "--", "sh"], 2);
}

#[test]
fn a_file_that_is_no_list_says_why() {
    let folder = Folder::new("scan-no-list");
    for (text, says) in [
        ("no", "this is no JSON"),
        ("{}", "it has no `tools`"),
        ("[]", "there is no tool in it"),
        (r#"[{"name":"a"}]"#, "tool `a` has no `inputSchema`"),
        (r#"{"error":{"message":"not today"}}"#, "the server answered with an error: not today"),
    ] {
        let file = folder.write("list.json", text);
        has(&run(&["scan", &file], 3).err, &[says, "list.json"]);
    }
}

#[test]
fn the_page_shows_what_is_written() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/scan.md")).unwrap();
    let drafted = run(&["scan", "forage"], 0).out;
    assert!(page.contains(&format!("```yaml\n{drafted}```\n")), "docs/scan.md does not show this:\n{drafted}");
}
