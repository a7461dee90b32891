//! `floorwalker schema`: the JSON Schema of a document, for editors.

use clap::ValueEnum;
use floorwalker_policy::{Policy, Profile};
use floorwalker_scenario::{Scenario, json_schema};

use crate::{exit::Failure, screen};

const EXAMPLE: &str = "\
Example:
  floorwalker schema scenario > scenario.schema.json";

/// Print the JSON Schema of a scenario, a policy or a checkout profile
///
/// An editor that knows it completes keys and words and marks mistakes. What only the whole document tells, such as a name
/// that nothing defines, `floorwalker check` finds.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Arguments {
    /// Of which kind of document
    #[arg(value_name = "KIND")]
    kind: Kind,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    Scenario,
    Policy,
    Profile,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let shape = match self.kind {
            Kind::Scenario => Scenario::shape(),
            Kind::Policy => Policy::shape(),
            Kind::Profile => Profile::shape(),
        };
        screen::print(&format!("{:#}\n", json_schema(&shape)))?;
        Ok(())
    }
}
