//! The requests that a component makes, where they go and how they are authenticated, in the terms of the contract.

use serde_json::json;

use crate::contract::{self, Need};

/// A way to authenticate requests. It is complete if all attributes that it requires are set.
///
/// ```
/// use declarative_plugin::network::Authentication;
///
/// const TOKEN: Authentication = Authentication::Header { name: "x-token", prefix: "", attribute: "token" };
/// # let _ = TOKEN;
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Authentication {
    /// A header holds the value of an attribute.
    Header {
        /// The name of the header, in lower case.
        name: &'static str,
        /// The text before the value, such as `Bearer ` with its blank. May be empty.
        prefix: &'static str,
        /// The attribute of the provider's configuration.
        attribute: &'static str,
    },
    /// A scheme that hosts know by its name.
    Scheme {
        /// The name of the scheme.
        name: &'static str,
        /// The scheme's names for what it needs, and the attributes of the provider's configuration for each.
        inputs: &'static [(&'static str, &'static str)],
        /// Optional inputs of the scheme, in the same form.
        optional: &'static [(&'static str, &'static str)],
    },
}

/// The origins that requests of one role go to, and those requests.
///
/// ```
/// use declarative_plugin::network::{Endpoint, Request};
///
/// const RATES: Endpoint = Endpoint::new("rates", "endpoint", &["https://rates.example.com"])
///     .requests(&[Request { method: "GET", path: "/v1/rates/{}", query: &["date"] }]);
/// # let _ = RATES;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Endpoint {
    role: &'static str,
    pub(crate) attribute: &'static str,
    pub(crate) defaults: &'static [&'static str],
    stable: bool,
    requests: &'static [Request],
}

impl Endpoint {
    /// Returns an endpoint without requests. `attribute` is the attribute of the provider's configuration that names the
    /// origin instead of `defaults`. `{name}` in a default stands for the argument or attribute of that name.
    #[must_use]
    pub const fn new(role: &'static str, attribute: &'static str, defaults: &'static [&'static str]) -> Self {
        Self { role, attribute, defaults, stable: false, requests: &[] }
    }

    /// Returns the same endpoint with its requests. A host with a policy lets no other request out.
    #[must_use]
    pub const fn requests(self, requests: &'static [Request]) -> Self {
        Self { requests, ..self }
    }

    /// Returns the same endpoint, for which the same request gets the same response for as long as a host runs.
    #[must_use]
    pub const fn stable(self) -> Self {
        Self { stable: true, ..self }
    }

    /// Returns its role.
    #[must_use]
    pub const fn role(&self) -> &'static str {
        self.role
    }
}

/// A kind of request that a component makes.
///
/// ```
/// use declarative_plugin::network::Request;
///
/// const RATES: Request = Request { method: "GET", path: "/v1/rates/{}", query: &["date"] };
/// # let _ = RATES;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// The method, in upper case.
    pub method: &'static str,
    /// The path, in which `{}` stands for one segment.
    pub path: &'static str,
    /// The names that the query may hold.
    pub query: &'static [&'static str],
}

/// Returns the requests of all endpoints, for the function `needs`.
pub(crate) fn needs(endpoints: &[Endpoint]) -> Vec<Need> {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let need = |role: &str, request: &Request| Need {
        role: role.to_owned(),
        method: request.method.to_owned(),
        path: request.path.to_owned(),
        query: owned(request.query),
    };
    endpoints.iter().flat_map(|endpoint| endpoint.requests.iter().map(|one| need(endpoint.role, one))).collect()
}

/// Returns the same requests as JSON, one request a line, for the custom section `network-needs`.
pub(crate) fn section(needs: &[Need]) -> String {
    let line = |Need { role, method, path, query }: &Need| {
        let [role, method, path, query] = [json!(role), json!(method), json!(path), json!(query)];
        format!("    {{\"role\": {role}, \"method\": {method}, \"path\": {path}, \"query\": {query}}}")
    };
    let lines: Vec<String> = needs.iter().map(line).collect();
    format!("{{\n  \"version\": 1,\n  \"requests\": [\n{}\n  ]\n}}\n", lines.join(",\n"))
}

impl From<&Authentication> for contract::Authentication {
    fn from(authentication: &Authentication) -> Self {
        match *authentication {
            Authentication::Header { name, prefix, attribute } => Self::Header(contract::Header {
                name: name.to_owned(),
                prefix: prefix.to_owned(),
                attribute: attribute.to_owned(),
            }),
            Authentication::Scheme { name, inputs, optional } => {
                let input = |optional| {
                    move |(name, attribute): &(&str, &str)| contract::Input {
                        name: (*name).to_owned(),
                        attribute: (*attribute).to_owned(),
                        optional,
                    }
                };
                let inputs = inputs.iter().map(input(false)).chain(optional.iter().map(input(true))).collect();
                Self::Scheme(contract::Scheme { name: name.to_owned(), inputs })
            }
        }
    }
}

impl From<&Endpoint> for contract::Endpoint {
    fn from(endpoint: &Endpoint) -> Self {
        Self {
            role: endpoint.role.to_owned(),
            attribute: endpoint.attribute.to_owned(),
            defaults: endpoint.defaults.iter().map(|origin| (*origin).to_owned()).collect(),
            stable: endpoint.stable,
        }
    }
}
