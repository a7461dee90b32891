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
    policy::{Check, DefaultRule, Rules, SchemaRule},
    profile::{Role, Step},
};

mod approval;
mod charges;

const NO_POLICY: RuleName = RuleName::fixed("(no policy)");
const HIDDEN: RuleName = RuleName::fixed("(hidden)");
const UNKNOWN_TOOL: RuleName = RuleName::fixed("(unknown tool)");
const DEFAULT_DENY: RuleName = RuleName::fixed("(default deny)");
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
    match plan(policy, profile, definition, call) {
        Ok(plan) => Decision::Allow(plan),
        Err(denial) => Decision::Deny(*denial),
    }
}

// Inside this file a denial travels as an `Err`, so that the order of the checks can be read off one function; `decide`
// is the only caller, and turns it back into an answer.
fn plan(
    policy: Option<&Policy>,
    profile: Option<&Profile>,
    definition: Option<&Definition>,
    call: &Call<'_>,
) -> Result<Plan, Box<Denial>> {
    let policy = policy.ok_or_else(|| visible(NO_POLICY, "This grant has no policy, so it may not call any tool."))?;
    if policy.hides(call.tool) {
        return Err(unknown_tool(HIDDEN, call.tool));
    }
    let definition = definition.ok_or_else(|| unknown_tool(UNKNOWN_TOOL, call.tool))?;
    let (own, every) = (rules(policy, call.tool)?, policy.every());
    refuse_confusable(definition, profile, call.arguments)?;
    for check in own.into_iter().chain([every]).flat_map(|rules| &rules.checks) {
        refuse_denied(check, call.arguments)?;
    }
    if let Some(rule) = own.and_then(|rules| rules.schema.as_ref()) {
        refuse_unfit(rule, definition, call.arguments)?;
    }
    let mut changes = Vec::new();
    if let Some(profile) = profile {
        checkout_changes(profile, call, &mut changes)?;
    }
    for limit in own.into_iter().chain([every]).flat_map(|rules| &rules.limits) {
        changes.push(charges::charge(limit, call)?);
    }
    // Last, so that nobody is asked about a call that something else denies.
    let asks = own.into_iter().chain([every]).flat_map(|rules| &rules.asks);
    changes.extend(approval::spend(asks, definition, call, &changes)?);
    Ok(Plan { changes })
}

/// What the policy says of the tool, if it says anything and does not deny for want of it.
fn rules<'p>(policy: &'p Policy, tool: &str) -> Result<Option<&'p Rules>, Box<Denial>> {
    match (policy.tool(tool), policy.default_rule()) {
        (Some(rules), _) => Ok(Some(rules)),
        (None, DefaultRule::Allow) => Ok(None),
        (None, DefaultRule::Deny) => Err(visible(DEFAULT_DENY, "The policy of this grant does not allow this tool.")),
    }
}

fn refuse_denied(check: &Check, arguments: Option<&Node<'_>>) -> Result<(), Box<Denial>> {
    match check.denies(arguments) {
        Ok(false) => Ok(()),
        Ok(true) => Err(visible(check.rule.clone(), check.reason.to_string())),
        Err(Confusable) => Err(confusable()),
    }
}

/// A tool that publishes no schema has none that its arguments could fit.
fn refuse_unfit(rule: &SchemaRule, definition: &Definition, arguments: Option<&Node<'_>>) -> Result<(), Box<Denial>> {
    let reason = match rule.own.as_ref().or(definition.schema.as_ref()) {
        None => "The policy holds this tool to its published schema, and it publishes none.".to_owned(),
        Some(schema) => match schema.refusal(arguments) {
            None => return Ok(()),
            Some(refusal) => format!("The arguments do not fit this tool: {refusal}."),
        },
    };
    Err(visible(rule.rule.clone(), reason))
}

/// A server that reads keys carelessly would take such an argument for a parameter that nobody here looked at. It may read
/// a checkout's id where the tool's definition lists none.
fn refuse_confusable(
    definition: &Definition,
    profile: Option<&Profile>,
    arguments: Option<&Node<'_>>,
) -> Result<(), Box<Denial>> {
    let Some(arguments) = arguments.and_then(Node::as_object).filter(|arguments| !arguments.is_empty()) else {
        return Ok(());
    };
    let ids = profile.into_iter().flat_map(|profile| profile.ids().iter().chain(profile.quotes()));
    let known: Vec<&str> = definition.parameters.iter().chain(ids).map(String::as_str).collect();
    match arguments.confusable_with(&known) {
        None => Ok(()),
        Some(_) => Err(confusable()),
    }
}

/// Whoever names a checkout must own it, and a quote must be one's own, also through a tool of which the profile knows
/// nothing.
fn checkout_changes(profile: &Profile, call: &Call<'_>, changes: &mut Vec<Change>) -> Result<(), Box<Denial>> {
    let (step, needed) = match profile.role(call.tool) {
        Some(Role::On { step, id }) => (Some(*step), Some(id)),
        Some(Role::Quote | Role::Create { .. }) | None => (None, None),
    };
    for id in profile.ids() {
        if !names(call, id) && needed != Some(id) {
            continue;
        }
        let checkout = CheckoutKey { server: call.server.clone(), handle: needed_handle(call, id, "checkout")? };
        changes.push(Change::Own { checkout: checkout.clone(), grant: call.grant.clone() });
        if let Some(step) = step.filter(|_| needed == Some(id)) {
            changes.extend(step_change(profile, step, checkout));
        }
    }
    for argument in profile.quotes().iter().filter(|argument| names(call, argument)) {
        changes.push(Change::Within { quote: quote_key(call, needed_handle(call, argument, "quote")?), total: None });
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

fn needed_handle(call: &Call<'_>, argument: &str, of: &str) -> Result<Handle, Box<Denial>> {
    handle(call, argument).ok_or_else(|| {
        visible(CHECKOUT_ID, format!("This tool needs the id of a {of}, as text, in the argument {argument}."))
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
