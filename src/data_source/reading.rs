//! From a listing to the JSON that a host keeps, and to what people should know about it.

use json_text::Writer;

use crate::data_source::diagnostic::Diagnostic;
use crate::data_source::values::Fields;
use crate::data_source::{status, time};
use crate::pipeline::{ConfigMode, Listing, Pipeline, Status};

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
    pub fn of(listing: &Listing, region: Option<&str>, project_id: &str, arguments: &Fields<'_>) -> Self {
        let pipelines = &listing.pipelines;
        let mut json = Writer::default();
        json.open('{');
        text(&mut json, "id", Some(&[project_id, &arguments.text_of_all()].concat()));
        text(&mut json, "region", region);
        text(&mut json, "project_id", Some(project_id));
        number(&mut json, "total", Some(listing.total.into()));
        array(&mut json, "ids", pipelines, |json, pipeline| json.text(Some(&pipeline.id)));
        array(&mut json, "names", pipelines, |json, pipeline| json.text(pipeline.name.as_deref()));
        array(&mut json, "pipelines", pipelines, row);
        json.close('}');
        Self { json: json.finish(), diagnostics: surprises(pipelines) }
    }
}

fn row(json: &mut Writer, pipeline: &Pipeline) {
    let mode = pipeline.config_mode.as_ref().map(|mode| match mode {
        ConfigMode::Ui => "ui",
        ConfigMode::Template => "template",
        ConfigMode::Other(word) => word,
    });
    json.open('{');
    text(json, "id", Some(&pipeline.id));
    text(json, "name", pipeline.name.as_deref());
    text(json, "description", pipeline.description.as_deref());
    text(json, "status", pipeline.status.map(status::word).as_deref());
    number(json, "status_code", pipeline.status.map(Status::number));
    text(json, "config_mode", mode);
    text(json, "creator", pipeline.creator.as_deref());
    text(json, "created_at", pipeline.create_time.map(time::format).as_deref());
    text(json, "updated_at", pipeline.update_time.map(time::format).as_deref());
    text(json, "last_trigger_at", pipeline.last_trigger_at.map(time::format).as_deref());
    number(json, "version", pipeline.version);
    number(json, "model_version", pipeline.model_version);
    text(json, "enterprise_project_id", pipeline.enterprise_project_id.as_deref());
    text(json, "enterprise_project", pipeline.enterprise_project.as_deref());
    text(json, "extend_info", pipeline.extend_info.as_deref());
    json.close('}');
}

fn text(json: &mut Writer, name: &'static str, text: Option<&str>) {
    json.name(name);
    json.text(text);
}

fn number(json: &mut Writer, name: &'static str, number: Option<i64>) {
    json.name(name);
    json.number(number);
}

fn array(json: &mut Writer, name: &'static str, pipelines: &[Pipeline], write: fn(&mut Writer, &Pipeline)) {
    json.name(name);
    json.open('[');
    pipelines.iter().for_each(|pipeline| write(json, pipeline));
    json.close(']');
}

/// One warning for each kind of what the vendor does not document.
fn surprises(pipelines: &[Pipeline]) -> Vec<Diagnostic> {
    let status = |pipeline: &Pipeline| match pipeline.status {
        Some(Status::Other(number)) => Some(number.to_string()),
        _ => None,
    };
    let mode = |pipeline: &Pipeline| match &pipeline.config_mode {
        Some(ConfigMode::Other(word)) => Some(crate::message::shorten(word, 64)),
        _ => None,
    };
    let model =
        |pipeline: &Pipeline| pipeline.model_version.filter(|version| *version != 2).map(|version| version.to_string());
    [
        surprise("status", pipelines, status),
        surprise("config_mode", pipelines, mode),
        surprise("model_version", pipelines, model),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn surprise(name: &str, pipelines: &[Pipeline], value: fn(&Pipeline) -> Option<String>) -> Option<Diagnostic> {
    let mut found = pipelines.iter().filter_map(|pipeline| Some((&pipeline.id, value(pipeline)?)));
    let mut detail = String::new();
    for (id, value) in found.by_ref().take(NAMED) {
        detail.extend(["Release task ", &crate::message::shorten(id, 64), " has ", &value, ". "]);
    }
    if detail.is_empty() {
        return None;
    }
    let more = found.count();
    if more > 0 {
        detail.extend(["So have others: ", &more.to_string(), ". "]);
    }
    detail.push_str("It is passed on as it came; the vendor may have added to its API since this was built.");
    Some(Diagnostic::warning(["Release tasks have a `", name, "` that is not documented"].concat(), detail))
}
