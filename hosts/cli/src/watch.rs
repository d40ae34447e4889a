//! `servicestage pipelines watch`: shows release tasks as they change.
//!
//! # Layout
//! - this file: the command; `changes`: what differs; `view`: how it is shown; `keys`: what a person types

mod changes;
mod keys;
mod view;

use std::time::Duration;

use clap::Args;
use servicestage::error::Error;
use servicestage::{Client, Query};
use tokio::time::sleep;

use crate::args::connection::{Attempts, Call};
use crate::args::filters::Filters;
use crate::args::output::{Color, FormatFlag, OutputFlags, TextFormat};
use crate::output::Printer;
use crate::progress::Progress;
use crate::report::{self, invalid};
use crate::time::Clock;
use crate::{call, fields, query, stdio, wait};
use keys::Keys;
use view::View;

const OPERATION: &str = "watch";

/// The pause between two listings by default.
const DEFAULT_INTERVAL: Duration = Duration::from_secs(5);

/// The shortest pause: the service limits how often it is asked.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);

/// The help of `--output`.
const OUTPUT: &str = "table or json.\n\ntable: a table on a terminal, and elsewhere a line for each change. json: an \
                      object for each change.";

#[derive(Debug, Args)]
#[command(mut_arg("output", |output| output.long_help(OUTPUT)))]
pub struct Arguments {
    #[command(flatten)]
    pub filters: Filters,
    #[command(flatten)]
    pub format: FormatFlag,
    /// When to use colours.
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        hide_possible_values = true,
        hide_short_help = true,
        help_heading = "Output"
    )]
    pub color: Color,
    /// The pause between listings [default: 5s].
    ///
    /// It is at least 1s.
    #[arg(long, value_name = "DURATION", allow_hyphen_values = true, help_heading = "Output")]
    pub interval: Option<String>,
    #[command(flatten)]
    pub call: Call,
    #[command(flatten)]
    pub attempts: Attempts,
}

/// Shows changes until a person quits, nobody reads any more, or a listing fails for a reason that stays.
pub fn run(arguments: &Arguments) -> Result<u8, Box<Error>> {
    let Arguments { call, attempts, filters, .. } = arguments;
    let refuse = |invalid| report::invalid_argument(OPERATION, invalid);
    let clock = Clock::of_process().map_err(refuse)?;
    let terms = query::terms(filters, &clock).map_err(refuse)?;
    let interval = match &arguments.interval {
        None => DEFAULT_INTERVAL,
        Some(text) => wait::duration("interval", text).map_err(refuse)?,
    };
    if interval < SHORTEST_INTERVAL {
        return Err(refuse(invalid("interval", "it is shorter than a second")));
    }
    let printer = Printer::new(clock.zone, &OutputFlags { color: arguments.color, ..OutputFlags::default() });
    let client = call::client(call, attempts, Some(filters), OPERATION)?;
    let json = arguments.format.output == TextFormat::Json;
    let sorted = query::order_of(&terms);
    let view = match printer.is_terminal() && !json {
        true => View::Screen { printer: &printer, sorted: fields::ordered_by(sorted), drawn: 0 },
        false => View::Lines { printer: &printer, json },
    };
    let progress = Progress::silent();
    let following = follow(&client, Query::from(terms), interval, view);
    call::perform(&client, call, OPERATION, &progress, following)?;
    Ok(0)
}

async fn follow(client: &Client, query: Query, interval: Duration, mut view: View<'_>) -> Result<(), Box<Error>> {
    let mut keys = if let View::Screen { .. } = view { Keys::listen() } else { None };
    let mut before = None;
    loop {
        let listed = tokio::select! {
            listed = client.list_pipelines(query.clone()) => listed,
            () = quit(keys.as_mut()) => return Ok(()),
        };
        match listed {
            Ok(listing) => {
                if !view.show(before.as_ref(), &listing)? {
                    return Ok(());
                }
                before = Some(listing);
            }
            Err(error) if error.retryable => view.failed(&error),
            Err(error) => return Err(error),
        }
        if !stdio::is_read() {
            return Ok(());
        }
        tokio::select! {
            () = sleep(interval) => {}
            () = quit(keys.as_mut()) => return Ok(()),
        }
    }
}

/// Without keys, nobody quits.
async fn quit(keys: Option<&mut Keys>) {
    match keys {
        Some(keys) => keys.quit().await,
        None => std::future::pending().await,
    }
}
