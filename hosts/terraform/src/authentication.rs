//! Authenticates requests by the first way that the component describes and for which the configuration is complete.
//! Otherwise it uses the credentials that the user has for a scheme.

use std::future::ready;
use std::sync::Arc;

use component_runtime::authentication::Authenticating;
use component_runtime::{Scheme, Secret};
use http::request::Parts;
use http::{HeaderName, HeaderValue};
use huaweicloud_sign::header;
use model::text::is_padded;

use crate::advertise::variables;
use crate::contract::Authentication as Way;
use crate::diagnostics::{self, attribute};
use crate::proto::Diagnostic;
use crate::schema::Schema;
use crate::scheme::{self, ConfiguredScheme, ProfileScheme, ProfileValues, User};
use crate::value::Value;

/// A header that authenticates, from an attribute.
struct HeaderScheme {
    name: HeaderName,
    value: HeaderValue,
}

impl Scheme for HeaderScheme {
    /// The value is a secret of the configuration already.
    fn authenticate<'a>(&'a self, head: &'a mut Parts, _: &'a [u8], _: Option<&'a [Secret]>) -> Authenticating<'a> {
        head.headers.insert(&self.name, self.value.clone());
        Box::pin(ready(Ok(Vec::new())))
    }
}

/// A way to authenticate, with the secrets that it uses.
#[derive(Default)]
pub struct Method {
    /// None: the component describes no way.
    pub scheme: Option<Arc<dyn Scheme>>,
    /// The texts that must stay secret, beside the configured ones.
    pub secrets: Vec<Secret>,
}

impl Method {
    /// Returns the first complete way to authenticate, and the values that its profile offers. The user's own
    /// credentials count only if nothing is configured.
    pub fn choose(
        schema: &Schema,
        configuration: &Value,
        user: &User<'_>,
    ) -> Result<(Self, ProfileValues), Vec<Diagnostic>> {
        if schema.authentication.is_empty() {
            return Ok((Self::default(), ProfileValues::new()));
        }
        let mut incomplete = None;
        for way in &schema.authentication {
            match Self::of(way, configuration) {
                Some(Ok(method)) => return Ok((method, ProfileValues::new())),
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
    fn of_user(schema: &Schema, user: &User<'_>) -> Result<Option<(Self, ProfileValues)>, Diagnostic> {
        for known in schema.schemes().filter_map(scheme::find) {
            let unusable = |reason| diagnostics::error("The credentials cannot be used", format!("{reason}."), &[]);
            if let Some(ProfileScheme { configured, values }) = (known.of_user)(user).map_err(unusable)? {
                return Ok(Some((Self::of_known(configured), values)));
            }
        }
        Ok(None)
    }

    fn of_known(ConfiguredScheme { scheme, secrets }: ConfiguredScheme) -> Self {
        Self { scheme: Some(scheme), secrets }
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
                    Self { scheme: Some(Arc::new(HeaderScheme { name, value })), secrets: Vec::new() }
                })
            }
            Way::Scheme(described) => {
                let missing = described.inputs.iter().filter(|i| !i.optional && given(&i.attribute).is_none());
                let why = "it is missing, and another part of the credentials is set";
                told.extend(missing.map(|input| invalid(&input.attribute, why)));
                let attribute = |wanted: &str| described.inputs.iter().find(|i| i.name == wanted).map(|i| &i.attribute);
                let made = (scheme::find(&described.name)?.of_inputs)(&|wanted| given(attribute(wanted)?));
                made.map(Self::of_known)
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
