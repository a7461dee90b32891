//! Documents that load, and what is said of those that do not, with the place.

use floorwalker_json::{Document, Format};

use super::Scenario;

const GOOD: &str = "\
version: 1
scenario: A thief polls
guarantees: [G11]
policy: p
mocks: { borealhost: {} }
agents: { buyer: grant-a, thief: { grant: grant-b, era: legacy } }
steps:
  - agent: buyer
    call: borealhost/create_checkout
    with: { sku: bh_site_starter_monthly }
    expect: allow
    keep: { checkout: id }
    as: first
  - { world: pay, checkout: $checkout }
ledger: { borealhost: { charges: 1, executed: { create_checkout: 1 }, received: { at_most: 9 } } }
inbox: { thief: { api_key: 0 } }
";

fn problems(source: &str) -> Vec<String> {
    let document = Document::parse("s.yaml", source, Format::Yaml).expect("the text can be read");
    match Scenario::load(&document) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().map(|problem| problem.line("s", source)).collect(),
    }
}

/// The problems after one piece of the good file was replaced.
fn with(piece: &str, other: &str) -> Vec<String> {
    assert!(GOOD.contains(piece), "{piece}");
    problems(&GOOD.replacen(piece, other, 1))
}

#[test]
fn the_good_one_loads() {
    assert_eq!(problems(GOOD), Vec::<String>::new());
}

#[test]
fn each_mistake_is_told_with_its_place_and_the_way_out() {
    let cases = [
        ("version: 1", "version: 2", "s:1:10: version `2` is not known; write `version: 1`"),
        ("[G11]", "[G42]", "s:3:14: `G42` is no guarantee; they are `G1` to `G23`"),
        ("expect: allow", "expect: alow", "s:11:13: verdict `alow` is not known; did you mean `allow`?"),
        ("call:", "cal:", "s:8:5: this step does nothing; did you mean `call`?"),
        (
            "borealhost/create",
            "borealhots/create",
            "s:9:11: server `borealhots` is not known; did you mean `borealhost`?",
        ),
        ("agent: buyer", "agent: byer", "s:8:12: agent `byer` is not known; did you mean `buyer`?"),
        ("charges: 1", "charge: 1", "s:15:25: count `charge` is not known; did you mean `charges`?"),
        (
            "create_checkout: 1",
            "create_chekout: 1",
            "tool `create_chekout` is not known; did you mean `create_checkout`?",
        ),
        ("api_key: 0", "apikey: 0", "s:16:19: secret `apikey` is not known; did you mean `api_key`?"),
        ("era: legacy", "era: old", "era `old` is not known; write `legacy` or `modern`"),
        ("world: pay", "world: pray", "deed `pray` is not known; did you mean `pay`?"),
        ("keep: { checkout: id }", "keep: { other: id }", "step 2: nothing was kept as `$checkout`"),
        ("as: first", "like: first", "step 1: no earlier answer is called `first`"),
        ("as: first", "whit: {}", "this step has no key `whit`; did you mean `with`?"),
        ("at_most: 9", "at_mots: 9", "an amount has no key `at_mots`; did you mean `at_most`?"),
        ("{ borealhost: {} }", "{ nowhere: {} }", "there is no mock `nowhere`; it may be `borealhost`"),
    ];
    for (piece, other, message) in cases {
        let found = with(piece, other);
        assert!(found.iter().any(|line| line.contains(message)), "{other}: {found:#?}");
    }
}

