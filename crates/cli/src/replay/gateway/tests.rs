//! The names of stand-ins, and what is told about a score.

use floorwalker_scenario::Score;

use super::{STAND_INS, score, stand_in};

#[test]
fn every_stand_in_has_its_name_and_a_misspelt_one_is_helped() {
    for name in STAND_INS {
        assert!(stand_in(name).is_ok(), "{name}");
    }
    let told = stand_in("deny-al").expect_err("there is none").to_string();
    assert!(told.ends_with("did you mean `stand-in:deny-all`?"), "{told}");
}

#[test]
fn the_parts_of_a_score_are_shown_with_it() {
    let told = score(Score { attacks: 36, stopped: 18, honest: 11, served: 11, unreadable: 0 });
    assert!(told.contains("score 50 of 100") && told.contains("18 of 36 attacks stopped"), "{told}");
    let told = score(Score { attacks: 1, stopped: 1, honest: 0, served: 0, unreadable: 0 });
    assert!(told.starts_with("no score without"), "{told}");
    let told = score(Score { attacks: 1, stopped: 1, honest: 1, served: 1, unreadable: 1 });
    assert!(told.starts_with("no score, because 1 scenario could not be read"), "{told}");
}
