//! What an approver reads.

use serde_json::json;

use super::text;

#[test]
fn one_ask_is_told_whole_and_a_list_in_lines() {
    let ask = json!({
        "id": "00ff00ff00ff-7", "stands": "pending", "grant": "buyer", "server": "shop", "tool": "buy",
        "costs": ["checkout shop/c1: 5 EUR"], "reason": "It costs money.", "expires_at": "2026-01-15T10:45:00.000Z",
        "arguments": ["args.id = \"c1\"", "args.note = \"\\u202e\""],
    });
    assert_eq!(
        text(&ask),
        "id          00ff00ff00ff-7\nstands      pending\ngrant       buyer\nserver      shop\ntool        buy\n\
         reason      It costs money.\ncosts       checkout shop/c1: 5 EUR, in the server's units\nexpires_at  2026-01-15T10:45:00.000Z\n  \
         args.id = \"c1\"\n  args.note = \"\\u202e\"\n"
    );
    assert_eq!(
        text(&json!({ "approvals": [ask] })),
        "00ff00ff00ff-7  pending   buyer calls shop/buy  until 2026-01-15T10:45:00.000Z\n"
    );
    assert_eq!(text(&json!({ "approvals": [] })), "nothing waits for you\n");
    assert!(text(&json!({ "costs": [] })).ends_with("none\n"));
}

/// Only what waits can be asked again.
#[test]
fn what_is_over_asks_nobody_to_ask_again() {
    let told = |stands: &str| text(&json!({ "id": "00ff00ff00ff-7", "stands": stands, "arguments": null }));
    assert!(told("pending").ends_with("its agent has to ask again\n"));
    for stands in ["spent", "approved", "denied", "expired"] {
        assert!(told(stands).ends_with("arguments   not kept\n"), "{stands}: {}", told(stands));
    }
}

#[test]
fn nothing_that_the_other_end_says_hides_or_begins_a_line() {
    let ask = json!({
        "id": "7", "stands": "pending\r\u{1b}[2K", "grant": "\u{202e}reyub", "costs": ["1 EUR\nid 8"],
        "tool": { "\u{202e}": 1 }, "arguments": ["args.id = 1\ndigest 9"],
    });
    for told in [text(&ask), text(&json!({ "approvals": [ask] }))] {
        let hidden = |character: char| (character.is_control() && character != '\n') || character == '\u{202e}';
        assert!(!told.contains(hidden), "{told:?}");
        assert!(told.lines().all(|line| !line.starts_with("digest 9") && !line.starts_with("id 8")), "{told}");
    }
}
