//! The main job on a folder with one scenario, whose limit somebody changes.

use std::{fs, process::Command};

use crate::support::{BINARY, Ended, Folder, ended, has, run};

const SCENARIO: &str = "\
version: 1
scenario: No more checkouts than allowed
guarantees: [G4]
policy: two-a-minute
mocks: { borealhost: { limits: off } }
profiles: { borealhost: none }
agents: { buyer: grant-a }
steps:
  - repeat: 2
    step: { agent: buyer, call: borealhost/create_checkout, with: { sku: bh_site_starter_monthly }, expect: allow }
  - { agent: buyer, call: borealhost/create_checkout, with: { sku: bh_site_starter_monthly }, expect: deny }
ledger: { borealhost: { checkouts_created: 2 } }
";

const HARM: &str = "harm: { ledger: { borealhost: { checkouts_created: 3 } } }\n";

fn policy(max: u32) -> String {
    format!(
        r#"{{ "version": "1", "default": "deny", "tools": {{ "create_checkout": {{ "limits": [
  {{ "counter": "rate", "window": "minute", "max": {max}, "scope": "grant" }} ] }} }} }}"#
    )
}

fn suite(test: &str) -> Folder {
    let folder = Folder::new(test);
    folder.write("policies/two-a-minute.json", &policy(2));
    folder.write("scenarios/rate/no-more.yaml", &format!("{SCENARIO}{HARM}"));
    folder
}

fn replay(folder: &Folder, more: &[&str], code: i32) -> Ended {
    ended(Command::new(BINARY).args(["replay", "--root", folder.text()]).args(more), code)
}

#[test]
fn a_snapshot_is_new_then_accepted_then_held() {
    let folder = suite("replay-accept");
    has(&replay(&folder, &[], 1).out, &["new", "no transcript is kept yet; `--accept`", "0 scenarios held, 1 new"]);
    has(&replay(&folder, &["--accept"], 0).out, &["held", "1 snapshot written"]);
    assert!(folder.path().join("snapshots/rate/no-more.snap").is_file());
    let held = replay(&folder, &[], 0).out;
    has(&held, &["verdict", "held     rate/no-more", "G4", "bites", "1 scenario held; 1 interleaving\n"]);
    let again = replay(&folder, &[], 0);
    assert_eq!(again.out, held, "the same bytes on every run");
    has(&again.err, &["in ", " s, 3 virtual calls\n"]);
    assert!(!held.contains('\x1b'), "colours off a terminal");
}

#[test]
fn a_transcript_that_no_scenario_has_is_told() {
    let folder = suite("replay-orphan");
    replay(&folder, &["--accept"], 0);
    folder.write("snapshots/rate/gone.snap", "---\nsource: x\n---\n");
    has(&replay(&folder, &[], 0).err, &["note: `snapshots/rate/gone.snap` belongs to no scenario; delete it\n"]);
}

#[test]
fn whoever_reads_no_further_still_gets_the_exit_code() {
    let folder = suite("replay-pipe");
    for (command, code) in [("replay --root \"$1\"", 1), ("schema scenario", 0)] {
        let shell = format!("\"$0\" {command} | true; exit \"${{PIPESTATUS[0]}}\"");
        let ended = ended(Command::new("bash").args(["-c", &shell, BINARY, folder.text()]), code);
        assert!(!ended.err.contains("error:"), "{}", ended.err);
    }
}

#[test]
fn a_changed_number_in_a_policy_is_found_and_explained() {
    let folder = suite("replay-changed-policy");
    replay(&folder, &["--accept"], 0);
    folder.write("policies/two-a-minute.json", &policy(3));
    for accept in [&[][..], &["--accept"]] {
        let broken = replay(&folder, accept, 1);
        has(
            &broken.out,
            &[
                "BROKEN rate/no-more: No more checkouts than allowed",
                "(line 11): expected deny",
                "policies/two-a-minute.json",
                "what happened around it",
                "    > ",
                "0 scenarios held, 1 BROKEN",
            ],
        );
        let last = broken.out.lines().last().unwrap();
        let command = "  BROKEN rate/no-more: cargo run --release -- replay scenarios/rate/no-more.yaml --root ";
        assert_eq!(last, format!("{command}{}", folder.text()));
        assert!(!broken.out.contains("\n    +") && broken.out.contains('…'), "{}", broken.out);
        assert!(broken.out.lines().all(|line| line.chars().count() <= 300), "{}", broken.out);
    }
    folder.write("policies/two-a-minute.json", &policy(2));
    replay(&folder, &[], 0);
}

#[test]
fn a_changed_snapshot_is_a_failure_that_accept_mends() {
    let folder = suite("replay-changed-snapshot");
    replay(&folder, &["--accept"], 0);
    let file = folder.path().join("snapshots/rate/no-more.snap");
    let kept = fs::read_to_string(&file).unwrap();
    fs::write(&file, kept.replace("buyer", "somebody")).unwrap();
    let changed = replay(&folder, &[], 1).out;
    has(&changed, &["CHANGED rate/no-more", "somebody", "`--accept` keeps the new one", "1 CHANGED"]);
    replay(&folder, &["--accept"], 0);
    assert_eq!(fs::read_to_string(&file).unwrap(), kept);
}

