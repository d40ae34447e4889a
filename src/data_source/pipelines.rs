//! The data source `pipelines`: release tasks. Whether what can be read makes sense, the modules judge that every face of
//! the component shares.

use declarative_plugin::attribute::{Attribute, Type, number, set, text};
use declarative_plugin::contract::{Diagnostic, Reading};
use declarative_plugin::diagnostic::{invalid, take, warning};
use declarative_plugin::fields::Fields;
use declarative_plugin::{Call, Source, object};
use model::listing::{Listing, Pipeline};
use model::status::{CONFIG_MODES, ConfigMode, NotAStatus, Status};
use model::term::{Direction, Order, OrderKey, Term, TimeRange};
use model::text::quoted;
use serde::Serialize;

use super::{provider, time, wording::Wording};
use crate::list::{self, Transport};
use crate::query::Query;
use crate::text::shorten;

/// The source.
pub(super) const SOURCE: Source<dyn Transport> = Source {
    name: "pipelines",
    description: "Lists the release tasks of a ServiceStage project that match every argument. The result is complete and \
                  in the order asked for, or it is an error; what matches nothing is an empty list.",
    deprecated: None,
    arguments: ARGUMENTS,
    results: Computed::ATTRIBUTES,
    check,
    read,
};

const ARGUMENTS: &[Attribute] = &[
    text("region", "The region. Default: the provider's."),
    text(
        "project_id",
        "The id of the project. Default: the provider's, unless `region` is another region than the provider's; then \
         the project that has the region's name.",
    ),
    text("name", "The exact name."),
    text("name_contains", "A part of the name. Case matters."),
    set(
        "statuses",
        &Type::Text,
        "The statuses, any of which will do: `initialized`, `succeeded`, `failed`, `releasing`, `pending_approval`, \
         `paused`, `skipped`, `rolling_back`, `rolled_back`, `rollback_failed`, `stopping`, `restarting`, or the number \
         of one that is not documented. A hyphen may stand for each underscore.",
    ),
    text("config_mode", "The deployment mode: `ui` or `template`."),
    text("creator", "The exact name of the creator."),
    text("enterprise_project_id", "The id of the enterprise project; `0` is the default enterprise project."),
    text("created_from", "The earliest time of creation, by RFC 3339."),
    text("created_to", "The end of the time of creation, by RFC 3339; itself not included."),
    text("updated_from", "The earliest time of the last update, by RFC 3339."),
    text("updated_to", "The end of the time of the last update, by RFC 3339; itself not included."),
    text(
        "last_trigger_from",
        "The earliest time of the last run, by RFC 3339. A release task that never ran does not match.",
    ),
    text(
        "last_trigger_to",
        "The end of the time of the last run, by RFC 3339; itself not included. A release task that never ran does not \
         match.",
    ),
    text(
        "order_by",
        "What the release tasks are ordered by: `created_at`, `updated_at`, `last_trigger_at` or `name`. Default: \
         `created_at`. Those without the value come last; those of equal value are ordered by `id`.",
    ),
    text(
        "order",
        "`ascending` or `descending`. Default: `ascending` for names, `descending` for times, so that the newest is \
         first.",
    ),
    number("limit", "How many release tasks are returned at most: the first ones. Default: all."),
];

object! {
    /// What is computed.
    #[derive(Serialize)]
    struct Computed<'a> {
        region: Option<&'a str>,
        project_id: &'a str,
        /// The id of the project, as in `project_id`.
        id: &'a str,
        /// The release tasks.
        pipelines: Vec<Task<'a>>,
        /// The ids of the release tasks, in the same order.
        ids: Vec<&'a str>,
        /// The names of the release tasks, in the same order; null for one without.
        names: Vec<Option<&'a str>>,
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
    #[derive(Serialize)]
    struct Task<'a> {
        /// The release task's id.
        id: &'a str,
        /// The name.
        name: Option<&'a str>,
        /// The description; may be empty.
        description: Option<&'a str>,
        /// Where the release task stands: a word as in `statuses`, or the number of one.
        status: Option<String>,
        /// The vendor's number of the status.
        status_code: Option<i64>,
        /// The deployment mode: `ui`, `template`, or a word that is not documented.
        config_mode: Option<&'a str>,
        /// Who created the release task.
        creator: Option<&'a str>,
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
        enterprise_project_id: Option<&'a str>,
        /// The name of its enterprise project.
        enterprise_project: Option<&'a str>,
        /// More about it, as JSON text exactly as the service sent it.
        extend_info: Option<&'a str>,
    }
}

/// What an argument asks for.
type Ask<T> = fn(T) -> Term;

/// The arguments that are a text, and what is asked for by each.
const TEXTS: [(&str, Ask<String>); 5] = [
    ("name", Term::Name),
    ("name_contains", Term::NameContains),
    ("config_mode", |word| Term::ConfigMode(ConfigMode::from_word(&word))),
    ("creator", Term::Creator),
    ("enterprise_project_id", Term::EnterpriseProjectId),
];

