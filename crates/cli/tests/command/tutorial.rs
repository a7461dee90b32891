//! The tutorial is true: every command on the page is played, in an empty folder, and shows what the page shows.
//!
//! `FLOORWALKER_ACCEPT=1 cargo test -p floorwalker-cli tutorial` writes the output of today into the page.

use std::fs;

use crate::{pages, support::Folder};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/tutorial.md");

/// What a reader may have to type at most.
const LINES_MAX: usize = 15;

#[test]
fn the_tutorial_shows_what_happens() {
    pages::hold("tutorial.md", &Folder::new("tutorial"));
}

#[test]
fn the_tutorial_is_short_and_catches_a_regression_twice() {
    let page = fs::read_to_string(PAGE).unwrap();
    let typed = pages::commands(&page).count();
    let in_scripts: usize =
        page.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap().lines().count()).sum();
    assert!(typed > 5 && typed + in_scripts <= LINES_MAX, "{typed} + {in_scripts} lines to type");
    assert_eq!(page.matches("\nBROKEN limit/at-its-edge:").count(), 1);
    assert_eq!(page.matches("\nBROKEN buy/a-site:").count(), 1);
}

#[test]
fn every_number_of_interleavings_in_the_text_is_one_that_the_page_shows() {
    let page = fs::read_to_string(PAGE).unwrap();
    let (mut text, mut shown) = (String::new(), String::new());
    for (number, part) in page.split("```").enumerate() {
        if number % 2 == 0 { &mut text } else { &mut shown }.push_str(part);
    }
    let told: Vec<&str> = text.split('`').skip(1).step_by(2).filter(|code| code.ends_with(" interleavings")).collect();
    assert!(!told.is_empty());
    for told in told {
        assert!(shown.lines().any(|line| line.ends_with(&format!("; {told}"))), "no output says `{told}`");
    }
}
