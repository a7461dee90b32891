//! The shape of a document: which keys its maps have, which words its texts may be, what its lists hold.
//!
//! A loader reads a document field by field; its shape says the same as a value, so that editors can help whoever writes
//! one. It stands beside the loader, takes its words from the tables that the loader looks them up in, and is printed as
//! a JSON Schema by whoever wants one.
//!
//! INVARIANT: a shape never refuses what its loader accepts. What needs more than the place itself (names that are defined
//! elsewhere, an order, what may not occur twice) it leaves to the loader. `tests/schemas.rs` holds both to that.

/// What may stand at one place of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Anything at all.
    Anything,
    /// A map of any names to anything.
    AnyMap,
    /// Nothing: `null`, or `~` in YAML.
    Nothing,
    /// Not even that: a key that the loader knows has no place beside the others.
    Never,
    /// `true` or `false`.
    Flag,
    /// A whole number from `least` to `most`.
    Whole {
        /// The least.
        least: i128,
        /// The most.
        most: i128,
    },
    /// A number, perhaps with a point, of at least that much.
    Number {
        /// The least, if there is one.
        least: Option<i128>,
    },
    /// A text that matches the regular expression, or any that is not empty.
    Text(Option<String>),
    /// One of a few words.
    Words(Vec<String>),
    /// A list of that many or more.
    List {
        /// Each element.
        of: Box<Shape>,
        /// How many there are at least.
        least: usize,
    },
    /// A map whose keys the loader asks for one by one.
    Map(MapShape),
    /// A map from names of the writer's choosing.
    Names(NamesShape),
    /// A map from names that are known.
    Known {
        /// The names, and what stands there.
        of: Vec<(String, Shape)>,
        /// What stands at any other name; nothing does when absent.
        others: Option<Box<Shape>>,
        /// How many must be there at least, whichever they are.
        least: usize,
    },
    /// One of several.
    Either(Vec<Shape>),
    /// A part that has a name, so that it can stand at several places and inside itself.
    Part(&'static str),
    /// A JSON Schema that was made elsewhere, as text.
    Schema(String),
}

/// A map whose keys the loader asks for one by one.
#[derive(Clone, Debug, PartialEq)]
pub struct MapShape {
    /// What the loader calls the map in its errors, `a limit`.
    pub what: &'static str,
    /// Its keys, in the order in which people write them.
    pub keys: Vec<KeyShape>,
    /// Groups of keys of which so many must be there.
    pub groups: Vec<(Group, Vec<&'static str>)>,
}

/// How many keys of a group must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// One or more.
    Some,
    /// Exactly one.
    One,
}

/// One key of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyShape {
    /// The key.
    pub key: &'static str,
    /// Whether it must be there.
    pub is_required: bool,
    /// What may stand there.
    pub shape: Shape,
    /// What it means, in a sentence.
    pub means: &'static str,
}

/// A map from names of the writer's choosing.
#[derive(Clone, Debug, PartialEq)]
pub struct NamesShape {
    /// What the names may be.
    pub names: Box<Shape>,
    /// What stands there.
    pub of: Box<Shape>,
    /// How many there are at least.
    pub least: usize,
}

/// The shape of a whole document.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentShape {
    /// What it is, in a sentence.
    pub means: &'static str,
    /// The whole.
    pub root: Shape,
    /// The parts that [`Shape::Part`] names.
    pub parts: Vec<(&'static str, Shape)>,
}

impl Shape {
    /// A text that is not empty.
    #[must_use]
    pub fn text() -> Self {
        Self::Text(None)
    }

    /// Any text, also an empty one.
    #[must_use]
    pub fn any_text() -> Self {
        Self::matching("")
    }

    /// A text that matches.
    #[must_use]
    pub fn matching(pattern: &str) -> Self {
        Self::Text(Some(pattern.to_owned()))
    }

    /// A text without blanks around it.
    #[must_use]
    pub fn name() -> Self {
        Self::matching(r"^\S(.*\S)?$")
    }

    /// A span of time, such as `1m30s`.
    #[must_use]
    pub fn span_of_time() -> Self {
        Self::matching(r"^([0-9]+(\.[0-9]+)?(ms|s|m|h|d))+$")
    }

    /// A whole number of at least that.
    #[must_use]
    pub fn whole(least: u64) -> Self {
        Self::Whole { least: least.into(), most: u64::MAX.into() }
    }

