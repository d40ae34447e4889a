//! How requests are authenticated: by the first way that the component describes and the configuration is complete
//! for, or by what the user has for a scheme. The secrets stay here.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use component_runtime::http::{Decision, HttpError, Request, Response, Timeouts, Verdict, full, whole};
use component_runtime::policy::{Origin, origin};
use component_runtime::{Layer, masked};
use http::header::{AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue};
use huaweicloud_sign::header;
use huaweicloud_sign::secrets::SHORTEST;
use model::text::is_padded;

use crate::advertise::variables;
use crate::configuration::Configuration;
use crate::contract::Authentication as Way;
use crate::diagnostics::{self, attribute};
use crate::proto::Diagnostic;
use crate::schema::Schema;
use crate::scheme::{self, OfUser, Offers, Scheme, User};
use crate::value::Value;

/// The largest body of a request that is authenticated, in bytes: a scheme may sign it as a whole.
const LARGEST_REQUEST: usize = 1 << 20;

/// The most signatures that one read makes. More than any honest one does; each is kept until its end.
const MOST_SIGNATURES: usize = 1024;

/// A way to authenticate, with what it needs.
pub enum Method {
    /// The component describes none.
    None,
    /// A header.
    Header(HeaderName, HeaderValue),
    /// A scheme.
    Scheme(Box<dyn Scheme>),
}

impl Method {
    /// Returns the first complete way to authenticate, and the values that its profile offers. The user's own
    /// credentials count only if nothing is configured.
    pub fn choose(schema: &Schema, configuration: &Value, user: &User<'_>) -> Result<(Self, Offers), Vec<Diagnostic>> {
        if schema.authentication.is_empty() {
            return Ok((Self::None, Offers::new()));
        }
        let mut incomplete = None;
        for way in &schema.authentication {
            match Self::of(way, configuration) {
                Some(Ok(method)) => return Ok((method, Offers::new())),
                Some(Err(told)) => incomplete = incomplete.or(Some(told)),
                None => {}
            }
        }
        match incomplete {
            Some(told) => Err(told),
            None => match Self::of_user(schema, user) {
                Ok(found) => found.ok_or_else(|| vec![missing(schema)]),
                Err(diagnostic) => Err(vec![diagnostic]),
            },
        }
    }

    /// The first scheme that the user has something for.
    fn of_user(schema: &Schema, user: &User<'_>) -> Result<Option<(Self, Offers)>, Diagnostic> {
        for known in schema.schemes().filter_map(scheme::find) {
            let unusable = |reason| diagnostics::error("The credentials cannot be used", format!("{reason}."), &[]);
            if let Some(OfUser { scheme, offers }) = (known.of_user)(user).map_err(unusable)? {
                return Ok(Some((Self::Scheme(scheme), offers)));
            }
        }
        Ok(None)
    }

    /// What must not be told, other than what is configured.
    pub fn secrets(&self) -> Vec<String> {
        match self {
            Self::None | Self::Header(..) => Vec::new(),
            Self::Scheme(scheme) => scheme.secrets(),
        }
    }

    /// This way, if anything of it is configured.
    fn of(way: &Way, configuration: &Value) -> Option<Result<Self, Vec<Diagnostic>>> {
        let given = |name: &str| given(configuration, name);
        if way.attributes().iter().all(|name| given(name).is_none()) {
            return None;
        }
        let mut told = faults(way, configuration);
        let method = match way {
            Way::Header(described) => {
                let value =
                    HeaderValue::from_str(&format!("{}{}", described.prefix, given(&described.attribute)?)).ok();
                let name = HeaderName::from_bytes(described.name.as_bytes()).ok();
                name.zip(value).map(|(name, mut value)| {
                    value.set_sensitive(true);
                    Self::Header(name, value)
                })
            }
            Way::Scheme(described) => {
                let missing = described.inputs.iter().filter(|i| !i.optional && given(&i.attribute).is_none());
                let why = "it is missing, and another part of the credentials is set";
                told.extend(missing.map(|input| invalid(&input.attribute, why)));
                let attribute = |wanted: &str| described.inputs.iter().find(|i| i.name == wanted).map(|i| &i.attribute);
                let made = (scheme::find(&described.name)?.of_inputs)(&|wanted| given(attribute(wanted)?));
                made.map(Self::Scheme)
            }
        };
        Some(match method {
            Some(method) if told.is_empty() => Ok(method),
            _ => Err(told),
        })
    }
}

/// Returns the faults of the configured credentials, as far as they are known. A missing part is not a fault yet.
pub fn check(schema: &Schema, configuration: &Value) -> Vec<Diagnostic> {
    schema.authentication.iter().flat_map(|way| faults(way, configuration)).collect()
}

/// Returns the faults of the configured inputs of a way.
fn faults(way: &Way, configuration: &Value) -> Vec<Diagnostic> {
    let fault = |attribute: &str, fault: &dyn Fn(&str) -> Option<String>| {
        given(configuration, attribute).and_then(fault).map(|reason| invalid(attribute, &reason))
    };
    match way {
        Way::Header(header) => fault(&header.attribute, &fault_of_header).into_iter().collect(),
        Way::Scheme(described) => {
            let Some(known) = scheme::find(&described.name) else { return Vec::new() };
            let inputs = described.inputs.iter();
            inputs.filter_map(|input| fault(&input.attribute, &|value| (known.fault)(&input.name, value))).collect()
        }
    }
}