#[test]
fn an_attack_that_does_not_bite_proves_nothing() {
    let folder = suite("replay-no-bite");
    folder.write("scenarios/rate/no-more.yaml", &format!("{SCENARIO}{}", HARM.replace('3', "9")));
    let told = "with nothing in between: borealhost counted 3 checkouts_created (harm: 9)";
    has(&replay(&folder, &[], 1).out, &["no bite", "the attack proves nothing", told, "1 no bite"]);
}

#[test]
fn a_document_that_does_not_load_outweighs_what_broke() {
    let folder = suite("replay-unreadable");
    folder.write("scenarios/rate/torn.yaml", &SCENARIO.replace("expect: deny", "expect: dney"));
    let unreadable = replay(&folder, &[], 3).out;
    has(&unreadable, &["unreadable  rate/torn", "scenarios/rate/torn.yaml:11:", "1 unreadable"]);
    folder.write("policies/two-a-minute.json", "{");
    has(&replay(&folder, &["no-more"], 3).out, &["policies/two-a-minute.json:1:"]);
}

#[test]
fn transcripts_are_shown_when_asked_for_and_nothing_else_changes_them() {
    let folder = suite("replay-verbose");
    replay(&folder, &["--accept"], 0);
    let told = "with nothing in between: borealhost counted 3 checkouts_created\n";
    has(&replay(&folder, &["--verbose"], 0).out, &["decision log", "inboxes", "checkouts_created 2", told]);
    folder.write("policies/two-a-minute.json", &policy(3));
    has(&replay(&folder, &["--verbose"], 1).out, &["\n    -", "\n    +", "what is different"]);
    folder.write("policies/two-a-minute.json", &policy(2));
    replay(&folder, &["--jobs", "3", "--bound", "5"], 0);
    replay(&folder, &["--over", "http"], 0);
}

#[test]
fn what_does_not_exist_is_usage() {
    let folder = suite("replay-usage");
    has(
        &replay(&folder, &["rate/no-mroe"], 2).err,
        &["no scenario matches `rate/no-mroe`; did you mean `rate/no-more`?"],
    );
    has(&run(&["replay", "--root", &format!("{}/rate", folder.text())], 2).err, &["has no folder `scenarios`"]);
    let bare = Folder::new("replay-bare");
    has(
        &ended(Command::new(BINARY).arg("replay").current_dir(bare.path()), 2).err,
        &["no folder `scenarios` in", "--root"],
    );
    fs::create_dir_all(bare.path().join("scenarios")).unwrap();
    has(
        &ended(Command::new(BINARY).arg("replay").current_dir(bare.path()), 2).err,
        &["there is no scenario (`*.yaml`)"],
    );
}

#[test]
fn the_root_is_found_upwards() {
    let folder = suite("replay-upwards");
    replay(&folder, &["--accept"], 0);
    let mut command = Command::new(BINARY);
    ended(command.args(["replay", "no-more.yaml"]).current_dir(folder.path().join("scenarios/rate")), 0);
}

#[test]
fn the_root_is_taken_from_the_path() {
    let (folder, elsewhere) = (suite("replay-path"), suite("replay-elsewhere"));
    let path = folder.path().join("scenarios/rate/no-more.yaml");
    for here in [std::env::temp_dir().as_path(), elsewhere.path()] {
        let mut command = Command::new(BINARY);
        let new = ended(command.arg("replay").arg(&path).current_dir(here), 1).out;
        has(&new, &["1 new", &format!("--root {}", folder.path().canonicalize().unwrap().display())]);
    }
}

#[test]
fn a_missing_profile_and_a_misspelt_mock_are_told_once() {
    let folder = suite("replay-profile");
    let whole = format!("{SCENARIO}{HARM}");
    let says = "rate/no-more.yaml:5:10: there is no `profiles/borealhost.yaml`; write `profiles: { borealhost: none }`";
    let path = folder.write("scenarios/rate/no-more.yaml", &whole.replace("profiles: { borealhost: none }\n", ""));
    has(&replay(&folder, &[], 3).out, &[says]);
    has(&run(&["check", &path], 3).err, &[says]);
    folder.write("scenarios/rate/no-more.yaml", &whole.replacen("borealhost:", "borealhots:", 1));
    let told = replay(&folder, &[], 3).out;
    has(&told, &["there is no mock `borealhots`; did you mean `borealhost`?"]);
    assert_eq!(told.matches("no-more.yaml:").count(), 1, "{told}");
}

#[test]
fn colours_are_written_when_forced_and_never_under_no_color() {
    let folder = suite("replay-colours");
    let coloured = |variable: (&str, &str)| {
        let mut command = Command::new(BINARY);
        command.args(["replay", "--root", folder.text()]).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
        ended(command.env(variable.0, variable.1), 1).out.contains('\x1b')
    };
    assert!(coloured(("CLICOLOR_FORCE", "1")));
    assert!(!coloured(("NO_COLOR", "1")));
}
