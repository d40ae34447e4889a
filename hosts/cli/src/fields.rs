//! The fields of a release task: their names, their titles, and their values.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use jiff::Timestamp;
use serde::ser::{Serialize, SerializeMap, Serializer};
use servicestage::types::{ConfigMode, OrderKey, Pipeline, Status};

/// One field. Its text may come from the service and be of any length.
#[derive(Debug)]
pub struct Field {
    /// The WIT's name, as JSON and CSV have it.
    pub name: &'static str,
    /// The name on the command line.
    pub word: &'static str,
    /// The title of its column.
    pub title: &'static str,
    /// Its value.
    pub value: fn(&Pipeline) -> Value<'_>,
}

/// A value, or nothing where the service sent none.
pub enum Value<'a> {
    Nothing,
    Text(&'a str),
    Number(i64),
    /// Milliseconds since the Unix epoch.
    Time(u64),
    Status(Status),
    Mode(&'a ConfigMode),
}

/// In the WIT's order.
pub static FIELDS: [Field; 14] = [
    field("id", "id", "ID", |pipeline| Value::Text(&pipeline.id)),
    field("name", "name", "NAME", |pipeline| text(&pipeline.name)),
    field("description", "description", "DESCRIPTION", |pipeline| text(&pipeline.description)),
    field("create_time", "created", "CREATED", |pipeline| time(pipeline.create_time)),
    field("update_time", "updated", "UPDATED", |pipeline| time(pipeline.update_time)),
    field("version", "version", "VERSION", |pipeline| number(pipeline.version)),
    field("config_mode", "mode", "MODE", |pipeline| pipeline.config_mode.as_ref().map_or(Value::Nothing, Value::Mode)),
    field("creator", "creator", "CREATOR", |pipeline| text(&pipeline.creator)),
    field("model_version", "model-version", "MODEL VERSION", |pipeline| number(pipeline.model_version)),
    field("status", "status", "STATUS", |pipeline| pipeline.status.map_or(Value::Nothing, Value::Status)),
    field("last_trigger_at", "last-run", "LAST RUN", |pipeline| time(pipeline.last_trigger_at)),
    field("enterprise_project_id", "enterprise-project-id", "ENTERPRISE PROJECT ID", |pipeline| {
        text(&pipeline.enterprise_project_id)
    }),
    field("enterprise_project", "enterprise-project", "ENTERPRISE PROJECT", |pipeline| {
        text(&pipeline.enterprise_project)
    }),
    field("extend_info", "extend-info", "EXTEND INFO", |pipeline| text(&pipeline.extend_info)),
];

const fn field(
    name: &'static str,
    word: &'static str,
    title: &'static str,
    value: fn(&Pipeline) -> Value<'_>,
) -> Field {
    Field { name, word, title, value }
}

fn text(text: &Option<String>) -> Value<'_> {
    text.as_deref().map_or(Value::Nothing, Value::Text)
}

fn number(number: Option<i64>) -> Value<'static> {
    number.map_or(Value::Nothing, Value::Number)
}

fn time(milliseconds: Option<u64>) -> Value<'static> {
    milliseconds.map_or(Value::Nothing, Value::Time)
}

/// Returns the field of a name of the command line, of the WIT, or with underscores for hyphens.
pub fn find(name: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.word == name.replace('_', "-") || field.name == name.replace('-', "_"))
}

/// Returns the field that a listing is ordered by.
pub fn ordered_by(key: OrderKey) -> &'static str {
    match key {
        OrderKey::Creation => "created",
        OrderKey::Update => "updated",
        OrderKey::LastRun => "last-run",
        OrderKey::Name => "name",
    }
}

/// Reads the name of a field.
pub fn parser() -> impl TypedValueParser<Value = &'static Field> {
    let value = |field: &'static Field| {
        let spellings = [field.name.to_owned(), field.word.replace('-', "_"), field.name.replace('_', "-")];
        PossibleValue::new(field.word).aliases(spellings.into_iter().filter(|name| name != field.word))
    };
    PossibleValuesParser::new(FIELDS.iter().map(value))
        .try_map(|name| find(&name).ok_or("this is the name of no field"))
}

impl Value<'_> {
    /// Returns the value as text, or nothing. A time is a number, or with `iso` RFC 3339 in UTC.
    pub fn to_text(&self, iso: bool) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Text(text) => (*text).to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Time(milliseconds) => {
                instant(*milliseconds, iso).map_or_else(|| milliseconds.to_string(), |instant| instant.to_string())
            }
            Self::Status(status) => status.to_string(),
            Self::Mode(mode) => mode.word().to_owned(),
        }
    }
}

/// A time that is shown by RFC 3339. The last days of the year 9999 stay a number.
fn instant(milliseconds: u64, iso: bool) -> Option<Timestamp> {
    let milliseconds = i64::try_from(milliseconds).ok().filter(|_| iso)?;
    Timestamp::from_millisecond(milliseconds).ok()
}

/// A release task in the JSON form of the whole project, with the fields that were asked for.
pub struct Record<'a> {
    /// The release task.
    pub pipeline: &'a Pipeline,
    /// The fields, in their order.
    pub fields: &'a [&'static Field],
    /// Whether times are RFC 3339.
    pub iso: bool,
}

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.fields.len()))?;
        for field in self.fields {
            map.serialize_key(field.name)?;
            match (field.value)(self.pipeline) {
                Value::Nothing => map.serialize_value(&())?,
                Value::Text(text) => map.serialize_value(text)?,
                Value::Number(number) => map.serialize_value(&number)?,
                Value::Time(time) => match instant(time, self.iso) {
                    Some(instant) => map.serialize_value(&instant.to_string())?,
                    None => map.serialize_value(&time)?,
                },
                Value::Status(status) => map.serialize_value(&status)?,
                Value::Mode(mode) => map.serialize_value(mode)?,
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_of_all_fields_is_the_json_form_of_the_release_task() {
        let pipeline = Pipeline {
            id: "i".to_owned(),
            name: Some("n".to_owned()),
            description: Some(String::new()),
            create_time: Some(u64::MAX),
            update_time: Some(1_739_865_312_582),
            version: Some(i64::MIN),
            config_mode: Some(ConfigMode::Other("yaml".to_owned())),
            creator: None,
            model_version: None,
            status: Some(Status::Other(6)),
            last_trigger_at: Some(0),
            enterprise_project_id: Some("0".to_owned()),
            enterprise_project: None,
            extend_info: Some("{\"a\":1}".to_owned()),
        };
        let all: Vec<&Field> = FIELDS.iter().collect();
        let json = |iso| serde_json::to_string(&Record { pipeline: &pipeline, fields: &all, iso }).unwrap();
        assert_eq!(json(false), serde_json::to_string(&pipeline).unwrap());
        let times = json(true);
        assert!(times.contains(r#""update_time":"2025-02-18T07:55:12.582Z""#), "{times}");
        assert!(times.contains(r#""last_trigger_at":"1970-01-01T00:00:00Z""#), "{times}");
        assert!(times.contains(r#""create_time":18446744073709551615"#), "{times}");
    }

    #[test]
    fn every_spelling_of_a_field_is_known() {
        for (name, expected) in [
            ("last-run", Some("last_trigger_at")),
            ("last_run", Some("last_trigger_at")),
            ("last_trigger_at", Some("last_trigger_at")),
            ("create-time", Some("create_time")),
            ("nothing", None),
        ] {
            assert_eq!(find(name).map(|field| field.name), expected, "{name}");
        }
    }
}
