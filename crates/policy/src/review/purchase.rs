//! Purchases that can start and never finish.
//!
//! What a purchase needs is known from the checkout profile: somebody must complete it where something completes, bring it up
//! to date where something does that, and fetch what was bought where a claim or a poll hands it over.

use floorwalker_json::{Span, listed, shown};

use super::{KnownServer, rules::lets_in};
use crate::{
    Policy, Profile, Warning, WarningCode,
    profile::{Role, Step},
};

pub(super) fn review(policy: &Policy, server: &KnownServer, warnings: &mut Vec<Warning>) {
    let Some(profile) = server.profile.as_deref() else { return };
    let tools = |is_meant: &dyn Fn(&Role) -> bool| -> Vec<&str> {
        profile.roles().filter(|(tool, role)| server.may_have(tool) && is_meant(role)).map(|(tool, _)| tool).collect()
    };
    let creating = tools(&|role| matches!(role, Role::Create { .. }));
    let Some(creates) = creating.into_iter().find(|tool| lets_in(policy, tool)) else { return };
    let (mut missing, mut tools_missing) = (Vec::new(), Vec::new());
    for (what, is_meant) in needs(profile) {
        let there = tools(&|role| matches!(role, Role::On { step, .. } if is_meant(*step)));
        if !there.is_empty() && !there.iter().any(|tool| lets_in(policy, tool)) {
            let names: Vec<String> = there.iter().map(|tool| shown(tool)).collect();
            missing.push(format!("{}, which {what}", listed(names.iter().map(String::as_str))));
            tools_missing.extend(there);
        }
    }
    if missing.is_empty() {
        return;
    }
    let creates_shown = shown(creates);
    let says = format!("`{creates_shown}` may start a purchase, but nobody may call {}", missing.join(", or "));
    let help = format!("allow what finishes it, or deny `{creates_shown}` too");
    let span = place(policy, creates, &tools_missing);
    warnings.push(Warning::new(WarningCode::UnfinishedPurchase, span, says, help));
}

/// What a step does, and which steps do it.
type Need = (&'static str, fn(Step) -> bool);

/// The steps without which a purchase stays unfinished, and what each does.
fn needs(profile: &Profile) -> Vec<Need> {
    let claims = profile.roles().any(|(_, role)| matches!(role, Role::On { step: Step::Claim { .. }, .. }));
    let hands_over: Need = match (claims, profile.secrets().is_empty()) {
        (true, _) => ("hands over what was bought", |step| matches!(step, Step::Claim { .. })),
        (false, false) => ("tells how it ends and hands over what was bought", |step| step == Step::Poll),
        // What nobody hands over was there with the completion.
        (false, true) => return vec![UPDATES, COMPLETES],
    };
    vec![UPDATES, COMPLETES, hands_over]
}

const UPDATES: Need = ("makes it ready", |step| step == Step::Update);
const COMPLETES: Need = ("completes it", |step| step == Step::Complete);

/// Where the policy hides what is needed, else where it says something of it, else where it allows the start.
fn place(policy: &Policy, creates: &str, needed: &[&str]) -> Span {
    let hidden = policy.hidden_names().into_iter().find(|(name, _)| needed.contains(name)).map(|(_, span)| span);
    let of = |tool: &str| policy.tool(tool).map(|rules| rules.span);
    hidden
        .or_else(|| needed.iter().find_map(|tool| of(tool)))
        .or_else(|| of(creates))
        .unwrap_or_else(|| policy.default_span())
}
