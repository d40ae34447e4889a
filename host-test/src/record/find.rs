//! Finds every value of a recording that its fixture must not hold.

use anyhow::{Context, Result, bail};
use servicestage::credentials::{AccessKey, Identity, Password};
use servicestage::origin::Origins;
use servicestage::types::{ConfigMode, Connection, Term};

use super::json::{self, StringPosition};
use super::names::{FoundValues, Kind, Names};
use super::rules::{self, Meaning};
use super::scrub::{authority, kept_headers};
use super::tape::{RecordedAnswer, RecordedCall, RecordedResponse, Recording};
use crate::raw;

/// Where endpoints are that are not those of the region.
const SERVICE: &str = "servicestage.example.com";
const IAM: &str = "iam.example.com";
const ELSEWHERE: &str = "elsewhere.example.com";

/// The values of a recording, each with a placeholder.
///
/// # Errors
/// An answer cannot be looked through.
pub fn find(recording: &Recording) -> Result<Names> {
    let RecordedCall { connection, query, identity, .. } = &recording.made;
    let mut found = FoundValues::in_region(connection.region.clone());
    find_in_identity(identity, &mut found);
    find_in_connection(connection, &mut found);
    query.iter().for_each(|term| find_in_term(term, &mut found));
    recording.renewed.iter().for_each(|request| find_in_request(request, &mut found));
    for (exchange, number) in recording.exchanges.iter().zip(1..) {
        find_in_request(&exchange.sent, &mut found);
        if let RecordedAnswer::Response(answer) = &exchange.answer {
            find_in_answer(answer, &mut found).with_context(|| format!("the answer to request {number}"))?;
        }
    }
    Ok(found.numbered())
}

fn find_in_identity(identity: &Identity, found: &mut FoundValues) {
    match identity {
        Identity::AccessKey(AccessKey { id, secret, security_token }) => {
            found.add(Kind::AccessKeyId, id);
            found.add(Kind::SecretAccessKey, secret.expose());
            security_token.iter().for_each(|token| found.add(Kind::SecurityToken, token.expose()));
        }
        Identity::Token(token) => found.add(Kind::Token, token.expose()),
        Identity::Password(Password { user, password, domain }) => {
            found.add(Kind::UserName, user);
            found.add(Kind::Password, password.expose());
            found.add(Kind::AccountName, domain);
        }
        // Its key stands in the requests.
        Identity::Metadata(_) => {}
    }
}

fn find_in_connection(connection: &Connection, found: &mut FoundValues) {
    connection.project_id.iter().for_each(|id| found.add(Kind::ProjectId, id));
    let of_region = Origins::of(&Connection { region: connection.region.clone(), ..Connection::default() });
    let given = Origins::of(connection);
    for (given, of_region, placeholder) in
        [(given.service, of_region.service, SERVICE), (given.iam, of_region.iam, IAM)]
    {
        if let Some(origin) = given.filter(|given| Some(given) != of_region.as_ref()) {
            found.add_host(&origin.authority(), placeholder);
            let uri: Option<http::Uri> = origin.to_string().parse().ok();
            uri.iter().filter_map(http::Uri::host).for_each(|host| found.add_host(host, placeholder));
        }
    }
}

fn find_in_term(term: &Term, found: &mut FoundValues) {
    match term {
        Term::Name(name) => found.add(Kind::TaskName, name),
        Term::NameContains(part) => {
            found.part = Some(part.clone());
            found.add(Kind::TaskName, part);
        }
        Term::Creator(creator) => found.add(Kind::UserName, creator),
        Term::EnterpriseProjectId(id) if id != "0" => found.add(Kind::ProjectId, id),
        Term::ConfigMode(ConfigMode::Other(word)) if !rules::is_word(word) => found.add(Kind::Text, word),
        Term::EnterpriseProjectId(_)
        | Term::ConfigMode(_)
        | Term::Status(_)
        | Term::Created(_)
        | Term::Updated(_)
        | Term::LastRun(_)
        | Term::OrderBy(_)
        | Term::Limit(_) => {}
    }
}

fn find_in_request(request: &raw::Request, found: &mut FoundValues) {
    let value = |name| request.header(name).unwrap_or_default();
    found.add(Kind::Token, value("x-auth-token"));
    found.add(Kind::SecurityToken, value("x-security-token"));
    found.add(Kind::ProjectId, value("x-project-id"));
    found.add(Kind::AccountId, value("x-domain-id"));
    let part = |name: &str| value("authorization").split_once(name).and_then(|(_, rest)| rest.split([',', ' ']).next());
    part("Access=").into_iter().for_each(|id| found.add(Kind::AccessKeyId, id));
    part("Signature=").into_iter().for_each(|signature| found.add(Kind::Signature, signature));
}

fn find_in_answer(answer: &RecordedResponse, found: &mut FoundValues) -> Result<()> {
    for (name, value) in kept_headers(answer) {
        match name.as_str() {
            "x-request-id" | "x-iam-trace-id" => found.add(Kind::RequestId, &value),
            "location" => authority(&value).into_iter().for_each(|host| found.add_host(host, ELSEWHERE)),
            name if rules::is_header(name, &value) => {}
            _ => found.add(Kind::Text, &value),
        }
    }
    let text = std::str::from_utf8(&answer.body)
        .context("it is not text, in which nothing can be found; write this fixture by hand")?;
    let strings = json::rewrite(text, |place, read| {
        match rules::meaning(place, read) {
            Meaning::Is(kind) => found.add(kind, read),
            Meaning::Stays if place == StringPosition::Name => {}
            Meaning::Stays => rules::find_in_text(read, found),
        }
        String::new()
    });
    if strings.is_none() {
        if text.trim_start().starts_with(['{', '[', '"']) {
            bail!(
                "it begins as JSON but is not valid JSON, so the meaning of its texts is unknown; write this fixture by hand"
            );
        }
        rules::find_in_text(text, found);
    }
    Ok(())
}
