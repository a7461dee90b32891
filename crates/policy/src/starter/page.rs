//! The text of a starting policy, from its head to the tools that it leaves out.

use floorwalker_json::shown;

use super::{
    Origin, RATE, Scanned, Unfit,
    quoted::{beginning, comment, key, scalar},
};
use crate::{
    Category,
    classify::{AMOUNTS, has, words_of_name},
};

/// What the agent is told of a tool that moves money.
const ON_DENY: &str = "This moves money, so a person has to approve it.";

/// How many calls of one grant a minute lets through.
const EXECUTED: u32 = 10;
const WRITTEN: u32 = 30;

/// The text so far.
#[derive(Debug, Default)]
pub(super) struct Page(String);

impl Page {
    /// Where it comes from, and how to go on.
    pub(super) fn head(&mut self, origin: Origin<'_>, count: usize) {
        let Origin { server, profile } = origin;
        let tools = if count == 1 { "one tool".to_owned() } else { format!("{count} tools") };
        self.say("", &format!("A starting policy for {}: {tools}; drafted by `floorwalker scan`.", shown(server)));
        self.say("", "");
        self.say(
            "",
            "It is a draft. What a tool does was told from its name, description and arguments, and each tool says from \
             what; a server can call a tool anything, so read every line. Then: take out what the agents do not need \
             (what is not here is denied), bring back from `hide` what they do, set the limits to what an honest agent \
             does, and replay attacks against it: `floorwalker init`, docs/tutorial.md.",
        );
        match profile {
            Some(profile) => self.say(
                "",
                &format!(
                    "A checkout profile fits these tools: `profile: profiles/{profile}.yaml` beside the server's `url` in the \
                     gateway's configuration. It keeps owners, pace, one completion and secrets shown once, which \
                     rules about single calls cannot."
                ),
            ),
            None => self.say(
                "",
                "If this server sells something, write a checkout profile for it as well (docs/policies.md): it keeps \
                 owners, pace and one completion, which rules about single calls cannot.",
            ),
        }
        self.line("version: \"1\"\ndefault: deny");
    }

    /// The tools that nobody gets to see.
    pub(super) fn hidden(&mut self, tools: &[&Scanned]) {
        if tools.is_empty() {
            return;
        }
        self.line("");
        self.say("", &title(Category::Destructive, tools.len()));
        self.line("hide:");
        for scanned in tools {
            self.reasons(scanned);
            self.line(&format!("  - {}", scalar(&scanned.tool.name)));
        }
    }

    /// Where the rules begin.
    pub(super) fn begin_tools(&mut self) {
        self.line("\ntools:");
    }

    /// The tools of a category, with its rule.
    pub(super) fn group(&mut self, category: Category, tools: &[&Scanned]) {
        if tools.is_empty() {
            return;
        }
        self.line("");
        self.say("  ", &title(category, tools.len()));
        for scanned in tools {
            self.reasons(scanned);
            self.rule(category, scanned);
        }
    }

    fn rule(&mut self, category: Category, scanned: &Scanned) {
        let name = &scanned.tool.name;
        match category {
            Category::Read if scanned.classified.may_pay() => {
                self.say("  ", "Since money may move all the same, it has the limit of one that writes.");
                self.limit(name, WRITTEN);
            }
            Category::Read | Category::Destructive => self.line(&format!("{} {{}}", key("  ", name))),
            Category::Write => self.limit(name, WRITTEN),
            Category::Execute => self.limit(name, EXECUTED),
            Category::Financial => {
                self.line(&key("  ", name));
                self.line(&format!("    deny_if: [{{ conditions: [], on_deny: {} }}]", scalar(ON_DENY)));
                self.caps(scanned);
            }
        }
    }

    fn limit(&mut self, name: &str, max: u32) {
        let counter = scalar(&format!("{name}{RATE}"));
        self.line(&key("  ", name));
        self.line(&format!("    limits: [{{ counter: {counter}, window: minute, max: {max}, scope: grant }}]"));
    }

    /// How to bound the arguments that look like amounts, once the tool is let through.
    fn caps(&mut self, scanned: &Scanned) {
        let is_amount = |name: &str| words_of_name(name).iter().any(|word| has(AMOUNTS, word));
        let is_plain = |name: &str| scalar(name) == name;
        let parameters = scanned.tool.parameters.iter().map(|parameter| &parameter.name);
        for name in parameters.filter(|name| is_amount(name) && is_plain(name)) {
            self.say("    ", "a cap for one call, in the server's own units:");
            self.say("    ", &format!("require: [{{ conditions: [{{ path: args.{name}, op: lte, value: 100 }}] }}]"));
        }
    }

    /// What cannot stand in a policy.
    pub(super) fn left_out(&mut self, tools: &[(&Scanned, Unfit)]) {
        for (scanned, unfit) in tools {
            let why = match unfit {
                Unfit::Name => "its name cannot stand in a policy",
                Unfit::Confusable => "another tool's name can be taken for its name",
            };
            let category = scanned.classified.category;
            self.line("");
            self.say(
                "  ",
                &format!("left out, and so denied: `{}` ({category}), because {why}.", shown(&scanned.tool.name)),
            );
        }
    }

    /// The whole text. Without a rule `tools` is an empty map.
    pub(super) fn finish(self) -> String {
        let has_rules = self.0.split_once("\ntools:\n").is_some_and(|(_, rules)| rules.lines().any(is_content));
        if has_rules { self.0 } else { self.0.replacen("\ntools:\n", "\ntools: {}\n", 1) }
    }

    /// What the tool says of itself, what it does, and why that is thought.
    fn reasons(&mut self, scanned: &Scanned) {
        let Scanned { tool, classified } = scanned;
        let told: Vec<String> = classified.evidence.iter().map(ToString::to_string).collect();
        let signals: Vec<String> = classified.signals.iter().map(ToString::to_string).collect();
        self.line("");
        if !tool.description.is_empty() {
            self.say("  ", &format!("\"{}\"", beginning(&tool.description)));
        }
        self.say("  ", &format!("{}: {}.", classified.category, told.join("; ")));
        if !signals.is_empty() {
            self.say("  ", &format!("Look at it: {}.", signals.join("; ")));
        }
    }

    fn say(&mut self, margin: &str, text: &str) {
        self.0.push_str(&comment(margin, text));
    }

    fn line(&mut self, text: &str) {
        self.0.push_str(text);
        self.0.push('\n');
    }
}

fn is_content(line: &str) -> bool {
    let line = line.trim_start();
    !line.is_empty() && !line.starts_with('#')
}

/// What a group is, and what its rule means.
fn title(category: Category, count: usize) -> String {
    let rule = match category {
        Category::Financial => {
            "moves money. Each is denied, and the agent is told that a person has to approve it. To let a person do so, \
             put `action: require_approval` in the place of `deny_if`."
        }
        Category::Destructive => {
            "takes away what cannot be brought back. Each is hidden: in no list, and unknown when it is called."
        }
        Category::Execute => "makes something run. Ten calls a minute for each grant.",
        Category::Write => "changes something that can be changed back. Thirty calls a minute for each grant.",
        Category::Read => "shows something. Allowed without a limit of its own.",
    };
    format!("=== {} ({count}): {rule}", category.as_str().to_uppercase())
}
