//! `replay --watch` on a real file system, until it is asked to stop.

use crate::support::{Folder, Server, has, run};

const SCENARIO: &str = "\
version: 1
scenario: Somebody looks at prices
guarantees: [G3]
policy: prices
mocks: { borealhost: {} }
profiles: { borealhost: none }
agents: { a: g }
steps: [{ agent: a, call: borealhost/list_plans, expect: allow }]
ledger: { borealhost: { executed: { list_plans: 1 } } }
";

fn policy(tool: &str) -> String {
    format!(r#"{{ "version": "1", "default": "deny", "tools": {{ "{tool}": {{}} }} }}"#)
}

#[test]
fn a_changed_policy_runs_what_names_it_and_the_last_verdict_is_the_exit_code() {
    let folder = Folder::new("watch-policy");
    folder.write("policies/prices.json", &policy("list_plans"));
    folder.write("policies/other.json", &policy("list_plans"));
    folder.write("scenarios/look/one.yaml", SCENARIO);
    folder.write("scenarios/look/other.yaml", &SCENARIO.replace("policy: prices", "policy: other"));
    run(&["replay", "--accept", "--root", folder.text()], 0);
    let mut watching = Server::start(&["replay", "--watch", "--root", folder.text()]);
    watching.line_with("2 scenarios held");
    folder.write("policies/prices.json", &policy("whoami"));
    let row = watching.line_with("BROKEN");
    assert!(row.starts_with("BROKEN   look/one "), "{row}");
    has(&watching.line_with("scenario held"), &["1 scenario held, 1 BROKEN"]);
    assert_eq!(watching.stop(), Some(1));
}

#[test]
fn the_screen_is_for_people_and_accepting_is_for_once() {
    let folder = Folder::new("watch-usage");
    folder.write("scenarios/look/one.yaml", SCENARIO);
    let replay = |more: &[&str]| run(&[&["replay", "--root", folder.text(), "--watch"], more].concat(), 2).err;
    has(&replay(&["--format", "json"]), &["`--output FILE` says where the report goes"]);
    has(&replay(&["--accept"]), &["'--accept'", "cannot be used with"]);
}
