//! The two requests that are ever sent, and their authentication.
//!
//! Source: "Obtaining the Release Task List" and "Querying Project Information" of the vendor, and its
//! "API Request Signing Guide".

use std::fmt;
use std::time::Duration;

use http::Method;
use huaweicloud_sign as sign;
use model::credentials::{AccessKey, Credentials};
use model::origin::Origin;

use crate::connection::Lookup;

/// A request without a body.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Where it goes.
    pub origin: Origin,
    /// Path and query, as they are sent.
    pub path_and_query: String,
    /// The headers without `Host`, which is the origin's authority.
    pub headers: Vec<Header>,
}

/// A header. The checks of the connection see to it that its value can be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Header {
    /// The name, in lower case.
    pub name: &'static str,
    /// The value, which may be a secret.
    pub value: String,
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// A resource to fetch, before its request is authenticated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    origin: Origin,
    path: String,
    query: Option<(&'static str, String)>,
    project_id: Option<String>,
}

impl Target {
    /// The release tasks of a project.
    #[must_use]
    pub fn pipelines(service: &Origin, project_id: &str) -> Self {
        Self {
            origin: service.clone(),
            path: format!("/v3/{project_id}/pipeline/pipelines"),
            query: None,
            project_id: Some(project_id.to_owned()),
        }
    }

    /// The projects that have a region's name.
    #[must_use]
    pub fn projects(lookup: &Lookup) -> Self {
        Self {
            origin: lookup.iam.clone(),
            path: "/v3/projects".to_owned(),
            query: Some(("name", lookup.region.clone())),
            project_id: None,
        }
    }

    /// The URL. It never holds a secret.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}{}", self.origin, self.path_and_query())
    }

    /// The request, authenticated for this time since the Unix epoch.
    #[must_use]
    pub fn request(&self, credentials: &Credentials, now: Duration) -> Request {
        let mut headers = vec![
            header("accept", "application/json"),
            header("content-type", "application/json;charset=utf8"),
            header("user-agent", concat!("servicestage-component/", env!("CARGO_PKG_VERSION"))),
        ];
        match credentials {
            Credentials::Ambient => {}
            Credentials::Token(token) => headers.push(header("x-auth-token", token)),
            Credentials::AccessKey(key) => self.sign(&mut headers, key, now),
        }
        Request { method: Method::GET, origin: self.origin.clone(), path_and_query: self.path_and_query(), headers }
    }

    fn path_and_query(&self) -> String {
        match &self.query {
            Some((name, value)) => format!("{}?{}", self.path, sign::canonical::query(&[(name, value)])),
            None => self.path.clone(),
        }
    }

    /// Adds the headers of a signature. `Accept` and `User-Agent` are not signed, because a proxy or a runtime may
    /// change them. `Host` is signed and not set, because the host derives it from the URL.
    fn sign(&self, headers: &mut Vec<Header>, key: &AccessKey, now: Duration) {
        let date = sign::date::format(now.as_secs());
        headers.push(header("x-sdk-date", &date));
        headers.extend(self.project_id.iter().map(|id| header("x-project-id", id)));
        headers.extend(key.security_token.iter().map(|token| header("x-security-token", token)));
        let host = self.origin.authority();
        let mut signed = vec![("host", host.as_str())];
        let stable = headers.iter().filter(|header| !matches!(header.name, "accept" | "user-agent"));
        signed.extend(stable.map(|header| (header.name, header.value.as_str())));
        let query: Vec<(&str, &str)> = self.query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let request = sign::Request {
            method: Method::GET.as_str(),
            path: &self.path,
            query: &query,
            headers: &signed,
            body: b"",
        };
        let authorization = sign::sign(&request, &key.access_key_id, &key.secret_access_key, &date).authorization;
        headers.push(header("authorization", &authorization));
    }
}

fn header(name: &'static str, value: &str) -> Header {
    Header { name, value: value.to_owned() }
}
