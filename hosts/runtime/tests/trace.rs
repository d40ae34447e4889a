//! The contents of the spans of calls and requests.
#![cfg(feature = "compile")]

mod requesting;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use component_runtime::http::{Decision, HttpError, Request, Timeouts, Verdict, full};
use component_runtime::{Declaration, Grant, Layer, Limits, Plugin, Policy, Runtime, Traced};
use requesting::{FixedResponse, INTERNAL_ERROR, REQUEST_DENIED, RESPONSE_BODY_TOO_LARGE, ask, ask_through, component};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing_subscriber::layer::{Context, Layer as Subscribing, SubscriberExt};
use tracing_subscriber::registry::Registry;

const ID: &str = "7b1a3c5d9e2f4a6b8c0d1e2f3a4b5c6d";

/// The fields of a span, its name and that of the span around it among them.
type SpanFields = BTreeMap<&'static str, String>;

/// Keeps the fields of spans when they close.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<SpanFields>>>);

struct Fields(SpanFields);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}

impl Subscribing<Registry> for Collector {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, Registry>) {
        let span = context.span(id).unwrap();
        let within = span.parent().map_or("nothing", |parent| parent.name());
        let mut fields = Fields(BTreeMap::from([("span", span.name().to_owned()), ("within", within.to_owned())]));
        attributes.record(&mut fields);
        span.extensions_mut().insert(fields);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, Registry>) {
        values.record(context.span(id).unwrap().extensions_mut().get_mut::<Fields>().unwrap());
    }

    fn on_close(&self, id: Id, context: Context<'_, Registry>) {
        let told = context.span(&id).unwrap().extensions().get::<Fields>().unwrap().0.clone();
        self.0.lock().unwrap().push(told);
    }
}

/// Runs on one thread and returns the spans that closed, each with its milliseconds checked and taken out.
fn spans(run: impl Future<Output = ()>) -> Vec<SpanFields> {
    let collector = Collector::default();
    let collecting = tracing_subscriber::registry().with(collector.clone());
    tracing::subscriber::with_default(collecting, || {
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        tokio.block_on(run);
        // What still runs is dropped with it.
        drop(tokio);
    });
    let mut spans = std::mem::take(&mut *collector.0.lock().unwrap());
    for span in spans.iter_mut().filter(|span| ["call", "request"].contains(&span["span"].as_str())) {
        span.remove("milliseconds").unwrap().parse::<u64>().unwrap();
    }
    spans.retain(|span| ["call", "request"].contains(&span["span"].as_str()));
    spans
}

fn load(limits: Limits) -> Plugin {
    Runtime::new(limits).unwrap().compile(&component()).unwrap().named("requesting")
}

