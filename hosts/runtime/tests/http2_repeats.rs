//! Servers of HTTP/2 that did not begin a request. The client repeats it a few times, and explains the failure if that
//! does not help.

mod frames;
mod support;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use component_runtime::http::{HttpError, Layer, Timeouts, Verdict, full};
use component_runtime::{Client, Network, Policy};
use frames::{
    CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, OK, OK_OF_TWO, Observed, RST_STREAM, Script, away, closing,
    fine, frame, once, serve,
};
use support::{Authority, get, on_each, text};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const REFUSED_STREAM: u32 = 7;
const ENHANCE_YOUR_CALM: u32 = 11;
const HTTP_1_1_REQUIRED: u32 = 13;

fn reset(code: u32) -> Script {
    once(&[frame(RST_STREAM, 0, &code.to_be_bytes())])
}

/// A client, its policy, and a server whose connections follow these scripts.
async fn against(protocols: &[&str], scripts: Vec<Script>) -> (Client<Network>, Policy, SocketAddr, Arc<Observed>) {
    let authority = Authority::of(&["127.0.0.1"]);
    let (address, seen) = serve(authority.server(protocols), scripts).await;
    let policy = Policy::default();
    (Client::new(authority.network()).under(&policy), policy, address, seen)
}

fn connections(seen: &Observed) -> usize {
    seen.connections.load(Ordering::SeqCst)
}

#[tokio::test]
async fn a_request_that_the_server_did_not_begin_is_repeated_on_a_new_connection() {
    type Make = fn() -> Script;
    let ways: [(&str, Make); 3] = [
        ("REFUSED_STREAM", || reset(REFUSED_STREAM)),
        ("NO_ERROR", || once(&[away(0, 0)])),
        ("ENHANCE_YOUR_CALM", || once(&[away(0, ENHANCE_YOUR_CALM)])),
    ];
    for (name, make) in ways {
        for times in 1..=2 {
            let scripts = (0..times).map(|_| make()).chain([fine()]).collect();
            let (client, policy, address, seen) = against(&["h2"], scripts).await;
            let url = format!("https://{address}/");
            assert_eq!(text(get(&client, &url).await.unwrap()).await, "ok", "{name}");
            assert_eq!(connections(&seen), times + 1, "{name}");
            assert_eq!(policy.explanation(), None);
        }
        let (client, policy, address, seen) = against(&["h2"], vec![make()]).await;
        let error = get(&client, &format!("https://{address}/")).await.unwrap_err();
        assert!(matches!(error, HttpError::ConnectionTerminated), "{name}: {error}");
        assert_eq!(connections(&seen), 3, "{name}");
        let why = policy.explanation().unwrap().reason().to_owned();
        assert!(why.contains(name) && why.ends_with("2 more attempts, each on a new connection, failed too."), "{why}");
    }
}

#[tokio::test]
async fn a_server_that_asks_for_http_1_1_gets_it() {
    let (client, policy, address, seen) = against(&["h2", "http/1.1"], vec![reset(HTTP_1_1_REQUIRED)]).await;
    let url = format!("https://{address}/");
    for _ in 0..2 {
        assert_eq!(text(get(&client, &url).await.unwrap()).await, "1.1");
    }
    assert!(policy.explanation().is_none() && connections(&seen) >= 2);

    let (client, policy, address, seen) = against(&["h2"], vec![reset(HTTP_1_1_REQUIRED)]).await;
    get(&client, &format!("https://{address}/")).await.unwrap_err();
    let why = policy.explanation().unwrap().reason().to_owned();
    assert!(why.starts_with("The server asks for HTTP/1.1 (HTTP_1_1_REQUIRED). "), "{why}");
    assert!(why.contains("does not support any HTTP version that the client offered"), "{why}");
    assert_eq!(connections(&seen), 2);
}

#[tokio::test]
async fn a_body_is_sent_again_as_a_whole() {
    let scripts = vec![reset(REFUSED_STREAM), once(&[away(0, 0)]), fine()];
    let (client, _, address, seen) = against(&["h2"], scripts).await;
    let body = "body".repeat(1000);
    let request = http::Request::post(format!("https://{address}/")).header("host", "test").body(full(body.clone()));
    let Verdict::Complete(answer) = client.decide(request.unwrap(), &Timeouts::default()).await else { panic!() };
    assert_eq!(text(answer.unwrap()).await, "ok");
    assert_eq!(*seen.bodies.lock().unwrap(), vec![body.into_bytes(); 3]);
}

