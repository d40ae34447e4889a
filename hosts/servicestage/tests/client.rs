//! Whole calls of the client: what it sends by default, what it refuses, and what it never shows.
#![cfg(feature = "embed")]

#[path = "support/client.rs"]
mod client;
mod support;

use std::path::PathBuf;
use std::time::Duration;

use client::{answered, builder, listing};
use servicestage::error::InvalidArgument;
use servicestage::{BlockingClient, Client, Environment, Error, ErrorKind, Query, Status};
use support::{PROJECT, Server, json};

fn invalid(error: &Error) -> &InvalidArgument {
    let ErrorKind::InvalidArgument(invalid) = &error.kind else { panic!("{error:?}") };
    invalid
}

fn projects(_: usize, url: &str) -> client::Answer {
    match url.contains("/v3/projects") {
        true => (200, &[], format!(r#"{{"projects":[{{"id":"{PROJECT}","name":"cn-north-4"}}]}}"#)),
        false => listing(&[("1", "a", 3, 0)]),
    }
}

fn without_project() -> servicestage::builder::Builder {
    Client::builder().environment(Environment::of(|_| None, None)).region("cn-north-4").token("hush-token")
}

#[test]
fn a_client_is_shared_among_threads() {
    fn shared<T: Clone + Send + Sync + 'static>() {}
    shared::<Client>();
    shared::<BlockingClient>();
}

#[tokio::test]
async fn a_listing_goes_to_the_region_and_is_signed() {
    let (client, sent) = answered(builder(), |_, _| listing(&[("1", "a", 3, 0), ("2", "b", 2, 0)]));
    let listed = client.list_pipelines(Query::new().status([Status::Failed])).await.unwrap();
    assert_eq!((listed.total, listed.matched, listed.pipelines[0].id.as_str()), (2, 1, "1"));
    let url = format!("GET https://servicestage.cn-north-4.myhuaweicloud.com/v3/{PROJECT}/pipeline/pipelines");
    assert_eq!(sent.urls(), [url]);
    let header = sent.headers()[0]["authorization"].to_str().unwrap().to_owned();
    assert!(header.starts_with("SDK-HMAC-SHA256 Access=EXAMPLEAK0123456789A, "), "{header}");
    let text = client.list_pipelines_json(Query::new().limit(1)).await.unwrap();
    assert!(text.contains(r#""truncated":true"#), "{text}");
}

#[tokio::test]
async fn the_project_is_looked_up_once_for_all_clones() {
    let (client, sent) = answered(without_project(), projects);
    for client in [client.clone(), client.clone()] {
        client.list_pipelines(Query::new()).await.unwrap();
    }
    assert_eq!(client.find_project().await.unwrap(), PROJECT);
    assert_eq!(sent.urls().iter().filter(|url| url.contains("/v3/projects")).count(), 1, "{:?}", sent.urls());
}

#[tokio::test]
async fn a_query_that_is_not_valid_sends_nothing_and_names_the_method() {
    let (client, sent) = answered(without_project(), projects);
    let now = std::time::SystemTime::now();
    for (query, argument) in [
        (Query::new().created_from(now).created_to(now), "created_from"),
        (Query::new().limit(0), "limit"),
        (Query::new().enterprise_project_id(""), "enterprise_project_id"),
        (Query::new().name("a").name("b"), "name"),
    ] {
        let error = client.list_pipelines(query).await.unwrap_err();
        assert_eq!(invalid(&error).argument, argument, "{error}");
        assert!(error.message.contains(&format!("`{argument}`")), "{error}");
    }
    assert!(sent.urls().is_empty(), "{:?}", sent.urls());
}

#[tokio::test]
async fn an_argument_that_is_not_valid_is_named_as_it_was_typed() {
    let (client, sent) = answered(without_project().project_id("nonsense").timeout(Duration::from_secs(9)), projects);
    let error = client.list_pipelines(Query::new()).await.unwrap_err();
    assert_eq!((invalid(&error).argument.as_str(), error.operation.as_str()), ("project_id", "list-pipelines"));
    assert!(!error.message.contains("project-id") && sent.urls().is_empty(), "{error}");
    let build = |builder: servicestage::builder::Builder| builder.build().unwrap_err();
    for (error, argument) in [
        (build(without_project().allow_address("everywhere")), "allow_address"),
        (build(without_project().ca_file("/no/such/file")), "ca_file"),
        (build(without_project().client_certificate("/no/such/file", "/none")), "client_certificate"),
        (build(without_project().timeout(Duration::from_secs(1 << 40))), "timeout"),
        (build(without_project().access_key("A K", "hush")), "credentials.access_key_id"),
        (build(without_project().component_file("/no/such/file")), "component"),
        (build(Client::builder().environment(Environment::of(|_| None, None))), "credentials"),
        (build(Client::builder().environment(Environment::of(|_| None, None)).profile("typo")), "profile"),
    ] {
        assert_eq!((invalid(&error).argument.as_str(), error.operation.as_str()), (argument, "build"), "{error}");
    }
}

#[tokio::test]
async fn a_timeout_is_reported_by_the_name_of_its_method() {
    tokio::time::pause();
    let (client, _) = answered(builder().timeout(Duration::from_secs(5)), |_, _| (503, &[], String::new()));
    let error = client.list_pipelines(Query::new()).await.unwrap_err();
    assert!(error.message.contains("`timeout`") && !error.message.contains("-ms"), "{error}");
}

#[tokio::test]
async fn a_denial_says_which_call_allows_the_request() {
    let (client, sent) = answered(builder().endpoint("https://10.255.255.1"), |_, _| listing(&[]));
    let error = client.list_pipelines(Query::new()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Denied);
    assert!(error.message.contains(r#"call `allow_address("10.255.255.1/32")` of the builder"#), "{error}");
    assert!(sent.urls().is_empty());
    let allowed = builder().endpoint("https://10.255.255.1").allow_address("10.255.255.1/32");
    answered(allowed, |_, _| listing(&[])).0.list_pipelines(Query::new()).await.unwrap();
}

#[test]
fn no_debug_text_and_no_report_shows_a_secret() {
    let builder = without_project().endpoint("https://api.example.com");
    let client = builder.clone().build().unwrap();
    let shown = format!("{client:?}");
    assert!(shown.contains("cn-north-4") && shown.contains("api.example.com"), "{shown}");
    let report = client.credentials_report();
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["region"], serde_json::json!({ "value": "cn-north-4", "source": "argument region" }));
    assert_eq!(json["token"]["value"], "(hidden)");
    for text in
        [shown, report.to_string(), json.to_string(), format!("{builder:?}"), format!("{:?}", client.settings())]
    {
        assert!(!text.contains("hush"), "{text}");
    }
}

#[test]
fn settings_come_from_the_environment_that_is_given() {
    let variables = |name: &str| match name {
        "HW_REGION_NAME" => Some("eu-west-101".to_owned()),
        "HW_AUTH_TOKEN" => Some("hush-token".to_owned()),
        _ => None,
    };
    let environment = Environment::of(variables, Some(PathBuf::from("/no/such/home")));
    let client = Client::builder().environment(environment).build().unwrap();
    assert_eq!(client.connection().region.as_deref(), Some("eu-west-101"));
    let report = client.credentials_report();
    assert_eq!(report.rows()[0].source, "HW_REGION_NAME");
    assert_eq!(report.rows()[3].source, "HW_AUTH_TOKEN");
}

#[test]
fn a_blocking_client_lists_from_several_threads_and_refuses_to_block_async_code() {
    let server = Server::start(|_, _| json("200 OK", "", "[]"));
    let client = BlockingClient::new(builder().endpoint(server.url.as_str())).unwrap();
    let threads = (0..4).map(|_| {
        let client = client.clone();
        std::thread::spawn(move || client.list_pipelines(Query::new()).unwrap().total)
    });
    assert_eq!(threads.collect::<Vec<_>>().into_iter().map(|thread| thread.join().unwrap()).sum::<u32>(), 0);
    assert_eq!(server.requests().len(), 4);

    let tokio = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let error = tokio.block_on(async { client.list_pipelines(Query::new()).unwrap_err() });
    assert!(error.message.contains("within async code"), "{error}");
    // A client may end there too.
    tokio.block_on(async move { drop(client) });
}

#[tokio::test]
async fn a_recorder_sees_what_is_sent_after_it_was_authenticated() {
    let (client, sent) = answered(builder(), |_, _| listing(&[]));
    let seen = std::sync::Arc::new(std::sync::Mutex::new(0));
    let count = seen.clone();
    let recording = client.recording(move |last| {
        *count.lock().unwrap() += 1;
        last
    });
    recording.list_pipelines(Query::new()).await.unwrap();
    client.list_pipelines(Query::new()).await.unwrap();
    assert_eq!((*seen.lock().unwrap(), sent.urls().len()), (1, 2));
}
