//! Large policies load quickly.

// Clippy lets tests unwrap, and takes a module for tests when it says so.
#![cfg(test)]

use std::time::{Duration, Instant};

use floorwalker_json::{Document, Format};
use floorwalker_policy::Policy;

#[test]
fn a_policy_for_31_000_tools_loads_in_under_a_second() {
    let rule = r#"{"require":[{"conditions":[{"path":"args.amount","op":"lte","value":100}],"on_deny":"No."}],"limits":[{"counter":"NAME_rate","window":"minute","max":10,"scope":"grant"}]}"#;
    let tools: Vec<String> =
        (0..31_000).map(|at| format!("\"tool_{at}\":{}", rule.replace("NAME", &format!("tool_{at}")))).collect();
    let source = format!(r#"{{"version":"1","default":"deny","tools":{{{}}}}}"#, tools.join(","));
    let load = || {
        let began = Instant::now();
        let document = Document::parse("policy", source.as_str(), Format::Json).unwrap();
        Policy::load(&document).unwrap();
        began.elapsed()
    };
    // Tests are built with little optimisation and share the machine, so the best of three gets twice what is promised.
    let best = (0..3).map(|_| load()).min().unwrap();
    assert!(best < Duration::from_secs(2), "{best:?}");
}