    /// One of these words.
    #[must_use]
    pub fn words<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        Self::Words(words.into_iter().map(str::to_owned).collect())
    }

    /// A list, perhaps an empty one.
    #[must_use]
    pub fn list(of: Self) -> Self {
        Self::List { of: Box::new(of), least: 0 }
    }

    /// A list with at least one element.
    #[must_use]
    pub fn list_of_some(of: Self) -> Self {
        Self::List { of: Box::new(of), least: 1 }
    }

    /// A map from names of the writer's choosing, perhaps an empty one.
    #[must_use]
    pub fn map_from(names: Self, of: Self) -> Self {
        Self::Names(NamesShape { names: Box::new(names), of: Box::new(of), least: 0 })
    }

    /// The same with at least one name.
    #[must_use]
    pub fn map_from_some(names: Self, of: Self) -> Self {
        Self::Names(NamesShape { names: Box::new(names), of: Box::new(of), least: 1 })
    }

    /// A map from names that are known, none of which must be there.
    #[must_use]
    pub fn known(of: impl IntoIterator<Item = (String, Self)>) -> Self {
        Self::Known { of: of.into_iter().collect(), others: None, least: 0 }
    }

    /// The same with at least one of them.
    #[must_use]
    pub fn known_some(of: impl IntoIterator<Item = (String, Self)>) -> Self {
        Self::Known { of: of.into_iter().collect(), others: None, least: 1 }
    }

    /// The same map, in which other names may stand as well; any other shape stays as it is.
    #[must_use]
    pub fn and_others(self, shape: Self) -> Self {
        match self {
            Self::Known { of, least, .. } => Self::Known { of, others: Some(Box::new(shape)), least },
            other => other,
        }
    }

    /// The shapes right inside this one.
    fn inner(&self) -> Vec<&Self> {
        match self {
            Self::List { of, .. } => vec![of],
            Self::Map(map) => map.keys.iter().map(|key| &key.shape).collect(),
            Self::Names(names) => vec![&names.of],
            Self::Known { of, others, .. } => of.iter().map(|(_, shape)| shape).chain(others.as_deref()).collect(),
            Self::Either(shapes) => shapes.iter().collect(),
            _ => Vec::new(),
        }
    }

    fn collect_maps<'s>(&'s self, found: &mut Vec<&'s MapShape>) {
        if let Self::Map(map) = self {
            found.push(map);
        }
        self.inner().into_iter().for_each(|shape| shape.collect_maps(found));
    }
}

impl MapShape {
    /// A map without keys yet; `what` is what the loader's errors call it.
    #[must_use]
    pub fn new(what: &'static str) -> Self {
        Self { what, keys: Vec::new(), groups: Vec::new() }
    }

    /// With a key that must be there.
    #[must_use]
    pub fn required(mut self, key: &'static str, shape: Shape, means: &'static str) -> Self {
        self.keys.push(KeyShape { key, is_required: true, shape, means });
        self
    }

    /// With a key that may be left out.
    #[must_use]
    pub fn optional(mut self, key: &'static str, shape: Shape, means: &'static str) -> Self {
        self.keys.push(KeyShape { key, is_required: false, shape, means });
        self
    }

    /// With keys that the loader asks for and then refuses, because others of this map are there.
    #[must_use]
    pub fn never(self, keys: &[&'static str], means: &'static str) -> Self {
        keys.iter().fold(self, |map, key| map.optional(key, Shape::Never, means))
    }

    /// One or more of these keys must be there.
    #[must_use]
    pub fn some_of(mut self, keys: &[&'static str]) -> Self {
        self.groups.push((Group::Some, keys.to_vec()));
        self
    }

    /// Exactly one of these keys must be there.
    #[must_use]
    pub fn one_of(mut self, keys: &[&'static str]) -> Self {
        self.groups.push((Group::One, keys.to_vec()));
        self
    }
}

impl From<MapShape> for Shape {
    fn from(map: MapShape) -> Self {
        Self::Map(map)
    }
}

impl DocumentShape {
    /// Every map in it whose keys the loader asks for.
    #[must_use]
    pub fn maps(&self) -> Vec<&MapShape> {
        let mut found = Vec::new();
        self.root.collect_maps(&mut found);
        self.parts.iter().for_each(|(_, shape)| shape.collect_maps(&mut found));
        found
    }
}
