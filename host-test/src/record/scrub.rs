//! A recording without what its fixture must not hold: each value that was found is replaced by its placeholder.

use servicestage::types::{ConfigMode, Term};

use super::json;
use super::names::{self, Kind, Names};
use super::rules::{self, Meaning};
use super::search::Search;
use super::tape::RecordedResponse;
use crate::raw;

/// Replaces what was found.
pub struct Scrub<'a> {
    names: &'a Names,
    search: &'a Search<'a>,
}

impl<'a> Scrub<'a> {
    /// Replaces these values, and finds them within texts like this.
    #[must_use]
    pub fn new(names: &'a Names, search: &'a Search<'a>) -> Self {
        Self { names, search }
    }

    /// A request, with the credentials of fixtures in place of its own, and a place for its signature.
    #[must_use]
    pub fn request(&self, request: &raw::Request) -> raw::Request {
        let header = |(name, value): &(String, String)| {
            let value = match name.as_str() {
                "x-auth-token" | "x-security-token" | "x-project-id" | "x-domain-id" => self.names.instead(value),
                "authorization" => {
                    self.names.count(Kind::Signature);
                    self.names.count(Kind::AccessKeyId);
                    let signed = value.split_once("SignedHeaders=").and_then(|(_, rest)| rest.split(',').next());
                    let (algorithm, id) = (huaweicloud_sign::ALGORITHM, names::ACCESS_KEY_ID);
                    let signed = signed.unwrap_or_default();
                    format!("{algorithm} Access={id}, SignedHeaders={signed}, Signature={{signature}}")
                }
                _ => self.search.replaced(value),
            };
            (name.clone(), value)
        };
        raw::Request {
            method: request.method.clone(),
            target: self.search.replaced(&request.target),
            headers: request.headers.iter().map(header).collect(),
        }
    }

    /// The headers of an answer that are kept.
    #[must_use]
    pub fn headers(&self, answer: &RecordedResponse) -> Vec<(String, String)> {
        let header = |(name, value): (String, String)| {
            let value = match name.as_str() {
                "x-request-id" | "x-iam-trace-id" => self.names.instead(&value),
                // The path may hold anything.
                "location" => match (value.split_once("//"), authority(&value)) {
                    (Some((scheme, _)), Some(host)) => format!("{scheme}//{}/", self.names.instead(host)),
                    _ => "/".to_owned(),
                },
                name if rules::is_header(name, &value) => self.search.replaced(&value),
                _ => self.names.instead(&value),
            };
            (name, value)
        };
        kept_headers(answer).into_iter().map(header).collect()
    }

    /// A body. Its second part tells whether it holds text of the server that was searched, and not replaced.
    #[must_use]
    pub fn body(&self, body: &str) -> (String, bool) {
        let mut free = false;
        let rewritten = json::rewrite(body, |place, read| match rules::meaning(place, read) {
            Meaning::Is(_) => self.names.instead(read),
            Meaning::Stays => {
                free |= read.contains(' ');
                self.search.replaced(read)
            }
        });
        match rewritten {
            Some(json) => (json, free),
            None => (self.search.replaced(body), !body.trim().is_empty()),
        }
    }

    /// A term of a query.
    #[must_use]
    pub fn term(&self, term: &Term) -> Term {
        match term {
            Term::Name(name) => Term::Name(self.names.instead(name)),
            Term::NameContains(_) => Term::NameContains(names::PART.to_owned()),
            Term::Creator(creator) => Term::Creator(self.names.instead(creator)),
            Term::EnterpriseProjectId(id) if id != "0" => Term::EnterpriseProjectId(self.names.instead(id)),
            Term::ConfigMode(ConfigMode::Other(word)) => {
                let word = if rules::is_word(word) { self.search.replaced(word) } else { self.names.instead(word) };
                Term::ConfigMode(ConfigMode::Other(word))
            }
            other => other.clone(),
        }
    }

    /// An endpoint that was given.
    #[must_use]
    pub fn endpoint(&self, endpoint: &str) -> String {
        let uri: Option<http::Uri> = endpoint.parse().ok();
        let authority = uri.as_ref().and_then(http::Uri::authority).map(|authority| authority.as_str().to_lowercase());
        let known = authority.and_then(|authority| self.names.known(&authority));
        known.map_or_else(|| self.search.replaced(endpoint), |host| format!("https://{host}"))
    }

    /// The id of a project.
    #[must_use]
    pub fn project_id(&self, id: &str) -> String {
        self.names.instead(id)
    }
}

/// The headers of an answer that mean anything to the component, and the type of its body.
pub fn kept_headers(answer: &RecordedResponse) -> Vec<(String, String)> {
    const KEPT: [&str; 6] = ["content-type", "date", "location", "retry-after", "x-iam-trace-id", "x-request-id"];
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let kept = answer.headers.iter().filter(|(name, _)| KEPT.contains(&name.as_str()));
    kept.map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

/// The host and port that a redirect leads to, if it leads to another.
pub fn authority(location: &str) -> Option<&str> {
    let (_, rest) = location.split_once("//")?;
    rest.split(['/', '?', '#']).next()
}
