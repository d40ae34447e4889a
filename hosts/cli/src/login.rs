//! `servicestage auth login`: asks for an access key and writes it to a profile.

use std::io::{self, BufRead, IsTerminal, Read};

use clap::Args;
use console::Term;
use model::region;
use servicestage::credentials::Identity;
use servicestage::credentials::store::ProfileFile;
use servicestage::error::{Error, InvalidArgument, of_host};
use servicestage::{AccessKey, Client, Environment, Query, Secret};

use crate::args::connection::{Attempts, Call};
use crate::progress::Progress;
use crate::report::{self, invalid};
use crate::{call, stdio, text};

const OPERATION: &str = "auth-login";

/// The profile that the official SDK and this tool read if none is named.
const DEFAULT: &str = "basic";

/// The longest line that is read from a pipe, in bytes: a secret key has some forty.
const LONGEST_LINE: u64 = 4096;

#[derive(Debug, Args)]
pub struct Arguments {
    /// Replaces an existing profile without a question.
    #[arg(long, help_heading = "Login")]
    pub overwrite: bool,
    /// Does not check the access key by a call.
    #[arg(long, help_heading = "Login")]
    pub no_check: bool,
    #[command(flatten)]
    pub call: Call,
}

/// The values that a person typed.
struct Answers {
    key: AccessKey,
    region: String,
}

/// Asks, checks and writes.
pub fn run(arguments: &Arguments) -> Result<u8, Box<Error>> {
    let refuse = |invalid| report::invalid_argument(OPERATION, invalid);
    let profile = arguments.call.identity.profile.as_deref().unwrap_or(DEFAULT);
    let file = ProfileFile::of(&Environment::of_process()).map_err(refuse)?;
    let exists = file.has(profile).map_err(refuse)?;
    let terminal = terminal().map_err(unreadable)?;
    if exists && !arguments.overwrite {
        let place = format!("the profile {profile:?} of {:?}", file.path());
        let Some(terminal) = &terminal else {
            return Err(refuse(invalid("--overwrite", format!("it is missing, and {place} exists"))));
        };
        if !confirmed(terminal, &place).map_err(unreadable)? {
            stdio::tell("Nothing was written.\n");
            return Ok(1);
        }
    }
    let given = arguments.call.place.region.as_deref();
    let typed = match &terminal {
        Some(terminal) => ask(terminal, given),
        None => read(io::stdin().lock(), given),
    };
    let typed = typed.map_err(unreadable)?;
    check(&typed, given).map_err(refuse)?;
    if !arguments.no_check {
        let project = verify(arguments, &typed)?;
        stdio::tell(&format!("The access key works in the project {}.\n", text::line(&project)));
    }
    file.write(profile, &typed.key, &typed.region).map_err(refuse)?;
    stdio::tell(&format!("The profile {profile:?} is in {:?}.\n", file.path()));
    Ok(0)
}

/// The terminal that the questions are shown on, if a person types the answers. It is stderr, or stdout where stderr is
/// redirected.
fn terminal() -> io::Result<Option<Term>> {
    if !io::stdin().is_terminal() {
        return Ok(None);
    }
    let shown = [Term::stderr(), Term::stdout()].into_iter().find(Term::is_term);
    let hidden = "it is a terminal, and the questions cannot be seen: stdout and stderr are redirected";
    shown.map(Some).ok_or_else(|| io::Error::other(hidden))
}

