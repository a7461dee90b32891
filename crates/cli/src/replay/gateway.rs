//! `--gateway`: somebody else's gateway between runner and mocks, or a stand-in that must not pass, and its score.

use std::{
    env,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use floorwalker_json::nearest;
use floorwalker_policy::duration;
use floorwalker_scenario::{Expectations, GatewayFile, Middleman, Options, Outside, Score, Snapshots, shell_word};
use http::StatusCode;
use miette::Severity;

use super::loopback::Loopback;
use crate::{documents, exit::Failure, screen, stop::end_with_us};

/// What a stand-in's name begins with.
const STAND_IN: &str = "stand-in:";

const STAND_INS: [&str; 5] = ["deny-all", "allow-all", "http-400", "http-403", "http-429"];

/// How long one scenario may really wait unless something else is said.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whose gateway stands between.
#[derive(Debug, clap::Args)]
pub(crate) struct Wanted {
    /// Somebody else's gateway, as its file describes it (docs/gateways.md), or stand-in:NAME with deny-all, allow-all,
    /// http-400, http-403 or http-429; judged by the witnesses alone, and scored
    #[arg(long = "gateway", value_name = "FILE", conflicts_with_all = ["over", "accept", "watch"])]
    file: Option<String>,
    /// How long one scenario may really wait for a gateway that has the machine's clock; one that needs more is unsupported
    #[arg(long, value_name = "TIME", default_value = "2s", requires = "file", value_parser = |text: &str| duration(text))]
    patience: Duration,
}

/// Who stands between.
#[derive(Debug)]
pub(crate) struct Between(Middleman);

impl Wanted {
    pub(crate) fn is_given(&self) -> bool {
        self.file.is_some()
    }

    /// Whoever was asked for.
    pub(crate) fn between(&self) -> Result<Option<Between>, Failure> {
        let Some(written) = &self.file else { return Ok(None) };
        let middleman = match written.strip_prefix(STAND_IN) {
            Some(name) => stand_in(name)?,
            None => Middleman::Outside(Arc::new(self.outside(Path::new(written))?)),
        };
        Ok(Some(Between(middleman)))
    }

    /// What the command for one scenario needs to be run in the same way.
    pub(crate) fn again(&self) -> Option<String> {
        let file = self.file.as_ref()?;
        let patience = (self.patience != PATIENCE).then(|| format!(" --patience {}ms", self.patience.as_millis()));
        Some(format!(" --gateway {}{}", shell_word(file), patience.unwrap_or_default()))
    }

    fn outside(&self, path: &Path) -> Result<Outside, Failure> {
        let document = documents::open(path)?;
        let here = path.canonicalize()?.parent().map(Path::to_owned).unwrap_or_else(|| PathBuf::from("/"));
        let gateway = GatewayFile::load(&document, &here).or_else(|problems| {
            documents::tell(&document.name, &document.source, Severity::Error, &problems)?;
            Err(Failure::Unreadable)
        })?;
        end_with_us()?;
        Ok(Outside { gateway, hosts: Arc::new(Loopback), patience: self.patience, floorwalker: env::current_exe()? })
    }
}

impl Between {
    /// The same options with it in between: only the witnesses are heard, and no transcript is kept.
    pub(crate) fn options(self, standard: Options) -> Options {
        let (expectations, snapshots) = (Expectations::Ignore, Snapshots::Skip);
        Options { middleman: self.0, expectations, snapshots, ..standard }
    }
}

/// `score 83 of 100: 30 of 36 attacks stopped, 11 of 11 honest scenarios served`.
pub(crate) fn score(score: Score) -> String {
    let Score { attacks, stopped, honest, served, unreadable } = score;
    let parts = format!("{stopped} of {attacks} attacks stopped, {served} of {honest} honest scenarios served");
    match score.points() {
        Some(points) => {
            let style = if points == 100 { screen::GOOD } else { screen::ODD };
            format!("{}: {parts}\n", screen::styled(style, &format!("score {points} of 100")))
        }
        None if unreadable > 0 => {
            let scenarios = screen::counted(usize::try_from(unreadable).unwrap_or(usize::MAX), "scenario");
            format!("no score, because {scenarios} could not be read: {parts}\n")
        }
        None => format!("no score without both attacks and honest scenarios: {parts}\n"),
    }
}

fn stand_in(name: &str) -> Result<Middleman, Failure> {
    match name {
        "deny-all" => Ok(Middleman::DenyAll),
        "allow-all" => Ok(Middleman::AllowAll),
        "http-400" => Ok(Middleman::AnswersAll(StatusCode::BAD_REQUEST)),
        "http-403" => Ok(Middleman::AnswersAll(StatusCode::FORBIDDEN)),
        "http-429" => Ok(Middleman::AnswersAll(StatusCode::TOO_MANY_REQUESTS)),
        _ => {
            let help = match nearest(name, STAND_INS) {
                Some(meant) => format!("did you mean `{STAND_IN}{meant}`?"),
                None => format!("there is {}", floorwalker_json::listed(STAND_INS)),
            };
            Err(Failure::Usage(format!("there is no stand-in `{}`; {help}", floorwalker_json::shown(name))))
        }
    }
}

#[cfg(test)]
mod tests;
