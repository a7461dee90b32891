//! What is warned about once the server is known.

use floorwalker_json::{Document, Format};
use serde_json::{Value, json};

use super::{KnownServer, entry, profile, server, warnings};
use crate::Policy;

#[track_caller]
fn against(rule: &Value, schema: &Value, expect: &[&str]) {
    let source = json!({ "version": "1", "default": "deny", "tools": { "t": rule } }).to_string();
    assert_eq!(warnings(&source, &[server(schema)]), expect, "{source} {schema}");
}

fn typed(word: &str) -> Value {
    json!({ "properties": { "a": { "type": word } }, "additionalProperties": false })
}

#[test]
fn conditions_that_the_schema_rules_out() {
    let require = |op: &str, value: Value| json!({ "require": [entry(&[(op, value)])] });
    let deny_if = |op: &str, value: Value| json!({ "deny_if": [entry(&[(op, value)])] });
    let never =
        |op: &str| format!("against-schema: `args.a` is a text in the schema of `t`, so this `{op}` never holds of it");
    against(&require("lte", json!(5)), &typed("string"), &[&never("lte")]);
    against(&deny_if("gt", json!(5)), &typed("string"), &[&never("gt")]);
    against(&deny_if("eq", json!(5)), &typed("string"), &[&never("eq")]);
    against(&deny_if("gt", json!(5)), &typed("integer"), &[]);
    against(&deny_if("eq", json!("5")), &typed("string"), &[]);
    against(
        &deny_if("neq", json!(5)),
        &typed("string"),
        &["against-schema: `args.a` is a text in the schema of `t`, so this `neq` always holds of it"],
    );
    against(&deny_if("neq", json!("x")), &typed("string"), &[]);
    against(&deny_if("exists", json!(true)), &typed("string"), &[]);
    against(
        &require("in", json!(["EUR"])),
        &json!({ "properties": { "a": { "enum": ["eur"] } } }),
        &["against-schema: `args.a` is one of a few values in the schema of `t`, so this `in` never holds of it"],
    );
    against(&require("in", json!(["EUR", "eur"])), &json!({ "properties": { "a": { "enum": ["eur"] } } }), &[]);
}

#[test]
fn arguments_that_the_schema_forbids() {
    let forbidding = json!({ "properties": { "aa": { "type": "string" } }, "additionalProperties": false });
    let says = "unknown-argument: `t` has no `args.a`, and its schema allows no others";
    against(&json!({ "require": [entry(&[("eq", json!("x"))])] }), &forbidding, &[says]);
    against(&json!({ "deny_if": [entry(&[("exists", json!(true))])] }), &forbidding, &[]);
    against(&json!({ "require": [entry(&[("eq", json!("x"))])] }), &json!({ "properties": {} }), &[]);
}

#[test]
fn beside_a_reference_nothing_counts_and_a_schema_of_its_own_is_not_looked_into() {
    let rule = json!({ "require": [entry(&[("lte", json!(5))])] });
    let text = json!({ "type": "string" });
    let (in_definitions, of_its_own) = (json!({ "text": text }), json!({ "$id": "of-its-own", "type": "string" }));
    let closed = "unknown-argument: `t` has no `args.a`, and its schema allows no others";
    let never = "against-schema: `args.a` is a text in the schema of `t`, so this `lte` never holds of it";
    // A draft-07 schema is the one that it refers to, whatever stands beside that.
    let beside = |rest: Value| {
        let mut schema = json!({ "$schema": "http://json-schema.org/draft-07/schema#", "definitions": { "any": {} } });
        schema.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        schema
    };
    against(&rule, &beside(json!({ "additionalProperties": false })), &[closed]);
    against(&rule, &beside(json!({ "$ref": "#/definitions/any", "additionalProperties": false })), &[]);
    against(&rule, &json!({ "$defs": in_definitions, "properties": { "a": { "$ref": "#/$defs/text" } } }), &[never]);
    let typed_beside = json!({ "$ref": "#/definitions/any", "type": "string" });
    against(&rule, &beside(json!({ "properties": { "a": typed_beside } })), &[]);
    // References in a part that has an `$id` are about that part, not about the whole.
    against(&rule, &json!({ "properties": { "a": of_its_own } }), &[]);
    against(&rule, &json!({ "$defs": { "x": of_its_own }, "properties": { "a": { "$ref": "#/$defs/x" } } }), &[]);
    let inside = json!({ "$defs": { "x": { "$id": "x", "$defs": in_definitions } }, "properties": { "a": { "$ref": "#/$defs/x/$defs/text" } } });
    against(&rule, &inside, &[]);
    against(&rule, &json!({ "$id": "whole", "properties": { "a": text } }), &[never]);
}

