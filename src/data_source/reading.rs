//! From a listing to the JSON that a host keeps, and to what people should know about it.

use json_text::Writer;
use json_text::number::decimal;
use model::status::CONFIG_MODES;

use crate::data_source::diagnostic::Diagnostic;
use crate::data_source::values::Fields;
use crate::data_source::{status, time};
use crate::message::shorten;
use crate::pipeline::{ConfigMode, Listing, Pipeline, Status};
use crate::text::{self, fill, join};

/// So many release tasks a warning names.
const NAMED: usize = 3;

/// What a read gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The attributes that are computed, as one JSON object.
    pub json: String,
    /// Warnings.
    pub diagnostics: Vec<Diagnostic>,
}

impl Reading {
    /// What a listing gives.
    #[must_use]
    pub fn of(listing: &Listing<'_>, region: Option<&str>, project_id: &str, arguments: &Fields<'_>) -> Self {
        let pipelines = &listing.pipelines;
        let mut json = Writer::default();
        json.open("{");
        // Not of the arguments too: they may be sensitive, and this is shown.
        text(&mut json, "id", Some(project_id));
        text(&mut json, "region", region);
        text(&mut json, "project_id", Some(project_id));
        number(&mut json, "total", Some(listing.total.into()));
        number(&mut json, "matched", Some(listing.matched.into()));
        json.name("truncated");
        json.word(if listing.truncated { "true" } else { "false" });
        array(&mut json, "ids", pipelines, |json, pipeline| json.text(Some(&pipeline.id)));
        array(&mut json, "names", pipelines, |json, pipeline| json.text(pipeline.name.text()));
        array(&mut json, "pipelines", pipelines, row);
        json.close("}");
        let diagnostics = undocumented_mode(arguments).into_iter().chain(surprises(pipelines)).collect();
        Self { json: json.finish(), diagnostics }
    }
}

fn row(json: &mut Writer, pipeline: &Pipeline<'_>) {
    json.open("{");
    text(json, "id", Some(&pipeline.id));
    text(json, "name", pipeline.name.text());
    text(json, "description", pipeline.description.text());
    text(json, "status", pipeline.status.get().map(status::word).as_deref());
    number(json, "status_code", pipeline.status.get().map(Status::number));
    text(json, "config_mode", pipeline.config_mode.get().map(ConfigMode::word));
    text(json, "creator", pipeline.creator.text());
    text(json, "created_at", pipeline.create_time.get().map(time::format).as_deref());
    text(json, "updated_at", pipeline.update_time.get().map(time::format).as_deref());
    text(json, "last_trigger_at", pipeline.last_trigger_at.get().map(time::format).as_deref());
    number(json, "version", pipeline.version.get());
    number(json, "model_version", pipeline.model_version.get());
    text(json, "enterprise_project_id", pipeline.enterprise_project_id.text());
    text(json, "enterprise_project", pipeline.enterprise_project.text());
    text(json, "extend_info", pipeline.extend_info.text());
    json.close("}");
}

fn text(json: &mut Writer, name: &'static str, text: Option<&str>) {
    json.name(name);
    json.text(text);
}

fn number(json: &mut Writer, name: &'static str, number: Option<i64>) {
    json.name(name);
    json.number(number);
}

fn array(json: &mut Writer, name: &'static str, pipelines: &[Pipeline<'_>], write: fn(&mut Writer, &Pipeline<'_>)) {
    json.name(name);
    json.open("[");
    pipelines.iter().for_each(|pipeline| write(json, pipeline));
    json.close("]");
}

/// A warning for a `config_mode` to list by that the vendor does not document: mistyped, it matches nothing. It is not
/// shown: what is not refused may be sensitive.
fn undocumented_mode(arguments: &Fields<'_>) -> Option<Diagnostic> {
    arguments.text("config_mode").ok().flatten().filter(|mode| !CONFIG_MODES.contains(mode))?;
    let known = join(&CONFIG_MODES, "` and `");
    let detail = fill("`config_mode` is not one of the documented modes, which are `{}`.", &[&known]);
    let summary = "The deployment mode to list by is not documented".to_owned();
    Some(Diagnostic { attribute: Some("config_mode"), ..Diagnostic::warning(summary, detail) })
}

/// What is not documented of a release task, if anything is.
type Surprise = fn(&Pipeline<'_>) -> Option<String>;

/// One warning for each kind of what the vendor does not document.
fn surprises(pipelines: &[Pipeline<'_>]) -> Vec<Diagnostic> {
    let status = |pipeline: &Pipeline<'_>| match pipeline.status.get() {
        Some(Status::Other(number)) => Some(decimal(number)),
        _ => None,
    };
    let mode = |pipeline: &Pipeline<'_>| match pipeline.config_mode.get() {
        Some(ConfigMode::Other(word)) => Some(shorten(&word, 64)),
        _ => None,
    };
    let model = |pipeline: &Pipeline<'_>| pipeline.model_version.get().filter(|version| *version != 2).map(decimal);
    let kinds: [(&str, Surprise); 3] = [("status", status), ("config_mode", mode), ("model_version", model)];
    let mut surprises = Vec::new();
    for (name, value) in kinds {
        surprises.extend(surprise(name, pipelines, value));
    }
    surprises
}

fn surprise(name: &str, pipelines: &[Pipeline<'_>], value: Surprise) -> Option<Diagnostic> {
    let (mut detail, mut found) = (String::new(), 0);
    for pipeline in pipelines {
        let Some(value) = value(pipeline) else { continue };
        found += 1;
        if found <= NAMED {
            detail.push_str(&fill("Release task {} has {}. ", &[&shorten(&pipeline.id, 64), &value]));
        }
    }
    if found == 0 {
        return None;
    }
    let more = found.saturating_sub(NAMED);
    if more > 0 {
        detail.push_str(&fill("So have others: {}. ", &[&text::number(more as u64)]));
    }
    detail.push_str("It is passed on as it came; the vendor may have added to its API since this was built.");
    Some(Diagnostic::warning(fill("Release tasks have a `{}` that is not documented", &[name]), detail))
}
