//! The data source `pipelines`: release tasks. It converts arguments and results. The modules that it shares with the
//! component's other interface check and list.

use std::collections::BTreeSet;

use declarative_plugin::contract::Diagnostic;
use declarative_plugin::diagnostic::{invalid, take};
use declarative_plugin::{Call, Source, arguments, object};
use model::listing::{Listing, Pipeline};
use model::status::{ConfigMode, Status, StatusError};
use model::term::{Direction, Order, OrderKey, Term};
use model::text::quoted;

use super::diagnostics::Diagnostics;
use super::provider::{self, ServiceStage, check_text};
use super::{time, warnings};
use crate::connection;
use crate::list;
use crate::query::Query;

/// The source.
pub(super) enum Pipelines {}

arguments! {
    /// The arguments.
    pub(super) struct Arguments {
        /// The region. Default: the provider's.
        pub(super) region: Option<String>,
        /// The id of the project. Default: the provider's, unless `region` is another region than the provider's; then
        /// the project that has the region's name.
        pub(super) project_id: Option<String>,
        /// The exact name.
        name: Option<String>,
        /// A part of the name. Case matters.
        name_contains: Option<String>,
        /// The statuses, any of which will do: `initialized`, `succeeded`, `failed`, `releasing`, `pending_approval`,
        /// `paused`, `skipped`, `rolling_back`, `rolled_back`, `rollback_failed`, `stopping`, `restarting`, or the number
        /// of one that is not documented. A hyphen may stand for each underscore.
        statuses: Option<BTreeSet<String>>,
        /// The deployment mode: `ui` or `template`.
        config_mode: Option<String>,
        /// The exact name of the creator.
        creator: Option<String>,
        /// The id of the enterprise project; `0` is the default enterprise project.
        enterprise_project_id: Option<String>,
        /// The earliest time of creation, by RFC 3339.
        created_from: Option<String>,
        /// The end of the time of creation, by RFC 3339; itself not included.
        created_to: Option<String>,
        /// The earliest time of the last update, by RFC 3339.
        updated_from: Option<String>,
        /// The end of the time of the last update, by RFC 3339; itself not included.
        updated_to: Option<String>,
        /// The earliest time of the last run, by RFC 3339. A release task that never ran does not match.
        last_trigger_from: Option<String>,
        /// The end of the time of the last run, by RFC 3339; itself not included. A release task that never ran does not
        /// match.
        last_trigger_to: Option<String>,
        /// The value by which the release tasks are ordered: `created_at`, `updated_at`, `last_trigger_at` or `name`.
        /// Default: `created_at`. Those without the value come last; those of equal value are ordered by `id`.
        order_by: Option<String>,
        /// `ascending` or `descending`. Default: `ascending` for names, `descending` for times, so that the newest is
        /// first.
        order: Option<String>,
        /// How many release tasks are returned at most: the first ones. Default: all.
        limit: Option<u32>,
    }
}

object! {
    /// The results.
    pub(super) struct Results {
        region: Option<String>,
        project_id: String,
        /// The id of the project, as in `project_id`.
        id: String,
        /// The release tasks.
        pipelines: Vec<TaskObject>,
        /// The ids of the release tasks, in the same order.
        ids: Vec<String>,
        /// The names of the release tasks, in the same order; null for one without.
        names: Vec<Option<String>>,
        /// How many release tasks the project has, whether they match or not.
        total: u32,
        /// How many release tasks match, including those that `limit` left out.
        matched: u32,
        /// Whether `limit` left release tasks out that match.
        truncated: bool,
    }
}

object! {
    /// A release task.
    struct TaskObject {
        /// The release task's id.
        id: String,
        /// The name.
        name: Option<String>,
        /// The description; may be empty.
        description: Option<String>,
        /// Where the release task stands: a word as in `statuses`, or the number of one.
        status: Option<String>,
        /// The vendor's number of the status.
        status_code: Option<i64>,
        /// The deployment mode: `ui`, `template`, or a word that is not documented.
        config_mode: Option<String>,
        /// Who created the release task.
        creator: Option<String>,
        /// When it was created, by RFC 3339 in UTC.
        created_at: Option<String>,
        /// When it was last changed, by RFC 3339 in UTC.
        updated_at: Option<String>,
        /// When it last ran, by RFC 3339 in UTC; null if it never did.
        last_trigger_at: Option<String>,
        /// The version of its definition.
        version: Option<i64>,
        /// Its model; only 2 is documented.
        model_version: Option<i64>,
        /// The id of its enterprise project; `0` is the default one.
        enterprise_project_id: Option<String>,
        /// The name of its enterprise project.
        enterprise_project: Option<String>,
        /// More about it, as JSON text exactly as the service sent it.
        extend_info: Option<String>,
    }
}

impl Source for Pipelines {
    type Provider = ServiceStage;
    type Arguments = Arguments;
    type Results = Results;
    const NAME: &'static str = "pipelines";
    const DESCRIPTION: &'static str = "Lists the release tasks of a ServiceStage project that match every argument. The \
                                       result is complete and in the order asked for, or it is an error; what matches \
                                       nothing is an empty list.";

    fn check(arguments: &Arguments) -> Vec<Diagnostic> {
        let region = check_text("region", &arguments.region, connection::check_region);
        let project = check_text("project_id", &arguments.project_id, connection::check_project_id);
        region.into_iter().chain(project).chain(terms(arguments).1).collect()
    }

