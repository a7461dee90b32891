//! `floorwalker grants`: tokens for agents. The gateway's configuration keeps their digests only.

use floorwalker_gateway::generate_token;
use floorwalker_policy::GrantId;
use secrecy::ExposeSecret as _;

use crate::{exit::Failure, screen};

const EXAMPLE: &str = "\
Example:
  floorwalker grants create buyer";

/// Make tokens for agents, and for people who approve their calls
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Make a token and show it once, with its digest for the gateway's configuration
    ///
    /// The token goes to standard output and nowhere else; what belongs into the configuration, to standard error.
    #[command(after_help = EXAMPLE)]
    Create {
        /// The name of the grant in policies and logs
        #[arg(value_name = "ID")]
        id: String,
    },
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self.command {
            Command::Create { id } => create(&id),
        }
    }
}

fn create(id: &str) -> Result<(), Failure> {
    let is_plain =
        !id.is_empty() && id.chars().all(|character| character.is_ascii_alphanumeric() || "._-".contains(character));
    let grant = GrantId::new(id).ok().filter(|_| is_plain).ok_or_else(|| {
        let id = floorwalker_json::shown(id);
        Failure::Usage(format!("`{id}` is no grant's name; write letters, digits, `.`, `_` and `-`"))
    })?;
    let (token, digest) = generate_token().map_err(|error| Failure::Harness(error.to_string()))?;
    screen::print(&format!("{}\n", token.expose_secret()))?;
    screen::tell(&format!(
        "\n{}\n  - {{ id: {}, tokens: [\"{digest}\"], servers: {{ NAME: {{ policy: FILE }} }} }}\n{}\n",
        screen::styled(screen::FAINT, "# under `grants:` in the configuration of `floorwalker serve`"),
        quoted(grant.as_str()),
        "The line above this one is for the configuration; the token is for the agent and is not shown again. For a person who\n\
         answers calls that wait, put `id` and `tokens` under `approvers` of `approvals:` instead.",
    ))?;
    Ok(())
}

/// As a YAML text that cannot be taken for anything else.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
