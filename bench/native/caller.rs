//! The component's code, compiled into the provider: what `terraform plan` costs without a sandbox. For the benchmark
//! alone. Like a component it gets no secret; unlike one it speaks HTTP itself, and to loopback only.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use component_runtime::{CallError, Declaration, Limits, Stack};
use servicestage_component::data_source::{self, diagnostic, schema, values};
use servicestage_component::error::{ErrorKind, Failure};
use servicestage_component::list::{Allowance, Transport};
use servicestage_component::request::Request;
use servicestage_component::response::{Body, Headers, Response};

use crate::contract::{
    Attribute, Authentication, Collection, Description, Diagnostic, ElementType, Endpoint, Header, Input, Mode,
    ObjectType, Reading, Scheme, Severity, Source, Step, ValueType, Values,
};

/// The most that one read asks for, as the component does.
const CHUNK: usize = 64 * 1024;

/// In the place of a component.
pub struct Contract;

impl Contract {
    pub fn load(_: Limits, _: &str, _: &str) -> Result<(Self, Declaration, bool), String> {
        Ok((Self, Declaration::default(), true))
    }

    pub async fn describe(&self) -> Result<Description, CallError> {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let object = |attributes: &[schema::Attribute]| ObjectType {
            attributes: attributes.iter().copied().map(attribute).collect(),
        };
        let endpoint = |endpoint: schema::Endpoint| Endpoint {
            role: endpoint.role.to_owned(),
            attribute: endpoint.attribute.to_owned(),
            defaults: texts(&endpoint.defaults),
            stable: endpoint.stable,
        };
        Ok(Description {
            name: schema::NAME.to_owned(),
            description: schema::DESCRIPTION.to_owned(),
            objects: schema::OBJECTS.into_iter().map(object).collect(),
            provider: schema::PROVIDER as u32,
            sources: vec![Source {
                name: schema::SOURCE.name.to_owned(),
                description: schema::SOURCE.description.to_owned(),
                object: schema::PIPELINES as u32,
                deprecated: None,
            }],
            authentication: authentication(),
            endpoints: schema::ENDPOINTS.into_iter().map(endpoint).collect(),
        })
    }

    pub async fn validate_provider(&self, configuration: Values) -> Result<Vec<Diagnostic>, CallError> {
        Ok(told(data_source::validate_provider(&read_values(configuration))))
    }

    pub async fn validate_arguments(&self, source: &str, arguments: Values) -> Result<Vec<Diagnostic>, CallError> {
        Ok(told(data_source::validate_arguments(source, &read_values(arguments))))
    }

    pub async fn read(
        &self,
        _: Arc<Stack>,
        source: &str,
        provider: Values,
        arguments: Values,
    ) -> Result<Result<Reading, Vec<Diagnostic>>, CallError> {
        let (provider, arguments) = (read_values(provider), read_values(arguments));
        let mut direct = Direct { began: Instant::now() };
        let read = || data_source::read(&mut direct, source, &provider, &arguments);
        let reading = tokio::task::block_in_place(read);
        Ok(reading.map(|reading| Reading { json: reading.json, diagnostics: told(reading.diagnostics) }).map_err(told))
    }
}

fn attribute(attribute: schema::Attribute) -> Attribute {
    let (collections, element) = match attribute.holds {
        schema::Type::Text => (vec![], ElementType::Text),
        schema::Type::Number => (vec![], ElementType::Number),
        schema::Type::TextList => (vec![Collection::List], ElementType::Text),
        schema::Type::TextSet => (vec![Collection::Set], ElementType::Text),
        schema::Type::ObjectList(object) => (vec![Collection::List], ElementType::Object(object)),
        schema::Type::TruthValue => (vec![], ElementType::TruthValue),
    };
    Attribute {
        name: attribute.name.to_owned(),
        holds: ValueType { collections, element },
        mode: match attribute.mode {
            schema::Mode::Optional => Mode::Optional,
            schema::Mode::Computed => Mode::Computed,
            schema::Mode::OptionalComputed => Mode::OptionalComputed,
        },
        description: attribute.description.to_owned(),
        sensitive: attribute.sensitive,
        deprecated: None,
        environment: attribute.environment.iter().map(|name| (*name).to_owned()).collect(),
    }
}

