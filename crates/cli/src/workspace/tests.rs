//! Which scenarios are meant by what was named.

use std::path::{Path, PathBuf};

use super::{chosen, stem};
use crate::exit::Failure;

const PATHS: [&str; 3] =
    ["scenarios/checkout/a-second-poll.yaml", "scenarios/checkout/thief-polls.yaml", "scenarios/live/buy.yaml"];

fn stems(named: &[&str]) -> Result<Vec<String>, Failure> {
    let paths = PATHS.map(str::to_owned);
    let named: Vec<PathBuf> = named.iter().map(PathBuf::from).collect();
    let chosen = chosen(Path::new("nowhere"), &paths, &named)?;
    Ok(chosen.iter().map(|path| stem(path).to_owned()).collect())
}

#[test]
fn nothing_named_means_all() {
    assert_eq!(stems(&[]).unwrap(), ["checkout/a-second-poll", "checkout/thief-polls", "live/buy"]);
}

#[test]
fn a_scenario_has_many_names() {
    for name in ["live/buy", "live/buy.yaml", "scenarios/live/buy.yaml", "scenarios/live", "live", "live/", "buy"] {
        assert_eq!(stems(&[name]).unwrap(), ["live/buy"], "{name}");
    }
}

#[test]
fn each_is_run_once_and_in_order() {
    assert_eq!(
        stems(&["live", "checkout", "thief-polls"]).unwrap(),
        ["checkout/a-second-poll", "checkout/thief-polls", "live/buy"]
    );
}

#[test]
fn a_part_of_a_name_means_every_scenario_that_has_it_unless_one_is_named_wholly() {
    assert_eq!(stems(&["thief"]).unwrap(), ["checkout/thief-polls"]);
    assert_eq!(stems(&["poll"]).unwrap(), ["checkout/a-second-poll", "checkout/thief-polls"]);
    assert_eq!(stems(&["buy"]).unwrap(), ["live/buy"]);
    assert!(matches!(stems(&["yaml"]), Err(Failure::Usage(_))));
}

#[test]
fn a_misspelt_name_is_answered_with_the_nearest() {
    let message = stems(&["checkout/theif-polls"]).unwrap_err().to_string();
    assert_eq!(message, "no scenario matches `checkout/theif-polls`; did you mean `checkout/thief-polls`?");
    let message = stems(&["theif"]).unwrap_err().to_string();
    assert_eq!(message, "no scenario matches `theif`; did you mean `thief`?");
    let message = stems(&["zzzzzzzzzz"]).unwrap_err().to_string();
    assert!(message.ends_with("a part such as `checkout/a-second-poll`"), "{message}");
}
