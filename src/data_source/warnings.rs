//! Warnings about release tasks that are not as the vendor documents them.

use declarative_plugin::contract::Diagnostic;
use declarative_plugin::diagnostic::warning;
use model::listing::Pipeline;
use model::status::{CONFIG_MODES, ConfigMode, Status};

use model::text::shorten;

/// How many release tasks a warning names.
const NAMED: usize = 3;

/// A warning that the vendor does not document the `config_mode` to list by: a mistyped one matches nothing. The value is
/// not shown, because it may be sensitive.
pub(super) fn undocumented_mode(mode: Option<&str>) -> Option<Diagnostic> {
    mode.filter(|mode| !CONFIG_MODES.contains(mode))?;
    let known = CONFIG_MODES.join("` and `");
    let detail = format!("`config_mode` is not one of the documented modes, which are `{known}`.");
    Some(warning("The deployment mode to list by is not documented", detail, Some("config_mode")))
}

/// Returns a value of a release task that is not documented, if it has one.
type Undocumented = fn(&Pipeline) -> Option<String>;

/// One warning for each field that has values which the vendor does not document.
pub(super) fn of_tasks(tasks: &[Pipeline]) -> Vec<Diagnostic> {
    let status = |task: &Pipeline| match task.status {
        Some(Status::Other(number)) => Some(number.to_string()),
        _ => None,
    };
    let mode = |task: &Pipeline| match &task.config_mode {
        Some(ConfigMode::Other(word)) => Some(shorten(word, 64)),
        _ => None,
    };
    let model = |task: &Pipeline| task.model_version.filter(|version| *version != 2).map(|version| version.to_string());
    let kinds: [(&str, Undocumented); 3] = [("status", status), ("config_mode", mode), ("model_version", model)];
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
    let detail =
        describe(tasks, damaged)? + "The character U+FFFD stands where one was lost, such as half of an emoji.";
    Some(warning("Release tasks have a text in which a character is lost", detail, Some("pipelines")))
}

fn undocumented(name: &str, tasks: &[Pipeline], value: Undocumented) -> Option<Diagnostic> {
    let summary = format!("Release tasks have a `{name}` that is not documented");
    let passed_on = "It is passed on as it came; the vendor may have added to its API since this was built.";
    Some(warning(summary, describe(tasks, value)? + passed_on, Some("pipelines")))
}

/// Names the first release tasks that have such a value, and counts the others.
fn describe(tasks: &[Pipeline], value: Undocumented) -> Option<String> {
    let found: Vec<_> = tasks.iter().filter_map(|task| Some((&task.id, value(task)?))).collect();
    let named = found.iter().take(NAMED);
    let named: String = named.map(|(id, value)| format!("Release task {} has {value}. ", shorten(id, 64))).collect();
    match found.len() {
        0 => None,
        1..=NAMED => Some(named),
        count => Some(format!("{named}So have others: {}. ", count - NAMED)),
    }
}