    fn read(call: &mut Call<'_, ServiceStage>, arguments: Arguments) -> Result<Results, Vec<Diagnostic>> {
        let diagnostics = Diagnostics::of(&arguments, RENAMED);
        let (connection, project_id) = provider::connect(call.context, &call.configuration, &arguments, &diagnostics)?;
        let (terms, faults) = terms(&arguments);
        if !faults.is_empty() {
            return Err(faults);
        }
        let listing =
            list::list_pipelines(call.context, &connection, terms).map_err(|error| diagnostics.error(&error))?;
        let mode = warnings::undocumented_mode(arguments.config_mode.as_deref());
        mode.into_iter().chain(warnings::of_tasks(&listing.pipelines)).for_each(|warning| call.warn(warning));
        Ok(Results::of(listing, connection.region, project_id))
    }
}

const KEYS: [(&str, OrderKey); 4] = [
    ("created_at", OrderKey::Creation),
    ("updated_at", OrderKey::Update),
    ("last_trigger_at", OrderKey::LastRun),
    ("name", OrderKey::Name),
];
const DIRECTIONS: [(&str, Direction); 2] = [("ascending", Direction::Ascending), ("descending", Direction::Descending)];

/// Arguments that come from an attribute of another name.
const RENAMED: &[(&str, &str)] = &[
    ("status", "statuses"),
    ("created", "created_from"),
    ("updated", "updated_from"),
    ("last-run", "last_trigger_from"),
];

/// The terms that the arguments stand for, and what is wrong with them.
fn terms(arguments: &Arguments) -> (Vec<Term>, Vec<Diagnostic>) {
    let mut faults = Vec::new();
    let mode = |word: String| Term::ConfigMode(ConfigMode::from_word(&word));
    let terms = [
        arguments.name.clone().map(Term::Name),
        arguments.name_contains.clone().map(Term::NameContains),
        arguments.config_mode.clone().map(mode),
        arguments.creator.clone().map(Term::Creator),
        arguments.enterprise_project_id.clone().map(Term::EnterpriseProjectId),
        statuses(arguments, &mut faults).map(Term::Status),
        time::range(("created_from", &arguments.created_from), ("created_to", &arguments.created_to), &mut faults)
            .map(Term::Created),
        time::range(("updated_from", &arguments.updated_from), ("updated_to", &arguments.updated_to), &mut faults)
            .map(Term::Updated),
        time::range(
            ("last_trigger_from", &arguments.last_trigger_from),
            ("last_trigger_to", &arguments.last_trigger_to),
            &mut faults,
        )
        .map(Term::LastRun),
        order(arguments, &mut faults).map(Term::OrderBy),
        arguments.limit.map(Term::Limit),
    ];
    let terms: Vec<Term> = terms.into_iter().flatten().collect();
    let invalid = terms.iter().filter_map(|term| Query::new(vec![term.clone()]).err());
    let diagnostics = Diagnostics::of(arguments, RENAMED);
    faults.extend(invalid.map(|fault| diagnostics.invalid(&fault)));
    (terms, faults)
}

/// The statuses, unless one of them is not valid.
fn statuses(arguments: &Arguments, faults: &mut Vec<Diagnostic>) -> Option<Vec<Status>> {
    let words = arguments.statuses.as_ref()?;
    let mut status = |word: &String| {
        let status = word.parse().map_err(|refused: StatusError| invalid("statuses", &refused.to_string()));
        take(status.map(Some), faults)
    };
    let statuses: Vec<Status> = words.iter().filter_map(&mut status).collect();
    (statuses.len() == words.len()).then_some(statuses)
}

/// Times begin with the newest and names with the first, unless a direction is given.
fn order(arguments: &Arguments, faults: &mut Vec<Diagnostic>) -> Option<Order> {
    let fault = "not one of `created_at`, `updated_at`, `last_trigger_at` and `name`";
    let key = take(word("order_by", &arguments.order_by, &KEYS, fault), faults);
    let fault = "neither `ascending` nor `descending`";
    let direction = take(word("order", &arguments.order, &DIRECTIONS, fault), faults);
    if key.is_none() && direction.is_none() {
        return None;
    }
    let key = key.unwrap_or(OrderKey::Creation);
    let usual = if key == OrderKey::Name { Direction::Ascending } else { Direction::Descending };
    Some(Order { key, direction: direction.unwrap_or(usual) })
}

/// Returns what a word stands for.
fn word<T: Copy>(name: &str, text: &Option<String>, words: &[(&str, T)], fault: &str) -> Result<Option<T>, Diagnostic> {
    let Some(text) = text else { return Ok(None) };
    let meant = words.iter().find(|(word, _)| word == text).map(|(_, meant)| *meant);
    meant.map(Some).ok_or_else(|| invalid(name, &format!("{} is {fault}", quoted(text))))
}

impl Results {
    fn of(listing: Listing, region: Option<String>, project_id: String) -> Self {
        let tasks = listing.pipelines;
        Self {
            region,
            // Not of the arguments too: they may be sensitive, and this is shown.
            id: project_id.clone(),
            project_id,
            ids: tasks.iter().map(|task| task.id.clone()).collect(),
            names: tasks.iter().map(|task| task.name.clone()).collect(),
            pipelines: tasks.into_iter().map(TaskObject::of).collect(),
            total: listing.total,
            matched: listing.matched,
            truncated: listing.truncated,
        }
    }
}

impl TaskObject {
    fn of(task: Pipeline) -> Self {
        Self {
            id: task.id,
            name: task.name,
            description: task.description,
            status: task.status.map(|status| status.to_string()),
            status_code: task.status.map(Status::number),
            config_mode: task.config_mode.map(|mode| mode.word().to_owned()),
            creator: task.creator,
            created_at: task.create_time.map(time::format),
            updated_at: task.update_time.map(time::format),
            last_trigger_at: task.last_trigger_at.map(time::format),
            version: task.version,
            model_version: task.model_version,
            enterprise_project_id: task.enterprise_project_id,
            enterprise_project: task.enterprise_project,
            extend_info: task.extend_info,
        }
    }
}
