//! The requests that a component makes, where they go and how they are authenticated, in the terms of the contract.

use serde_json::json;

use crate::contract::{self, Need};

/// A way to authenticate requests; it is complete if all attributes that it requires are set.
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
        /// More of them, which the scheme can do without.
        optional: &'static [(&'static str, &'static str)],
    },
}

/// The origins that requests of one role go to, and those requests.
///
/// ```
/// use declarative_plugin::network::{Endpoint, Request};
///
/// const RATES: Endpoint = Endpoint {
///     role: "rates",
///     attribute: "endpoint",
///     defaults: &["https://rates.example.com"],
///     stable: false,
///     requests: &[Request { method: "GET", path: "/v1/rates/{}", query: &["date"] }],
/// };
/// # assert_eq!(RATES.requests.len(), 1);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Endpoint {
    /// The role.
    pub role: &'static str,
    /// The attribute of the provider's configuration that names the origin instead of `defaults`.
    pub attribute: &'static str,
    /// The origins if that attribute is null; `{name}` in one stands for the argument or attribute of that name.
    pub defaults: &'static [&'static str],
    /// Whether the same request gets the same answer for as long as a host runs.
    pub stable: bool,
    /// The requests. A host with a policy lets no other out.
    pub requests: &'static [Request],
}

/// A kind of request that a component makes.
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

/// Returns the same requests for the custom section `network-needs`: JSON, one request a line.
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
