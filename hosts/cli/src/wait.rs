//! `servicestage pipelines wait`: waits until a release task reaches a status.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use clap::Args;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use model::status::StatusError;
use model::text::quoted;
use serde_json::json;
use servicestage::error::{Error, ErrorKind, InvalidArgument};
use servicestage::wait::Event;
use servicestage::{Pipeline, Status, TaskSelector, Wait, Waited};

use crate::args::connection::{Attempts, Call};
use crate::args::output::TextFormat;
use crate::output::Printer;
use crate::progress::Progress;
use crate::report::{self, invalid};
use crate::time::Clock;
use crate::{call, text, time};

const OPERATION: &str = "wait";

/// The exit code of a final status that was not wished for.
const OTHERWISE: u8 = 7;
/// The exit code of a wait that took too long.
const OVERDUE: u8 = 8;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The id, the name, or the first characters of the id (8 or more).
    #[arg(value_name = "ID|NAME", required_unless_present_any = ["name", "id"])]
    pub task: Option<String>,
    /// The exact name of the release task.
    #[arg(long, hide_short_help = true, conflicts_with_all = ["task", "id"])]
    pub name: Option<String>,
    /// The id of the release task, or its first characters (8 or more).
    #[arg(long, hide_short_help = true, conflicts_with = "task")]
    pub id: Option<String>,

    /// The statuses to wait for [default: any final one].
    ///
    /// Separate several by commas, or repeat the flag.
    #[arg(long = "for", value_name = "STATUS", value_delimiter = ',', help_heading = "Wait")]
    pub for_status: Vec<String>,
    /// Other statuses that end the wait, with exit code 7.
    ///
    /// A final status that is not waited for always does.
    #[arg(long, value_name = "STATUS", value_delimiter = ',', help_heading = "Wait")]
    pub fail_on: Vec<String>,
    /// Ignores runs that started before T, such as now.
    ///
    /// Without it, the status of an earlier run also ends the wait. The forms of a time are those of the filters.
    #[arg(long, value_name = "T", allow_hyphen_values = true, help_heading = "Wait")]
    pub started_after: Option<String>,
    /// Also waits for the task to exist.
    #[arg(long, help_heading = "Wait")]
    pub wait_for_task: bool,
    /// The longest wait: 90s, 1h, or seconds [default: 30m].
    #[arg(long, value_name = "DURATION", allow_hyphen_values = true, help_heading = "Wait")]
    pub timeout: Option<String>,
    /// The first pause between listings, at least 1s [default: 3s].
    ///
    /// Pauses grow up to 30s.
    #[arg(long, hide_short_help = true, value_name = "DURATION", allow_hyphen_values = true, help_heading = "Wait")]
    pub interval: Option<String>,

    /// The form of the task at the end: table or json.
    #[arg(
        long,
        short,
        value_enum,
        default_value_t,
        value_name = "FORMAT",
        help_heading = "Output",
        hide_possible_values = true,
        hide_short_help = true
    )]
    pub output: TextFormat,
    #[command(flatten)]
    pub call: Call,
}

/// Waits, prints the task, and returns the exit code.
pub fn run(arguments: &Arguments) -> Result<u8, Box<Error>> {
    let refuse = |invalid| report::invalid_argument(OPERATION, invalid);
    let clock = Clock::of_process().map_err(refuse)?;
    let progress = Progress::start("waiting for the release task");
    let awaited = Arc::new(AtomicBool::new(false));
    let told = (progress.clone(), Arc::clone(&awaited));
    let wait = wait(arguments, &clock).map_err(refuse)?.on_event(move |event| {
        let (progress, awaited) = &told;
        if !matches!(event, Event::Retrying(..)) {
            awaited.store(true, Ordering::Relaxed);
        }
        progress.say(&describe(&event));
    });
    let client = call::client(&arguments.call, &Attempts::default(), None, OPERATION)?;
    let waited = match call::perform(&client, &arguments.call, OPERATION, &progress, client.wait(wait)) {
        Ok(waited) => waited,
        Err(error) if is_overdue(&error) => {
            report::report(&error, arguments.output.into());
            return Ok(OVERDUE);
        }
        Err(error) => return Err(error),
    };
    if arguments.started_after.is_none() && !awaited.load(Ordering::Relaxed) {
        progress.say(&at_once(&waited.pipeline, &clock.zone));
    }
    let printer = Printer::plain(clock.zone);
    let text = match arguments.output {
        TextFormat::Table => format!("{}: {}\n", shown(&waited.pipeline), word(&waited.pipeline)),
        TextFormat::Json => {
            printer.json(&json!({ "pipeline": waited.pipeline, "reached": waited.reached }).to_string())
        }
    };
    printer.print(OPERATION, &text)?;
    Ok(exit_code(&waited))
}

fn exit_code(waited: &Waited) -> u8 {
    if waited.reached { 0 } else { OTHERWISE }
}

