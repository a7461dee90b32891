//! What is computed from scenarios of every kind.

use std::fs;
use std::path::Path;

use crate::between::outside::feature::Feature;
use crate::between::outside::needs::Needs;
use crate::suite::{Loaded, Suite};

const POLICY: &str = r#"{ "version": "1", "default": "deny", "hide": ["whoami"], "tools": { "list_plans": {}, "create_checkout": {
  "limits": [{ "counter": "c", "window": "minute", "max": 2, "scope": "grant" }] }, "get_checkout_status": {}, "update_checkout": {
  "limits": [{ "counter": "u", "window": "minute", "max": 2, "increment_from": "args.units" }] } } }"#;

/// What a scenario with these steps needs under [`POLICY`].
fn needs(name: &str, agents: &str, steps: &str, more: &str) -> Needs {
    let folder = tempfile::Builder::new().prefix(name).tempdir().expect("a folder");
    let root = folder.path();
    for folder in ["policies", "profiles", "scenarios"] {
        fs::create_dir_all(root.join(folder)).expect("a folder");
    }
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::copy(repository.join("profiles/borealhost.yaml"), root.join("profiles/borealhost.yaml")).expect("a copy");
    fs::write(root.join("policies/p.json"), POLICY).expect("a file");
    let source = format!(
        "version: 1\nscenario: s\nguarantees: [G4]\npolicy: p\nmocks: {{ borealhost: {{ limits: off }} }}\n\
         agents: {agents}\nsteps:\n  - {{ agent: a, call: borealhost/list_plans, expect: allow }}\n{steps}\
         ledger: {{ borealhost: {{ charges: 0 }} }}\n{more}"
    );
    fs::write(root.join("scenarios/s.yaml"), source).expect("a file");
    let suite = Suite::open(root).expect("a suite");
    let Loaded { scenario, materials } =
        suite.load("scenarios/s.yaml").unwrap_or_else(|problems| panic!("{problems:#?}"));
    Needs::of(&scenario, &materials)
}

fn features(needs: &Needs) -> Vec<Feature> {
    needs.features.keys().copied().collect()
}

#[test]
fn an_honest_call_needs_only_its_era() {
    assert_eq!(features(&needs("honest", "{ a: g }", "", "")), [Feature::ModernEra]);
    assert_eq!(features(&needs("older", "{ a: { grant: g, era: legacy } }", "", "")), [Feature::LegacyEra]);
}

#[test]
fn what_the_policy_denies_must_be_denied_and_what_it_hides_hidden() {
    let steps = "  - { agent: a, call: borealhost/whoami, expect: unknown }\n  - { agent: a, call: borealhost/register, expect: deny }\n";
    let needs = needs("denied", "{ a: g }", steps, "");
    assert_eq!(features(&needs), [Feature::Deny, Feature::Hide, Feature::ModernEra]);
    assert_eq!(needs.features[&Feature::Hide], "step 2 calls whoami, which is hidden");
}

#[test]
fn a_limit_is_needed_when_it_is_exceeded_and_a_rolling_one_when_time_passes_too() {
    let call = "{ agent: a, call: borealhost/create_checkout, with: { sku: bh_site_starter_monthly } }";
    let repeat = |times: u64| format!("  - {{ repeat: {times}, step: {call} }}\n");
    assert_eq!(features(&needs("within", "{ a: g }", &repeat(2), "")), [Feature::ModernEra]);
    let burst = needs("burst", "{ a: g }", &repeat(3), "");
    assert_eq!(features(&burst), [Feature::Limits, Feature::ModernEra]);
    assert!(burst.time.is_zero(), "{burst:?}");
    let spread = needs("spread", "{ a: g }", &format!("{}  - wait: 5.01s\n{}", repeat(2), repeat(1)), "");
    assert_eq!(features(&spread), [Feature::Limits, Feature::RollingLimits, Feature::ModernEra]);
    assert_eq!((spread.time.as_millis(), spread.exact_time.as_deref()), (5_010, Some("step 3 waits 5.01 s")));
}

#[test]
fn time_that_only_the_mocks_notice_is_not_waited_for() {
    let needs = needs(
        "mocks-time",
        "{ a: g }",
        "  - wait: 6h\n  - { agent: a, call: borealhost/list_plans, expect: allow }\n",
        "",
    );
    assert!(needs.time.is_zero(), "{needs:?}");
}

#[test]
fn what_the_policy_allows_and_must_be_stopped_is_for_the_profile() {
    let poll = "{ agent: a, call: borealhost/get_checkout_status, with: { checkout_id: x }, expect: deny }";
    let denied = needs("profile", "{ a: g }", &format!("  - {poll}\n"), "");
    assert_eq!(features(&denied), [Feature::CheckoutProfiles, Feature::ModernEra]);
}

#[test]
fn exact_bytes_sessions_restarts_and_strangers_are_needs_of_their_own() {
    let steps = "  - { raw: POST /borealhost/mcp, text: '{}', expect: refused }\n  - session: a\n  - restart\n";
    let found = needs("raw", "{ a: g, b: h }", steps, "");
    let expected = [
        Feature::Grants,
        Feature::Authentication,
        Feature::LegacyEra,
        Feature::ModernEra,
        Feature::RawRequests,
        Feature::Restart,
    ];
    assert_eq!(features(&found), expected);
}

#[test]
fn what_no_gateway_outside_can_be_asked_is_told_with_its_step() {
    let steps = "  - reload: p\n  - crash\n  - clock: { wall: +1h }\n  - { agent: a, call: borealhost/list_plans, hang_up: true }\n";
    let needs = needs("beyond", "{ a: { grant: g, token: spare } }", steps, "");
    assert_eq!(
        needs.beyond,
        [
            "several tokens of one grant: a holds `spare`",
            "a reload of policies: step 2 asks for one",
            "a crash: step 3 asks for one",
            "another time on the wall: step 4 sets it",
            "a client that hangs up: step 5",
        ]
    );
}

#[test]
fn a_reply_that_is_held_needs_a_gateway_that_can_be_hastened() {
    let held =
        "  - { world: fault, tool: list_plans, then: hold_reply }\n  - { agent: a, call: borealhost/list_plans }\n";
    let beyond = |name: &str, steps: &str| needs(name, "{ a: g }", steps, "").beyond;
    assert_eq!(beyond("held", held), ["the end of its patience with a server: step 2 holds replies"]);
    assert!(beyond("lost", &held.replace("hold", "lose")).is_empty());
}

#[test]
fn time_matters_to_a_limit_on_an_amount_that_is_not_known_yet() {
    let buy = "{ agent: a, call: borealhost/update_checkout, with: { units: 2 } }";
    let steps = format!("  - {buy}\n  - wait: 60s\n  - {buy}\n");
    assert_eq!(needs("amount", "{ a: g }", &steps, "").time.as_secs(), 60);
    assert!(needs("uncounted", "{ a: g }", &steps.replace("update_checkout", "whoami"), "").time.is_zero());
}
