//! `servicestage mcp` and hostile clients. What a friendly client sees, the tests of the Python package ask.

#[path = "support/session.rs"]
mod session;
mod support;

use serde_json::{Value, json};
use session::Session;
use support::{Server, command};

/// The longest message that the server reads, and the most requests that it has under way.
const LONGEST: usize = 64 * 1024;
const MOST: usize = 64;

#[test]
fn lines_that_are_not_messages_do_not_end_the_server() {
    let mut session = Session::initialized(command(&["mcp"]));
    session.write_line(b"");
    session.write_line(b"{");
    session.write_line(b"\xff\xfe not text");
    session.write_line("[".repeat(60_000).as_bytes());
    session.write_line("x".repeat(LONGEST * 40).as_bytes());
    session.write_line(br#"{"jsonrpc":"2.0","method":"notifications/nonsense","params":[1]}"#);
    session.write_line(br#"{"jsonrpc":"2.0","id":7,"result":{}}"#);
    session.request(8, "tools/nonsense", json!({}));
    session.call(9, "nonsense", json!({}));
    session.request(11, "tools/call", json!({ "name": "list_release_tasks", "arguments": [1] }));
    session.request(12, "tools/call", json!({ "arguments": {} }));
    session.request(10, "tools/list", json!({}));
    let answers: Vec<Value> = (0..5).map(|_| session.receive()).collect();
    let of = |id: u32| answers.iter().find(|answer| answer["id"] == id).unwrap();
    assert_eq!(of(8)["error"]["code"], -32601);
    assert_eq!(of(9)["error"]["code"], -32602);
    assert_eq!(of(11)["error"]["code"], -32602);
    assert_eq!(of(12)["error"]["code"], -32602);
    assert_eq!(of(10)["result"]["tools"].as_array().unwrap().len(), 3);
    assert_eq!(session.end(), (Some(0), String::new()));
}

#[test]
fn ten_thousand_calls_at_once_are_answered_or_refused() {
    let server = Server::answering_after(20, "HTTP/1.1 200 OK\ncontent-type: application/json\n\n[]");
    let mut session = Session::initialized(server.command(&["mcp"]));
    let calls = 10_000;
    for id in 1..=calls {
        session.call(id, "list_release_tasks", json!({}));
    }
    let (mut answered, mut refused) = (0, 0);
    for _ in 0..calls {
        let answer = session.receive();
        match answer["error"]["message"].as_str() {
            None => answered += u32::from(answer["result"]["isError"] == false),
            Some(message) => refused += u32::from(message.contains("requests are under way")),
        }
    }
    assert_eq!(answered + refused, calls);
    assert!(answered >= MOST as u32, "{answered}");
    session.call(calls + 1, "list_release_tasks", json!({}));
    assert_eq!(session.receive()["result"]["isError"], false);
    assert_eq!(session.end(), (Some(0), String::new()));
}

#[test]
fn an_id_that_is_under_way_is_not_used_twice() {
    let server = Server::answering_after(500, "HTTP/1.1 200 OK\ncontent-type: application/json\n\n[]");
    let mut session = Session::initialized(server.command(&["mcp"]));
    session.call(1, "list_release_tasks", json!({}));
    session.call(1, "list_release_tasks", json!({}));
    assert!(session.receive()["error"]["message"].as_str().unwrap().contains("this id"));
    assert_eq!(session.receive()["result"]["isError"], false);
}

#[test]
fn waits_that_are_cancelled_make_room() {
    let server = Server::listing(&json!([{ "id": "a", "name": "shop", "status": 4 }]));
    let mut session = Session::initialized(server.command(&["mcp"]));
    for round in 0..3 {
        for id in 1..=MOST as u32 {
            session.call(round * 1000 + id, "wait_for_release_task", json!({ "name": "shop" }));
        }
        for id in 1..=MOST as u32 {
            let cancelled = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled",
                "params": { "requestId": round * 1000 + id } });
            session.write_line(cancelled.to_string().as_bytes());
        }
    }
    session.call(5000, "list_release_tasks", json!({}));
    let answer = session.receive();
    assert_eq!((&answer["id"], &answer["result"]["isError"]), (&json!(5000), &json!(false)));
}

#[test]
fn a_client_that_leaves_in_the_middle_of_a_call_ends_the_server() {
    let server = Server::answering_after(100_000, "HTTP/1.1 200 OK\ncontent-type: application/json\n\n[]");
    let mut session = Session::initialized(server.command(&["mcp"]));
    session.call(1, "list_release_tasks", json!({}));
    session.call(2, "wait_for_release_task", json!({ "name": "shop" }));
    session.request(3, "ping", json!({}));
    assert_eq!(session.receive()["id"], 3);
    assert_eq!(session.end(), (Some(0), String::new()));
}

#[test]
fn a_flag_that_is_not_valid_ends_the_server_before_the_handshake() {
    for (flags, named) in [
        (["--ca-file", "/no/such/file.pem"], "`--ca-file`"),
        (["--allow-address", "everywhere"], "`--allow-address`"),
        (["--policy", "/no/such/policy.json"], "`--policy`"),
    ] {
        let (code, stderr) = Session::start(command(&["mcp", flags[0], flags[1]])).end();
        assert_eq!(code, Some(2), "{stderr}");
        assert!(stderr.contains(named), "{stderr}");
    }
}

#[test]
fn a_client_that_leaves_at_once_is_not_an_error() {
    assert_eq!(Session::start(command(&["mcp"])).end(), (Some(0), String::new()));
}

#[test]
fn a_message_before_the_handshake_is_ignored() {
    let mut session = Session::start(command(&["mcp"]));
    session.write_line(br#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
    session.write_line(br#"{"jsonrpc":"2.0","id":7,"result":{}}"#);
    session.request(1, "ping", json!({}));
    assert_eq!(session.receive()["id"], 1);
    session.call(2, "list_release_tasks", json!({}));
    let answer = session.receive();
    assert_eq!((&answer["id"], answer["error"].is_object()), (&json!(2), true));
}