/// The ends of each range of times.
const RANGES: [(&str, &str, Ask<TimeRange>); 3] = [
    ("created_from", "created_to", Term::Created),
    ("updated_from", "updated_to", Term::Updated),
    ("last_trigger_from", "last_trigger_to", Term::LastRun),
];

const KEYS: [(&str, OrderKey); 4] = [
    ("created_at", OrderKey::Creation),
    ("updated_at", OrderKey::Update),
    ("last_trigger_at", OrderKey::LastRun),
    ("name", OrderKey::Name),
];
const DIRECTIONS: [(&str, Direction); 2] = [("ascending", Direction::Ascending), ("descending", Direction::Descending)];

/// Arguments that come from an attribute of another name.
const NAMES: &[(&str, &str)] = &[
    ("status", "statuses"),
    ("created", "created_from"),
    ("updated", "updated_from"),
    ("last-run", "last_trigger_from"),
];

/// How many release tasks a warning names.
const NAMED: usize = 3;

fn wording(arguments: &Fields) -> Wording<'_> {
    Wording { arguments, attributes: ARGUMENTS, names: NAMES }
}

/// Checks the arguments as far as they go: nothing is missing yet.
fn check(arguments: &Fields) -> Vec<Diagnostic> {
    provider::check_place(arguments).into_iter().chain(terms(arguments).1).collect()
}

/// The terms that the arguments stand for, and what is wrong with them.
fn terms(arguments: &Fields) -> (Vec<Term>, Vec<Diagnostic>) {
    let (mut terms, mut faults) = (Vec::new(), Vec::new());
    for (name, ask) in TEXTS {
        terms.extend(take(arguments.text(name), &mut faults).map(|text| ask(text.to_owned())));
    }
    terms.extend(statuses(arguments, &mut faults).map(Term::Status));
    for (from, to, ask) in RANGES {
        terms.extend(time::range(arguments, from, to, &mut faults).map(ask));
    }
    terms.extend(order(arguments, &mut faults).map(Term::OrderBy));
    terms.extend(take(arguments.whole("limit"), &mut faults).map(Term::Limit));
    let invalid = terms.iter().filter_map(|term| Query::new(vec![term.clone()]).err());
    faults.extend(invalid.map(|fault| wording(arguments).invalid(&fault)));
    (terms, faults)
}

/// The statuses, unless one of them is none.
fn statuses(arguments: &Fields, faults: &mut Vec<Diagnostic>) -> Option<Vec<Status>> {
    let words = take(arguments.texts("statuses"), faults)?;
    let mut status = |word: &&str| {
        let status = word.parse().map_err(|refused: NotAStatus| invalid("statuses", &refused.to_string()));
        take(status.map(Some), faults)
    };
    let statuses: Vec<Status> = words.iter().filter_map(&mut status).collect();
    (statuses.len() == words.len()).then_some(statuses)
}

/// Times begin with the newest and names with the first, unless a direction is given.
fn order(arguments: &Fields, faults: &mut Vec<Diagnostic>) -> Option<Order> {
    let fault = "not one of `created_at`, `updated_at`, `last_trigger_at` and `name`";
    let key = take(word(arguments, "order_by", &KEYS, fault), faults);
    let fault = "neither `ascending` nor `descending`";
    let direction = take(word(arguments, "order", &DIRECTIONS, fault), faults);
    if key.is_none() && direction.is_none() {
        return None;
    }
    let key = key.unwrap_or(OrderKey::Creation);
    let usual = if key == OrderKey::Name { Direction::Ascending } else { Direction::Descending };
    Some(Order { key, direction: direction.unwrap_or(usual) })
}

/// Returns what a word stands for.
fn word<T: Copy>(arguments: &Fields, name: &str, words: &[(&str, T)], fault: &str) -> Result<Option<T>, Diagnostic> {
    let Some(text) = arguments.text(name)? else { return Ok(None) };
    let meant = words.iter().find(|(word, _)| *word == text).map(|(_, meant)| *meant);
    meant.map(Some).ok_or_else(|| invalid(name, &format!("{} is {fault}", quoted(text))))
}

fn read(call: &mut Call<'_, dyn Transport>, provider: &Fields, arguments: &Fields) -> Result<Reading, Vec<Diagnostic>> {
    let wording = wording(arguments);
    let (connection, project_id) = provider::connect(call.context, provider, &wording)?;
    let (terms, faults) = terms(arguments);
    if !faults.is_empty() {
        return Err(faults);
    }
    let listing = list::list_pipelines(call.context, &connection, terms).map_err(|error| wording.error(&error))?;
    let warnings = undocumented_mode(arguments).into_iter().chain(surprises(&listing.pipelines)).collect();
    Reading::new(&Computed::of(&listing, connection.region.as_deref(), &project_id), warnings)
}