#[test]
fn what_follows_from_a_misspelt_name_is_not_told() {
    let harm = "harm: { ledger: { borealhost: { charges: 1 } }, inbox: { thief: { api_key: 1 } } }\n";
    let source = format!("{GOOD}{harm}profiles: {{ borealhost: none }}\n");
    let steps = "  - { world: find, server: borealhost, keep: { token: claim_token:x } }
  - { world: find, keep: { other: claim_token:y } }
  - { agent: buyer, call: borealhost/whoami, with: { one: $token, two: $other } }
  - advance: { borealhost: 1h }
ledger:";
    let source = source.replacen("ledger:", steps, 1);
    assert_eq!(problems(&source), Vec::<String>::new());
    assert_eq!(
        problems(&source.replacen("{ borealhost: {} }", "{ borealhots: {} }", 1)),
        ["s:5:10: there is no mock `borealhots`; did you mean `borealhost`?"]
    );
    for (mocks, message) in [
        ("{ borealhost: { limits: of } }", "mock `borealhost`: setting `limits`"),
        ("{}", "`mocks` is empty; write a mock"),
        ("3", "`mocks` is a number; write a map"),
    ] {
        let found = problems(&source.replacen("{ borealhost: {} }", mocks, 1));
        assert!(found.len() == 1 && found[0].contains(message), "{found:#?}");
    }
    let agents = "{ buyer: grant-a, thief: { grant: grant-b, era: legacy } }";
    for (agents_written, message) in
        [("{ buyer: grant-a, thief: { grant: 3 } }", "the grant is a number"), ("{}", "`agents` is empty")]
    {
        let found = problems(&source.replacen(agents, agents_written, 1));
        assert!(found.len() == 1 && found[0].contains(message), "{found:#?}");
    }
}

#[test]
fn harm_that_is_written_wrongly_is_not_called_empty() {
    let with_harm = |harm: &str| problems(&format!("{GOOD}harm: {harm}\n"));
    let found = with_harm("{ ledger: { borealhost: { charges: three } } }");
    assert!(found.len() == 1 && found[0].contains("the count is `three`"), "{found:#?}");
    for empty in ["{}", "{ ledger: {} }", "{ ledger: { borealhost: { executed: {} } } }"] {
        let found = with_harm(empty);
        assert!(found.len() == 1 && found[0].contains("`harm` says nothing"), "{empty}: {found:#?}");
    }
}

#[test]
fn every_mock_that_is_listed_can_be_made() {
    for name in floorwalker_mocks::NAMES {
        assert!(floorwalker_mocks::mock(name, &serde_json::Value::Null).is_ok(), "{name}");
    }
}

#[test]
fn every_problem_is_told_at_once_in_the_order_of_the_file() {
    let source = GOOD.replacen("G11", "G0", 1).replacen("expect: allow", "expect: yes", 1).replacen("pay", "pai", 1);
    let found = problems(&source);
    assert_eq!(found.len(), 3, "{found:#?}");
    let order = ["G0", "verdict `yes`", "deed `pai`"];
    assert!(found.iter().zip(order).all(|(line, part)| line.contains(part)), "{found:#?}");
}

#[test]
fn a_scenario_that_nothing_could_fail_does_not_load() {
    let witness = GOOD.split("ledger:").next().unwrap();
    assert!(problems(witness).iter().any(|line| line.contains("has no witness")));
    let control = with("expect: allow", "expect: deny");
    assert!(
        control.iter().any(|line| line.contains("no call in the scenario is expected to be allowed")),
        "{control:?}"
    );
    assert_eq!(with("expect: allow", "expect: { tool_error: FORBIDDEN }"), Vec::<String>::new());
}

#[test]
fn what_happens_at_once_cannot_use_what_happens_beside_it() {
    let together = "  - together:
      - { agent: buyer, call: borealhost/create_checkout, keep: { other: id } }
      - { agent: buyer, call: borealhost/whoami, with: { id: $other } }
      - wait: 5s
";
    let found = problems(&GOOD.replacen("ledger:", &format!("{together}ledger:"), 1));
    assert!(found.iter().any(|line| line.contains("step 3.2: nothing was kept as `$other`")), "{found:#?}");
    assert!(found.iter().any(|line| line.contains("this cannot happen at the same time as others")), "{found:#?}");
}

