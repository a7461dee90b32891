//! `floorwalker explain`: what it says of each dialect, that it says the same again, and what it ends with.
//!
//! The folders in `explained/` are the cases: a policy, calls, and what is said of them. `FLOORWALKER_ACCEPT=1 cargo test -p
//! floorwalker-cli explain` writes the output of today there, and into `docs/explain.md`.

use std::{
    env, fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::{
    pages,
    report::schema,
    support::{BINARY, Folder, ended, has, run},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/command/explained");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

/// What is said of a case, and the exit code, in a format.
fn told(case: &Path, format: &str) -> String {
    let policy = if case.join("policy.json").is_file() { "policy.json" } else { "policy.yaml" };
    let mut command = Command::new(BINARY);
    command.current_dir(case).args(["explain", policy, "calls.yaml", "--format", format]);
    if case.join("tools.json").is_file() {
        command.args(["--tools", "tools.json"]);
    }
    if case.ends_with("checkout") {
        command.args(["--server", "borealhost", "--profile"]).arg(root().join("profiles/borealhost.yaml"));
    }
    let output = command.output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    format!("{}exit code {}\n", String::from_utf8(output.stdout).unwrap(), output.status.code().unwrap())
}

#[test]
fn each_dialect_and_a_purchase_are_explained_as_they_are_kept() {
    let cases = cases();
    assert!(cases.len() >= 4, "{cases:?}");
    for case in cases {
        let (path, told) = (case.join("expected.txt"), told(&case, "text"));
        if env::var_os("FLOORWALKER_ACCEPT").is_some() {
            fs::write(&path, &told).unwrap();
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        for (kept, told) in kept.lines().zip(told.lines()) {
            assert_eq!(kept, told, "{}", path.display());
        }
        assert_eq!(kept, told, "{}", path.display());
    }
}

#[test]
fn what_is_kept_tells_of_every_kind_of_rule() {
    let all: String = cases().iter().map(|case| fs::read_to_string(case.join("expected.txt")).unwrap()).collect();
    let rules = ["(hidden)", "(unknown tool)", "(default deny)", "/arguments/confusable", "/require/", "/deny_if/"];
    let more = ["/schema", "/limits/", "/rate_limit", "/action", "/all_tools/", "/rules/", "/tools/*/"];
    let of_profiles = ["/checkout/id", "/checkout/owner", "/checkout/pace", "/checkout/done", "/checkout/completed"];
    for part in rules.iter().chain(&more).chain(&of_profiles) {
        assert!(all.lines().any(|line| line.contains("DENIES") && line.contains(part)), "no `{part}` denies");
    }
    has(&all, &["/checkout/bound", "/checkout/secret", "withheld", "not asked", "given back", "is lost", "(secret)"]);
    assert!(!all.contains("bh_0123"), "a secret is kept");
}

/// A file is one whatever it is called, and its mistakes are told beside those of the policy.
#[test]
fn what_is_there_is_a_file_and_what_looks_like_one_is_no_tool() {
    let folder = Folder::new("explain-files");
    let policy = folder.write("p.json", r#"{ "version": "1", "default": "allow", "tools": {} }"#);
    let calls = folder.write("calls.txt", "- { tool: from_the_file }\n");
    has(&run(&["explain", &policy, &calls], 0).out, &["server/from_the_file"]);
    has(&run(&["explain", &policy, "gone.txt"], 2).err, &["there is no file `gone.txt`", "'gone.txt {}'"]);
    has(&run(&["explain", &policy, "a/tool {}"], 0).out, &["server/a/tool"]);
    let tools = folder.write("s.tools.json", r#"{"tools":[{"name":"policies.remove","inputSchema":{}}]}"#);
    has(&run(&["explain", &policy, "policies.remove", "--tools", &tools], 0).out, &["server/policies.remove"]);
    let broken = folder.write("broken.json", r#"{ "version": "1", "default": "alow" }"#);
    let empty = folder.write("empty.yaml", "calls: []\n");
    let told = run(&["explain", &broken, &empty], 3).err;
    has(&told, &["did you mean `allow`?", "there is no call in it", "empty.yaml:1:1"]);
    let torn = folder.write("torn.json", "{");
    has(&run(&["explain", &torn, &empty], 3).err, &["torn.json:1:", "there is no call in it"]);
}

/// A mock's name means the same in every folder, and the same as it does to `check`.
#[test]
fn a_mock_brings_the_profile_that_ships() {
    let folder = Folder::new("explain-ships");
    folder.write("p.json", r#"{ "version": "1", "default": "allow", "tools": {} }"#);
    folder.write("profiles/borealhost.yaml", "colour: blue\n");
    folder.write("list.json", r#"{"tools":[{"name":"t","inputSchema":{"type":"nothing"}}]}"#);
    let run = |arguments: &[&str]| ended(Command::new(BINARY).current_dir(folder.path()).args(arguments), 0);
    let call = r#"get_checkout_status {"checkout_id":"c1"}"#;
    has(&run(&["explain", "p.json", call, "--server", "borealhost"]).out, &["DENIES     /checkout/owner"]);
    run(&["check", "p.json", "--server", "borealhost"]);
    // A list is read alike by all who only look at it.
    has(&run(&["explain", "p.json", "t", "--tools", "list.json"]).out, &["server/t"]);
    run(&["check", "p.json", "--tools", "list.json"]);
    has(&run(&["scan", "list.json"]).out, &["  t:"]);
}

/// Every policy of the repository, with calls that every case has.
#[test]
fn the_same_documents_give_the_same_words() {
    let calls: Vec<String> = cases().iter().map(|case| case.join("calls.yaml").to_str().unwrap().to_owned()).collect();
    let mut policies: Vec<PathBuf> =
        fs::read_dir(root().join("policies")).unwrap().map(|entry| entry.unwrap().path()).collect();
    policies.sort();
    assert!(policies.len() > 10);
    for policy in &policies {
        for format in ["text", "json"] {
            let once = || {
                let mut command = Command::new(BINARY);
                // Calls of another case may be expected to come out otherwise.
                command
                    .arg("explain")
                    .arg(policy)
                    .arg(&calls[0])
                    .args(["--format", format])
                    .args(["--server", "borealhost"]);
                command.current_dir(root()).output().unwrap().stdout
            };
            let first = once();
            assert!(first.len() > 100, "{}", policy.display());
            assert!(first == once(), "{} as {format}", policy.display());
        }
    }
}

#[test]
fn json_is_what_its_schema_says() {
    let validator = schema("explanation.json");
    for case in cases() {
        let told = told(&case, "json");
        let (document, _) = told.rsplit_once("exit code").unwrap();
        let explanation: Value = serde_json::from_str(document).unwrap();
        validator.validate(&explanation).unwrap_or_else(|error| panic!("{}: {error}", case.display()));
        for call in explanation["calls"].as_array().unwrap() {
            let rules = call["rules"].as_array().unwrap();
            let denies: Vec<&Value> = rules.iter().filter(|rule| rule["answer"] == "denies").collect();
            match call["decision"].as_str().unwrap() {
                "deny" => assert_eq!(denies.iter().map(|rule| &rule["rule"]).collect::<Vec<_>>(), [&call["rule"]]),
                _ => assert!(denies.is_empty()),
            }
        }
    }
}

#[test]
fn calls_come_from_the_command_line_from_files_and_from_standard_input() {
    let folder = Folder::new("explain-calls");
    let policy = folder.write(
        "policy.json",
        r#"{"version":"1","default":"deny","tools":{"buy":{"rate_limit":{"max":2,"window":60}}}}"#,
    );
    let file = folder.write("calls.json", r#"[{"tool":"buy","expect":"allow"}]"#);
    let told = run(&["explain", &policy, &file, "buy", "buy {\"units\":3}", "--every", "5s"], 0).out;
    has(&told, &["#3  0:10.000  agent  server/buy  deny", "3 calls, 2 allowed, 1 denied", "may retry  at 1:00.000"]);
    let mut command = Command::new(BINARY);
    command.args(["explain", &policy, "-"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"- { tool: sell, expect: allow }").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    has(&String::from_utf8(output.stdout).unwrap(), &["allow, but it is deny by (default deny)"]);
}

#[test]
fn wrong_command_lines_and_documents_are_told_whole() {
    let folder = Folder::new("explain-wrong");
    let policy = folder.write("policy.json", r#"{"version":"1","default":"dny"}"#);
    let calls = folder.write("calls.yaml", "- { tool: t, at: soon }\n- { tol: t }\n");
    let told = run(&["explain", &policy, &calls, "buy {\"a\":1,\"a\":2}"], 3).err;
    has(&told, &["`default` is `\"dny\"`", "`at` is `soon`", "has no key `tol`", "the arguments on the command line"]);
    has(&run(&["explain", &policy], 2).err, &["<CALLS>"]);
    has(&run(&["explain", "no.json", "t"], 2).err, &["there is no file `no.json`"]);
    let good = folder.write("good.json", r#"{"version":"1","default":"allow"}"#);
    has(&run(&["explain", &good, "no.yaml"], 2).err, &["there is no file `no.yaml`"]);
    has(&run(&["explain", &good, "t", "--server", "borealhots"], 2).err, &["did you mean `borealhost`?"]);
    has(&run(&["explain", &good, "t", "--repeat", "0"], 2).err, &["--repeat"]);
}

#[test]
fn nothing_hides_in_what_is_shown() {
    let folder = Folder::new("explain-hidden");
    let policy = folder.write("policy.json", r#"{"version":"1","default":"allow"}"#);
    let calls = folder.write("calls.json", r#"[{"tool":"t\u202e\u0007","arguments":{"a":"\u200b\u001b[31m"}}]"#);
    for format in ["text", "json"] {
        let told = run(&["explain", &policy, &calls, "--format", format], 0).out;
        assert!(!told.contains(['\u{202e}', '\u{7}', '\u{200b}', '\u{1b}']), "{told:?}");
        has(&told, &["u{202e}", "u{200b}"]);
    }
}

#[test]
fn the_page_shows_what_happens() {
    let folder = Folder::new("explain-page");
    let page = fs::read_to_string(root().join("docs/explain.md")).unwrap();
    let block =
        |before: &str| page.split_once(before).unwrap().1.split_once('\n').unwrap().1.split_once("\n```").unwrap().0;
    folder.write("shop.json", block("<!-- complete: policy -->\n"));
    folder.write("purchase.yaml", block("<!-- file: purchase.yaml -->\n"));
    for file in ["policies/checkout-aware.json", "profiles/borealhost.yaml"] {
        folder.write(file, &fs::read_to_string(root().join(file)).unwrap());
    }
    pages::hold("explain.md", &folder);
    has(
        &ended(Command::new(BINARY).args(["explain", "--help"]), 0).out,
        &["docs/explain.md", "purchase.yaml", "Exit codes:"],
    );
}