#[tokio::test]
async fn a_request_that_may_have_been_begun_is_not_repeated_and_the_code_is_named() {
    let head = || frame(HEADERS, END_HEADERS, OK);
    for (name, script) in [
        ("INTERNAL_ERROR", reset(2)),
        ("CANCEL", reset(8)),
        ("ENHANCE_YOUR_CALM", reset(ENHANCE_YOUR_CALM)),
        ("INADEQUATE_SECURITY", reset(12)),
        ("0x63", reset(99)),
        ("ENHANCE_YOUR_CALM", closing(&[away(1, ENHANCE_YOUR_CALM)])),
        ("INTERNAL_ERROR", once(&[head(), frame(DATA, 0, b"o"), frame(RST_STREAM, 0, &2_u32.to_be_bytes())])),
    ] {
        let (client, policy, address, seen) = against(&["h2"], vec![script]).await;
        let result = match get(&client, &format!("https://{address}/")).await {
            Ok(response) => http_body_util::BodyExt::collect(response.into_body()).await.map(drop),
            Err(error) => Err(error),
        };
        let error = result.unwrap_err();
        assert!(matches!(error, HttpError::ConnectionTerminated), "{name}: {error}");
        assert_eq!(connections(&seen), 1, "{name}");
        let why = policy.explanation().map(|explanation| explanation.reason().to_owned());
        assert!(why.as_ref().is_some_and(|why| why.contains(name)), "{name}: {why:?}");
    }
}

#[tokio::test]
async fn an_answer_is_whole_though_the_server_goes_away_or_sends_hints_before_it() {
    let head = |block: &[u8]| frame(HEADERS, END_HEADERS, block);
    // `:status: 103`, as a literal.
    let hints = head(&[0x08, 3, b'1', b'0', b'3', 0x00, 4, b'l', b'i', b'n', b'k', 4, b'<', b'/', b'a', b'>']);
    for script in [
        once(&[head(OK_OF_TWO), frame(DATA, 0, b"o"), away(1, 0), frame(DATA, END_STREAM, b"k")]),
        once(&[hints.clone(), hints, head(OK_OF_TWO), frame(DATA, END_STREAM, b"ok")]),
    ] {
        let (client, policy, address, _) = against(&["h2"], vec![script]).await;
        assert_eq!(text(get(&client, &format!("https://{address}/")).await.unwrap()).await, "ok");
        assert_eq!(policy.explanation(), None);
    }
}

/// A literal field in HPACK, without the library's compression.
fn field(name: &str, value: &str) -> Vec<u8> {
    let length = |length: usize| {
        let (mut bytes, mut rest) = (vec![], length);
        if rest < 127 {
            return vec![u8::try_from(rest).unwrap()];
        }
        bytes.push(127);
        rest -= 127;
        while rest >= 128 {
            bytes.push(u8::try_from(rest % 128).unwrap() | 128);
            rest /= 128;
        }
        bytes.push(u8::try_from(rest).unwrap());
        bytes
    };
    [vec![0], length(name.len()), name.as_bytes().to_vec(), length(value.len()), value.as_bytes().to_vec()].concat()
}

#[tokio::test]
async fn headers_of_64_kib_are_read_in_one_field_or_in_many() {
    let large = [("x-large".to_owned(), "x".repeat(60 << 10))].to_vec();
    let many: Vec<_> = (0..900).map(|number| (format!("x-{number}"), "y".repeat(30))).collect();
    for fields in [large, many] {
        let block = [OK.to_vec(), fields.iter().flat_map(|(name, value)| field(name, value)).collect()].concat();
        let pieces: Vec<_> = block.chunks(16_384).collect();
        let kind = |at: usize| if at == 0 { HEADERS } else { CONTINUATION };
        let flags = |at: usize| if at + 1 == pieces.len() { END_HEADERS } else { 0 };
        let heads = pieces.iter().enumerate().map(|(at, piece)| frame(kind(at), flags(at), piece));
        let (client, _, address, _) =
            against(&["h2"], vec![once(&heads.chain([frame(DATA, END_STREAM, b"ok")]).collect::<Vec<_>>())]).await;
        let response = get(&client, &format!("https://{address}/")).await.unwrap();
        assert_eq!(response.headers().len(), fields.len());

        let lines: String = fields.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let answer = Arc::new(format!("HTTP/1.1 200 OK\r\n{lines}content-length: 2\r\n\r\nok"));
        let plain = on_each(move |mut stream| {
            let answer = Arc::clone(&answer);
            async move {
                let _ = stream.read(&mut [0; 1024]).await;
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        })
        .await;
        let response = get(&client, &format!("http://{plain}/")).await.unwrap();
        assert_eq!(response.headers().len(), fields.len() + 1);
        assert_eq!(text(response).await, "ok");
    }
}
