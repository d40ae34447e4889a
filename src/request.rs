//! The two requests that are ever sent, and their authentication.
//!
//! Source: "Obtaining the Release Task List" and "Querying Project Information" of the vendor, and its
//! "API Request Signing Guide".

use std::time::Duration;

use http::HeaderValue;
use huaweicloud_sign as sign;

use crate::connection::{Credentials, Lookup, Origin};
use crate::error::{ErrorKind, Failure};

/// A GET request: nothing here sends any other.
#[derive(Clone, Debug)]
pub struct Request {
    /// Where it goes.
    pub origin: Origin,
    /// Path and query, as they are sent.
    pub path_and_query: String,
    /// Names in lower case, and values. `Host` is the origin's authority, and not among them.
    pub headers: Vec<(&'static str, HeaderValue)>,
}

/// What to fetch, before it is known when and in whose name.
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
        format!("{}://{}{}", self.origin.scheme, self.origin.authority, self.path_and_query())
    }

    /// The request, authenticated for this time since the Unix epoch.
    ///
    /// # Errors
    /// A value cannot stand in a header, which the checks of the connection rule out.
    pub fn request(&self, credentials: &Credentials, now: Duration) -> Result<Request, Box<Failure>> {
        let mut headers = vec![
            ("accept", HeaderValue::from_static("application/json")),
            ("content-type", HeaderValue::from_static("application/json;charset=utf8")),
            ("user-agent", HeaderValue::from_static(concat!("servicestage-component/", env!("CARGO_PKG_VERSION")))),
        ];
        match credentials {
            Credentials::Ambient => {}
            Credentials::Token(token) => headers.push(("x-auth-token", secret(token)?)),
            Credentials::AccessKey { access_key_id, secret_access_key, security_token } => {
                self.sign(&mut headers, access_key_id, secret_access_key, security_token.as_deref(), now)?;
            }
        }
        Ok(Request { origin: self.origin.clone(), path_and_query: self.path_and_query(), headers })
    }

    fn path_and_query(&self) -> String {
        match &self.query {
            Some((name, value)) => format!("{}?{}", self.path, sign::canonical::query(&[(name, value)])),
            None => self.path.clone(),
        }
    }

    /// Adds the headers of a signature. Only what no proxy and no runtime changes is signed, so neither `Accept` nor
    /// `User-Agent`; the host derives `Host` from the URL, so it is signed and not set.
    fn sign(
        &self,
        headers: &mut Vec<(&'static str, HeaderValue)>,
        access_key_id: &str,
        secret_access_key: &str,
        security_token: Option<&str>,
        now: Duration,
    ) -> Result<(), Box<Failure>> {
        let date = sign::date::format(now.as_secs());
        headers.push(("x-sdk-date", HeaderValue::from_str(&date).map_err(unsendable)?));
        if let Some(id) = &self.project_id {
            headers.push(("x-project-id", HeaderValue::from_str(id).map_err(unsendable)?));
        }
        if let Some(token) = security_token {
            headers.push(("x-security-token", secret(token)?));
        }
        let mut signed = vec![("host", self.origin.authority.as_str())];
        for (name, value) in headers.iter().filter(|(name, _)| !matches!(*name, "accept" | "user-agent")) {
            signed.push((name, value.to_str().map_err(unsendable)?));
        }
        let query: Vec<(&str, &str)> = self.query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let request = sign::Request { method: "GET", path: &self.path, query: &query, headers: &signed, body: b"" };
        let authorization = sign::sign(&request, access_key_id, secret_access_key, &date).authorization;
        headers.push(("authorization", secret(&authorization)?));
        Ok(())
    }
}

fn secret(value: &str) -> Result<HeaderValue, Box<Failure>> {
    let mut value = HeaderValue::from_str(value).map_err(unsendable)?;
    value.set_sensitive(true);
    Ok(value)
}

/// The checks of the connection refuse whatever would fail here.
fn unsendable(error: impl std::fmt::Display) -> Box<Failure> {
    Failure::lasting(ErrorKind::Other(format!("the request could not be built: {error}")), "Nothing was sent.")
}
