//! The hosting plans on sale, and the SKUs that name one with a billing period.
//!
//! The five single-site slugs and the price of the smallest plan are published; the other prices, the resources and
//! the agency plan are assumed.

use serde_json::{Value, json};

/// One plan. Prices are whole dollars of CAD a month.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) slug: &'static str,
    name: &'static str,
    track: &'static str,
    monthly: u64,
    annual: u64,
    memory_mb: u64,
    max_sites: u64,
}

/// How often the buyer is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Period {
    Monthly,
    Annual,
}

/// A plan with a billing period: `bh_site_starter_monthly`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sku {
    pub(crate) plan: &'static Plan,
    pub(crate) period: Period,
}

static PLANS: [Plan; 6] = [
    plan("site_starter", "Site Starter", "single_site", [5, 2], 512, 1),
    plan("site_plus", "Site Plus", "single_site", [12, 9], 1_024, 1),
    plan("site_pro", "Site Pro", "single_site", [25, 20], 2_048, 1),
    plan("site_managed", "Site Managed", "single_site", [49, 40], 4_096, 1),
    plan("site_business", "Site Business", "single_site", [99, 82], 8_192, 1),
    plan("agency_starter", "Agency Starter", "agency", [79, 65], 8_192, 10),
];

const fn plan(
    slug: &'static str,
    name: &'static str,
    track: &'static str,
    [monthly, annual]: [u64; 2],
    memory_mb: u64,
    max_sites: u64,
) -> Plan {
    Plan { slug, name, track, monthly, annual, memory_mb, max_sites }
}

/// The plans of a track, or all of them.
pub(crate) fn on_sale(track: &str) -> impl Iterator<Item = &'static Plan> {
    PLANS.iter().filter(move |plan| track.is_empty() || plan.track == track)
}

impl Plan {
    /// The element of `list_plans`.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "slug": self.slug,
            "name": self.name,
            "track": self.track,
            "hosting_type": "container",
            "price": { "monthly": self.monthly, "annual": self.annual, "currency": "CAD" },
            "resources": { "memory_mb": self.memory_mb, "cpu_cores": 1, "disk_gb": 10 },
            "features": ["ssl", "backups"],
            "max_sites": self.max_sites,
            "ai_modules": ["chatbot", "seo"],
            "ai_agents": 1,
            "free_domain_annual": self.monthly >= 12,
        })
    }
}

impl Sku {
    /// Reads `bh_<plan slug>_<monthly or annual>` of a plan on sale.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (slug, period) = text.strip_prefix("bh_")?.rsplit_once('_')?;
        let period = match period {
            "monthly" => Period::Monthly,
            "annual" => Period::Annual,
            _ => return None,
        };
        Some(Self { plan: PLANS.iter().find(|plan| plan.slug == slug)?, period })
    }

    /// What one billing period costs, in cents.
    pub(crate) fn amount_minor(self) -> u64 {
        match self.period {
            Period::Monthly => self.plan.monthly * 100,
            Period::Annual => self.plan.annual * 12 * 100,
        }
    }
}

impl Period {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Monthly => "monthly",
            Self::Annual => "annual",
        }
    }
}

impl std::fmt::Display for Sku {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "bh_{}_{}", self.plan.slug, self.period.as_str())
    }
}
