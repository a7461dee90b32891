//! What things cost: credits per tool and pack, money per credit, and the quotes that promise it.

use serde_json::json;

use crate::instant::iso;

use super::catalogue::{Arguments, catalogue};
use super::refusal::{Code, Refusal, Shown, shown};
use super::settings::Units;

/// How long a quote holds: 15 minutes, which is assumed.
pub(crate) const QUOTE_MS: u64 = 15 * 60 * 1_000;
/// The public pack, which is assumed: so many credits for so many euro cents.
pub(crate) const PACK: &str = "toofi_credits_150";
const PACK_CREDITS: u64 = 150;
const PACK_MINOR: u64 = 1_500;
const UNITS_MAX: i128 = 1_000;
/// What a plan with its PDF costs, as published; every other tool is assumed to cost one credit.
pub(crate) const PLAN_CREDITS: u64 = 15;

/// The price list, which the world can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Prices {
    /// What the pack costs, in euro cents.
    pub(crate) pack_minor: u64,
}

/// A currency, spelt exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Currency {
    /// The server's own; nobody can pay with it.
    Credit,
    Eur,
    Usd,
    Jpy,
}

/// What somebody wants: a number of uses of a tool, or of packs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wish {
    /// The tool's or the product's name.
    pub(crate) what: String,
    credits_each: u64,
    units: i128,
}

/// A price that holds for a while.
#[derive(Clone, Debug)]
pub(crate) struct Quote {
    pub(crate) id: String,
    pub(crate) wish: Wish,
    pub(crate) amount_minor: u64,
    pub(crate) currency: Currency,
    pub(crate) expires_at: u64,
}

impl Default for Prices {
    fn default() -> Self {
        Self { pack_minor: PACK_MINOR }
    }
}

impl Prices {
    /// What a wish costs, in minor units and rounded up; in credits it is their number.
    pub(crate) fn of(self, wish: &Wish, currency: Currency, units: Units) -> u64 {
        let Some(percent) = currency.percent_of_euro() else { return wish.credits() };
        let credits = i128::from(wish.credits_each).saturating_mul(wish.units);
        let parts = credits.saturating_mul(i128::from(self.pack_minor)).saturating_mul(percent);
        let whole = i128::from(PACK_CREDITS) * 100;
        match units {
            Units::Checked => u64::try_from(parts.saturating_add(whole - 1) / whole).unwrap_or(u64::MAX),
            // In 32 bits, as careless code would; nobody is paid for buying.
            Units::Unchecked => u64::try_from((parts / whole) as i32).unwrap_or(0),
        }
    }
}

impl Currency {
    pub(crate) fn named(name: &str) -> Result<Self, Refusal> {
        match name {
            "" | "TOOFI_CREDIT" => Ok(Self::Credit),
            "EUR" => Ok(Self::Eur),
            "USD" => Ok(Self::Usd),
            "JPY" => Ok(Self::Jpy),
            _ => Err(Code::InvalidCurrency.because("currency is TOOFI_CREDIT, EUR, USD or JPY.")),
        }
    }

    /// As replies and the provider write it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Credit => "TOOFI_CREDIT",
            Self::Eur => "eur",
            Self::Usd => "usd",
            Self::Jpy => "jpy",
        }
    }

    /// Another one that can be paid with.
    pub(crate) fn switched(self) -> Self {
        if self == Self::Usd { Self::Eur } else { Self::Usd }
    }

    /// How many minor units a hundred euro cents are; nothing for credits, which are no money.
    fn percent_of_euro(self) -> Option<i128> {
        match self {
            Self::Credit => None,
            Self::Eur => Some(100),
            Self::Usd => Some(110),
            Self::Jpy => Some(160),
        }
    }
}

impl Wish {
    /// What the arguments ask for: uses of a tool, or packs where no tool is named.
    pub(crate) fn of(arguments: &Arguments, check: Units) -> Result<Self, Refusal> {
        let units = arguments.integer("units").unwrap_or(1);
        if check == Units::Checked && !(1..=UNITS_MAX).contains(&units) {
            return Err(Code::InvalidUnits.because(format!("units is a whole number from 1 to {UNITS_MAX}.")));
        }
        let (tool, product) = (arguments.text("tool_name"), arguments.text("product_id"));
        let (what, credits_each) = match (tool, product) {
            ("generate_dental_treatment_plan_pdf", _) => (tool, PLAN_CREDITS),
            ("", "" | PACK) => (PACK, PACK_CREDITS),
            ("", _) => return Err(Code::UnknownProduct.because(format!("The only product is {PACK}."))),
            (tool, _) if catalogue().knows(tool) => (tool, 1),
            _ => return Err(Code::UnknownTool.because("There is no such tool.")),
        };
        Ok(Self { what: what.to_owned(), credits_each, units })
    }

    /// Whether nothing in the arguments asks for something else; what they leave out asks for nothing.
    pub(crate) fn agrees_with(&self, arguments: &Arguments) -> bool {
        let names = ["tool_name", "product_id"].map(|name| arguments.text(name));
        names.into_iter().all(|name| name.is_empty() || name == self.what)
            && arguments.integer("units").is_none_or(|units| units == self.units)
    }

    /// How many credits it is. Fewer than none are as many, for whoever does not check.
    pub(crate) fn credits(&self) -> u64 {
        u64::try_from(self.units.unsigned_abs()).unwrap_or(u64::MAX).saturating_mul(self.credits_each)
    }
}

impl Quote {
    pub(crate) fn shown(&self) -> Shown {
        shown(
            "quoted",
            [
                ("quote_id", json!(self.id)),
                ("item", json!(self.wish.what)),
                ("units", json!(self.wish.units)),
                ("credits", json!(self.wish.credits())),
                ("amount_total", json!(self.amount_minor)),
                ("currency", json!(self.currency.as_str())),
                ("expires_at", json!(iso(self.expires_at))),
                ("rails", json!(["stripe_checkout"])),
            ],
        )
    }
}
