//! Documents that differ from a given one in one place.
//!
//! One mutant of each sort is made for each place that looks different: the elements of a list that have the same keys look
//! the same.

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// What leads from the root to a place.
type Path = Vec<Part>;

#[derive(Clone, Debug)]
enum Part {
    Key(String),
    Index(usize),
}

/// Every mutant, with a sentence that says what was done where.
pub(crate) fn mutants(document: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for path in places(document) {
        let old = at(document, &path).clone();
        for (what, new) in changed(&old) {
            let mut mutant = document.clone();
            *at_mut(&mut mutant, &path) = new;
            found.push((format!("{path:?} {what}"), mutant));
        }
    }
    found
}

/// The document with a member of that name in each of its maps, one after the other.
pub(crate) fn with_key(document: &Value, key: &str) -> Vec<Value> {
    let maps = places(document).into_iter().filter(|path| at(document, path).is_object());
    let with = |path: Path| {
        let mut mutant = document.clone();
        at_mut(&mut mutant, &path)[key] = json!({});
        mutant
    };
    maps.map(with).collect()
}

/// What may become of a value.
fn changed(old: &Value) -> Vec<(String, Value)> {
    let others =
        [json!(null), json!(true), json!(7), json!(-1), json!(1.5), json!("zz"), json!(""), json!([]), json!({})];
    let mut found: Vec<(String, Value)> = others.into_iter().map(|new| (format!("is {new}"), new)).collect();
    match old {
        Value::String(text) => found.push(("has one letter more".to_owned(), json!(format!("{text}x")))),
        Value::Object(members) => {
            for key in members.keys() {
                let mut less = members.clone();
                let value = less.shift_remove(key).expect("it is there");
                found.push((format!("lacks `{key}`"), Value::Object(less.clone())));
                less.insert(format!("{key}x"), value);
                found.push((format!("has `{key}` misspelt"), Value::Object(less)));
            }
            let mut more = members.clone();
            more.insert("no_such_key".to_owned(), json!(1));
            found.push(("has a key more".to_owned(), Value::Object(more)));
        }
        Value::Array(elements) => {
            found.push((
                "has its first element twice".to_owned(),
                elements.first().into_iter().chain(elements).cloned().collect(),
            ));
        }
        _ => {}
    }
    found
}

/// The places that look different, the root first.
fn places(document: &Value) -> Vec<Path> {
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    let mut open = vec![(Path::new(), String::new())];
    while let Some((path, looks)) = open.pop() {
        let value = at(document, &path);
        let kind = match value {
            Value::Object(members) => members.keys().cloned().collect::<Vec<_>>().join(","),
            Value::String(_) => "text".to_owned(),
            _ => String::new(),
        };
        if !seen.insert(format!("{looks}: {kind}")) {
            continue;
        }
        open.extend(inside(value).into_iter().map(|part| {
            let look = match &part {
                Part::Key(key) => format!("{looks}/{key}"),
                Part::Index(_) => format!("{looks}/{kind}*"),
            };
            ([path.as_slice(), &[part]].concat(), look)
        }));
        found.push(path);
    }
    found
}

fn inside(value: &Value) -> Vec<Part> {
    match value {
        Value::Object(members) => members.keys().cloned().map(Part::Key).collect(),
        Value::Array(elements) => (0..elements.len()).map(Part::Index).collect(),
        _ => Vec::new(),
    }
}

fn at<'v>(document: &'v Value, path: &[Part]) -> &'v Value {
    path.iter().fold(document, |value, part| match part {
        Part::Key(key) => &value[key],
        Part::Index(index) => &value[index],
    })
}

fn at_mut<'v>(document: &'v mut Value, path: &[Part]) -> &'v mut Value {
    path.iter().fold(document, |value, part| match part {
        Part::Key(key) => &mut value[key],
        Part::Index(index) => &mut value[index],
    })
}
