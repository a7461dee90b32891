//! Secrets in odd places, and replies of every shape.

use base64::Engine as _;
use floorwalker_json::{Digest, DigestKey, Document, Format, Keys, scan};
use proptest::prelude::*;

use super::{Unreadable, observe, observe_unasked};
use crate::{Call, Change, GrantId, Profile, ServerName};

const BOREALHOST: &str = include_str!("../../../../profiles/borealhost.yaml");
const KEY: &str = "bh_0123456789abcdef0123456789abcdef0123456789abcdef";

fn profile() -> Profile {
    Profile::load(&Document::parse("p", BOREALHOST, Format::Yaml).unwrap()).unwrap()
}

fn digest_key() -> DigestKey {
    DigestKey::new([1; 32])
}

fn observed(tool: &str, result: &str) -> Result<Vec<Change>, Unreadable> {
    let (grant, server) = (GrantId::new("a").unwrap(), ServerName::new("borealhost").unwrap());
    let arguments = scan(br#"{"checkout_id":"c1"}"#, Keys::Distinct).unwrap();
    let result = scan(result.as_bytes(), Keys::Distinct).unwrap();
    let call = Call { grant: &grant, server: &server, session: None, tool, arguments: Some(&arguments) };
    observe(&profile(), &digest_key(), &call, &result, 0).map(|seen| seen.plan.changes)
}

/// The reply of a tool that the profile does not name delivers exactly these secrets, in this order.
#[track_caller]
fn delivers(result: &str, secrets: &[&str]) {
    let expect: Vec<Change> = secrets
        .iter()
        .map(|secret| Change::Deliver {
            secret: Digest::keyed(&digest_key(), secret.as_bytes()),
            grant: GrantId::new("a").unwrap(),
        })
        .collect();
    assert_eq!(observed("whoami", result), Ok(expect), "{result}");
}

#[test]
fn secrets_are_found_wherever_they_stand() {
    let escaped = KEY.replace("bh_", r"\u0062h_");
    let in_text = |text: &str| format!(r#"{{"content":[{{"type":"text","text":{text:?}}}]}}"#);
    delivers(r#"{"structuredContent":{"api_key":"odd"}}"#, &["odd"]);
    delivers(r#"{"_meta":{"checkout_secret":"s"}}"#, &["s"]);
    delivers(&format!(r#"{{"isError":true,"content":[{{"type":"text","text":"oops {KEY}!"}}]}}"#), &[KEY]);
    delivers(&format!(r#"{{"x":"glued{KEY}ff"}}"#), &[KEY]);
    delivers(&format!(r#"{{"{KEY}":null}}"#), &[KEY]);
    delivers(&in_text(&format!(r#"{{"note":"{escaped}"}}"#)), &[KEY]);
    delivers(&in_text(r#" [{"api_key":"odd"}]"#), &["odd"]);
    delivers(&in_text(r#"{"inner":"{\"checkout_secret\":\"s\"}"}"#), &["s"]);
}

fn base64(text: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(text)
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn patterns_are_found_in_encodings() {
    let in_text = |text: &str| format!(r#"{{"content":[{{"type":"text","text":{text:?}}}]}}"#);
    let blob =
        |text: &str| format!(r#"{{"content":[{{"type":"resource","resource":{{"blob":"{}"}}}}]}}"#, base64(text));
    for lead in ["", "k", "ke", "key", "your key is "] {
        delivers(&blob(&format!("{lead}{KEY}\n")), &[KEY]);
        delivers(&in_text(&format!("see https://x/{lead}{}?", base64(KEY))), &[KEY]);
        delivers(&in_text(&format!("{lead}{} and {}", hex(KEY), hex(KEY).to_uppercase())), &[KEY]);
    }
    let url_safe = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(format!("\u{3ff}?>{KEY}??>"));
    assert!(url_safe.contains(['-', '_']));
    delivers(&in_text(&url_safe), &[KEY]);
    let (start, end) = (base64(KEY)[..40].to_owned(), base64(KEY)[40..].to_owned());
    delivers(&in_text(&format!("{start}\r\n{end}\n")), &[KEY]);
    delivers(&in_text(&KEY.replace("bh_", "b%68%5f").replace('0', "%30")), &[KEY]);
    delivers(&in_text(&format!("{KEY} {} {}", base64(KEY), hex(KEY))), &[KEY]);
}

#[test]
fn places_are_found_in_json_that_is_not_the_whole_text() {
    let in_text = |text: &str| format!(r#"{{"content":[{{"type":"text","text":{text:?}}}]}}"#);
    delivers(&in_text(r#"Done: {"checkout_secret":"s"}. Bye!"#), &["s"]);
    delivers(&in_text(r#"[1] {a} [see] {"x": {"checkout_secret":"s"} [{"checkout_secret":"t"}]"#), &["s", "t"]);
    delivers(&in_text(&format!(r#"keys: ["{}"]"#, KEY.replace("bh_", r"\u0062h_"))), &[KEY]);
    delivers(&in_text(&format!("{} {}", "{}[1][]{".repeat(99), r#"{"checkout_secret":"s"}"#)), &["s"]);
    delivers(&in_text(&base64(r#"{"checkout_secret":"a secret of a checkout"}"#)), &["a secret of a checkout"]);
}

#[test]
fn a_place_that_holds_something_odd_makes_the_reply_unreadable() {
    let odd = Err(Unreadable::OddSecret("/checkout_secret".to_owned()));
    for value in [r#"["s3cr3t"]"#, r#"{"x":"s3cr3t"}"#, "7", "true", "[]"] {
        let object = format!(r#"{{"checkout_secret":{value}}}"#);
        assert_eq!(observed("whoami", &format!(r#"{{"structuredContent":{object}}}"#)), odd, "{value}");
        assert_eq!(observed("whoami", &format!(r#"{{"content":[{{"text":{object:?}}}]}}"#)), odd, "{value}");
        let message = scan(object.as_bytes(), Keys::Distinct).unwrap();
        let plan = observe_unasked(&profile(), &digest_key(), &GrantId::new("a").unwrap(), &message);
        assert_eq!(plan.map(|plan| plan.changes), odd, "{value}");
    }
    delivers(&format!(r#"{{"structuredContent":{{"api_key":["{KEY}"]}}}}"#), &[KEY]);
}

#[test]
fn each_secret_is_delivered_once_in_the_order_of_the_reply() {
    let other = KEY.replace('0', "f");
    delivers(
        &format!(
            r#"{{"content":[{{"type":"text","text":"{other} {KEY}"}}],"structuredContent":{{"api_key":"{KEY}","checkout_secret":"s"}}}}"#
        ),
        &[&other, KEY, "s"],
    );
}

#[test]
fn what_is_no_secret_is_none() {
    delivers(r#"{"structuredContent":{"api_key":"","checkout_secret":null}}"#, &[]);
    delivers(r#"{"structuredContent":{"api_key":{"name":"n","prefix":"bh_0123456..."}}}"#, &[]);
    delivers(&format!(r#"{{"x":"{}"}}"#, KEY.to_uppercase()), &[]);
    delivers(&format!(r#"{{"x":"{}"}}"#, &KEY[..50]), &[]);
}

#[test]
fn the_structured_object_comes_before_the_text() {
    let text = r#"{"type":"text","text":"{\"id\":\"c2\",\"status\":\"ready\"}"}"#;
    let both = format!(r#"{{"content":[{text}],"structuredContent":{{"id":"c3","status":"failed"}}}}"#);
    let words = |result: &str| observed("create_checkout", result).map(|changes| crate::Plan { changes }.to_string());
    assert_eq!(words(&both).unwrap(), "bind c3 to a; advance c3 to failed for good");
    let text = format!(r#"{{"content":[{{"type":"image"}},{text}],"structuredContent":null}}"#);
    assert_eq!(words(&text).unwrap(), "bind c2 to a; advance c2 to ready");
}

#[test]
fn a_failed_call_moves_nothing() {
    for is_error in ["true", "\"false\"", "null", "0"] {
        let result = format!(r#"{{"isError":{is_error},"structuredContent":{{"id":"c1","status":"completed"}}}}"#);
        assert_eq!(observed("create_checkout", &result), Ok(Vec::new()), "{is_error}");
        assert_eq!(observed("get_checkout_status", &result), Ok(Vec::new()), "{is_error}");
    }
}

#[test]
fn names_in_replies_must_be_fit_for_the_log() {
    let id = r#"{"structuredContent":{"id":"c\n1"}}"#;
    assert_eq!(observed("create_checkout", id), Err(Unreadable::NoHandle("/id".to_owned())));
    let status = r#"{"structuredContent":{"id":"c1","status":"done\u0000"}}"#;
    assert_eq!(observed("get_checkout_status", status), Err(Unreadable::NoStatus("/status".to_owned())));
}

#[test]
fn a_notification_can_deliver_too() {
    let message = format!(r#"{{"method":"notifications/message","params":{{"data":"{KEY}"}}}}"#);
    let message = scan(message.as_bytes(), Keys::Distinct).unwrap();
    let plan = observe_unasked(&profile(), &digest_key(), &GrantId::new("a").unwrap(), &message);
    assert_eq!(plan.unwrap().changes.len(), 1);
}

/// JSON from the words that the reader looks for, so that it gets far before something is odd.
fn json() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec![
        "content",
        "structuredContent",
        "isError",
        "type",
        "text",
        "id",
        "status",
        "api_key",
        "x",
    ]);
    let leaf = prop::sample::select(vec![
        "null".to_owned(),
        "true".to_owned(),
        "false".to_owned(),
        "1e3".to_owned(),
        r#""text""#.to_owned(),
        r#""c1""#.to_owned(),
        r#""completed""#.to_owned(),
        r#""{\"id\":\"c1\",\"status\":\"x\"}""#.to_owned(),
        r#""[[{""#.to_owned(),
        format!("\"{KEY}\""),
        r#""\ud83d\ude00""#.to_owned(),
    ]);
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(|elements| format!("[{}]", elements.join(","))),
            prop::collection::btree_map(key.clone(), inner, 0..6).prop_map(|members| {
                let members: Vec<String> = members.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_reply_is_read_or_refused(result in json()) {
        for tool in ["create_checkout", "update_checkout", "complete_checkout", "get_checkout_status", "whoami"] {
            let changes = observed(tool, &result).unwrap_or_default();
            let delivers = changes.iter().any(|change| matches!(change, Change::Deliver { .. }));
            prop_assert!(delivers || !result.contains(KEY) || observed(tool, &result).is_err());
        }
    }
}
