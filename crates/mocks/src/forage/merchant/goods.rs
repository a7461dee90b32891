//! The shops and what they sell, from a data file. All of it is invented; the hosts exist nowhere.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Value, json};

static DATA: &str = include_str!("../../../data/forage-goods.json");
static GOODS: LazyLock<Goods> = LazyLock::new(load);

/// Everything there is to buy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Goods {
    shops: Vec<Shop>,
    products: Vec<Product>,
}

/// One merchant.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shop {
    pub(crate) name: String,
    pub(crate) host: String,
    /// The currency of its prices, as ISO 4217 writes it.
    pub(crate) currency: String,
    /// What it takes to ship an order, in minor units.
    pub(crate) shipping_minor: u64,
    /// The tax on the goods, per thousand.
    pub(crate) tax_permille: u64,
    pub(crate) ships_to: Vec<String>,
    /// What each discount code takes off the goods.
    pub(crate) discount_percent: BTreeMap<String, u64>,
}

/// One product of one shop.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Product {
    /// The shop's host.
    shop: String,
    pub(crate) slug: String,
    pub(crate) title: String,
    pub(crate) category: String,
    pub(crate) price_minor: u64,
    /// What it cost before it was reduced.
    #[serde(default)]
    pub(crate) was_minor: Option<u64>,
    #[serde(default)]
    pub(crate) stock: Stock,
    #[serde(default)]
    pub(crate) asks: Asks,
}

/// Whether a product can be had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stock {
    /// As many as anybody wants.
    #[default]
    Plenty,
    /// None.
    SoldOut,
}

/// What a product's merchant wants to know from the buyer in person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Asks {
    /// Nothing.
    #[default]
    Nothing,
    /// Whether the buyer is old enough.
    Age,
}

/// A product at its shop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Offer {
    pub(crate) product: &'static Product,
    pub(crate) shop: &'static Shop,
}

/// Everything on offer, in the order of the data file.
pub(crate) fn offers() -> impl Iterator<Item = Offer> {
    GOODS.products.iter().filter_map(|product| {
        let shop = GOODS.shops.iter().find(|shop| shop.host == product.shop)?;
        Some(Offer { product, shop })
    })
}

impl Offer {
    /// The offer at this address. The address is compared, never visited.
    pub(crate) fn at(product_url: &str) -> Option<Self> {
        offers().find(|offer| offer.url() == product_url)
    }

    /// Where a person sees the product, and what starts its checkout.
    pub(crate) fn url(&self) -> String {
        format!("https://{}/p/{}", self.shop.host, self.product.slug)
    }

    /// What a search shows of it.
    pub(crate) fn to_json(self) -> Value {
        let Self { product, shop } = self;
        let mut shown = json!({
            "title": product.title,
            "category": product.category,
            "merchant": shop.name,
            "price": product.price_minor,
            "currency": shop.currency,
            "available": product.stock == Stock::Plenty,
            "product_url": self.url(),
        });
        if let (Some(was), Some(members)) = (product.was_minor, shown.as_object_mut()) {
            members.insert("was".to_owned(), json!(was));
        }
        shown
    }
}

#[expect(clippy::expect_used, reason = "the data file is part of the program, and a test reads it")]
fn load() -> Goods {
    serde_json::from_str(DATA).expect("the goods are well-formed")
}
