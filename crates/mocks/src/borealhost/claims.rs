//! Claim tokens: a single-use token in the site's container proves who owns the site and buys an API key.
//!
//! The token never appears in a reply; the human reads it from the container, [`crate::Mock::out_of_band`] here.

use std::collections::BTreeMap;

use serde_json::json;

use crate::ledger::EntryKind;
use crate::mock::Caller;
use crate::secret::{Secret, SecretKind};

use super::BorealHost;
use super::account::{KeyOrigin, SCOPES, prefix};
use super::catalogue::Arguments;
use super::refusal::{Answer, Code};
use super::settings::Claim as ClaimSetting;

const LIFETIME_SECS: u64 = 3_600;
const PENDING_MAX: usize = 3;

/// The tokens that were handed out, and the files they lie in.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    /// Oldest first.
    handed_out: Vec<Claim>,
    /// The place in `handed_out` of the token that lies in each site's container, by slug.
    files: BTreeMap<String, usize>,
}

struct Claim {
    token: String,
    site_slug: String,
    expires_at: u64,
    state: ClaimState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ClaimState {
    Pending,
    Claimed,
}

impl Claims {
    /// What lies in the sites' containers, by slug: one token each, the newest. A token that expires takes the file
    /// along, and so does a claim; an older token never comes back.
    pub(crate) fn files(&self, now: u64) -> impl Iterator<Item = (&str, &str)> {
        let claims = self.files.values().filter_map(|place| self.handed_out.get(*place));
        let valid = claims.filter(move |claim| now < claim.expires_at);
        valid.map(|claim| (claim.site_slug.as_str(), claim.token.as_str()))
    }

    /// Writes a new token into its site's container, over the one that lies there.
    fn hand_out(&mut self, claim: Claim) {
        self.files.insert(claim.site_slug.clone(), self.handed_out.len());
        self.handed_out.push(claim);
    }

    fn pending(&self, now: u64, site_slug: &str) -> usize {
        let of_site = self.handed_out.iter().filter(|claim| claim.site_slug == site_slug);
        of_site.filter(|claim| claim.state == ClaimState::Pending && now < claim.expires_at).count()
    }

    /// Spends a token, removes its site's file and gives back the site.
    fn spend(&mut self, now: u64, token: &str, setting: ClaimSetting) -> Option<String> {
        let claim = self.handed_out.iter_mut().find(|claim| claim.token == token && now < claim.expires_at)?;
        if claim.state == ClaimState::Claimed && setting == ClaimSetting::Once {
            return None;
        }
        claim.state = ClaimState::Claimed;
        self.files.remove(&claim.site_slug);
        Some(claim.site_slug.clone())
    }
}

impl BorealHost {
    pub(crate) fn request_api_key(&mut self, now: u64, caller: &Caller, arguments: &Arguments) -> Answer {
        let site_slug = arguments.text("site_slug");
        if self.accounts.of_site(site_slug).is_none() {
            return Err(Code::Validation.because("No site of that name has an active subscription."));
        }
        if self.claims.pending(now, site_slug) >= PENDING_MAX {
            return Err(Code::RateLimited.because("Too many claim tokens are pending for this site."));
        }
        let token = self.mint.token("claim_token");
        self.books.remember(Secret {
            kind: SecretKind::ClaimToken,
            value: token.clone(),
            about: Some(site_slug.to_owned()),
            minted_for: caller.credential.clone(),
        });
        self.books.write(None, EntryKind::ClaimTokenMinted);
        self.claims.hand_out(Claim {
            token,
            site_slug: site_slug.to_owned(),
            expires_at: now.saturating_add(LIFETIME_SECS * 1_000),
            state: ClaimState::Pending,
        });
        Ok(json!({
            "status": "pending",
            "site_slug": site_slug,
            "expires_in_seconds": LIFETIME_SECS,
            "claim_path": "~/.borealhost/.claim_token",
            "instructions": "Read the token from claim_path in the site's container and pass it to claim_api_key.",
        }))
    }

    /// Unknown, expired and used tokens are told apart by nothing.
    pub(crate) fn claim_api_key(&mut self, now: u64, caller: &Caller, arguments: &Arguments) -> Answer {
        let invalid = || Code::Validation.because("The claim token is invalid, expired or already used.");
        let token = arguments.text("claim_token");
        let site_slug = self.claims.spend(now, token, self.settings.claim).ok_or_else(invalid)?;
        let account_id = self.accounts.of_site(&site_slug).ok_or_else(invalid)?.to_owned();
        self.books.write(None, EntryKind::KeyClaimed);
        let origin = KeyOrigin::Claim(caller, &site_slug);
        let (api_key, _) = self.mint_key(now, &account_id, "Claimed Key", origin);
        self.deliver(caller, &api_key, None);
        Ok(json!({
            "api_key": api_key,
            "key_prefix": prefix(&api_key),
            "site_slug": site_slug,
            "scopes": SCOPES,
            "message": "Keep this key. It is not shown again.",
        }))
    }
}

impl std::fmt::Debug for Claim {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Claim({} {:?})", self.site_slug, self.state)
    }
}
