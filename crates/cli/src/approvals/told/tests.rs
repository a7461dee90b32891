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
         reason      It costs money.\ncosts       checkout shop/c1: 5 EUR\nexpires_at  2026-01-15T10:45:00.000Z\n  \
         args.id = \"c1\"\n  args.note = \"\\u202e\"\n"
    );
    assert_eq!(
        text(&json!({ "approvals": [ask] })),
        "00ff00ff00ff-7  pending   buyer calls shop/buy  until 2026-01-15T10:45:00.000Z\n"
    );
    assert_eq!(text(&json!({ "approvals": [] })), "nothing waits for you\n");
    let unseen = text(&json!({ "id": "00ff00ff00ff-7", "arguments": null }));
    assert!(unseen.ends_with("its agent has to ask again\n"), "{unseen}");
}
