//! Every fixture by the provider in Terraform, with the answer of every other host, in Terraform's words.
//!
//! Terraform's messages of errors also stand in a file that a person has read and found to help.

#[path = "support/block.rs"]
mod block;
#[path = "../../cli/tests/support/secured.rs"]
mod secured;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use block::{Block, HEAD, bare, block, moment};
use host_test::case::{self, Case, Operation};
use host_test::conformance::{Verdict, expected_of, not_served, report};
use model::status::Status;
use serde_json::{Value, json};
use support::{Terraform, assert_snapshot, text};

/// Cases that people cannot reach with the provider, or that this machine alone cannot show.
const LEFT_OUT: [(&str, &str); 10] = [
    ("bad_max_response_bytes_zero", "the provider has no such argument"),
    ("bad_range_open", "no arguments express a range without ends"),
    ("bad_security_token_empty", "an empty value counts as none"),
    ("bad_status_many", "a set holds a value once"),
    ("bad_term_twice", "Terraform takes an argument once"),
    ("connect_timeout", "loopback swallows no packet"),
    ("deadline_ends_backoff", "a timeout is in whole seconds"),
    ("dns_unknown_name", "it would ask a name service"),
    ("find_project_given", "the project is not looked up"),
    ("too_large", "the provider has no such argument"),
];

/// Errors that Terraform tells otherwise, and why.
const DIFFERING: [(&str, &str); 7] = [
    ("bad_access_key_empty", MISSING),
    ("bad_project_id_missing", "the provider says where a region may be written"),
    ("bad_range_empty", "the provider says which times were written"),
    ("bad_region_missing", "the provider says where a region may be written"),
    ("bad_token_empty", MISSING),
    ("bad_token_smuggles", "the provider checks a token as the value of any header"),
    ("token_echoed", "the provider masks the token before the component sees it, with other characters"),
];

const MISSING: &str = "an empty value counts as none, and the provider says what is missing";

#[test]
fn every_fixture_has_the_answer_of_every_host() {
    let folders = case::folders().unwrap();
    let cases = folders.iter().map(|folder| Case::read(folder).unwrap()).collect::<Vec<_>>();
    let listings = cases.iter().filter(|case| case.expected.get("listing").is_some());
    let mut failures = Vec::new();

    let asked = listings.filter(|case| not_applicable(case).is_none());
    let asked = asked.map(|case| (case.name.clone(), block(case))).collect::<BTreeMap<_, _>>();
    let listed = list(&asked);
    let told = errors(&cases);
    for case in &cases {
        let (found, expected) = match (listed.get(&case.name), told.get(&case.name)) {
            (Some(listing), _) => (listing.clone(), rows(&case.expected["listing"])),
            (None, Some(told)) => (json!(told), json!(wording(case))),
            (None, None) => (Value::Null, Value::Null),
        };
        let differing = DIFFERING.iter().find(|(name, _)| *name == case.name);
        let verdict = match (not_applicable(case), differing) {
            (Some(why), _) => Verdict::NotApplicable(why),
            (None, None) if found == expected => Verdict::Passed,
            (None, Some((_, why))) if found != expected => Verdict::Differs(why),
            _ => {
                failures.push(format!("{}: {found:#}\nis not\n{expected:#}", case.name));
                continue;
            }
        };
        report("terraform", &case.name, verdict).unwrap();
    }
    assert!(failures.is_empty(), "{} differ\n{}", failures.len(), failures.join("\n\n"));

    let told = told.iter().map(|(name, text)| format!("# {name}\n{text}\n"));
    assert_snapshot("errors.txt", &told.collect::<String>());
}

fn not_applicable(case: &Case) -> Option<&'static str> {
    if case.operation == Operation::FindProject {
        return Some("the provider looks a project up for a listing alone");
    }
    let left_out = LEFT_OUT.iter().find(|(name, _)| *name == case.name);
    left_out.map(|(_, why)| *why).or_else(|| not_served(case))
}

/// Lists by each of these blocks in one go, and returns what their data sources hold.
fn list(blocks: &BTreeMap<String, Block>) -> BTreeMap<String, Value> {
    let mut configuration = HEAD.to_owned();
    for (name, block) in blocks {
        let output = format!("output \"{name}\" {{ value = data.servicestage_pipelines.{name} }}\n");
        configuration.extend([block.text.as_str(), &output]);
    }
    let Value::Object(outputs) = Terraform::new(&configuration).apply() else { panic!("outputs have names") };
    let inputs = inputs();
    outputs
        .into_iter()
        .map(|(name, mut output)| {
            output.as_object_mut().unwrap().retain(|name, _| !inputs.contains(name.as_str()));
            (name, output)
        })
        .collect()
}

/// The attributes of the data source that a listing does not say.
fn inputs() -> BTreeSet<&'static str> {
    "id region project_id name name_contains statuses config_mode creator enterprise_project_id created_from created_to \
     updated_from updated_to last_trigger_from last_trigger_to order_by order limit"
        .split(' ')
        .collect()
}

