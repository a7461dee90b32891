//! Tables: names, descriptions and arguments, and what follows from them.

use serde_json::json;

use super::{Category, Evidence, Parameter, Published, Signal, classify, words};

fn named(name: &str) -> Published {
    Published { name: name.to_owned(), ..Published::default() }
}

fn described(name: &str, description: &str) -> Published {
    Published { description: description.to_owned(), ..named(name) }
}

/// Every row is a category, a name, and perhaps a description behind `|`.
#[track_caller]
fn check(rows: &str) {
    for row in rows.lines().map(str::trim).filter(|row| !row.is_empty()) {
        let (category, rest) = row.split_once(' ').unwrap();
        let (name, description) = rest.trim().split_once('|').unwrap_or((rest.trim(), ""));
        let classified = classify(&described(name.trim(), description.trim()));
        assert_eq!(classified.category.as_str(), category, "{row}: {:?}", classified.evidence);
        assert!(!classified.evidence.is_empty(), "{row}");
    }
}

/// Names that fooled the catalogue's classifier, with what it should have said.
#[test]
fn names_that_fool_a_classifier() {
    check(
        "read         get_checkout_status | Poll until completed; the secret is then permanently cleared.
         read         list_charges
         read         list_invoices
         write        manage_notification_subscription
         write        subscription
         read         subscription | List the Azure subscriptions of this account.
         read         chargebee_documentation_search
         destructive  d1_database_delete
         destructive  r2_bucket_delete
         destructive  kv_namespace_delete
         execute      tf_apply
         destructive  reset_branch
         execute      apply_migration
         write        merge_pull_request
         destructive  git_reset
         write        browser_file_upload
         write        pause_project
         write        cancel_command
         destructive  destroy()
         write        high_refund_ratio
         destructive  policies.remove
         destructive  delete_file",
    );
}

#[test]
fn verbs_decide_wherever_they_stand() {
    check(
        "read         get_user
         read         getUser
         read         GetUser
         read         HTTPGet
         read         users/list
         read         list-users
         read         order_list
         read         order_status
         read         run_list
         read         get_run
         read         get_order
         read         search_posts
         read         account_balance
         write        createIssue
         write        slack_post_message
         write        api.users.update
         write        order_cancel
         execute      run_workflow
         execute      execute_query
         execute      k8s_job_trigger
         execute      run_query
         destructive  deleteUser
         destructive  v2delete
         destructive  bulk_delete_users
         destructive  confirm_delete
         destructive  removeItem(s)
         destructive  DROP-TABLE
         destructive  get_and_delete_message
         destructive  find_then_purge
         destructive  force_push
         write        get_or_create_customer
         execute      cache_flush
         execute      cloudflare_purge_cache
         write        reset_password
         destructive  rotate_key
         write        rotate_image",
    );
}

#[test]
fn money_counts_only_where_it_moves() {
    check(
        "financial  create_charge
         financial  complete_checkout
         financial  transfer_funds
         financial  charge
         financial  stripe_charge_customer
         financial  refund_order
         financial  order_refund
         financial  create_payment
         financial  payment_create
         financial  payments.create
         financial  processRefunds
         financial  place_order
         financial  order_create
         financial  pay_invoice
         financial  create_invoice
         financial  buy_units
         financial  complete_purchase
         financial  checkout
         financial  cart_checkout
         financial  send_money
         financial  withdraw
         financial  create_subscription
         financial  renew_domain
         financial  upgrade_plan
         financial  register_domain
         financial  book_flight
         financial  get_or_buy
         read       get_charge
         read       get_refund
         read       list_payment_methods
         read       preview_invoice
         read       refund_status
         read       charge_list
         write      create_checkout
         write      update_checkout
         write      cancel_checkout
         write      create_agent_checkout_session
         write      create_payment_method
         write      update_payment_link
         write      create_event_subscription
         write      cancel_subscription
         write      git_checkout
         write      checkout_branch
         write      transfer_ownership
         write      transfer_issue
         write      send_message
         write      book_appointment
         execute    start_checkout",
    );
}

#[test]
fn descriptions_make_stronger_and_never_weaker() {
    check(
        "read         weather | Get the forecast for a city.
         read         weather | This tool allows you to look up the forecast.
         destructive  list_files | Deletes every file.
         destructive  list_files | Lists and then deletes files.
         destructive  manage_dns | Adds, changes or deletes a DNS record.
         destructive  update_thing | Permanently removes the thing.
         financial    redeem_offer | Charges the customer's card.
         financial    submit_form | Transfers money to the given account.
         financial    domains | Buys a domain name.
         execute      tool_17 | Runs any statement.
         destructive  delete_user | Reads a user.
         write        update_user | Shows a user.
         read         orders | Returns orders, refunds and charges.
         read         get_orders | Order history, charge details, deleted items.
         read         list_charges | Lists charges and refunds of an account.
         write        thing | Order history of the account.
         write        opaque | Charge details of the account.",
    );
}

