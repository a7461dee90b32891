//! A call becomes a plan, or a denial, by what the policy and the checkout profile say of it.
//!
//! The rules of the tool come first, then those of every tool; within each, conditions, then the schema, then limits.
//!
//! No state is read here: whether a window has room or a checkout is the grant's own is for the commit to find out.
//!
//! INVARIANT: a hidden tool and an unknown one are denied alike but for the rule's name, which only the log shows.

use std::borrow::Cow;

use floorwalker_json::Node;

use crate::{
    Call, Change, CheckoutKey, Decision, Definition, Denial, Handle, Once, Outward, Plan, Policy, Profile, QuoteKey,
    RuleName,
    condition::Confusable,
    explain::written,
    onlooker::{Nobody, Onlooker},
    policy::{Check, DefaultRule, Rules, SchemaRule},
    profile::{Role, Step},
};

mod approval;
mod charges;

const NO_POLICY: RuleName = RuleName::fixed("(no policy)");
pub(crate) const HIDDEN: RuleName = RuleName::fixed("(hidden)");
const UNKNOWN_TOOL: RuleName = RuleName::fixed("(unknown tool)");
pub(crate) const DEFAULT_DENY: RuleName = RuleName::fixed("(default deny)");
const CONFUSABLE: RuleName = RuleName::fixed("/arguments/confusable");
const CHECKOUT_ID: RuleName = RuleName::fixed("/checkout/id");

/// How many characters of a tool's name a denial repeats.
const TOOL_SHOWN_MAX: usize = 128;

/// Decides on a call, without looking at any state: what the policy and the profile say of it becomes a plan.
///
/// `definition` is the tool's published definition, absent when the catalogue has no such tool; `policy` is absent when
/// the grant has none, which denies. What the profile asks for stands in the plan before charges, so that a thief burns
/// nobody's limits and a poll that comes too early costs nothing.
pub fn decide(
    policy: Option<&Policy>,
    profile: Option<&Profile>,
    definition: Option<&Definition>,
    call: &Call<'_>,
) -> Decision<Plan> {
    decide_before(policy, profile, definition, call, &mut Nobody)
}

/// The same before somebody who looks on.
pub(crate) fn decide_before(
    policy: Option<&Policy>,
    profile: Option<&Profile>,
    definition: Option<&Definition>,
    call: &Call<'_>,
    eyes: &mut impl Onlooker,
) -> Decision<Plan> {
    match plan(policy, profile, definition, call, eyes) {
        Ok(plan) => Decision::Allow(plan),
        Err(denial) => Decision::Deny(*denial),
    }
}

// Inside this file a denial travels as an `Err`, so that the order of the checks can be read off one function; its only
// caller turns it back into an answer.
fn plan(
    policy: Option<&Policy>,
    profile: Option<&Profile>,
    definition: Option<&Definition>,
    call: &Call<'_>,
    eyes: &mut impl Onlooker,
) -> Result<Plan, Box<Denial>> {
    let policy = needed_policy(policy, eyes)?;
    refuse_hidden(policy, call.tool, eyes)?;
    let definition = needed_definition(definition, call.tool, eyes)?;
    let (own, every) = (rules(policy, call.tool, eyes)?, policy.every());
    refuse_confusable(definition, profile, call.arguments, eyes)?;
    for check in own.into_iter().chain([every]).flat_map(|rules| &rules.checks) {
        refuse_denied(check, call.arguments, eyes)?;
    }
    if let Some(rule) = own.and_then(|rules| rules.schema.as_ref()) {
        refuse_unfit(rule, definition, call.arguments, eyes)?;
    }
    let mut changes = Vec::new();
    if let Some(profile) = profile {
        checkout_changes(profile, call, &mut changes, eyes)?;
    }
    for limit in own.into_iter().chain([every]).flat_map(|rules| &rules.limits) {
        changes.push(charges::charge(limit, call, eyes)?);
    }
    // Last, so that nobody is asked about a call that something else denies.
    let asks = own.into_iter().chain([every]).flat_map(|rules| &rules.asks);
    changes.extend(approval::spend(asks, definition, call, &changes, eyes)?);
    Ok(Plan { changes })
}

fn needed_policy<'p>(policy: Option<&'p Policy>, eyes: &mut impl Onlooker) -> Result<&'p Policy, Box<Denial>> {
    let answer = policy.ok_or_else(|| visible(NO_POLICY, "This grant has no policy, so it may not call any tool."));
    match answer {
        Ok(policy) => Ok(policy),
        none => eyes.sees(&NO_POLICY, none, || ("a policy for this grant".to_owned(), "none".to_owned())),
    }
}

