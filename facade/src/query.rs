//! The parameters of a request: the command-line tool's filters, in snake_case.

use model::status::{ConfigMode, Status, StatusError};
use model::term::{Direction, Order, OrderKey, Term, TimeRange};
use model::text::quoted;
use percent_encoding::percent_decode_str;

use crate::error::Refusal;

/// Every parameter, and the component's name for it.
const PARAMETERS: [(&str, &str); 16] = [
    ("project_id", "project-id"),
    ("name", "name"),
    ("name_contains", "name-contains"),
    (STATUS, "status"),
    ("config_mode", "config-mode"),
    ("creator", "creator"),
    ("enterprise_project_id", "enterprise-project-id"),
    ("created_from", "created.from"),
    ("created_to", "created.to"),
    ("updated_from", "updated.from"),
    ("updated_to", "updated.to"),
    ("last_run_from", "last-run.from"),
    ("last_run_to", "last-run.to"),
    ("order_by", "order-by.key"),
    ("order", "order-by.direction"),
    ("limit", "limit"),
];

/// The one parameter that may be given several times.
const STATUS: &str = "status";

/// A project, with filters, an order and a limit. The component checks whether they make sense.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The project's id. None: the component looks it up.
    pub project_id: Option<String>,
    /// The filters, the order and the limit.
    pub terms: Vec<Term>,
}

/// Reads what follows the question mark.
///
/// # Errors
/// A parameter is unknown, there more than once, or not of its type.
pub fn read(text: &str) -> Result<Query, Refusal> {
    let given = Parameters::split(text)?;
    let terms = [
        given.text("name").map(Term::Name),
        given.text("name_contains").map(Term::NameContains),
        given.statuses()?.map(Term::Status),
        given.text("config_mode").map(|word| Term::ConfigMode(ConfigMode::from_word(&word))),
        given.text("creator").map(Term::Creator),
        given.text("enterprise_project_id").map(Term::EnterpriseProjectId),
        given.range("created_from", "created_to")?.map(Term::Created),
        given.range("updated_from", "updated_to")?.map(Term::Updated),
        given.range("last_run_from", "last_run_to")?.map(Term::LastRun),
        given.order()?.map(Term::OrderBy),
        given.number("limit", "a number from 1 to 4294967295")?.map(Term::Limit),
    ];
    Ok(Query { project_id: given.text("project_id"), terms: terms.into_iter().flatten().collect() })
}

/// Known parameters with their values.
struct Parameters(Vec<(&'static str, String)>);

impl Parameters {
    fn split(text: &str) -> Result<Self, Refusal> {
        let mut given = Self(Vec::new());
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let Some((name, argument)) = PARAMETERS.iter().find(|(known, _)| *known == name) else {
                let known = PARAMETERS.map(|(known, _)| known).join(", ");
                return Err(Refusal::invalid(shown(name), format!("there is no such parameter; there are {known}")));
            };
            if *name != STATUS && given.text(name).is_some() {
                return Err(Refusal::invalid(*argument, "it is there more than once"));
            }
            let value = value.replace('+', " ");
            let value = percent_decode_str(&value).decode_utf8();
            let value = value.map_err(|_| Refusal::invalid(*argument, "it is not UTF-8, percent-encoded"))?;
            given.0.push((name, value.into_owned()));
        }
        Ok(given)
    }

    fn all(&self, wanted: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(name, _)| *name == wanted).map(|(_, value)| value.as_str())
    }

    fn text(&self, name: &str) -> Option<String> {
        self.all(name).next().map(str::to_owned)
    }

    fn statuses(&self) -> Result<Option<Vec<Status>>, Refusal> {
        let statuses = self.all(STATUS).map(status).collect::<Result<Vec<_>, _>>()?;
        Ok((!statuses.is_empty()).then_some(statuses))
    }

    fn range(&self, from: &str, to: &str) -> Result<Option<TimeRange>, Refusal> {
        let time = |name| self.number(name, "a time in milliseconds since the Unix epoch");
        let range = TimeRange { from: time(from)?, to: time(to)? };
        Ok((range.from.is_some() || range.to.is_some()).then_some(range))
    }

    /// Times begin with the newest and names with the first, unless a direction is given.
    fn order(&self) -> Result<Option<Order>, Refusal> {
        let (key, direction) = (self.text("order_by"), self.text("order"));
        if key.is_none() && direction.is_none() {
            return Ok(None);
        }
        let key = match key.as_deref() {
            None | Some("creation") => OrderKey::Creation,
            Some("update") => OrderKey::Update,
            Some("last_run" | "last-run") => OrderKey::LastRun,
            Some("name") => OrderKey::Name,
            Some(other) => return Err(invalid("order_by", other, "one of creation, update, last_run and name")),
        };
        let direction = match direction.as_deref() {
            None if key == OrderKey::Name => Direction::Ascending,
            None | Some("desc") => Direction::Descending,
            Some("asc") => Direction::Ascending,
            Some(other) => return Err(invalid("order", other, "one of asc and desc")),
        };
        Ok(Some(Order { key, direction }))
    }

    fn number<T: std::str::FromStr>(&self, name: &str, wanted: &str) -> Result<Option<T>, Refusal> {
        self.text(name).map(|text| text.parse().map_err(|_| invalid(name, &text, wanted))).transpose()
    }
}