fn authentication() -> Vec<Authentication> {
    let (name, attribute) = schema::TOKEN_HEADER;
    let header = Header { name: name.to_owned(), prefix: String::new(), attribute: attribute.to_owned() };
    let inputs = schema::SCHEME_INPUTS.into_iter().map(|(name, attribute, optional)| Input {
        name: name.to_owned(),
        attribute: attribute.to_owned(),
        optional,
    });
    let scheme = Scheme { name: schema::SCHEME.to_owned(), inputs: inputs.collect() };
    vec![Authentication::Header(header), Authentication::Scheme(scheme)]
}

fn read_values(values: Values) -> values::Values {
    let outermost = |path: Vec<Step>| match path.into_iter().next() {
        Some(Step::Attribute(name)) => Some(name),
        _ => None,
    };
    values::Values { json: values.json, unknown: values.unknown.into_iter().filter_map(outermost).collect() }
}

fn told(diagnostics: Vec<diagnostic::Diagnostic>) -> Vec<Diagnostic> {
    let one = |diagnostic: diagnostic::Diagnostic| Diagnostic {
        severity: match diagnostic.severity {
            diagnostic::Severity::Error => Severity::Error,
            diagnostic::Severity::Warning => Severity::Warning,
        },
        summary: diagnostic.summary,
        detail: diagnostic.detail,
        path: diagnostic.attribute.map(|name| vec![Step::Attribute(name.to_owned())]),
    };
    diagnostics.into_iter().map(one).collect()
}

/// One connection for each request, which the fixture server closes after its answer.
struct Direct {
    began: Instant,
}

impl Transport for Direct {
    fn now(&self) -> Duration {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
    }

    fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    fn sleep(&mut self, wait: Duration) {
        std::thread::sleep(wait);
    }

    fn send(&mut self, request: Request, _: Allowance) -> Result<Response, Box<Failure>> {
        let mut stream = TcpStream::connect(&request.origin.authority).map_err(failed)?;
        let mut text = format!("GET {} HTTP/1.1\r\nhost: {}\r\n", request.path_and_query, request.origin.authority);
        for header in &request.headers {
            text.push_str(&format!("{}: {}\r\n", header.name, header.value));
        }
        stream.write_all(format!("{text}\r\n").as_bytes()).map_err(failed)?;
        let mut first = Vec::new();
        let end = loop {
            if let Some(end) = first.windows(4).position(|end| end == b"\r\n\r\n") {
                break end;
            }
            let chunk = chunk(&mut stream).map_err(failed)?;
            if chunk.is_empty() {
                return Err(failed("the connection ended before the answer began"));
            }
            first.extend(chunk);
        };
        let body = first.split_off(end + 4);
        let head = String::from_utf8_lossy(&first);
        let status = head.split(' ').nth(1).unwrap_or_default().parse().map_err(failed)?;
        let header = |name: &str| {
            let named = |line: &str| {
                Some(line.split_once(':').filter(|(own, _)| own.eq_ignore_ascii_case(name))?.1.trim().to_owned())
            };
            head.lines().find_map(named)
        };
        Ok(Response {
            status,
            headers: Headers::look_up(status, header),
            body: Box::new(Incoming { first: body, stream }),
        })
    }
}

/// A body that lasts as long as its connection.
struct Incoming {
    /// What came with the head.
    first: Vec<u8>,
    stream: TcpStream,
}

impl Body for Incoming {
    fn next(&mut self) -> Result<Option<Vec<u8>>, Box<Failure>> {
        if !self.first.is_empty() {
            return Ok(Some(std::mem::take(&mut self.first)));
        }
        let chunk = chunk(&mut self.stream).map_err(failed)?;
        Ok(Some(chunk).filter(|chunk| !chunk.is_empty()))
    }
}

fn chunk(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut chunk = vec![0; CHUNK];
    let read = stream.read(&mut chunk)?;
    chunk.truncate(read);
    Ok(chunk)
}

fn failed(error: impl std::fmt::Display) -> Box<Failure> {
    Failure::lasting(ErrorKind::Other(error.to_string()), "This provider is for the benchmark alone.")
}
