//! From a `tools/list` dump, as people have it, to definitions.
//!
//! A dump is read with plain `serde_json`, like everything that a mock reads: some servers publish what our own documents
//! may not contain, such as parameters that look alike.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::problem::ListingProblem;

/// One tool as it was published, known to be one.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) name: String,
    pub(crate) value: Value,
}

/// How to get a list that can be read.
const HELP: &str = "dump the answer to `tools/list`: `{\"tools\": […]}`, the whole reply around it, or the bare list";

/// The members of a definition that have a shape, and what it is.
const SHAPES: [(&str, Shape); 7] = [
    ("title", Shape::Text),
    ("description", Shape::Text),
    ("inputSchema", Shape::Map),
    ("outputSchema", Shape::Map),
    ("annotations", Shape::Map),
    ("icons", Shape::List),
    ("_meta", Shape::Map),
];

#[derive(Clone, Copy)]
enum Shape {
    Text,
    Map,
    List,
}

/// Reads every page of a dump.
///
/// # Errors
/// Says of each tool what is wrong with it.
pub(crate) fn read(text: &str) -> Result<Vec<Definition>, Vec<ListingProblem>> {
    let mut tools = Vec::new();
    let mut goes_on = false;
    let data = data_of_events(text);
    for page in serde_json::Deserializer::from_str(data.as_deref().unwrap_or(text)).into_iter::<Value>() {
        let page = page.map_err(|error| vec![ListingProblem::of_tools(format!("this is no JSON: {error}"), HELP)])?;
        goes_on = members(page, &mut tools).map_err(|problem| vec![problem])?;
    }
    let mut problems = Vec::new();
    if tools.is_empty() {
        problems.push(ListingProblem::of_tools("there is no tool in it", HELP));
    }
    if goes_on {
        let help = "append the next page to the file, or delete `nextCursor` if these are the tools that are meant";
        problems.push(ListingProblem::of_tools("the last page has a `nextCursor`, so the list goes on", help));
    }
    let mut names = BTreeSet::new();
    let read = tools.into_iter().enumerate();
    let definitions =
        read.filter_map(|(index, value)| definition(index, value, &mut names, &mut problems)).collect::<Vec<_>>();
    if problems.is_empty() { Ok(definitions) } else { Err(problems) }
}

/// The data of a stream of events, one line each; that is how some servers answer `curl`.
fn data_of_events(text: &str) -> Option<String> {
    let is_stream = ["event:", "data:", "id:", ":"].iter().any(|start| text.trim_start().starts_with(start));
    let data = text.lines().filter_map(|line| line.strip_prefix("data:"));
    is_stream.then(|| data.collect::<Vec<_>>().join("\n"))
}

/// Adds the tools of a page; says whether another one follows.
fn members(page: Value, tools: &mut Vec<Value>) -> Result<bool, ListingProblem> {
    match page {
        Value::Array(listed) => {
            tools.extend(listed);
            Ok(false)
        }
        Value::Object(mut page) => match (page.remove("tools"), page.remove("result"), page.remove("error")) {
            (Some(Value::Array(listed)), ..) => {
                tools.extend(listed);
                Ok(page.get("nextCursor").is_some_and(|cursor| !cursor.is_null()))
            }
            (None, Some(result), _) => members(result, tools),
            (None, None, Some(error)) => {
                let why = error.get("message").and_then(Value::as_str).unwrap_or("it does not say why").to_owned();
                Err(ListingProblem::of_tools(format!("the server answered with an error: {why}"), HELP))
            }
            (Some(other), ..) => Err(ListingProblem::of_tools(format!("`tools` is {}", kind(&other)), HELP)),
            (None, None, None) => Err(ListingProblem::of_tools("it has no `tools`", HELP)),
        },
        other => Err(ListingProblem::of_tools(format!("a page is {}", kind(&other)), HELP)),
    }
}

fn definition(
    index: usize,
    value: Value,
    names: &mut BTreeSet<String>,
    problems: &mut Vec<ListingProblem>,
) -> Option<Definition> {
    let before = problems.len();
    let mut wrong = |says: String, help: &str| problems.push(ListingProblem::of_tools(says, help));
    let Some(members) = value.as_object() else {
        wrong(format!("tool {} is {}", index + 1, kind(&value)), "a tool is a map with `name` and `inputSchema`");
        return None;
    };
    let Some(name) = members.get("name").and_then(Value::as_str).filter(|name| is_name(name)) else {
        wrong(format!("tool {} has no `name`", index + 1), "a name is a text without control characters");
        return None;
    };
    if !names.insert(name.to_owned()) {
        wrong(format!("there are two tools of the name `{name}`"), "delete one; pages may overlap");
    }
    if !members.contains_key("inputSchema") {
        wrong(format!("tool `{name}` has no `inputSchema`"), "one that takes anything is `{\"type\": \"object\"}`");
    }
    for (key, found, must) in misshapen(members) {
        wrong(format!("tool `{name}`: `{key}` is {found}"), &format!("it must be {must}"));
    }
    let name = name.to_owned();
    (problems.len() == before).then_some(Definition { name, value })
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(char::is_control)
}

/// The members that are not what they must be.
fn misshapen(members: &Map<String, Value>) -> Vec<(&'static str, &'static str, &'static str)> {
    let mut found = Vec::new();
    for (key, shape) in SHAPES {
        let Some(value) = members.get(key) else { continue };
        let (fits, must) = match shape {
            Shape::Text => (value.is_string(), "a text"),
            Shape::Map => (value.is_object(), "a map"),
            Shape::List => (value.is_array(), "a list"),
        };
        if !fits {
            found.push((key, kind(value), must));
        }
    }
    found
}

/// What kind of value it is, as errors say it.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}