fn fault_of_header(value: &str) -> Option<String> {
    let reason = if value.len() > header::LONGEST {
        header::TOO_LONG
    } else if is_padded(value) {
        "it begins or ends with white space"
    } else if HeaderValue::from_str(value).is_err() {
        "it holds a character that no header can hold"
    } else {
        return None;
    };
    Some(reason.to_owned())
}

/// Returns the text of an attribute that is set and not empty.
fn given<'a>(configuration: &'a Value, name: &str) -> Option<&'a str> {
    configuration.text(name).filter(|text| !text.is_empty())
}

fn invalid(name: &str, reason: &str) -> Diagnostic {
    let summary = format!("The argument `{name}` is not valid");
    diagnostics::error(summary, format!("`{name}`: {reason}."), &[attribute(name)])
}

fn missing(schema: &Schema) -> Diagnostic {
    let way = |way: &Way| {
        let named = |name: &str| {
            let environment = schema.provider.attribute(name).map(|attribute| variables(&attribute.environment));
            let or = environment.filter(|names| !names.is_empty()).map(|names| format!(" (or {names})"));
            format!("`{name}`{}", or.unwrap_or_default())
        };
        let parts: Vec<String> = match way {
            Way::Header(header) => vec![named(&header.attribute)],
            Way::Scheme(described) => {
                scheme::find(&described.name)?;
                let optionally = |optional| if optional { "optionally " } else { "" };
                let inputs = described.inputs.iter();
                inputs.map(|input| format!("{}{}", optionally(input.optional), named(&input.attribute))).collect()
            }
        };
        Some(format!("- {}", parts.join(", ")))
    };
    let ways: Vec<String> = schema.authentication.iter().filter_map(way).collect();
    let mut detail = if ways.is_empty() {
        "The component names only schemes that this provider does not know.".to_owned()
    } else {
        format!("Set one of these in the provider's configuration or by environment variables:\n{}", ways.join("\n"))
    };
    for known in schema.schemes().filter_map(scheme::find) {
        detail.push_str(&format!("\nOr write {}.", known.advice));
    }
    diagnostics::error("Credentials are missing", detail, &[])
}

/// Authenticates the requests of one read that go to these origins. Others continue without. What an answer
/// repeats of a secret goes no further.
pub struct Authentication {
    configuration: Arc<Configuration>,
    origins: Vec<Origin>,
    below: Arc<dyn Layer>,
    signatures: Mutex<Vec<String>>,
}

impl Authentication {
    /// The layer for one read. `below` completes requests, and this layer sees its answers.
    pub fn new(configuration: Arc<Configuration>, origins: Vec<Origin>, below: Arc<dyn Layer>) -> Self {
        Self { configuration, origins, below, signatures: Mutex::default() }
    }

    /// What was sent, and may come back in an answer.
    pub fn signatures(&self) -> Vec<String> {
        self.signatures.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn authenticated(&self, request: Request) -> Result<Request, HttpError> {
        let (mut head, body) = request.into_parts();
        // A component chooses none of it.
        strip(&mut head.headers);
        if !origin::of(&head.uri).is_ok_and(|origin| self.origins.contains(&origin)) {
            return Ok(Request::from_parts(head, body));
        }
        match &self.configuration.method {
            Method::None => Ok(Request::from_parts(head, body)),
            Method::Header(name, value) => {
                head.headers.insert(name, value.clone());
                Ok(Request::from_parts(head, body))
            }
            Method::Scheme(scheme) => {
                let bytes = whole(body, LARGEST_REQUEST).await.ok().flatten();
                let bytes = bytes.ok_or(HttpError::HttpRequestBodySize(None))?;
                self.sign(&**scheme, &mut head, &bytes)?;
                Ok(Request::from_parts(head, full(bytes)))
            }
        }
    }

    /// An answer as the component may see it.
    fn answered(&self, mut response: Response) -> Response {
        strip(response.headers_mut());
        let signatures = self.signatures();
        let secrets = self.configuration.secrets.iter().chain(&signatures);
        masked(response, secrets.map(String::as_str), SHORTEST)
    }

    fn sign(&self, scheme: &dyn Scheme, head: &mut Parts, body: &[u8]) -> Result<(), HttpError> {
        let signature =
            scheme.sign(head, body, SystemTime::now()).map_err(|reason| HttpError::InternalError(Some(reason)))?;
        let mut signatures = self.signatures.lock().unwrap_or_else(PoisonError::into_inner);
        if signatures.len() >= MOST_SIGNATURES {
            return Err(HttpError::HttpRequestDenied);
        }
        signatures.extend(signature);
        Ok(())
    }
}

impl Layer for Authentication {
    fn decide<'a>(&'a self, request: Request, timeouts: &'a Timeouts) -> Decision<'a> {
        Box::pin(async move {
            let request = match self.authenticated(request).await {
                Ok(request) => request,
                Err(error) => return Verdict::Complete(Err(error)),
            };
            match self.below.decide(request, timeouts).await {
                Verdict::Complete(answer) => Verdict::Complete(answer.map(|response| self.answered(response))),
                verdict @ Verdict::Continue(_) => verdict,
            }
        })
    }
}

/// Removes what says in whose name a request is made, other than the host's own headers.
fn strip(headers: &mut HeaderMap) {
    for name in [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE] {
        headers.remove(name);
    }
}