#[test]
fn what_cannot_be_told_is_never_taken_for_reading() {
    check(
        "write        foo
         write        x
         write        42
         write        ???
         write        getuser
         destructive  deleteuser
         execute      executequery
         write        widget | Widgets!
         write        данные
         write        mcp",
    );
    let nothing = classify(&named("foo"));
    assert_eq!(nothing.evidence, [Evidence::Nothing]);
    assert!(nothing.evidence[0].to_string().contains("nothing tells"));
    let pays = of(&json!({ "name": "foo", "inputSchema": { "properties": { "amount": {}, "currency": {} } } }));
    let classified = classify(&pays);
    assert_eq!(classified.category, Category::Financial);
    assert_eq!(classified.evidence, [Evidence::Money("amount".to_owned(), "currency".to_owned())]);
}

fn of(definition: &serde_json::Value) -> Published {
    Published::of(definition)
}

#[test]
fn the_reasons_are_the_very_words() {
    for (name, description, says) in [
        ("d1_database_delete", "", "its name says `delete`"),
        ("createCharge", "", "its name says `create` of `charge`"),
        ("domains", "Buys a domain name.", "its description says `buy`"),
        ("list_files", "Creates a payment.", "its description says `create` of `payment`"),
        ("order_status", "", "its name says `status`"),
    ] {
        assert_eq!(classify(&described(name, description)).evidence[0].to_string(), says, "{name}");
    }
}

#[test]
fn arguments_that_say_what_to_do_count() {
    let choices = |argument: &str, choices: &[&str]| json!({ "name": "manage_dns", "inputSchema": { "properties": { argument: { "type": "string", "enum": choices } } } });
    for (definition, category, says) in [
        (choices("action", &["list", "add"]), Category::Write, "`manage`"),
        (choices("action", &["add", "delete"]), Category::Destructive, "its argument `action` can be `delete`"),
        (choices("Operation", &["create_charge"]), Category::Financial, "can be `create_charge`"),
        (choices("color", &["delete"]), Category::Write, "`manage`"),
        (
            json!({ "name": "query_db", "inputSchema": { "properties": { "sql": { "type": "string" } } } }),
            Category::Execute,
            "its argument `sql` is something to run",
        ),
        (
            json!({ "name": "manage_plugin", "inputSchema": { "properties": { "action": { "type": "string" } } } }),
            Category::Execute,
            "its argument `action` says what to do",
        ),
        (
            json!({ "name": "records", "inputSchema": { "properties": { "op": { "anyOf": [{ "const": "purge" }] } } } }),
            Category::Destructive,
            "can be `purge`",
        ),
    ] {
        let classified = classify(&of(&definition));
        assert_eq!(classified.category, category, "{definition}");
        assert!(classified.evidence[0].to_string().contains(says), "{definition}: {:?}", classified.evidence);
    }
}

#[test]
fn annotations_decide_nothing_and_are_mentioned_where_they_disagree() {
    let hinted = |name: &str, read_only: Option<bool>, destructive: Option<bool>| {
        let hints = json!({ "readOnlyHint": read_only, "destructiveHint": destructive });
        classify(&of(&json!({ "name": name, "annotations": hints })))
    };
    for read_only in [None, Some(true), Some(false)] {
        for destructive in [None, Some(true), Some(false)] {
            assert_eq!(hinted("delete_user", read_only, destructive).category, Category::Destructive);
            assert_eq!(hinted("get_user", read_only, destructive).category, Category::Read);
        }
    }
    assert_eq!(hinted("delete_user", Some(true), None).signals, [Signal::CalledReadOnly]);
    assert_eq!(hinted("get_user", None, Some(true)).signals, [Signal::CalledDestructive]);
    assert_eq!(hinted("get_user", Some(true), Some(false)).signals, []);
    assert_eq!(hinted("delete_user", None, Some(true)).signals, []);
}

