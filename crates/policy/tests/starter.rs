//! Whatever a server calls its tools, and whatever it says of them: what is drafted is a policy, and means what it says.
//!
//! Each property fails when quoting or commenting is broken: without escapes in `scalar` the first one finds a name that
//! does not load, without the replacement in `push_comment` a description that ends its line.

// Clippy lets tests unwrap, and takes a module for tests when it says so.
#![cfg(test)]

use std::collections::HashMap;

use floorwalker_json::{Document, Format, Node, fold};
use floorwalker_policy::{Category, Origin, Parameter, Policy, Published, Scanned, classify, review, starting_policy};
use proptest::prelude::*;

const WORDS: [&str; 14] =
    ["get", "delete", "create", "charge", "run", "list", "_", ".", "()", "*", "null", "update", "Ä", "pay"];

fn name() -> impl Strategy<Value = String> {
    let pieces =
        proptest::collection::vec(proptest::sample::select(WORDS.to_vec()), 1..4).prop_map(|words| words.concat());
    prop_oneof![pieces, any::<String>(), "[ -~]{1,20}", "\\PC{1,520}"]
}

fn tool() -> impl Strategy<Value = Published> {
    let parameter = (name(), proptest::collection::vec(name(), 0..3), any::<bool>());
    let parameter = parameter.prop_map(|(name, choices, is_number)| Parameter { name, choices, is_number });
    let parameters = proptest::collection::vec(parameter, 0..4);
    (name(), any::<String>(), parameters, any::<Option<bool>>(), any::<Option<bool>>()).prop_map(
        |(name, description, parameters, read_only, destructive)| Published {
            name,
            description,
            parameters,
            read_only,
            destructive,
        },
    )
}

fn draft(server: &str, tools: &[Published]) -> (Vec<Scanned>, String) {
    let scanned: Vec<Scanned> =
        tools.iter().map(|tool| Scanned { tool: tool.clone(), classified: classify(tool) }).collect();
    let text = starting_policy(Origin { server, profile: Some("forage") }, &scanned);
    (scanned, text)
}

/// Whether a policy can have a rule of this name, said in another way than the draft does.
fn is_nameable(name: &str) -> bool {
    !name.is_empty()
        && name.trim() == name
        && name.len() + "_rate".len() <= 512
        && !name.chars().any(char::is_control)
        && name != "*"
        && !name.starts_with("$serde_json::")
}

fn keys(node: Option<&Node<'_>>) -> Vec<String> {
    let members = node.and_then(Node::as_object).into_iter().flatten();
    members.map(|member| member.key.to_string()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn a_draft_loads_and_has_exactly_the_tools(
        server in any::<String>(),
        tools in proptest::collection::vec(tool(), 0..8),
    ) {
        let (scanned, text) = draft(&server, &tools);
        let document = Document::parse("draft.yaml", text.as_str(), Format::Yaml);
        let document = document.map_err(|problem| TestCaseError::fail(format!("{problem:?}\n{text}")))?;
        let policy = Policy::load(&document).map_err(|problems| TestCaseError::fail(format!("{problems:?}\n{text}")))?;
        let warnings = review(&policy, &[]);
        prop_assert!(warnings.is_empty(), "{warnings:?}\n{text}");

        let mut folds = HashMap::<String, usize>::new();
        for tool in &tools {
            *folds.entry(fold(&tool.name).into_owned()).or_default() += 1;
        }
        let ruled = document.root.get("tools");
        let mut expected = Vec::new();
        for Scanned { tool, classified } in &scanned {
            let name = tool.name.as_str();
            let is_hidden = classified.category == Category::Destructive && is_nameable(name);
            let is_alone = folds[fold(name).as_ref()] == 1;
            if is_hidden {
                prop_assert!(policy.hides(name), "{name:?} is not hidden\n{text}");
            } else if is_alone && is_nameable(name) {
                prop_assert!(!policy.hides(name));
                expected.push(name.to_owned());
                let rule = keys(ruled.and_then(|ruled| ruled.get(name)));
                let meant: &[&str] = match classified.category {
                    Category::Read if classified.may_pay() => &["limits"],
                    Category::Read => &[],
                    Category::Write | Category::Execute => &["limits"],
                    _ => &["deny_if"],
                };
                prop_assert_eq!(rule, meant, "{}\n{}", name, text);
            }
        }
        let mut found = keys(ruled);
        found.sort();
        expected.sort();
        prop_assert_eq!(found, expected, "{}", text);
        prop_assert_eq!(text, draft(&server, &tools).1);
    }

    #[test]
    fn what_is_not_told_is_never_reading(tool in tool()) {
        let classified = classify(&tool);
        prop_assert!(!classified.evidence.is_empty());
        if classified.category == Category::Read {
            let told = classified.evidence.iter().map(ToString::to_string);
            prop_assert!(told.into_iter().all(|told| told.contains("says `")), "{classified:?}");
        }
    }

    #[test]
    fn more_said_is_never_weaker(tool in tool(), verb in proptest::sample::select(vec!["Deletes", "Lists", "Pays", "Runs"])) {
        let silent = Published { description: String::new(), ..tool.clone() };
        let spoken = Published { description: format!("{verb} it."), ..tool };
        // Silence is taken for writing, so only what was told can be compared.
        let told = classify(&silent);
        let is_told = !told.evidence.iter().any(|evidence| evidence.to_string().contains("nothing tells"));
        prop_assert!(!is_told || classify(&spoken).category >= told.category);
    }
}