/// Whether the wait itself took too long. A listing that does is tried again.
fn is_overdue(error: &Error) -> bool {
    error.operation == OPERATION && matches!(error.kind, ErrorKind::Timeout(_))
}

/// The wait that the flags describe.
fn wait(arguments: &Arguments, clock: &Clock) -> Result<Wait, InvalidArgument> {
    let Arguments { task, name, id, .. } = arguments;
    let mut wait = match (task, name, id) {
        (Some(task), ..) => Wait::task(TaskSelector::Any(task.clone())),
        (_, Some(name), _) => Wait::name(name),
        (.., id) => Wait::id(id.as_deref().unwrap_or_default()),
    };
    let fail_on = statuses("fail-on", &arguments.fail_on)?;
    let for_status = match statuses("for-status", &arguments.for_status)? {
        none if none.is_empty() => any_final(&fail_on),
        some => some,
    };
    wait = wait.for_status(for_status).fail_on(fail_on);
    if let Some(text) = &arguments.started_after {
        let started = time::parse(text, clock).map_err(|reason| invalid("started-after", reason))?;
        wait = wait.started_after(UNIX_EPOCH + Duration::from_millis(started));
    }
    if arguments.wait_for_task {
        wait = wait.wait_for_task();
    }
    if let Some(text) = &arguments.timeout {
        wait = wait.timeout(duration("timeout", text)?);
    }
    if let Some(text) = &arguments.interval {
        wait = wait.interval(duration("interval", text)?);
    }
    Ok(wait)
}

/// Every final status, but for those on which the wait is to fail.
pub fn any_final(fail_on: &[Status]) -> Vec<Status> {
    let known = model::status::words().filter_map(Status::from_word);
    known.filter(|status| status.is_final() && !fail_on.contains(status)).collect()
}

fn statuses(argument: &str, words: &[String]) -> Result<Vec<Status>, InvalidArgument> {
    let statuses = words.iter().map(|word| word.parse()).collect::<Result<Vec<_>, StatusError>>();
    statuses.map_err(|error| invalid(argument, error.to_string()))
}

/// Reads a length of time, such as `90`, `1.5m` or `1h30m`.
pub fn duration(argument: &str, text: &str) -> Result<Duration, InvalidArgument> {
    let advice = || invalid(argument, format!("{} is not a length of time; write 90s, 30m or 1h", quoted(text)));
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).map_err(|_| advice());
    }
    let duration: SignedDuration = text.parse().map_err(|_| advice())?;
    Duration::try_from(duration).map_err(|_| advice())
}

/// An event as a line for people.
fn describe(event: &Event<'_>) -> String {
    match event {
        Event::Status(pipeline) => format!("{}: {}", shown(pipeline), word(pipeline)),
        Event::NotStarted(pipeline) => format!("{}: not started yet", shown(pipeline)),
        Event::Missing => "the release task does not exist yet".to_owned(),
        Event::Retrying(error, pause) => {
            let why = error.message.lines().nth(1).unwrap_or_default().trim_end_matches('.');
            text::line(&format!("the listing failed, next in {:.0} s: {why}", pause.as_secs_f64()))
        }
        _ => String::new(),
    }
}

/// A status that was there at the first look may be that of an earlier run.
fn at_once(pipeline: &Pipeline, zone: &TimeZone) -> String {
    let began = match pipeline.last_trigger_at {
        Some(milliseconds) => format!("its last run began at {}", time::format(milliseconds, zone)),
        None => "it never ran".to_owned(),
    };
    let name = shown(pipeline);
    format!("{name} was {} at the first look, and {began}; --started-after waits for a later run", word(pipeline))
}

fn shown(pipeline: &Pipeline) -> String {
    text::line(pipeline.name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&pipeline.id))
}

fn word(pipeline: &Pipeline) -> String {
    pipeline.status.map_or_else(|| "no status".to_owned(), |status| status.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_has_a_unit_or_is_in_seconds() {
        for (text, expected) in
            [("90", 90_000), ("0.5", 500), ("90s", 90_000), ("30m", 1_800_000), ("1h30m", 5_400_000), ("0", 0)]
        {
            assert_eq!(duration("timeout", text), Ok(Duration::from_millis(expected)), "{text}");
        }
        for text in ["", "soon", "-1", "-1m", "NaN", "inf", "1e300", "1y"] {
            assert_eq!(duration("timeout", text).unwrap_err().argument, "timeout", "{text}");
        }
    }

    #[test]
    fn any_final_status_is_waited_for_but_for_those_to_fail_on() {
        let all = any_final(&[]);
        assert_eq!(
            all,
            [Status::Succeeded, Status::Failed, Status::Skipped, Status::RolledBack, Status::RollbackFailed]
        );
        assert_eq!(any_final(&[Status::Failed]).len(), all.len() - 1);
    }
}
