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
    has(&checked.err, &["new session", "policy.json:4:"]);
    has(&checked.out, &["ok "]);
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
    has(&run(&["check", bare.text()], 2).err, &["there is no `.json` and no `.yaml` below"]);
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