fn told<const N: usize>(fields: [(&'static str, &str); N]) -> SpanFields {
    fields.into_iter().map(|(name, value)| (name, value.to_owned())).collect()
}

/// The part of a request's span that is the same in all tests. It has no value of the query.
fn request<const N: usize>(fields: [(&'static str, &str); N]) -> SpanFields {
    let mut all = told([
        ("span", "request"),
        ("within", "call"),
        ("method", "GET"),
        ("scheme", "https"),
        ("host", "example.test:8443"),
        ("path", "/v1/tasks"),
        ("query", "name&sig"),
    ]);
    all.extend(told(fields));
    all
}

fn call(outcome: &str) -> SpanFields {
    told([
        ("span", "call"),
        ("within", "nothing"),
        ("component", "requesting"),
        ("operation", "run"),
        ("outcome", outcome),
    ])
}

fn policy(origin: &str) -> Arc<dyn Layer> {
    let needs =
        r#"{"version":1,"requests":[{"role":"service","method":"GET","path":"/v1/tasks","query":["name","sig"]}]}"#;
    let mut grant = Grant::default();
    grant.allow_origin("service", origin).unwrap();
    Arc::new(Policy::new(Declaration::from_json(needs).unwrap(), grant))
}

#[test]
fn a_call_and_its_requests_are_reported() {
    let last = Arc::new(FixedResponse {
        headers: vec![("x-request-id", ID.to_owned()), ("x-other", "hush".to_owned())],
        body_bytes: 70_000,
        ..FixedResponse::default()
    });
    let spans = spans(async {
        let layers: Vec<Arc<dyn Layer>> = vec![policy("https://example.test:8443"), last.clone()];
        assert_eq!(ask_through(&load(Limits::default()), layers, 2, 4).await.unwrap(), 70_000);
    });
    let done = [("verdict", "allowed as service"), ("status", "200"), ("bytes", "70000"), ("request_id", ID)];
    let of = |attempt| {
        let mut request = request(done);
        request.insert("attempt", attempt);
        request
    };
    assert_eq!(spans, [of("1".to_owned()), of("2".to_owned()), call("returned")]);
    assert!(!format!("{spans:?}").contains("hush"));
}

#[test]
fn a_denial_and_its_reason_are_reported() {
    let last = FixedResponse::with_body(0);
    let layer: Arc<dyn Layer> = last.clone();
    let spans = spans(async {
        let layers = vec![policy("https://example.test"), layer.clone()];
        assert_eq!(ask_through(&load(Limits::default()), layers, 1, 0).await.unwrap(), REQUEST_DENIED);
        let limited = load(Limits { requests: 0, ..Limits::default() });
        // However many there are, one is logged.
        assert_eq!(ask(&limited, &layer, 1000, 0).await.unwrap(), INTERNAL_ERROR);
    });
    let verdicts: Vec<_> = spans.iter().filter_map(|span| span.get("verdict")).collect();
    assert_eq!(verdicts.len(), 2, "{spans:?}");
    assert!(verdicts[0].starts_with("denied: the component needs it as service"), "{verdicts:?}");
    assert_eq!(verdicts[1], "denied: the limit of this host is 0 requests a call");
    assert_eq!(last.count(), 0);
}

#[test]
fn a_text_that_is_not_a_request_id_is_not_logged() {
    let ids = ["hush", "4105b37a hush", "hush/+==", &"a".repeat(37), "MIIhush", "\u{202e}a"];
    for id in ids {
        let spans = spans(async {
            let last: Arc<dyn Layer> = FixedResponse::with_header("x-request-id", id);
            assert_eq!(ask(&load(Limits::default()), &last, 1, 0).await.unwrap(), 0);
        });
        assert_eq!(spans[0], request([("attempt", "1"), ("status", "200"), ("bytes", "0")]), "{id}");
    }
}

#[test]
fn a_body_that_breaks_off_is_reported_as_far_as_it_came() {
    let spans = spans(async {
        let plugin = load(Limits { response_bytes: 10, ..Limits::default() });
        let last: Arc<dyn Layer> = FixedResponse::with_body(11);
        assert_eq!(ask(&plugin, &last, 1, 0).await.unwrap(), RESPONSE_BODY_TOO_LARGE);
    });
    let error = HttpError::HttpResponseBodySize(Some(10)).to_string();
    let expected = request([("attempt", "1"), ("status", "200"), ("bytes", "0"), ("error", &error)]);
    assert_eq!(spans, [expected, call("returned")]);
}

/// Never answers.
struct Silent;

impl Layer for Silent {
    fn decide<'a>(&'a self, _: Request, _: &'a Timeouts) -> Decision<'a> {
        Box::pin(std::future::pending())
    }
}

#[test]
fn how_a_call_ended_is_reported() {
    let silent: Arc<dyn Layer> = Arc::new(Silent);
    let spans = spans(async {
        let plugin = load(Limits { header_bytes: 100, deadline: Duration::from_millis(200), ..Limits::default() });
        ask(&plugin, &silent, 1, 0).await.unwrap_err();
        ask(&plugin, &silent, 1, 200).await.unwrap_err();
        tokio::select! {
            biased;
            _ = ask(&plugin, &silent, 1, 0) => panic!("nobody answers"),
            () = tokio::task::yield_now() => {}
        }
    });
    let calls: Vec<_> = spans.iter().filter(|span| span["span"] == "call").cloned().collect();
    assert_eq!(calls, [call("overdue"), call("trapped"), call("cancelled")]);
    assert!(spans.contains(&request([("attempt", "1")])), "{spans:?}");
}

/// Asks for a token first.
struct Asking(Traced<FixedResponse>);

impl Layer for Asking {
    fn decide<'a>(&'a self, request: Request, timeouts: &'a Timeouts) -> Decision<'a> {
        Box::pin(async move {
            let body = full("");
            let own = http::Request::post("https://user:hush@iam.test/v3/tokens?nocatalog=hush").body(body).unwrap();
            match self.0.decide(own, timeouts).await {
                Verdict::Complete(response) => drop(response.unwrap()),
                Verdict::Continue(_) => panic!("it answers"),
            }
            Verdict::Continue(request)
        })
    }
}

#[test]
fn requests_of_the_host_itself_are_reported_where_they_are_traced() {
    let spans = spans(async {
        let own = FixedResponse { headers: vec![("x-subject-token", "hush".to_owned())], ..FixedResponse::default() };
        let layers: Vec<Arc<dyn Layer>> = vec![Arc::new(Asking(Traced::new(own))), FixedResponse::with_body(0)];
        assert_eq!(ask_through(&load(Limits::default()), layers, 1, 0).await.unwrap(), 0);
    });
    let expected = told([
        ("span", "request"),
        ("within", "request"),
        ("method", "POST"),
        ("scheme", "https"),
        ("host", "iam.test"),
        ("path", "/v3/tokens"),
        ("query", "nocatalog"),
        ("status", "200"),
        ("bytes", "0"),
    ]);
    assert_eq!(spans[0], expected);
}
