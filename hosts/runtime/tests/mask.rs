//! The mask holds back every secret that a real server repeats, wherever it occurs in the answer.

mod support;

use std::convert::Infallible;

use bytes::Bytes;
use component_runtime::http::{HttpError, Response};
use component_runtime::{Client, masked};
use futures_util::stream;
use http::{HeaderMap, HeaderValue};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use support::{Authority, get, on_each};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const SECRET: &str = "Hush-Token-1";

/// Status line, an informational response, names and values of headers, chunks with extensions, and trailers.
const REPEATING: &str = "HTTP/1.1 103 Hush-Token-1\r\nlink: <Hush-Token-1>\r\n\r\n\
    HTTP/1.1 200 Hush-Token-1\r\nx-Hush-Token-1: name\r\nx-echo: <Hush-Token-1>\r\nx-kept: yes\r\n\
    trailer: x-end, Hush-Token-1\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n\
    8;Hush-Token-1\r\n<Hush-To\r\n7\r\nken-1>.\r\n0\r\nx-end: Hush-Token-1\r\nHush-Token-1: end\r\n\r\n";

/// Everything of a response that a component could read.
async fn seen(response: Response) -> Result<String, HttpError> {
    let (head, mut body) = response.into_parts();
    let mut seen = format!("{:?} {:?}\n", head.status, head.headers);
    while let Some(frame) = body.frame().await {
        match frame?.into_data() {
            Ok(data) => seen.push_str(str::from_utf8(&data).unwrap()),
            Err(trailers) => panic!("trailers: {:?}", trailers.into_trailers()),
        }
    }
    Ok(seen)
}

fn assert_masked(seen: &str) {
    assert!(!seen.to_ascii_lowercase().contains("hush-token-1"), "{seen}");
    assert!(seen.contains("x-kept"), "{seen}");
    assert!(seen.ends_with("<************>."), "{seen}");
}

#[tokio::test]
async fn a_secret_does_not_come_through_http_1_1() {
    let address = on_each(async |mut stream| {
        let _ = stream.read(&mut [0; 1024]).await;
        let _ = stream.write_all(REPEATING.as_bytes()).await;
    })
    .await;
    let client = Client::new(component_runtime::Network::new().unwrap());
    let response = get(&client, &format!("http://{address}/")).await.unwrap();
    assert_masked(&seen(masked(response, [SECRET].into_iter())).await.unwrap());
}

#[tokio::test]
async fn a_secret_does_not_come_through_http_2() {
    let authority = Authority::of(&["127.0.0.1"]);
    let acceptor = authority.server(&["h2"]);
    let address = on_each(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let stream = acceptor.accept(stream).await.unwrap();
            let service = service_fn(async |_| {
                let trailers = HeaderMap::from_iter([("x-end".parse().unwrap(), HeaderValue::from_static(SECRET))]);
                let data = ["<Hush-To", "ken-1>."].map(|piece| Frame::data(Bytes::from(piece)));
                let frames = data.into_iter().chain([Frame::trailers(trailers)]).map(Ok::<_, Infallible>);
                let response = http::Response::builder().header("x-kept", "yes").header("x-echo", SECRET);
                let response = response.header("x-hush-token-1", "name");
                Ok::<_, Infallible>(response.body(StreamBody::new(stream::iter(frames))).unwrap())
            });
            let _ = auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
        }
    })
    .await;
    let client = Client::new(authority.network());
    let response = get(&client, &format!("https://{address}/")).await.unwrap();
    assert_masked(&seen(masked(response, [SECRET].into_iter())).await.unwrap());
}
