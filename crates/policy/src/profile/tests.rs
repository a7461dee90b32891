//! Which documents are profiles, and what is said of those that are not.

use std::time::Duration;

use floorwalker_json::{Document, Format, Keys, scan};

use super::{Pointer, Profile, Role, Step};

const BOREALHOST: &str = include_str!("../../../../profiles/borealhost.yaml");

const FORAGE: &str = include_str!("../../../../profiles/forage.yaml");
const TOOFI: &str = include_str!("../../../../profiles/toofi.yaml");

const SMALL: &str = "version: 1
profile: shop
tools:
  buy: { does: create }
  look: { does: poll, id: cart }
reply: { object: [text], id: /id, status: /status, terminal: [done] }
polls: [{ until: 1m, gap: 5s }]
";

fn load(source: &str) -> Result<Profile, Vec<String>> {
    let document = Document::parse("p", source, Format::Yaml).unwrap();
    Profile::load(&document)
        .map_err(|problems| problems.iter().map(|problem| problem.line("p", &document.source)).collect())
}

/// The small profile with `from` replaced by `to` is refused with exactly these lines.
#[track_caller]
fn refused(from: &str, to: &str, expect: &[&str]) {
    assert!(SMALL.contains(from), "the small profile has no `{from}`");
    let expect: Vec<String> = expect.iter().map(|line| format!("p:{line}")).collect();
    assert_eq!(load(&SMALL.replace(from, to)).expect_err("the document must not load"), expect);
}

#[test]
fn borealhost_is_as_its_facts_say() {
    let profile = load(BOREALHOST).unwrap();
    assert_eq!(profile.role("create_checkout"), Some(&Role::Create { quote: None }));
    for (tool, step) in
        [("update_checkout", Step::Update), ("complete_checkout", Step::Complete), ("get_checkout_status", Step::Poll)]
    {
        assert_eq!(profile.role(tool), Some(&Role::On { step, id: "checkout_id".to_owned() }));
    }
    assert_eq!(profile.role("list_plans"), None);
    let stretches: Vec<_> =
        profile.pace().unwrap().stretches.iter().map(|stretch| (stretch.until, stretch.gap)).collect();
    let secs = Duration::from_secs;
    assert_eq!(stretches, [(secs(60), secs(5)), (secs(600), secs(15))]);
    let kinds: Vec<&str> = profile.secrets().iter().map(|kind| kind.name.as_str()).collect();
    assert_eq!(kinds, ["api_key", "checkout_secret"]);
    assert_eq!(profile.reply().terminal.iter().collect::<Vec<_>>(), ["canceled", "completed", "failed"]);
}

#[test]
fn forage_is_as_its_facts_say() {
    let profile = load(FORAGE).unwrap();
    let on = |step| Role::On { step, id: "checkout_id".to_owned() };
    for (tool, role) in [
        ("start_checkout", Role::Create { quote: None }),
        ("update_checkout_info", on(Step::Update)),
        ("complete_purchase", on(Step::Complete)),
        ("check_order", on(Step::Poll)),
    ] {
        assert_eq!(profile.role(tool), Some(&role), "{tool}");
    }
    assert!(profile.pace().is_none() && profile.secrets().is_empty());
    let again = ["incomplete", "requires_escalation", "ready_for_complete", "complete_in_progress", "completed"];
    assert_eq!(again.map(|status| profile.is_again(status)), [true, false, true, false, false]);
    assert_eq!(profile.reply().total.as_ref().unwrap().amount.to_string(), "/totals[type=total]/amount");
}

#[test]
fn toofi_is_as_its_facts_say() {
    let profile = load(TOOFI).unwrap();
    let claim = Role::On { step: Step::Claim { attempts: 20 }, id: "purchase_id".to_owned() };
    for (tool, role) in [
        ("get_agent_billing_quote", Role::Quote),
        ("create_agent_checkout_session", Role::Create { quote: Some("quote_id".to_owned()) }),
        ("claim_agent_checkout_key", claim),
    ] {
        assert_eq!(profile.role(tool), Some(&role), "{tool}");
    }
    assert_eq!(profile.quotes().iter().collect::<Vec<_>>(), ["quote_id"]);
    let shows = |text: &str| profile.secrets().iter().any(|kind| kind.pattern.as_ref().unwrap().is_match(text));
    assert!(shows(&format!("toofi_ct_{}", "-_9".repeat(14) + "z")) && shows(&format!("toofi_ak_{}", "0a".repeat(24))));
}