impl<'a> Computed<'a> {
    fn of(listing: &'a Listing, region: Option<&'a str>, project_id: &'a str) -> Self {
        let tasks = &listing.pipelines;
        Self {
            region,
            project_id,
            // Not of the arguments too: they may be sensitive, and this is shown.
            id: project_id,
            pipelines: tasks.iter().map(Task::of).collect(),
            ids: tasks.iter().map(|task| task.id.as_str()).collect(),
            names: tasks.iter().map(|task| task.name.as_deref()).collect(),
            total: listing.total,
            matched: listing.matched,
            truncated: listing.truncated,
        }
    }
}

impl<'a> Task<'a> {
    fn of(task: &'a Pipeline) -> Self {
        Self {
            id: &task.id,
            name: task.name.as_deref(),
            description: task.description.as_deref(),
            status: task.status.map(|status| status.to_string()),
            status_code: task.status.map(Status::number),
            config_mode: task.config_mode.as_ref().map(ConfigMode::word),
            creator: task.creator.as_deref(),
            created_at: task.create_time.map(time::format),
            updated_at: task.update_time.map(time::format),
            last_trigger_at: task.last_trigger_at.map(time::format),
            version: task.version,
            model_version: task.model_version,
            enterprise_project_id: task.enterprise_project_id.as_deref(),
            enterprise_project: task.enterprise_project.as_deref(),
            extend_info: task.extend_info.as_deref(),
        }
    }
}

/// A warning for a `config_mode` to list by that the vendor does not document: mistyped, it matches nothing. It is not
/// shown: what is not refused may be sensitive.
fn undocumented_mode(arguments: &Fields) -> Option<Diagnostic> {
    arguments.text("config_mode").ok().flatten().filter(|mode| !CONFIG_MODES.contains(mode))?;
    let known = CONFIG_MODES.join("` and `");
    let detail = format!("`config_mode` is not one of the documented modes, which are `{known}`.");
    Some(warning("The deployment mode to list by is not documented", detail, Some("config_mode")))
}

/// What is surprising about a release task, if anything is.
type Surprise = fn(&Pipeline) -> Option<String>;

/// One warning for each kind of what the vendor does not document.
fn surprises(tasks: &[Pipeline]) -> Vec<Diagnostic> {
    let status = |task: &Pipeline| match task.status {
        Some(Status::Other(number)) => Some(number.to_string()),
        _ => None,
    };
    let mode = |task: &Pipeline| match &task.config_mode {
        Some(ConfigMode::Other(word)) => Some(shorten(word, 64)),
        _ => None,
    };
    let model = |task: &Pipeline| task.model_version.filter(|version| *version != 2).map(|version| version.to_string());
    let kinds: [(&str, Surprise); 3] = [("status", status), ("config_mode", mode), ("model_version", model)];
    let undocumented = kinds.into_iter().filter_map(|(name, value)| undocumented(name, tasks, value));
    undocumented.chain(damaged(tasks)).collect()
}

/// A warning for texts in which a character is lost: the service cut it in half, or somebody before it did.
fn damaged(tasks: &[Pipeline]) -> Option<Diagnostic> {
    let damaged = |task: &Pipeline| {
        let texts = [
            task.name.as_deref(),
            task.description.as_deref(),
            task.creator.as_deref(),
            task.enterprise_project.as_deref(),
            task.extend_info.as_deref(),
        ];
        let lost = |text: &str| text.contains('\u{fffd}') || text.contains("\\ufffd");
        texts.into_iter().flatten().any(lost).then(|| "such a text".to_owned())
    };
    let detail = tell(tasks, damaged)? + "The character U+FFFD stands where one was lost, such as half of an emoji.";
    Some(warning("Release tasks have a text in which a character is lost", detail, Some("pipelines")))
}

fn undocumented(name: &str, tasks: &[Pipeline], value: Surprise) -> Option<Diagnostic> {
    let summary = format!("Release tasks have a `{name}` that is not documented");
    let passed_on = "It is passed on as it came; the vendor may have added to its API since this was built.";
    Some(warning(summary, tell(tasks, value)? + passed_on, Some("pipelines")))
}

/// Names the first release tasks that are surprising, and counts the others.
fn tell(tasks: &[Pipeline], value: Surprise) -> Option<String> {
    let found: Vec<_> = tasks.iter().filter_map(|task| Some((&task.id, value(task)?))).collect();
    let named = found.iter().take(NAMED);
    let named: String = named.map(|(id, value)| format!("Release task {} has {value}. ", shorten(id, 64))).collect();
    match found.len() {
        0 => None,
        1..=NAMED => Some(named),
        count => Some(format!("{named}So have others: {}. ", count - NAMED)),
    }
}
