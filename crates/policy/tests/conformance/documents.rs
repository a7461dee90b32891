//! Cases that are documents: fragments that must not load, and lists of names that hide others.

use floorwalker_json::{Node, canonical};

use crate::run::{Outcome, load};

/// The fragment, made whole, is refused in the words that the case has.
pub(crate) fn refused(case: &Node<'_>) -> Outcome {
    let says = case.get("says").and_then(Node::as_str).unwrap();
    match load(&whole(case.get("policy_fragment").unwrap())) {
        Ok(_) => Outcome::Differs("it loads".to_owned()),
        Err(problems) if problems.iter().any(|problem| problem.contains(says)) => Outcome::Held,
        Err(problems) => Outcome::Differs(problems.join("\n")),
    }
}

/// A `rate_limit` of this text is refused.
pub(crate) fn refused_rate(case: &Node<'_>) -> Outcome {
    let rule = format!(r#"{{"name":"r","rate_limit":{}}}"#, canonical(case.get("input").unwrap()));
    match load(&intercept(&rule)) {
        Ok(_) => Outcome::Differs("it loads".to_owned()),
        Err(problems) if problems.len() == 1 && problems[0].contains("`rate_limit` is") => Outcome::Held,
        Err(problems) => Outcome::Differs(problems.join("\n")),
    }
}

/// What is left of a list when the hidden names are taken out.
pub(crate) fn filtered(case: &Node<'_>) -> Outcome {
    let names = |node: &Node<'_>| -> Vec<String> {
        let name = |entry: &Node<'_>| entry.get("name").unwrap_or(entry).as_str().unwrap().to_owned();
        node.as_array().unwrap().iter().map(name).collect()
    };
    let listed =
        case.get("response").and_then(|response| response.get("result")).and_then(|result| result.get("tools"));
    let expected = case.get("expect_tools").filter(|node| node.as_array().is_some());
    let (Some(listed), Some(expected)) = (listed, expected) else { return Outcome::NotHere };
    let hide = canonical(case.get("hide").unwrap());
    let policy = load(&format!(r#"{{"version":"1","default":"allow","hide":{hide}}}"#)).unwrap();
    let left: Vec<String> = names(listed).into_iter().filter(|name| !policy.hides(name)).collect();
    Outcome::of(&names(expected).join(" "), &left.join(" "))
}

/// A document around a fragment that is right but for what the fragment is about.
fn whole(fragment: &Node<'_>) -> String {
    let Some((key, value)) =
        fragment.as_object().and_then(|members| members.iter().next()).map(|member| (&*member.key, &member.value))
    else {
        return canonical(fragment);
    };
    let text = canonical(value);
    match key {
        "version" => format!(r#"{{"version":{text},"default":"deny"}}"#),
        "default" => format!(r#"{{"version":"1","default":{text}}}"#),
        "hide" => format!(r#"{{"version":"1","default":"deny","hide":{text}}}"#),
        "rule" => intercept(&with_name(value)),
        "rate_limit" => intercept(&with_name(fragment)),
        "state" => intercept(&format!(
            r#"{{"name":"r","state":{text},"conditions":[{{"path":"state.t.c","op":"lte","value":1}}]}}"#
        )),
        "cond" => {
            let parts: Vec<String> = value.as_array().unwrap().iter().map(canonical).collect();
            let condition = format!(r#"{{"path":{},"op":{},"value":{}}}"#, parts[0], parts[1], parts[2]);
            intercept(&format!(r#"{{"name":"r","conditions":[{condition}]}}"#))
        }
        "rules" => {
            let limits = value.as_array().unwrap().iter().enumerate();
            let rules = limits.map(|(at, limit)| format!(r#"{{"name":"r{at}","rate_limit":{}}}"#, canonical(limit)));
            intercept(&rules.collect::<Vec<_>>().join(","))
        }
        _ => panic!("`{key}` is no fragment"),
    }
}

fn with_name(rule: &Node<'_>) -> String {
    let text = canonical(rule);
    if rule.get("name").is_some() { text } else { text.replacen('{', r#"{"name":"r","#, 1) }
}

fn intercept(rules: &str) -> String {
    format!(r#"{{"version":"1","default":"deny","tools":{{"t":{{"rules":[{rules}]}}}}}}"#)
}
