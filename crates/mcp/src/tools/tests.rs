//! Pages are read whole or not at all, and edited nowhere else than where they must be.

use floorwalker_json::{Keys, scan};

use crate::{Era, ListError, ToolsPage};

fn read(source: &str) -> Result<ToolsPage, ListError> {
    ToolsPage::read(&scan(source.as_bytes(), Keys::Distinct).unwrap())
}

fn filtered(source: &str, hidden: &[&str], era: Era) -> String {
    read(source).unwrap().filtered(source, |name| hidden.contains(&name), era)
}

#[test]
fn a_page_tells_names_parameters_and_cursor() {
    let source = r#"{"tools":[{"name":"a","inputSchema":{"type":"object","properties":{"z":{},"b":{"type":"string"}}}},
        {"name":"b","x":1},{"name":"c","inputSchema":{"type":"object"}}],"nextCursor":"","ttlMs":1e3,"cacheScope":"public"}"#;
    let page = read(source).unwrap();
    let names: Vec<&str> = page.tools.iter().map(|tool| tool.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c"]);
    assert_eq!(page.tools[0].parameters, ["z", "b"]);
    assert_eq!(page.tools[1].span.text(source), r#"{"name":"b","x":1}"#);
    assert_eq!(page.next_cursor.as_deref(), Some(""));
    assert_eq!((page.ttl_ms, page.cache_scope.as_deref()), (Some(1000), Some("public")));
}

#[test]
fn a_page_that_cannot_be_read_whole_is_an_error() {
    let member = ListError::Member;
    let confusable = |key: &str| ListError::Confusable(key.to_owned());
    let table = [
        ("[]", member("result")),
        ("{}", member("tools")),
        (r#"{"tools":{}}"#, member("tools")),
        (r#"{"tools":null}"#, member("tools")),
        (r#"{"tools":["a"]}"#, member("tools")),
        (r#"{"tools":[{}]}"#, member("name")),
        (r#"{"tools":[{"name":""}]}"#, member("name")),
        (r#"{"tools":[{"name":7}]}"#, member("name")),
        (r#"{"tools":[{"name":"a"},{"name":"b"},{"name":"\u0061"}]}"#, ListError::Twice(String::from("a"))),
        (r#"{"tools":[{"name":"a","inputSchema":[]}]}"#, member("inputSchema")),
        (r#"{"tools":[{"name":"a","inputSchema":null}]}"#, member("inputSchema")),
        (r#"{"tools":[{"name":"a","inputSchema":{"properties":[]}}]}"#, member("properties")),
        (r#"{"tools":[],"nextCursor":7}"#, member("nextCursor")),
        (r#"{"tools":[],"nextCursor":null}"#, member("nextCursor")),
        (r#"{"tools":[],"ttlMs":-1}"#, member("ttlMs")),
        (r#"{"tools":[],"ttlMs":"1"}"#, member("ttlMs")),
        (r#"{"tools":[],"cacheScope":true}"#, member("cacheScope")),
        (r#"{"tools":[],"Tools":[{"name":"x"}]}"#, confusable("Tools")),
        (r#"{"tools":[{"name":"a","Name":"x"}]}"#, confusable("Name")),
    ];
    for (source, expected) in table {
        assert_eq!(read(source), Err(expected), "{source}");
    }
}

#[test]
fn hidden_tools_go_with_one_comma_and_the_rest_stays() {
    let source = r#"{ "x":1.10, "tools" : [ {"name":"a"} ,  {"name":"b"},
        {"name":"c", "y":1e2} ] , "nextCursor":"n" }"#;
    let table: &[(&[&str], &str)] = &[
        (&[], source),
        (
            &["a"],
            "{ \"x\":1.10, \"tools\" : [ {\"name\":\"b\"},\n        {\"name\":\"c\", \"y\":1e2} ] , \"nextCursor\":\"n\" }",
        ),
        (
            &["b"],
            "{ \"x\":1.10, \"tools\" : [ {\"name\":\"a\"},\n        {\"name\":\"c\", \"y\":1e2} ] , \"nextCursor\":\"n\" }",
        ),
        (&["c"], r#"{ "x":1.10, "tools" : [ {"name":"a"} ,  {"name":"b"} ] , "nextCursor":"n" }"#),
        (&["a", "c"], r#"{ "x":1.10, "tools" : [ {"name":"b"} ] , "nextCursor":"n" }"#),
        (&["a", "b", "c"], r#"{ "x":1.10, "tools" : [  ] , "nextCursor":"n" }"#),
        (&["other"], source),
    ];
    for (hidden, expected) in table {
        assert_eq!(&filtered(source, hidden, Era::Legacy), expected, "{hidden:?}");
    }
}

#[test]
fn every_choice_of_hidden_tools_leaves_exactly_the_others() {
    let source = r#"{"tools":[{"name":"a"},{"name":"b"} , {"name":"c"},{"name":"d"}]}"#;
    for choice in 0_u8..16 {
        let hidden: Vec<&str> = ["a", "b", "c", "d"]
            .into_iter()
            .enumerate()
            .filter(|(bit, _)| choice >> bit & 1 == 1)
            .map(|(_, name)| name)
            .collect();
        let page = filtered(source, &hidden, Era::Modern);
        let left: Vec<String> = read(&page).unwrap().tools.into_iter().map(|tool| tool.name).collect();
        let expected: Vec<&str> = ["a", "b", "c", "d"].into_iter().filter(|name| !hidden.contains(name)).collect();
        assert_eq!(left, expected);
    }
}

#[test]
fn the_modern_era_keeps_pages_to_one_client_and_not_for_long() {
    let table = [
        (
            r#"{"tools":[],"ttlMs":3600000,"cacheScope":"public"}"#,
            r#"{"tools":[],"ttlMs":60000,"cacheScope":"private"}"#,
        ),
        (r#"{"cacheScope":"public","ttlMs":10,"tools":[]}"#, r#"{"cacheScope":"private","ttlMs":10,"tools":[]}"#),
        (r#"{ "tools":[],"ttlMs":0}"#, r#"{"cacheScope":"private", "tools":[],"ttlMs":0}"#),
        (
            r#"{"ttlMs":99999,"tools":[{"name":"a"}],"cacheScope":"x"}"#,
            r#"{"ttlMs":60000,"tools":[],"cacheScope":"private"}"#,
        ),
    ];
    for (source, expected) in table {
        assert_eq!(filtered(source, &["a"], Era::Modern), expected);
    }
    let source = r#"{"tools":[],"ttlMs":3600000,"cacheScope":"public"}"#;
    assert_eq!(filtered(source, &[], Era::Legacy), source);
}

#[test]
fn a_page_may_stand_inside_a_message() {
    let source = r#"{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"a"},{"name":"b"}]}}"#;
    let root = scan(source.as_bytes(), Keys::Distinct).unwrap();
    let page = ToolsPage::read(root.get("result").unwrap()).unwrap();
    assert_eq!(page.filtered(source, |name| name == "a", Era::Legacy), r#"{"tools":[{"name":"b"}]}"#);
}