fn refuse_hidden(policy: &Policy, tool: &str, eyes: &mut impl Onlooker) -> Result<(), Box<Denial>> {
    let is_hidden = policy.hides(tool);
    let answer = if is_hidden { Err(unknown_tool(HIDDEN, tool)) } else { Ok(()) };
    eyes.sees(&HIDDEN, answer, || {
        let saw = if is_hidden { "one that it hides" } else { "one that it does not" };
        ("a tool that `hide` does not hide".to_owned(), saw.to_owned())
    })
}

fn needed_definition<'d>(
    definition: Option<&'d Definition>,
    tool: &str,
    eyes: &mut impl Onlooker,
) -> Result<&'d Definition, Box<Denial>> {
    let answer = definition.ok_or_else(|| unknown_tool(UNKNOWN_TOOL, tool));
    eyes.sees(&UNKNOWN_TOOL, answer, || {
        let saw = if definition.is_some() { "one that it publishes" } else { "one that it does not" };
        ("a tool that the server publishes".to_owned(), saw.to_owned())
    })
}

/// What the policy says of the tool, if it says anything and does not deny for want of it.
fn rules<'p>(policy: &'p Policy, tool: &str, eyes: &mut impl Onlooker) -> Result<Option<&'p Rules>, Box<Denial>> {
    let (named, default) = (policy.tool(tool), policy.default_rule());
    let answer = match (named, default) {
        (None, DefaultRule::Deny) => Err(visible(DEFAULT_DENY, "The policy of this grant does not allow this tool.")),
        _ => Ok(named),
    };
    eyes.sees(&DEFAULT_DENY, answer, || {
        let saw = match (named, default) {
            (Some(_), _) => "one that `tools` names",
            (None, DefaultRule::Allow) => "one that it does not name, and `default: allow`",
            (None, DefaultRule::Deny) => "one that it does not name, and `default: deny`",
        };
        ("a tool that `tools` names, or `default: allow`".to_owned(), saw.to_owned())
    })
}

fn refuse_denied(check: &Check, arguments: Option<&Node<'_>>, eyes: &mut impl Onlooker) -> Result<(), Box<Denial>> {
    let answer = match check.denies(arguments, eyes) {
        Ok(false) => Ok(()),
        Ok(true) => Err(visible(check.rule.clone(), check.reason.to_string())),
        Err(Confusable) => Err(confusable()),
    };
    eyes.hears(&check.rule, answer)
}

/// A tool that publishes no schema has none that its arguments could fit.
fn refuse_unfit(
    rule: &SchemaRule,
    definition: &Definition,
    arguments: Option<&Node<'_>>,
    eyes: &mut impl Onlooker,
) -> Result<(), Box<Denial>> {
    let schema = rule.own.as_ref().or(definition.schema.as_ref());
    let refusal = schema.map(|schema| schema.refusal(arguments));
    let answer = match &refusal {
        None => Err("The policy holds this tool to its published schema, and it publishes none.".to_owned()),
        Some(None) => Ok(()),
        Some(Some(refusal)) => Err(format!("The arguments do not fit this tool: {refusal}.")),
    };
    let answer = answer.map_err(|reason| visible(rule.rule.clone(), reason));
    eyes.sees(&rule.rule, answer, || {
        let whose = if rule.own.is_some() { "the policy gives" } else { "the server publishes" };
        let saw = match refusal {
            None => "that it publishes none".to_owned(),
            Some(None) => "that they fit".to_owned(),
            Some(Some(refusal)) => format!("that {refusal}"),
        };
        (format!("arguments that fit the schema that {whose}"), saw)
    })
}

/// A server that reads keys carelessly would take such an argument for a parameter that nobody here looked at. It may read
/// a checkout's id where the tool's definition lists none.
fn refuse_confusable(
    definition: &Definition,
    profile: Option<&Profile>,
    arguments: Option<&Node<'_>>,
    eyes: &mut impl Onlooker,
) -> Result<(), Box<Denial>> {
    let Some(arguments) = arguments.and_then(Node::as_object).filter(|arguments| !arguments.is_empty()) else {
        return Ok(());
    };
    let ids = profile.into_iter().flat_map(|profile| profile.ids().iter().chain(profile.quotes()));
    let known: Vec<&str> = definition.parameters.iter().chain(ids).map(String::as_str).collect();
    let found = arguments.confusable_with(&known);
    let answer = if found.is_none() { Ok(()) } else { Err(confusable()) };
    eyes.sees(&CONFUSABLE, answer, || {
        let saw = found.map_or_else(|| "none".to_owned(), |member| format!("`{}`", member.key));
        ("no argument whose name can be taken for a parameter's".to_owned(), saw)
    })
}