/// What reads by its name may pay by its arguments, or by the word that its name hides behind another.
#[test]
fn what_takes_money_is_never_plainly_read() {
    let takes = |name: &str, parameters: &[&str]| {
        let properties: serde_json::Map<String, serde_json::Value> =
            parameters.iter().map(|name| ((*name).to_owned(), json!({}))).collect();
        classify(&of(&json!({ "name": name, "inputSchema": { "properties": properties } })))
    };
    let money = || Signal::Money("amount".to_owned(), "currency".to_owned());
    let rows: [(&str, &[&str], Vec<Signal>); 9] = [
        (
            "get_order_now",
            &["amount", "currency", "card_number"],
            vec![money(), Signal::PaysWith("card_number".to_owned())],
        ),
        ("get_order_now", &["amount", "currency"], vec![money()]),
        ("get_order_now", &["cardNumber"], vec![Signal::PaysWith("cardNumber".to_owned())]),
        ("get_order_now", &["cvv"], vec![Signal::PaysWith("cvv".to_owned())]),
        ("read_pay_invoice", &[], vec![Signal::Pays("pay".to_owned())]),
        ("get_order_now", &["amount"], vec![]),
        ("search_goods", &["max_price", "currency"], vec![]),
        ("get_card", &["card", "number"], vec![]),
        ("get_payment", &["payment_id"], vec![]),
    ];
    for (name, parameters, signals) in rows {
        let classified = takes(name, parameters);
        assert_eq!(classified.category, Category::Read, "{name} {parameters:?}");
        assert_eq!(classified.only_reads(), signals.is_empty(), "{name} {parameters:?}");
        assert_eq!(classified.signals, signals, "{name} {parameters:?}");
    }
    assert_eq!(takes("pay", &["amount", "currency"]).signals, []);
}

#[test]
fn signals_are_found() {
    let many =
        |count: usize| (0..count).map(|at| Parameter { name: format!("p{at}"), ..Parameter::default() }).collect();
    for (tool, signal) in [
        (named("bulk_update"), Signal::Bulk("bulk".to_owned())),
        (named("update_all_users"), Signal::Bulk("all".to_owned())),
        (named("admin_list_users"), Signal::Admin("admin".to_owned())),
        (Published { parameters: many(11), ..named("get") }, Signal::Parameters(11)),
        (
            Published {
                parameters: vec![Parameter { name: "Force".to_owned(), ..Parameter::default() }],
                ..named("push")
            },
            Signal::Unbraked("force".to_owned()),
        ),
        (described("get", "It is then permanently cleared."), Signal::Lasting("permanently".to_owned())),
        (described("scale", "It changes what it costs."), Signal::Costs("costs".to_owned())),
        (described("get", "Gets it. <IMPORTANT>Do so first"), Signal::Orders("<important>".to_owned())),
        (described("get", "Gets\u{200B} it."), Signal::Unseen),
        (named("get\u{202E}"), Signal::Unseen),
    ] {
        assert!(classify(&tool).signals.contains(&signal), "{tool:?}: {signal:?}");
    }
    assert_eq!(classify(&Published { parameters: many(10), ..described("get", "Gets\n it. ⚠️") }).signals, []);
}

#[test]
fn names_are_taken_apart() {
    for (name, expected) in [
        ("d1_database_delete", &["d", "1", "database", "delete"][..]),
        ("policies.remove", &["policies", "remove"]),
        ("destroy()", &["destroy"]),
        ("files/list-all", &["files", "list", "all"]),
        ("createCharge", &["create", "charge"]),
        ("HTTPServerGet", &["http", "server", "get"]),
        ("getURL", &["get", "url"]),
        ("v2Delete3x", &["v", "2", "delete", "3", "x"]),
        ("ÄnderungLöschen", &["änderung", "löschen"]),
        ("  ", &[]),
        ("", &[]),
    ] {
        assert_eq!(words::of_name(name), expected, "{name}");
    }
}

#[test]
fn a_definition_is_read_as_far_as_it_is_one() {
    let odd = of(&json!({ "name": 7, "description": [], "inputSchema": { "properties": ["a"] }, "annotations": "no" }));
    assert_eq!(odd, Published::default());
    let schema =
        json!({ "properties": { "b": { "type": ["integer", "null"] }, "a": { "anyOf": [{ "enum": ["x", 1] }] } } });
    let read =
        of(&json!({ "name": "t", "description": "d", "inputSchema": schema, "annotations": { "readOnlyHint": true } }));
    let (b, a) = (&read.parameters[0], &read.parameters[1]);
    assert_eq!((b.name.as_str(), b.is_number, a.name.as_str(), a.is_number), ("b", true, "a", false));
    assert_eq!((a.choices.as_slice(), read.read_only, read.destructive), (&["x".to_owned()][..], Some(true), None));
}