#[test]
fn steps_of_every_kind_load() {
    let steps = "  - wait: 1m30s
  - advance: { borealhost: 1h }
  - restart
  - restart: gateway
  - session: thief
  - { world: fault, tool: create_checkout, then: lose_reply }
  - { world: find, keep: { token: claim_token:x } }
  - repeat: 3
    every: 5s
    outcome: { allow: 2, deny: { at_least: 1 } }
    step: { agent: thief, call: borealhost/whoami, like: first }
  - raw: POST /borealhost/mcp
    agent: buyer
    mirrors: whoami
    headers: { x-one: $token, x-two: [a, b], accept: null }
    text: '{\"_meta\":$meta,\"price\":\"$5\"}'
    expect: { status: 400, code: -32600, without: secret }
  - { raw: GET /x, hex: \"7b 7d\" }
";
    assert_eq!(problems(&GOOD.replacen("ledger:", &format!("{steps}ledger:"), 1)), Vec::<String>::new());
}

#[test]
fn how_many_orders_are_enough_is_at_least_one() {
    assert_eq!(problems(&format!("{GOOD}bound: 4\n")), Vec::<String>::new());
    let found = problems(&format!("{GOOD}bound: 0\n"));
    assert!(found.len() == 1 && found[0].contains("`bound` is `0`; write how many orders"), "{found:#?}");
}

#[test]
fn harm_that_the_witnesses_demand_is_no_harm() {
    let with_harm = |harm: &str| problems(&format!("{GOOD}harm: {harm}\n"));
    for same in [
        "{ ledger: { borealhost: { charges: 1 } } }",
        "{ ledger: { borealhost: { received: 5 } } }",
        "{ ledger: { borealhost: { keys_minted: 7 } } }",
        "{ inbox: { buyer: { api_key: 1 } } }",
    ] {
        let found = with_harm(same);
        assert!(
            found.len() == 1 && found[0].starts_with("s:17:7: nothing in `harm` contradicts `ledger` or `inbox`; name"),
            "{same}: {found:#?}"
        );
    }
    for harm in [
        "{ ledger: { borealhost: { charges: 2 } } }",
        "{ ledger: { borealhost: { charges: 1, received: { at_least: 10 } } } }",
        "{ inbox: { thief: { api_key: 1 } } }",
    ] {
        assert_eq!(with_harm(harm), Vec::<String>::new(), "{harm}");
    }
}

#[test]
fn every_scenario_of_the_suite_loads() {
    let suite =
        crate::Suite::open(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).expect("it is there");
    for path in suite.paths() {
        assert!(suite.check(path).is_ok(), "{path}");
    }
    assert!(suite.paths().len() > 10, "{:?}", suite.paths());
}

#[test]
fn what_happens_to_the_gateway_is_told_with_its_place_too() {
    let steps = |steps: &str| problems(&GOOD.replacen("ledger:", &format!("{steps}\nledger:"), 1));
    let right = "  - crash
  - crash: gateway
  - reload: other
  - reload: { grant-a: other, grant-b: ~ }
  - { reload: { grant-a: none }, expect: loaded }
  - { reload: other, text: ~, expect: refused }
  - { reload: { grant-a: other }, text: \"\", expect: refused }
  - clock: { wall: +1h30m }
  - clock: { wall: -90s }
  - { agent: buyer, call: borealhost/whoami, hang_up: true }
  - together: [crash, reload: other, { agent: buyer, call: borealhost/whoami, hang_up: true }]";
    assert_eq!(steps(right), Vec::<String>::new());
    let cases = [
        ("  - crash: thief", "s:15:12: `thief` cannot crash; write `crash: gateway`"),
        ("  - reload: { grant-c: p }", "s:15:15: grant `grant-c` is not known; did you mean `grant-a`?"),
        (
            "  - reload: { grant-a: 3 }",
            "the policy is a number; write a file of `policies/`, `none` for no policy, or `~`",
        ),
        ("  - { reload: p, expect: refuse }", "`expect` is `refuse`; write `loaded` or `refused`"),
        (
            "  - { reload: { grant-a: p, grant-b: q }, text: x }",
            "`text` is what one file says; name one file in `reload`",
        ),
        ("  - { reload: none, text: x }", "`text` is what one file says; name one file in `reload`"),
        (
            "  - clock: { wall: 1h }",
            "s:15:20: `wall` is `1h`; write a sign and a length of time, such as `+1h` or `-90s`",
        ),
        ("  - clock: { wal: +1h }", "`clock` has no key `wal`; did you mean `wall`?"),
        ("  - { agent: buyer, call: borealhost/whoami, hang_up: true, expect: allow }", "who hangs up sees no answer"),
        ("  - { approvals: all, by: nobody, expect: ask }", "the approvers' door never answers `ask`"),
        ("approvers: [hana, hana]", "approver `hana` stands there twice; name each of them once"),
        ("  - together: [clock: { wall: +1h }]", "this cannot happen at the same time as others"),
    ];
    for (written, message) in cases {
        let found = steps(written);
        assert!(found.iter().any(|line| line.contains(message)), "{written}: {found:#?}");
    }
}