/// Reads a word, with underscores or hyphens, or any number.
fn status(text: &str) -> Result<Status, Refusal> {
    text.parse().map_err(|error: StatusError| Refusal::invalid(STATUS, error.to_string()))
}

fn invalid(parameter: &str, value: &str, wanted: &str) -> Refusal {
    let argument = PARAMETERS.iter().find(|(known, _)| *known == parameter).map_or(parameter, |(_, argument)| argument);
    Refusal::invalid(argument, format!("{} is not {wanted}", quoted(value)))
}

/// Returns a name that may be repeated. A text that does not look like a name could be a secret.
fn shown(name: &str) -> &str {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-' || byte == b'.';
    if name.len() <= 32 && name.bytes().all(plain) { name } else { "(a parameter)" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<Term> {
        read(text).unwrap().terms
    }

    #[test]
    fn nothing_is_an_empty_query() {
        assert_eq!(read(""), Ok(Query::default()));
        assert_eq!(read("&&"), Ok(Query::default()));
    }

    #[test]
    fn every_parameter_has_its_place() {
        let text = "project_id=p&name=a&name_contains=b+c%2B%E4%BD%A0&status=failed&status=rolling-back&status=6\
                    &config_mode=template&creator=d&enterprise_project_id=0&created_from=1&created_to=2&updated_from=3\
                    &last_run_to=4&order_by=last_run&order=asc&limit=9";
        let expected = vec![
            Term::Name("a".to_owned()),
            Term::NameContains("b c+你".to_owned()),
            Term::Status(vec![Status::Failed, Status::RollingBack, Status::Other(6)]),
            Term::ConfigMode(ConfigMode::Template),
            Term::Creator("d".to_owned()),
            Term::EnterpriseProjectId("0".to_owned()),
            Term::Created(TimeRange { from: Some(1), to: Some(2) }),
            Term::Updated(TimeRange { from: Some(3), to: None }),
            Term::LastRun(TimeRange { from: None, to: Some(4) }),
            Term::OrderBy(Order { key: OrderKey::LastRun, direction: Direction::Ascending }),
            Term::Limit(9),
        ];
        assert_eq!(read(text), Ok(Query { project_id: Some("p".to_owned()), terms: expected }));
    }

    #[test]
    fn an_order_has_a_natural_direction() {
        assert_eq!(
            terms("order_by=name"),
            [Term::OrderBy(Order { key: OrderKey::Name, direction: Direction::Ascending })]
        );
        assert_eq!(
            terms("order_by=update"),
            [Term::OrderBy(Order { key: OrderKey::Update, direction: Direction::Descending })]
        );
        assert_eq!(
            terms("order=asc"),
            [Term::OrderBy(Order { key: OrderKey::Creation, direction: Direction::Ascending })]
        );
    }

    #[test]
    fn an_unknown_parameter_is_refused_by_name() {
        for name in ["endpoint", "region", "iam_endpoint", "token", "offset", "Name", "project-id", "url"] {
            let refusal = read(&format!("limit=1&{name}=hush")).unwrap_err();
            assert_eq!((refusal.status, refusal.argument.as_str()), (400, name));
            assert!(!refusal.reason.contains("hush"), "{refusal:?}");
        }
    }

    #[test]
    fn text_that_does_not_look_like_a_name_is_not_repeated() {
        for name in ["MIIEowIBAAKCAQEAvR3tG0sR8pQz1FZ5example", "%65ndpoint", "a b"] {
            assert_eq!(read(name).unwrap_err().argument, "(a parameter)");
        }
    }

    #[test]
    fn repeated_parameters_are_refused() {
        assert_eq!(read("name=a&name=a").unwrap_err().argument, "name");
        assert_eq!(read("created_from=1&created_from=2").unwrap_err().argument, "created.from");
        assert_eq!(read("limit&limit=1").unwrap_err().argument, "limit");
    }

    #[test]
    fn unreadable_values_are_named_by_argument_and_shown_with_escapes() {
        let cases = [
            ("limit=ten%0A", "limit", r#""ten\n""#),
            ("limit=4294967296", "limit", r#""4294967296""#),
            ("limit=-1", "limit", r#""-1""#),
            ("limit", "limit", r#""""#),
            ("created_to=2025-01-01", "created.to", r#""2025-01-01""#),
            ("created_to=1%20", "created.to", r#""1 ""#),
            ("status=faild", "status", r#""faild" is not a status; did you mean `failed`?"#),
            ("status=failed%0a", "status", r#""failed\n""#),
            ("status=", "status", r#""""#),
            ("order_by=name%E2%80%AE", "order-by.key", r#""name\u{202e}""#),
            ("order=up", "order-by.direction", r#""up""#),
            ("name=%FF", "name", "UTF-8"),
        ];
        for (text, argument, shown) in cases {
            let refusal = read(text).unwrap_err();
            assert_eq!((refusal.status, refusal.argument.as_str()), (400, argument), "{text}");
            assert!(refusal.reason.contains(shown), "{refusal:?}");
        }
    }
}