#[test]
fn a_small_profile_loads() {
    assert!(load(SMALL).is_ok());
}

#[test]
fn what_is_missing_is_named() {
    let expect = [
        "p:1:1: the profile has no `profile`; add the server's name",
        "p:1:1: the profile has no `tools`; add the tools that touch a checkout",
        "p:1:1: the profile has no `reply`; add where a reply shows `id`, `status` and `terminal` statuses",
        "p:1:10: `version` is `2`; write `1`: it is the only one there is",
    ];
    assert_eq!(load("version: 2").unwrap_err(), expect);
}

#[test]
fn tools_do_one_known_thing() {
    refused("{ does: create }", "{ does: creates }", &["4:16: `does` is `creates`; did you mean `create`?"]);
    refused(
        "{ does: create }",
        "{ does: create, id: x }",
        &[
            "4:28: a tool that creates a checkout is not told an id; take it out: the id is in the reply, where `reply` says",
        ],
    );
    refused(
        "{ does: poll, id: cart }",
        "{ does: poll }",
        &["5:9: a tool's role has no `id`; add the argument that carries the checkout's id"],
    );
    refused(
        "  buy: { does: create }\n",
        "",
        &["4:3: no tool here creates a checkout; add the one that does: `{ does: create }`"],
    );
}

#[test]
fn what_stands_beside_does_belongs_there() {
    refused(
        "{ does: poll, id: cart }",
        "{ does: poll, id: cart, again: [x], attempts: 2, quote: q, agian: 1 }",
        &[
            "5:40: `again` belongs to a tool that completes; take it out",
            "5:55: `attempts` belongs to a tool that claims; take it out",
            "5:65: `quote` belongs to a tool that creates; take it out",
            "5:68: a tool's role has no key `agian`; did you mean `again`?",
        ],
    );
    refused(
        "{ does: poll, id: cart }",
        "{ does: claim }",
        &[
            "5:9: a tool that claims has no `attempts`; add how many claims of one purchase may fail, such as `attempts: 10`",
            "5:9: a tool's role has no `id`; add the argument that carries the checkout's id",
        ],
    );
    refused(
        "{ does: poll, id: cart }",
        "{ does: claim, id: cart, attempts: 0 }",
        &["5:44: `attempts` is `0`; write a whole number, `1` or more"],
    );
    refused(
        "{ does: poll, id: cart }",
        "{ does: complete, id: cart, again: [open, shut, open] }",
        &["5:57: `open` stands in `again` twice; take one of them out"],
    );
    refused(
        "{ does: poll, id: cart }\nreply: { object: [text], id: /id, status: /status, terminal: [done] }",
        "{ does: complete, id: cart, again: [done] }\nreply: { object: [text], id: /id, status: /status, terminal: [done] }",
        &["6:63: `done` stands in `again` as well; a status that nothing follows cannot be completed again"],
    );
}

#[test]
fn quotes_are_shown_by_a_tool_and_named_by_another() {
    refused(
        "{ does: create }",
        "{ does: create, quote: quote_id }",
        &["4:3: no tool here quotes; add the one that shows the quotes: `{ does: quote }`"],
    );
    refused(
        "{ does: poll, id: cart }",
        "{ does: quote, id: cart }",
        &[
            "5:28: a tool that quotes is not told a checkout's id; take it out: the id is in the reply, where `reply` says",
            "6:8: `reply` has no `quote`; add where a quote's id is, such as `/quote_id`",
            "6:8: `reply` has no `total`; add where the total is: `total: { amount: /amount, currency: /currency }`",
        ],
    );
    refused(
        "terminal: [done]",
        "terminal: [done], quote: /q",
        &["6:77: no tool here quotes; add the one that does, `{ does: quote }`, or take this out"],
    );
}