/// Whoever names a checkout must own it, and a quote must be one's own, also through a tool of which the profile knows
/// nothing.
pub(crate) fn checkout_changes(
    profile: &Profile,
    call: &Call<'_>,
    changes: &mut Vec<Change>,
    eyes: &mut impl Onlooker,
) -> Result<(), Box<Denial>> {
    let (step, needed) = match profile.role(call.tool) {
        Some(Role::On { step, id }) => (Some(*step), Some(id)),
        Some(Role::Quote | Role::Create { .. }) | None => (None, None),
    };
    for id in profile.ids() {
        if !names(call, id) && needed != Some(id) {
            continue;
        }
        let handle = needed_handle(call, id, "checkout", eyes)?;
        let checkout = CheckoutKey { server: call.server.clone(), handle };
        changes.push(Change::Own { checkout: checkout.clone(), grant: call.grant.clone() });
        if profile.touches(call.tool) {
            changes.push(Change::Touch { checkout: checkout.clone() });
        }
        if let Some(step) = step.filter(|_| needed == Some(id)) {
            changes.extend(step_change(profile, step, checkout));
        }
    }
    for argument in profile.quotes().iter().filter(|argument| names(call, argument)) {
        let handle = needed_handle(call, argument, "quote", eyes)?;
        changes.push(Change::Within { quote: quote_key(call, handle), total: None });
    }
    Ok(())
}

/// What a step asks of the checkout beyond its owner.
fn step_change(profile: &Profile, step: Step, checkout: CheckoutKey) -> Option<Change> {
    if let Some((once, attempts)) = step.once() {
        let from = profile.again().filter(|_| once == Once::Completion);
        return Some(Change::Begin { checkout, once, attempts, from });
    }
    let pace = profile.pace().filter(|_| step == Step::Poll)?;
    Some(Change::Poll { checkout, pace })
}

fn names(call: &Call<'_>, argument: &str) -> bool {
    call.arguments.is_some_and(|arguments| arguments.get(argument).is_some())
}

fn needed_handle(call: &Call<'_>, argument: &str, of: &str, eyes: &mut impl Onlooker) -> Result<Handle, Box<Denial>> {
    let answer = handle(call, argument).ok_or_else(|| {
        visible(CHECKOUT_ID, format!("This tool needs the id of a {of}, as text, in the argument {argument}."))
    });
    eyes.sees(&CHECKOUT_ID, answer, || {
        (format!("the id of a {of} in args.{argument}"), written(call.arguments.and_then(|all| all.get(argument))))
    })
}

/// A quote as the caller was shown it.
pub(crate) fn quote_key(call: &Call<'_>, handle: Handle) -> QuoteKey {
    QuoteKey { server: call.server.clone(), handle, grant: call.grant.clone() }
}

/// The checkout or quote that a call names, if its argument can name one.
pub(crate) fn handle(call: &Call<'_>, argument: &str) -> Option<Handle> {
    call.arguments?.get(argument)?.as_str().and_then(|text| Handle::new(text).ok())
}

fn confusable() -> Box<Denial> {
    visible(
        CONFUSABLE,
        "An argument's name can be mistaken for a parameter of this tool; write the names exactly as the tool lists them.",
    )
}

fn visible(rule: RuleName, reason: impl Into<Cow<'static, str>>) -> Box<Denial> {
    Box::new(Denial::visible(rule, reason))
}

fn unknown_tool(rule: RuleName, tool: &str) -> Box<Denial> {
    let reason = format!("Unknown tool: {}", clipped(tool)).into();
    Box::new(Denial { rule, reason, retry_after: None, outward: Outward::UnknownTool })
}

/// A name of the agent's choosing, so short that it cannot fill a log.
fn clipped(tool: &str) -> Cow<'_, str> {
    match tool.char_indices().nth(TOOL_SHOWN_MAX).and_then(|(end, _)| tool.get(..end)) {
        Some(start) => Cow::Owned(format!("{start}…")),
        None => Cow::Borrowed(tool),
    }
}
