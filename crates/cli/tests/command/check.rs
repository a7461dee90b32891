//! Problems with their places, and warnings.

use crate::support::{Folder, has, run};

const LIMIT: &str = r#"{ "counter": "c", "window": "minute", "max": 3, "scope": "grant" }"#;

fn policy(limit: &str) -> String {
    format!(
        "{{\n  \"version\": \"1\",\n  \"default\": \"deny\",\n  \"tools\": {{ \"t\": {{ \"limits\": [{limit}] }} }}\n}}\n"
    )
}

#[test]
fn a_good_document_is_ok() {
    let folder = Folder::new("check-good");
    let file = folder.write("policy.json", &policy(LIMIT));
    let checked = run(&["check", &file], 0);
    assert_eq!((checked.out, checked.err), (format!("ok {file} (policy)\n"), String::new()));
}

#[test]
fn every_problem_has_its_place_its_line_and_its_way_out() {
    let folder = Folder::new("check-bad");
    let file = folder
        .write("policy.json", &policy(r#"{ "counter": "c", "window": "minit", "max": -3 }"#).replace("deny", "dney"));
    let checked = run(&["check", &file], 3);
    has(
        &checked.err,
        &[
            &format!("{file}:3:14"),
            "did you mean `deny`?",
            "`window` is",
            "did you mean `minute`?",
            "`max` is",
            r#""default": "dney""#,
            "1 of 1 document did not pass",
        ],
    );
    assert!(!checked.err.contains('\x1b'), "colours off a terminal");
}

#[test]
fn a_warning_stops_nothing() {
    let folder = Folder::new("check-warning");
    let file = folder.write("policy.json", &policy(&LIMIT.replace("grant", "session")));
    let checked = run(&["check", &file], 0);
    has(&checked.err, &["session-scope", "new session", "policy.json:4:", "check --why CODE"]);
    assert_eq!(checked.out, format!("ok {file} (policy, 1 warning)\n"));
    let denied = run(&["check", "--deny-warnings", &file], 1);
    assert_eq!((denied.out, denied.err), (checked.out, checked.err));
    let allowed = run(&["check", "--deny-warnings", "--allow", "session-scope", &file], 0);
    assert_eq!((allowed.out, allowed.err), (format!("ok {file} (policy)\n"), String::new()));
}

#[test]
fn a_code_is_explained_and_an_unknown_one_gets_the_nearest() {
    let why = run(&["check", "--why", "never-fires"], 0).out;
    has(&why, &["never-fires: A rule that can never deny", "Warns, because", "\"deny_if\""]);
    let told = run(&["check", "--why", "never-fire"], 2).err;
    has(&told, &["did you mean `never-fires`?", "`uncapped-money`", "`session-scope`"]);
    run(&["check", "--allow", "nothing", "x.json"], 2);
    let both = run(&["check", "--why", "never-fires", "x.json"], 2).err;
    has(&both, &["cannot be used with", "floorwalker check --why <CODE>\n"]);
    assert!(!both.contains("<CODE> [PATH]"), "{both}");
}

#[test]
fn what_needs_a_server_is_told_where_it_is_known() {
    let folder = Folder::new("check-server");
    let text = "{\n  \"version\": \"1\",\n  \"default\": \"deny\",\n  \"tools\": {\n    \"list_plan\": {}, \"create_checkout\": {}\n  }\n}\n";
    let file = folder.write("policy.json", text);
    assert_eq!(run(&["check", &file], 0).err, "");
    let checked = run(&["check", &file, "--server", "borealhost"], 0);
    has(&checked.err, &["unknown-tool", "policy.json:5:5", "did you mean `list_plans`?", "unfinished-purchase"]);
    has(&run(&["check", &file, "--server", "borealhots"], 2).err, &["borealhost"]);
    let tools = folder.write("shop.tools.json", r#"{"tools":[{"name":"list_planes","inputSchema":{}}]}"#);
    let checked = run(&["check", &file, "--tools", &tools], 0);
    has(&checked.err, &["`shop` has no tool `list_plan`", "did you mean `list_planes`?"]);
    assert!(!checked.err.contains("unfinished-purchase"), "{}", checked.err);
    let profile = concat!(env!("CARGO_MANIFEST_DIR"), "/../../profiles/borealhost.yaml");
    has(&run(&["check", &file, "--profile", profile], 0).err, &["unfinished-purchase"]);
    has(&run(&["check", &file, "--tools", "gone.json"], 2).err, &["there is no file `gone.json`"]);
}

/// A profile says what the tools of its server do, so it is no second server of which nothing is known.
#[test]
fn a_profile_joins_the_server_that_is_named() {
    let folder = Folder::new("check-joins");
    let file = folder.write(
        "policy.json",
        r#"{ "version": "1", "default": "deny", "tools": { "list_plan": {}, "create_checkout": {} } }"#,
    );
    let profile = concat!(env!("CARGO_MANIFEST_DIR"), "/../../profiles/borealhost.yaml");
    let named = ["check", &file, "--deny-warnings", "--server", "borealhost"];
    let alone = run(&named, 1);
    has(&alone.err, &["unknown-tool", "unfinished-purchase"]);
    assert_eq!(run(&[&named[..], &["--profile", profile]].concat(), 1).err, alone.err);
    let broken = folder.write("broken.yaml", "colour: blue\n");
    has(&run(&[&named[..], &["--profile", &broken]].concat(), 3).err, &["broken.yaml:", "colour"]);
    let both = run(&[&named[..], &["--server", "forage", "--profile", profile]].concat(), 2);
    has(&both.err, &["a profile is of one server", "leave `--profile` out"]);
}

#[test]
fn a_scenario_knows_its_servers_and_says_a_thing_once() {
    let folder = Folder::new("check-scenario");
    folder
        .write("policies/p.json", "{ \"version\": \"1\", \"default\": \"allow\", \"tools\": { \"list_plan\": {} } }\n");
    let scenario = "version: 1
scenario: A call
story: It is made.
guarantees: [G3]
policy: p
mocks: { borealhost: {} }
profiles: { borealhost: none }
agents: { buyer: grant-a }
steps:
  - { agent: buyer, call: borealhost/list_plans, expect: allow }
ledger: { borealhost: { executed: { list_plans: 1 } } }
";
    folder.write("scenarios/a/one.yaml", scenario);
    folder.write("scenarios/a/two.yaml", scenario);
    let checked = run(&["check", folder.text()], 0);
    assert_eq!(checked.err.matches("unknown-tool").count(), 1, "{}", checked.err);
    has(&checked.err, &["policies/p.json:1:", "did you mean `list_plans`?"]);
}

#[test]
fn what_stands_beside_policies_is_known_too() {
    let folder = Folder::new("check-kinds");
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    for (name, kind) in [
        ("gateways/floorwalker.yaml", "gateway's file"),
        ("servers/payments.tools.json", "list of tools"),
        ("servers/payments.replies.yaml", "replies"),
    ] {
        let file = format!("{root}/{name}");
        assert_eq!(run(&["check", &file], 0).out, format!("ok {file} ({kind})\n"));
    }
    let alone = folder.write("shop.replies.yaml", "version: 1\nreplies: { t: { text: x } }\n");
    has(&run(&["check", &alone], 3).err, &["shop.tools.json"]);
    folder.write("shop.tools.json", r#"[{"name":"u","inputSchema":{}}]"#);
    has(&run(&["check", &alone], 3).err, &["no tool is called `t`"]);
    let bad = folder.write("bad.tools.json", "{");
    has(&run(&["check", &bad], 3).err, &["this is no JSON"]);
}

#[test]
fn programs_get_one_document_and_github_its_commands() {
    let folder = Folder::new("check-formats");
    let warns = folder.write("warns.json", &policy(&LIMIT.replace("grant", "session")));
    let bad = folder.write("bad.json", &policy(&LIMIT.replace("minute", "minit")));
    let told = run(&["check", "--format", "json", &warns, &bad], 3).out;
    let report: serde_json::Value = serde_json::from_str(&told).unwrap();
    let schema = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas/check.json")).unwrap();
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    assert!(jsonschema::is_valid(&schema, &report), "{told}");
    let documents = report["documents"].as_array().unwrap();
    assert_eq!((&documents[0]["loads"], &documents[1]["loads"]), (&true.into(), &false.into()));
    assert_eq!(documents[0]["findings"][0]["code"], "session-scope");
    assert_eq!(
        (&documents[0]["findings"][0]["line"], &documents[1]["findings"][0]["code"]),
        (&4.into(), &serde_json::Value::Null)
    );
    let told = run(&["check", "--format", "github", &warns, &bad], 3).out;
    has(
        &told,
        &[
            &format!("::warning file={warns},line=4,col="),
            ",title=session-scope::",
            &format!("::error file={bad},line=4,"),
        ],
    );
}

#[test]
fn what_cannot_be_read_is_said() {
    let folder = Folder::new("check-unreadable");
    let good = folder.write("good.json", &policy(LIMIT));
    let torn = folder.write("torn.json", "{ \"version\": \"1\",");
    let other = folder.write("other.yaml", "colour: blue\n");
    let gone = folder.path().join("gone.json");
    let checked = run(&["check", &good, &torn, &other, gone.to_str().unwrap()], 2);
    has(&checked.err, &["torn.json:1:", "--as policy", "there is no file `", "3 of 4 documents did not pass"]);
    has(&checked.out, &["good.json (policy)"]);
    has(&run(&["check", &good, &torn, &other], 3).err, &["2 of 3 documents did not pass"]);
    has(&run(&["check", "--as", "profile", &other], 3).err, &["colour"]);
}

#[test]
fn a_folder_means_every_document_below_it() {
    let folder = Folder::new("check-folder");
    let (first, second) = (folder.write("b/c.json", &policy(LIMIT)), folder.write("a.yaml", &policy(LIMIT)));
    folder.write("notes.txt", "none of ours");
    let checked = run(&["check", folder.text()], 0);
    assert_eq!((checked.out, checked.err), (format!("ok {second} (policy)\nok {first} (policy)\n"), String::new()));
    folder.write("b/torn.json", "{");
    has(&run(&["check", folder.text()], 3).err, &["torn.json:1:", "1 of 3 documents did not pass"]);
    let bare = Folder::new("check-bare");
    has(&run(&["check", bare.text()], 2).err, &["there is no document below `"]);
    let both = run(&["check", bare.text(), &first], 2);
    has(&both.err, &["there is no document below `", "1 of 2 documents did not pass"]);
    assert_eq!(both.out, format!("ok {first} (policy)\n"));
}

/// What tools keep for themselves is not looked at, and what is of no known kind is no mistake unless it was named.
#[test]
fn what_is_not_ours_below_a_folder_is_passed_over() {
    let folder = Folder::new("check-others");
    let good = folder.write("a/good.yml", &policy(LIMIT));
    for name in ["target/broken.json", ".git/broken.json", "a/.cache/broken.yaml", "a/target/broken.yml"] {
        folder.write(name, "{");
    }
    let other = folder.write("package.json", r#"{ "name": "shop" }"#);
    let checked = run(&["check", folder.text()], 0);
    assert_eq!(checked.out, format!("ok {good} (policy)\n"));
    assert_eq!(checked.err, "1 document of no known kind was passed over\n");
    has(&run(&["check", folder.text(), &other], 3).err, &["this is no document that is known"]);
    let hidden = folder.path().join("target");
    has(&run(&["check", hidden.to_str().unwrap()], 3).err, &["broken.json:1:"]);
    folder.write("alone/package.json", "{}");
    has(&run(&["check", &format!("{}/alone", folder.text())], 2).err, &["there is no document below `"]);
}

#[test]
fn the_example_of_the_help_works_on_this_repository() {
    let mut command = std::process::Command::new(crate::support::BINARY);
    command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).args(["check", "."]);
    let checked = crate::support::ended(&mut command, 0);
    has(&checked.err, &["documents of no known kind were passed over"]);
    has(&checked.out, &["ok ./policies/checkout-aware.json (policy", "(scenario", "(checkout profile"]);
    assert!(!checked.out.contains("./schemas/"), "{}", checked.out);
}

#[test]
fn a_decision_log_is_no_document() {
    let folder = Folder::new("check-log");
    let line = "{\"seq\":1,\"at\":\"2026-01-15T10:30:00.000Z\",\"outcome\":{\"of\":1,\"ended\":\"replied\"}}\n";
    for name in ["decisions.jsonl", "log.json"] {
        let file = folder.write(name, &line.repeat(2));
        let told = run(&["check", &file], 3).err;
        has(&told, &["looks like a decision log, which is no document", "1 of 1 document did not pass"]);
    }
}

#[test]
fn a_configuration_is_checked_with_what_it_names_and_without_showing_credentials() {
    let folder = Folder::new("check-config");
    folder.write("policy.json", &policy("{}"));
    let file = folder.write(
        "gateway.yaml",
        "upstreams:\n  shop: { url: 'http://127.0.0.1:1/mcp', credential: { env: NOT_SET } }\ngrants:\n  \
         - { id: buyer, tokens: [fw_canary], servers: { shop: { policy: policy.json } } }\n",
    );
    let checked = run(&["check", &file], 3);
    has(&checked.err, &["gateway.yaml:4:", "not the digest of a token", "policy.json:4:"]);
    assert!(!checked.err.contains("canary") && !checked.err.contains("NOT_SET"), "{}", checked.err);
}
