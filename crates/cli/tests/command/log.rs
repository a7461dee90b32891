//! Decision logs explained and compared, whole and broken ones.

use serde_json::Value;

use crate::report::schema;
use crate::support::{Folder, has, run};

/// Two calls of one tool by a buyer, the second answered by `verdict`, and one by a thief that is denied.
fn log(verdict: &str, at: &str, session: &str) -> String {
    let call = |seq: u32, grant: &str, rest: &str| {
        format!(
            "{{\"seq\":{seq},\"at\":\"{at}.00{seq}Z\",\"decision\":{{\"grant\":\"{grant}\",\"server\":\"borealhost\",\
             \"session\":\"{session}\",\"method\":\"tools/call\",\"tool\":\"create_checkout\",\"argument_keys\":[\"sku\"],\
             {rest}}}}}\n"
        )
    };
    let denied = "\"verdict\":\"deny\",\"rule\":\"(no policy)\",\"reason\":\"This grant has no policy.\"";
    [
        call(1, "buyer", "\"verdict\":\"allow\""),
        format!("{{\"seq\":2,\"at\":\"{at}.002Z\",\"outcome\":{{\"of\":1,\"ended\":\"replied\"}}}}\n"),
        call(3, "buyer", &format!("\"verdict\":\"{verdict}\"")),
        call(4, "thief", denied),
    ]
    .concat()
}

fn before() -> String {
    log("allow", "2026-01-15T10:30:00", "s-1")
}

#[test]
fn each_record_is_a_sentence_and_conditions_leave_out_the_others() {
    let folder = Folder::new("log-show");
    let file = folder.write("decisions.jsonl", &before());
    let told = run(&["log", "show", &file], 0).out;
    assert_eq!(told.lines().count(), 4);
    has(
        &told,
        &[
            "2026-01-15T10:30:00.001Z  #1  buyer called create_checkout(sku) on borealhost in session s-1 and was allowed.\n",
            "#2  #1, create_checkout of buyer on borealhost, was answered.\n",
            "#4  thief called create_checkout(sku) on borealhost in session s-1 and was denied by (no policy): This grant has no \
             policy.\n",
        ],
    );
    for (conditions, number) in [
        (&["--grant", "thief"][..], 1),
        (&["--grant", "thief", "--grant", "buyer"], 4),
        (&["--tool", "create_checkout", "--decision", "allow"], 3),
        (&["--decision", "deny", "--server", "borealhost"], 1),
        (&["--rule", "no policy"], 1),
        (&["--since", "2026-01-15T10:30:00.003Z"], 2),
        (&["--until", "2026-01-15T11:30:00.001+01:00"], 2),
    ] {
        let told = run(&[&["log", "show", &file], conditions].concat(), 0).out;
        assert_eq!(told.lines().count(), number, "{conditions:?}:\n{told}");
    }
    let lines: Vec<&str> = told.lines().collect();
    let part = folder.write(
        "part.jsonl",
        &before()
            .lines()
            .filter(|line| !line.contains("\"seq\":2"))
            .map(|line| format!("{line}\n"))
            .collect::<String>(),
    );
    assert_eq!((run(&["log", "show", &part], 0).out.lines().count(), lines.len()), (3, 4));
    has(
        &run(&["log", "show", &part], 0).err,
        &["record #3 stands behind #1; this is a part of a log, or one that was changed"],
    );
    let none = run(&["log", "show", &file, "--grant", "nobody"], 0);
    assert_eq!((none.out.as_str(), none.err.as_str()), ("", "none of 4 records is asked for\n"));
    has(&run(&["log", "show", &file, "--since", "yesterday"], 2).err, &["2026-01-15T10:30:00Z"]);
}

#[test]
fn records_for_programs_are_those_of_the_log() {
    let folder = Folder::new("log-show-json");
    let file = folder.write("decisions.jsonl", &before());
    assert_eq!(run(&["log", "show", &file, "--format", "json"], 0).out, before());
}

#[test]
fn two_runs_of_the_same_are_the_same() {
    let folder = Folder::new("log-diff-same");
    let (kept, now) =
        (folder.write("a.jsonl", &before()), folder.write("b.jsonl", &log("allow", "2027-03-01T08:00:00", "s-9")));
    let told = run(&["log", "diff", &kept, &now], 0);
    assert_eq!(told.out, format!("0 stricter, 0 looser, 0 otherwise, 0 only in {kept}, 0 only in {now}, 3 the same\n"));
    assert_eq!(told.err, "");
}

#[test]
fn a_stricter_and_a_looser_decision_are_told_and_end_with_one() {
    let folder = Folder::new("log-diff");
    let (open, closed) =
        (folder.write("a.jsonl", &before()), folder.write("b.jsonl", &log("deny", "2027-03-01T08:00:00", "s-9")));
    has(
        &run(&["log", "diff", &open, &closed], 1).out,
        &[
            "stricter\n  buyer borealhost create_checkout(sku), call 2\n    - #3 allow\n    + #3 deny\n\n1 stricter, 0 looser",
        ],
    );
    has(&run(&["log", "diff", &closed, &open], 1).out, &["looser\n  buyer", "0 stricter, 1 looser"]);
    let shorter = folder.write("c.jsonl", before().lines().next().unwrap());
    has(&run(&["log", "diff", &open, &shorter], 1).out, &["only in ", "1 otherwise, 2 only in "]);
}

#[test]
fn a_difference_for_programs_is_what_its_schema_says() {
    let folder = Folder::new("log-diff-json");
    let (open, closed) =
        (folder.write("a.jsonl", &before()), folder.write("b.jsonl", &log("deny", "2027-03-01T08:00:00", "s-9")));
    let told = run(&["log", "diff", &open, &closed, "--format", "json"], 1).out;
    let difference: Value = serde_json::from_str(&told).unwrap();
    let validator = schema("log-diff.json");
    validator.validate(&difference).unwrap_or_else(|error| panic!("{error}\n{told}"));
    assert_eq!(difference["stricter"][0]["call"]["tool"], "create_checkout");
    assert_eq!(difference["stricter"][0]["after"]["decision"], "deny");
    let mut other = difference;
    other["looser"] = Value::Null;
    assert!(!validator.is_valid(&other), "a schema that takes everything says nothing");
}

#[test]
fn a_broken_line_has_its_number_and_a_torn_one_is_left_out() {
    let folder = Folder::new("log-broken");
    let broken =
        folder.write("broken.jsonl", &before().replacen("\"allow\"", "\"maybe\"", 2).replacen("maybe", "allow", 1));
    for arguments in [&["show", &broken][..], &["diff", &broken, &broken]] {
        has(&run(&[&["log"], arguments].concat(), 3).err, &["broken.jsonl:3: not a record: `maybe` is not a verdict"]);
    }
    let torn = folder.write("torn.jsonl", &format!("{}{{\"seq\":5,\"at", before()));
    let told = run(&["log", "show", &torn], 0);
    has(&told.err, &["torn.jsonl:5: the last line is torn and was left out"]);
    assert_eq!(told.out.lines().count(), 4);
    has(&run(&["log", "show", "no-such.jsonl"], 2).err, &["there is no file `no-such.jsonl`"]);
}
