//! HTTP/2 servers that break the protocol: each gets its error, in time, and the next request is fine.

mod frames;
mod support;

use std::net::SocketAddr;
use std::time::Duration;

use component_runtime::Client;
use component_runtime::http::{HttpError, Timeouts};
use frames::{
    CONTINUATION, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, OK, OK_OF_TWO, PING, PUSH_PROMISE, RST_STREAM,
    SETTINGS, Script, forever, frame, once, start,
};
use http_body_util::BodyExt;
use support::{Authority, Server, get_with};

const BROKEN: &str = "HttpProtocolError";
const SILENT: &str = "HttpResponseTimeout";
const TERMINATED: &str = "ConnectionTerminated";

/// The error of the response, or of its body.
async fn ask(client: &Client<component_runtime::Network>, address: SocketAddr) -> Result<String, HttpError> {
    let soon = Some(Duration::from_secs(2));
    let timeouts = Timeouts { connect_timeout: None, first_byte_timeout: soon, between_bytes_timeout: soon };
    let response = get_with(client, &format!("https://{address}/"), timeouts).await?;
    let body = response.into_body().collect().await?.to_bytes();
    Ok(String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test]
async fn each_breach_has_its_error_and_the_next_request_is_fine() {
    let authority = Authority::of(&["127.0.0.1"]);
    let client = Client::new(authority.network());
    let fine = Server::start(Some(authority.server(&["h2"]))).await;
    let head = |block: &[u8]| frame(HEADERS, END_HEADERS, block);
    let header = [&[0x00, 1, b'x', 0x7f, 0x81, 0x7e][..], &[b'y'; 16_384 - 128]].concat();
    let cases: Vec<(&str, &str, Script)> = vec![
        ("resets the stream", TERMINATED, once(&[frame(RST_STREAM, 0, &[0, 0, 0, 2])])),
        (
            "resets the stream within the body",
            TERMINATED,
            once(&[head(OK), frame(DATA, 0, b"o"), frame(RST_STREAM, 0, &[0, 0, 0, 2])]),
        ),
        ("goes away", TERMINATED, once(&[frame(GOAWAY, 0, &[0; 8])])),
        ("garbage", BROKEN, once(&[b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()])),
        (
            "a frame that is too large",
            BROKEN,
            once(&[[&[0xff, 0xff, 0xff, DATA, 0, 0, 0, 0, 1][..], &[0; 64]].concat()]),
        ),
        ("more than announced", BROKEN, once(&[head(OK_OF_TWO), frame(DATA, END_STREAM, b"okay")])),
        ("less than announced", BROKEN, once(&[head(OK_OF_TWO), frame(DATA, END_STREAM, b"o")])),
        ("data before its headers", BROKEN, once(&[frame(DATA, END_STREAM, b"ok")])),
        ("a push", BROKEN, once(&[frame(PUSH_PROMISE, END_HEADERS, &[0, 0, 0, 2, 0x88])])),
        ("a status that is not a number", BROKEN, once(&[head(&[0x08, 3, b'a', b'b', b'c'])])),
        ("headers without a status", BROKEN, once(&[head(&[0x0f, 0x0d, 1, b'2'])])),
        ("headers that do not unpack", BROKEN, once(&[head(&[0xff; 32])])),
        ("pings forever", SILENT, forever(Vec::new(), frame(PING, 0, &[7; 8]))),
        ("settings forever", SILENT, forever(Vec::new(), frame(SETTINGS, 0, &[]))),
        ("headers forever", TERMINATED, forever(frame(HEADERS, 0, OK), frame(CONTINUATION, 0, &header))),
        ("empty headers forever", TERMINATED, forever(frame(HEADERS, 0, OK), frame(CONTINUATION, 0, &[]))),
        ("empty data forever", TERMINATED, forever(head(OK), frame(DATA, 0, &[]))),
        ("more than the window", BROKEN, forever(head(OK), frame(DATA, 0, &[0; 16_384]))),
    ];
    for (what, expected, script) in cases {
        let address = start(authority.server(&["h2"]), script).await;
        let result = tokio::time::timeout(Duration::from_secs(20), ask(&client, address)).await;
        let error = result.expect(what).expect_err(what);
        assert_eq!(format!("{error:?}"), expected, "{what}");
        assert_eq!(ask(&client, fine.address).await.unwrap(), "HTTP/2.0 1", "{what}");
    }
}