fn confirmed(terminal: &Term, place: &str) -> io::Result<bool> {
    terminal.write_str(&text::escaped(&format!("Replace {place}? [y/N] ")))?;
    Ok(matches!(terminal.read_line()?.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

/// Asks a person. The secret is not shown while it is typed.
fn ask(terminal: &Term, region: Option<&str>) -> io::Result<Answers> {
    let line = |question: &str| -> io::Result<String> {
        terminal.write_str(question)?;
        Ok(terminal.read_line()?.trim().to_owned())
    };
    let id = line("Access key id: ")?;
    terminal.write_str("Secret access key (it is not shown): ")?;
    let secret = Secret::new(terminal.read_secure_line()?.trim());
    let region = region.map_or_else(|| line("Region, such as cn-north-4: "), |region| Ok(region.to_owned()))?;
    Ok(Answers { key: AccessKey { id, secret, security_token: None }, region })
}

/// Reads the same from a pipe, a line each.
fn read(input: impl BufRead, region: Option<&str>) -> io::Result<Answers> {
    let mut input = input;
    let mut line = |what: &str| -> io::Result<String> {
        let mut line = String::new();
        let read = input.by_ref().take(LONGEST_LINE).read_line(&mut line)?;
        if read == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, format!("it has no line with the {what}")));
        }
        // Its rest would be taken for the next answer.
        if read as u64 == LONGEST_LINE && !line.ends_with('\n') {
            let why = format!("the line with the {what} is longer than {LONGEST_LINE} bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidData, why));
        }
        Ok(line.trim().to_owned())
    };
    let (id, secret) = (line("access key id")?, Secret::new(line("secret access key")?));
    let region = region.map_or_else(|| line("region"), |region| Ok(region.to_owned()))?;
    Ok(Answers { key: AccessKey { id, secret, security_token: None }, region })
}

/// Refuses what cannot be sent, before it is written. A region that was typed may be a secret in the wrong place, so it
/// is not shown. `given` is the region of the command line.
fn check(typed: &Answers, given: Option<&str>) -> Result<(), InvalidArgument> {
    let unseen = || "the answer is not a region; write one such as cn-north-4".to_owned();
    region::check(&typed.region)
        .map_err(|error| invalid("region", given.map_or_else(unseen, |_| error.to_string())))?;
    Identity::AccessKey(typed.key.clone()).check()
}

/// Asks the service for the project of the region, or lists the one that a flag names. Returns its id.
fn verify(arguments: &Arguments, typed: &Answers) -> Result<String, Box<Error>> {
    let progress = Progress::start("checking the access key");
    let flags = call::flags(&arguments.call, None, OPERATION)?;
    let client = call::builder(&arguments.call, &Attempts::default(), flags)?
        .credentials(Identity::AccessKey(typed.key.clone()))
        .region(&typed.region)
        .build()?;
    call::perform(&client, &arguments.call, OPERATION, &progress, project(&client))
}

async fn project(client: &Client) -> Result<String, Box<Error>> {
    match &client.connection().project_id {
        None => client.find_project().await,
        Some(id) => client.list_pipelines(Query::new().limit(1)).await.map(|_| id.clone()),
    }
}

fn unreadable(error: io::Error) -> Box<Error> {
    let next = "Answer on a terminal, or write access key id, secret access key and region to stdin, a line each.";
    Box::new(of_host(OPERATION, format!("stdin cannot be read: {error}"), next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_has_a_line_for_each_answer() {
        let typed = read("AK\r\n hush \ncn-north-4\n".as_bytes(), None).unwrap();
        assert_eq!((typed.key.id.as_str(), typed.key.secret.expose()), ("AK", "hush"));
        assert_eq!(typed.region, "cn-north-4");
        let typed = read("AK\nhush".as_bytes(), Some("eu-west-101")).unwrap();
        assert_eq!((typed.key.secret.expose(), typed.region.as_str()), ("hush", "eu-west-101"));
    }

    #[test]
    fn a_line_that_is_missing_is_named() {
        for (text, missing) in [("", "access key id"), ("AK\n", "secret access key"), ("AK\nhush\n", "region")] {
            let error = read(text.as_bytes(), None).map(|_| ()).unwrap_err().to_string();
            assert!(error.ends_with(missing), "{error}");
            assert!(!error.contains("hush"), "{error}");
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_not_read_as_two() {
        let text = format!("AK\n{}\ncn-north-4\n", "hush".repeat(2000));
        let error = read(text.as_bytes(), None).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains("secret access key is longer") && !error.contains("hush"), "{error}");
    }
}
