//! Which methods each era knows.

use crate::{Era, Kind, known};

#[test]
fn each_era_knows_its_own_methods() {
    let table = [
        // method, kind, legacy, modern
        ("tools/call", Kind::Request, true, true),
        ("tools/list", Kind::Request, true, true),
        ("resources/templates/list", Kind::Request, true, true),
        ("completion/complete", Kind::Request, true, true),
        ("initialize", Kind::Request, true, false),
        ("ping", Kind::Request, true, false),
        ("logging/setLevel", Kind::Request, true, false),
        ("tasks/result", Kind::Request, false, false),
        ("resources/subscribe", Kind::Request, true, false),
        ("server/discover", Kind::Request, false, true),
        ("subscriptions/listen", Kind::Request, false, true),
        ("notifications/cancelled", Kind::Notification, true, true),
        ("notifications/initialized", Kind::Notification, true, false),
        ("notifications/progress", Kind::Notification, true, false),
    ];
    for (method, kind, legacy, modern) in table {
        assert_eq!(known(Era::Legacy, kind, method), legacy, "{method}");
        assert_eq!(known(Era::Modern, kind, method), modern, "{method}");
    }
}

#[test]
fn a_request_is_no_notification() {
    for era in [Era::Legacy, Era::Modern] {
        assert!(!known(era, Kind::Notification, "tools/call"));
        assert!(!known(era, Kind::Notification, "initialize"));
        assert!(!known(era, Kind::Request, "notifications/cancelled"));
    }
}

#[test]
fn a_variant_of_a_method_is_another_method() {
    let variants = [
        "TOOLS/CALL",
        " tools/call",
        "tools/call ",
        "tools/call\n",
        "tools//call",
        "tools/call/",
        "tools/call\0",
        "tools",
        "",
        "sampling/createMessage",
        "elicitation/create",
    ];
    for method in variants {
        for era in [Era::Legacy, Era::Modern] {
            assert!(!known(era, Kind::Request, method), "{method:?}");
        }
    }
}