/// A listing as the data source holds it.
fn rows(listing: &Value) -> Value {
    let tasks = listing["pipelines"].as_array().unwrap();
    let all = |name: &str| tasks.iter().map(|task| task[name].clone()).collect::<Value>();
    json!({
        "pipelines": tasks.iter().map(row).collect::<Value>(),
        "ids": all("id"),
        "names": all("name"),
        "total": listing["total"],
        "matched": listing["matched"],
        "truncated": listing["truncated"],
    })
}

fn row(task: &Value) -> Value {
    let mut row = task.clone();
    let fields = row.as_object_mut().unwrap();
    for (own, name) in
        [("create_time", "created_at"), ("update_time", "updated_at"), ("last_trigger_at", "last_trigger_at")]
    {
        let time = fields.remove(own).unwrap();
        fields.insert(name.to_owned(), json!(moment(&time)));
    }
    fields["config_mode"] = bare(&task["config_mode"]);
    let status = bare(&task["status"]);
    let code = status.as_i64().or_else(|| Some(Status::from_word(status.as_str()?)?.number()));
    fields["status"] = json!(status.as_str().map(str::to_owned).or_else(|| Some(status.as_i64()?.to_string())));
    fields.insert("status_code".to_owned(), json!(code));
    row
}

/// An error's message in Terraform's words: the names of its arguments, and what failed as a summary.
fn wording(case: &Case) -> String {
    let expected = expected_of(case, "http://SERVER");
    let error = &expected["error"];
    let message = error["message"].as_str().unwrap();
    let mut lines = message.lines().map(|line| {
        NAMES.iter().fold(line.to_owned(), |line, (own, name)| line.replace(&format!("`{own}`"), &format!("`{name}`")))
    });
    let what = lines.next().unwrap_or_default();
    let what = what.split_once(" failed: ").map_or(what.as_str(), |(_, what)| what).trim_end_matches('.').to_owned();
    if error["attempts"] == 0 && error["kind"].get("invalid_argument").is_some() {
        let reason = lines.next().unwrap_or_default().replace(" (nothing was sent)", "");
        return format!("{}{}\n  {reason}\n", what[..1].to_uppercase(), &what[1..]);
    }
    let operation = match error["operation"].as_str() {
        Some("find-project") => "The project could not be looked up",
        _ => "The release tasks could not be listed",
    };
    lines.fold(format!("{operation}: {what}\n"), |text, line| format!("{text}  {line}\n"))
}

/// The arguments by the names of the component and of the provider.
const NAMES: [(&str, &str); 16] = [
    ("project-id", "project_id"),
    ("iam-endpoint", "iam_endpoint"),
    ("call-timeout-ms", "timeout"),
    ("connect-timeout-ms", "timeout"),
    ("first-byte-timeout-ms", "timeout"),
    ("between-bytes-timeout-ms", "timeout"),
    ("max-attempts", "max_attempts"),
    ("credentials.access-key-id", "access_key"),
    ("credentials.secret-access-key", "secret_key"),
    ("credentials.token", "token"),
    ("name-contains", "name_contains"),
    ("status", "statuses"),
    ("created", "created_from"),
    ("last-run", "last_trigger_from"),
    ("order-by", "order_by"),
    ("enterprise-project-id", "enterprise_project_id"),
];

/// Terraform's message for each fixture that shows an error.
fn errors(cases: &[Case]) -> BTreeMap<String, String> {
    let (mut blocks, mut told) = (BTreeMap::new(), BTreeMap::new());
    for case in cases.iter().filter(|case| case.expected.get("error").is_some()) {
        match LEFT_OUT.iter().find(|(name, _)| *name == case.name) {
            Some((_, why)) => drop(told.insert(case.name.clone(), format!("Left out: {why}.\n"))),
            None => drop(blocks.insert(case.name.clone(), block(case))),
        }
    }
    // What Terraform finds first keeps it from finding the rest, so that is taken away and Terraform asked again.
    while !blocks.is_empty() {
        let found = plan(&blocks);
        assert!(!found.is_empty(), "nothing is reported for {:?}", blocks.keys());
        blocks.retain(|name, _| !found.contains_key(name));
        told.extend(found);
    }
    told
}

/// Terraform's message for each block, as far as it comes.
fn plan(blocks: &BTreeMap<String, Block>) -> BTreeMap<String, String> {
    let mut configuration = HEAD.to_owned();
    let mut starts = Vec::new();
    for (name, block) in blocks {
        starts.push((configuration.lines().count() + 1, name, block));
        configuration.push_str(&block.text);
    }
    let output = Terraform::new(&configuration).run(&["plan", "-json"]);
    let mut told = BTreeMap::<_, String>::new();
    for line in text(&output.stdout).lines() {
        let Ok(line) = serde_json::from_str::<Value>(line) else { continue };
        let diagnostic = &line["diagnostic"];
        let Some(at) = diagnostic["range"]["start"]["line"].as_u64() else { continue };
        let (_, name, block) = starts.iter().rev().find(|(start, ..)| *start as u64 <= at).unwrap();
        let text = |name: &str| diagnostic[name].as_str().unwrap_or_default().replace(&block.server, "http://SERVER");
        let told = told.entry((*name).clone()).or_default();
        let _ = writeln!(told, "{}", text("summary"));
        for line in text("detail").lines().filter(|line| !line.is_empty()) {
            let _ = writeln!(told, "  {line}");
        }
    }
    told
}
