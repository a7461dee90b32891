//! A call becomes a plan, or a denial, by what the policy and the checkout profile say of it.
//!
//! No state is read here: whether a window has room or a checkout is the grant's own is for the commit to find out.
//!
//! INVARIANT: a hidden tool and an unknown one are denied alike but for the rule's name, which only the log shows.

use std::borrow::Cow;

use floorwalker_json::Node;

use crate::{
    Call, Change, Charge, CheckoutKey, CounterKey, Decision, Definition, Denial, Handle, Outward, Plan, Policy,
    Profile, QuoteKey, RuleName, Scope,
    policy::{DefaultRule, Limit, SharedBy},
    profile::{Role, Step},
};

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
    let limits = limits(policy, call.tool)?;
    refuse_confusable(definition, profile, call.arguments)?;
    let mut changes = Vec::with_capacity(limits.len().saturating_add(2));
    if let Some(profile) = profile {
        checkout_changes(profile, call, &mut changes)?;
    }
    for limit in limits {
        changes.push(Change::Charge(charge(limit, call)?));
    }
    Ok(Plan { changes })
}

fn limits<'p>(policy: &'p Policy, tool: &str) -> Result<&'p [Limit], Box<Denial>> {
    match (policy.tool(tool), policy.default_rule()) {
        (Some(rule), _) => Ok(&rule.limits),
        (None, DefaultRule::Allow) => Ok(&[]),
        (None, DefaultRule::Deny) => Err(visible(DEFAULT_DENY, "The policy of this grant does not allow this tool.")),
    }
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
        Some(_) => Err(visible(
            CONFUSABLE,
            "An argument's name can be mistaken for a parameter of this tool; write the names exactly as the tool lists them.",
        )),
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
        return Some(Change::Begin { checkout, once, attempts });
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

fn charge(limit: &Limit, call: &Call<'_>) -> Result<Charge, Box<Denial>> {
    let scope = match limit.shared_by {
        SharedBy::Grant => Scope::Grant(call.grant.clone()),
        SharedBy::Policy => Scope::Policy,
        SharedBy::Session => Scope::Session(call.session.cloned().ok_or_else(|| {
            visible(limit.rule.clone(), "This tool is limited per session, and this call came without a session.")
        })?),
    };
    let counter = CounterKey { server: call.server.clone(), counter: limit.counter.clone(), scope };
    Ok(Charge { counter, amount: 1, max: limit.max, window: limit.window, rule: limit.rule.clone() })
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