/// Were there no bound on all that is looked at, this would not end.
#[test]
fn schemas_that_unfold_without_end_are_looked_at_for_a_while() {
    let rule = json!({ "require": [entry(&[("lte", json!(5))])], "schema": "published" });
    for key in ["allOf", "anyOf", "oneOf"] {
        let branches: Value = (0..6).map(|_| json!({ "$ref": "#" })).collect();
        against(&rule, &json!({ (key): branches }), &[]);
    }
    let recursive: serde_json::Map<String, Value> =
        (0..40).map(|number| (format!("part_{number}"), json!({ "$ref": "#" }))).collect();
    let mut priced = recursive.clone();
    priced.insert("amount".to_owned(), json!({ "type": "number" }));
    for (properties, expect) in [(recursive, 0), (priced, 1)] {
        let server = KnownServer::new("shop")
            .with_tools(&[json!({ "name": "buy", "inputSchema": { "properties": properties } })]);
        for source in [r#"{"version":"1","default":"allow"}"#, r#"{"version":"1","default":"deny","tools":{"buy":{}}}"#]
        {
            assert_eq!(warnings(source, std::slice::from_ref(&server)).len(), expect, "{source}");
        }
        let held = r#"{"version":"1","default":"deny","tools":{"buy":{"schema":"published"}}}"#;
        assert_eq!(warnings(held, &[server]), [""; 0]);
    }
}

#[test]
fn amounts_must_be_numbers() {
    let limit = json!({ "limits": [{ "counter": "c", "window": "day", "max": 9, "increment_from": "args.a" }] });
    let says = "against-schema: `args.a` is a text in the schema of `t`, but `/tools/t/limits/c` needs a number there and denies every other call";
    against(&limit, &typed("string"), &[says]);
    against(&limit, &typed("number"), &[]);
    let other = json!({ "additionalProperties": false });
    against(&limit, &other, &["unknown-argument: `t` has no `args.a`, and its schema allows no others"]);
}

#[test]
fn tools_that_no_server_has() {
    let source = r#"{"version":"1","default":"deny","hide":["bar"],"tools":{"t":{},"tt":{}}}"#;
    let bare = server(&json!({}));
    let document = Document::parse("p", source, Format::Json).unwrap();
    let told = crate::review(&Policy::load(&document).unwrap(), std::slice::from_ref(&bare));
    let lines: Vec<String> = told.iter().map(|warning| warning.line("p", source)).collect();
    assert_eq!(
        lines,
        [
            "p:1:41: `shop` has no tool `bar`; did you mean `bare`? [unknown-tool]",
            "p:1:64: `shop` has no tool `tt`; did you mean `t`? [unknown-tool]",
        ]
    );
    let other = KnownServer::new("other").with_tools(&[json!({ "name": "tt" }), json!({ "name": "bar" })]);
    assert_eq!(warnings(source, &[bare.clone(), other]), [""; 0]);
    assert_eq!(warnings(source, &[bare, KnownServer::new("unknown")]), [""; 0]);
}

const SHOP: &str = "version: 1\nprofile: shop\ntools: { new: { does: create }, fill: { does: update, id: i }, buy: { does: complete, id: i }, look: { does: poll, id: i } }\nreply: { object: [text], id: /i, status: /s, terminal: [done] }\n";
const SECRETS: &str = "secrets: [{ kind: key, places: [/key] }]\n";

#[track_caller]
fn purchase(tools: &[&str], rest: &str, shop: &str, expect: &[&str]) {
    let tools: serde_json::Map<String, Value> = tools.iter().map(|tool| ((*tool).to_owned(), json!({}))).collect();
    let source = format!(r#"{{"version":"1","default":"deny"{rest},"tools":{}}}"#, Value::Object(tools));
    let server = KnownServer::new("shop").with_profile(profile(shop));
    assert_eq!(warnings(&source, &[server]), expect, "{source}");
}

#[test]
fn purchases_that_can_start_but_not_finish() {
    let shop = format!("{SHOP}{SECRETS}");
    let all = ["new", "fill", "buy", "look"];
    let may_start = |what: &str| format!("unfinished-purchase: `new` may start a purchase, but nobody may call {what}");
    purchase(&all, "", &shop, &[]);
    purchase(&["new", "fill", "look"], "", &shop, &[&may_start("`buy`, which completes it")]);
    purchase(&["new", "buy", "look"], "", &shop, &[&may_start("`fill`, which makes it ready")]);
    let hands_over = may_start("`look`, which tells how it ends and hands over what was bought");
    purchase(&["new", "fill", "buy"], "", &shop, &[&hands_over]);
    purchase(&["new", "fill", "buy"], r#","hide":["look"]"#, &shop, &[&hands_over]);
    // Nobody is kept from what cannot be started, and a shop that hands nothing over needs no poll.
    purchase(&["fill"], "", &shop, &[]);
    purchase(&["new", "fill", "buy"], "", SHOP, &[]);
    let claims = SHOP.replace("does: poll, id: i", "does: claim, id: i, attempts: 3");
    purchase(&["new", "fill", "buy"], "", &claims, &[&may_start("`look`, which hands over what was bought")]);
}

#[test]
fn a_limit_of_nothing_keeps_a_purchase_from_its_end() {
    let shop = format!("{SHOP}{SECRETS}");
    let limited = |max: u64| {
        let limit = super::limit("c", "day", max, "grant");
        let tools = json!({ "new": {}, "fill": {}, "look": {}, "buy": { "limits": [limit] } });
        json!({ "version": "1", "default": "deny", "tools": tools }).to_string()
    };
    let known = [KnownServer::new("shop").with_profile(profile(&shop))];
    assert_eq!(warnings(&limited(1), &known), [""; 0]);
    assert_eq!(
        warnings(&limited(0), &known),
        [
            "unfinished-purchase: `new` may start a purchase, but nobody may call `buy`, which completes it",
            "always-denies: `/tools/buy/limits/c` denies every call: each takes more than 0",
        ]
    );
}

#[track_caller]
fn money(rule: &Value, schema: &Value, expect: &[&str]) {
    let source = json!({ "version": "1", "default": "deny", "tools": { "buy": rule } }).to_string();
    let server = KnownServer::new("shop").with_tools(&[json!({ "name": "buy", "inputSchema": schema })]);
    assert_eq!(warnings(&source, &[server]), expect, "{source} {schema}");
}

#[test]
fn money_is_capped() {
    let schema =
        json!({ "properties": { "units": { "type": "integer", "maximum": 9 }, "note": { "type": "string" } } });
    let open = "uncapped-money: nothing bounds `args.units` of `buy`";
    let asked =
        |op: &str, value: Value| json!([{ "conditions": [{ "path": "args.units", "op": op, "value": value }] }]);
    money(&json!({}), &schema, &[open]);
    money(&json!({ "limits": [super::limit("c", "day", 3, "grant")] }), &schema, &[open]);
    money(&json!({ "require": asked("lte", json!(5)) }), &schema, &[]);
    money(&json!({ "require": asked("in", json!([1, 5])) }), &schema, &[]);
    money(&json!({ "require": asked("gte", json!(1)) }), &schema, &[open]);
    // A text would pass, and many a server takes it for a number.
    money(&json!({ "deny_if": asked("gt", json!(5)) }), &schema, &[open]);
    money(&json!({ "schema": "published" }), &schema, &[]);
    money(
        &json!({ "deny_if": asked("gt", json!(5)), "schema": { "properties": { "units": { "type": "integer" } } } }),
        &schema,
        &[],
    );
    let counted = json!({ "counter": "c", "window": "day", "max": 9, "increment_from": "args.units" });
    money(&json!({ "limits": [counted] }), &schema, &[]);
    money(&json!({ "action": "deny" }), &schema, &[]);
    // A person sees the amount of every call, but of some calls only.
    money(&json!({ "action": "require_approval" }), &schema, &[]);
    money(&json!({ "require_approval": asked("gt", json!(5)) }), &schema, &[open]);
}

#[test]
fn what_bounds_money_for_every_tool_bounds_it() {
    let schema = json!({ "properties": { "units": { "type": "integer" } } });
    let server = KnownServer::new("shop").with_tools(&[json!({ "name": "buy", "inputSchema": schema })]);
    let of = |every: &str, tools: &str| {
        let source = format!("version: \"1\"\ndefault: allow\ntools: {{ {tools}\"*\": {{ rules: [{every}] }} }}\n");
        warnings(&source, std::slice::from_ref(&server)).into_iter().filter(|line| line.starts_with("uncapped")).count()
    };
    let named = "buy: { rules: [{ name: some, rate_limit: 5/minute }] }, ";
    let capped = "{ name: cap, conditions: [{ path: args.units, op: lte, value: 5 }] }";
    let asked = "{ name: ask, action: require_approval }";
    for tools in ["", named] {
        assert_eq!(of("{ name: all, rate_limit: 9/minute }", tools), 1, "{tools}");
        assert_eq!(of(capped, tools), 0, "{tools}");
        assert_eq!(of(asked, tools), 0, "{tools}");
    }
    let all_tools = |every: Value| {
        let source = json!({ "version": "1", "default": "allow", "all_tools": every });
        warnings(&source.to_string(), std::slice::from_ref(&server)).len()
    };
    let limits = json!([super::limit("c", "day", 3, "grant")]);
    assert_eq!(all_tools(json!({ "limits": limits })), 1);
    assert_eq!(all_tools(json!({ "require_approval": [{}] })), 0);
}

#[test]
fn what_a_person_approves_at_the_end_needs_no_cap_at_the_start() {
    let schema = json!({ "properties": { "quantity": { "type": "integer" } } });
    let tools = ["new", "fill", "buy"].map(|name| json!({ "name": name, "inputSchema": schema }));
    let shop = SHOP.replace(", look: { does: poll, id: i }", "");
    let server = KnownServer::new("shop").with_tools(&tools).with_profile(profile(&shop));
    let policy = |buy: Value| {
        json!({ "version": "1", "default": "deny", "tools": { "new": {}, "fill": {}, "buy": buy } }).to_string()
    };
    let known = std::slice::from_ref(&server);
    assert_eq!(warnings(&policy(json!({ "action": "require_approval" })), known), [""; 0]);
    assert_eq!(warnings(&policy(json!({})), known).len(), 3);
}

#[test]
fn what_is_money_is_told_by_names_and_descriptions() {
    let of = |name: &str, property: Value| json!({ "properties": { name: property } });
    let number = json!({ "type": "number" });
    for name in ["amount", "totalPrice", "unit_price", "order-quantity", "qty"] {
        money(
            &json!({}),
            &of(name, number.clone()),
            &[&format!("uncapped-money: nothing bounds `args.{name}` of `buy`")],
        );
    }
    for name in ["limit", "page", "customer", "amounting", "priceless"] {
        money(&json!({}), &of(name, number.clone()), &[]);
    }
    let described = json!({ "type": "integer", "description": "How much to spend, in cents." });
    money(&json!({}), &of("value", described.clone()), &["uncapped-money: nothing bounds `args.value` of `buy`"]);
    money(&json!({}), &of("page_size", described), &[]);
    money(&json!({}), &of("price", json!({ "type": "string" })), &[]);
    money(
        &json!({}),
        &of("amount", json!({ "type": "string" })),
        &["uncapped-money: nothing bounds `args.amount` of `buy`"],
    );
    money(&json!({}), &of("amount", json!({ "enum": [5, 10] })), &[]);
}

#[test]
fn money_in_lists_needs_a_schema() {
    let items = |quantity: Value| json!({ "properties": { "items": { "type": "array", "items": { "properties": { "quantity": quantity } } } } });
    let schema = items(json!({ "type": "integer" }));
    let open = "uncapped-money: nothing bounds `args.items[].quantity` of `buy`";
    money(&json!({}), &schema, &[open]);
    let first = json!([{ "conditions": [{ "path": "args.items.0.quantity", "op": "lte", "value": 5 }] }]);
    money(&json!({ "require": first }), &schema, &[open]);
    money(&json!({ "schema": items(json!({ "maximum": 5 })) }), &schema, &[]);
}

#[test]
fn tools_that_only_look_move_no_money_and_a_default_is_named_once() {
    let priced = json!({ "properties": { "max_price": { "type": "number" } } });
    let tools: Vec<Value> =
        ["search_goods", "buy", "top_up"].map(|name| json!({ "name": name, "inputSchema": priced })).into();
    let server = KnownServer::new("shop").with_tools(&tools);
    assert_eq!(
        warnings(r#"{"version":"1","default":"allow"}"#, std::slice::from_ref(&server)),
        ["uncapped-money: `default` allows `buy` and `top_up`, and nothing says how much may be spent there"]
    );
    assert_eq!(warnings(r#"{"version":"1","default":"deny"}"#, &[server]), [""; 0]);
}

#[test]
fn a_tool_that_publishes_no_schema_cannot_be_held_to_it() {
    let source = r#"{"version":"1","default":"deny","tools":{"bare":{"schema":"published"}}}"#;
    let says = "always-denies: `/tools/bare/schema` denies every call: `shop` publishes no schema";
    assert_eq!(warnings(source, &[server(&json!({}))]), [says]);
    assert_eq!(warnings(&source.replace("bare", "t"), &[server(&json!({}))]), [""; 0]);
}