#[test]
fn a_total_has_an_amount_and_a_currency() {
    let total = |total: &str| format!("terminal: [done], total: {total}");
    refused(
        "terminal: [done]",
        &total("{ amount: cents, curency: /c }"),
        &[
            "6:77: `total` has no `currency`; add where the currency is, such as `/currency`",
            "6:87: `amount` is `cents`; write a JSON pointer, such as `/id` or `/checkout/id`",
            "6:94: `total` has no key `curency`; did you mean `currency`?",
        ],
    );
    refused(
        "terminal: [done]",
        &total("{ amount: { list: /t, entry: {}, at: /a }, currency: /c }"),
        &["6:106: `entry` is a map; write what a member of the entry says, such as `{ type: total }`"],
    );
    refused(
        "terminal: [done]",
        &total("{ amount: { list: /t, entry: { type: 7 } }, currency: /c }"),
        &[
            "6:87: `amount` has no `at`; add where the amount is in the entry, such as `/amount`",
            "6:114: `type` is `7`, not text; write a name in quotes",
        ],
    );
}

#[test]
fn places_are_json_pointers() {
    refused("id: /id", "id: id", &["6:30: `id` is `id`; write a JSON pointer, such as `/id` or `/checkout/id`"]);
    refused("object: [text]", "object: [texts]", &["6:19: a place in `object` is `texts`; did you mean `text`?"]);
    refused("object: [text]", "object: []", &["6:18: `object` is an empty list; write `[structured, text]`"]);
    refused(
        "terminal: [done]",
        "terminal: [done, done]",
        &["6:69: `done` stands in `terminal` twice; take one of them out"],
    );
}

#[test]
fn a_schedule_goes_forward() {
    refused("gap: 5s", "gap: 5", &["7:27: `gap` is `5`; write a span of time, such as `250ms`, `5s` or `10m`"]);
    refused(
        "gap: 5s }",
        "gap: 5s }, { until: 60s, gap: 1s }",
        &[
            "7:33: this stretch does not end after the one before it; write the stretches in the order of their ends, counted from the first poll",
        ],
    );
}

#[test]
fn secrets_can_be_found() {
    let with = |secrets: &str| format!("{SMALL}secrets: [{secrets}]\n");
    let cases = [
        (
            "{ kind: k }",
            "8:11: a secret has neither `places` nor `pattern`; say where it is (`places: [/api_key]`), what it looks like (`pattern`), or both",
        ),
        (
            "{ kind: k, pattern: 'a*' }",
            "8:31: `pattern` is `'a*'`; this pattern matches empty text, which is no secret",
        ),
        ("{ kind: k, pattern: '(a' }", "8:31: `pattern` is `'(a'`; unclosed group"),
        (
            "{ kind: k, places: [] }",
            "8:30: `places` is an empty list; say where it is (`places: [/api_key]`), what it looks like (`pattern`), or both",
        ),
        ("{ kind: k, place: [/a], pattern: a }", "8:22: a secret has no key `place`; did you mean `places`?"),
        (
            "{ kind: k, pattern: a }, { kind: k, pattern: b }",
            "8:36: the kind `k` stands in `secrets` twice; put all its places into one entry",
        ),
    ];
    for (secrets, expect) in cases {
        assert_eq!(load(&with(secrets)).expect_err(secrets), [format!("p:{expect}")]);
    }
}

#[test]
fn pointers_find_what_they_name() {
    let node = scan(br#"{"a":{"b/c":[{"~":1},2]},"":3}"#, Keys::Distinct).unwrap();
    let found = |pointer| Pointer::parse(pointer).unwrap().find(&node).and_then(floorwalker_json::Node::as_u64);
    assert_eq!(found("/a/b~1c/0/~0"), Some(1));
    assert_eq!(found("/a/b~1c/1"), Some(2));
    assert_eq!(found("/a/b~1c/2"), None);
    assert_eq!(found("/a/b~1c/x"), None);
    for text in ["", "/", "a", "/a//b", "/a~2", "/a~"] {
        assert_eq!(Pointer::parse(text), None, "{text}");
    }
    assert_eq!(Pointer::parse("/a~1b/~0").unwrap().to_string(), "/a~1b/~0");
}
