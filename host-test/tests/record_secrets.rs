//! Whatever a server knows of whoever asks, and wherever it puts it, nothing of it is in a recorded fixture.

#[path = "support/recording.rs"]
mod recording;
#[path = "../../hosts/servicestage/tests/support/mod.rs"]
mod server;

use recording::{Folder, KEY, PROJECT, TOKEN, record, replayed, said};
use server::{Server, header, json, token};

/// The values that a server knows of a caller: each holds a piece that is nowhere else.
const ACCOUNT: &str = "d0c1b2a3f4e5d6c7b8a9f0e1d2c3b4a5";
const USER_ID: &str = "7e6d5c4b3a29181706f5e4d3c2b1a0f9";
const TASK_ID: &str = "9f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a";
const NAMES: [&str; 5] = ["Hush Hushson", "hush-release-ü", "hush.account", "hush description", "ann-hush@example.org"];

/// The tokens that a user gets.
const ISSUED: [&str; 2] = ["hushIT/+Zx9Cv8Bn7Ml6Kj5Hg4==", "hushRT/+Pl2Ok9Ij8Uh7Yg6Tf5=="];

/// A text as JSON may write it, with every second character escaped.
fn escaped(text: &str) -> String {
    let escape = |(index, c): (usize, char)| match index % 2 {
        0 => c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
        _ => c.to_string(),
    };
    text.chars().enumerate().map(escape).collect()
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

/// An answer that holds these values in headers, a path, names and values of members, and sentences. They stand there
/// as they are, escaped, escaped twice, and in part.
fn planted(status: &str, request: &str, values: &[String], message: &str) -> String {
    let plain = values.join(" ");
    let all: Vec<String> = values
        .iter()
        .flat_map(|value| {
            [value.clone(), encoded(value), escaped(value), escaped(&encoded(value)), value.to_uppercase()]
        })
        .collect();
    let quoted = |text: &str| serde_json::to_string(text).unwrap();
    let fields: String = all.iter().map(|value| format!(",{}:{}", quoted(value), quoted(value))).collect();
    let written: String =
        values.iter().map(|value| format!(",\"{}\":\"{}\"", escaped(value), escaped(value))).collect();
    let [first, .., last] = values else { panic!("no values") };
    let header = |value: &str| value.replace(|c: char| !c.is_ascii_graphic(), "_");
    let headers: String = ["X-Request-Id", "X-IAM-Trace-Id", "Set-Cookie", "Via", "X-Auth-Token", "Retry-After"]
        .iter()
        .map(|name| format!("{name}: {} {}\r\n", header(first), header(last)))
        .chain([format!("Location: https://{}.example.net/{}?{}\r\n", header(first), header(last), encoded(&plain))])
        .collect();
    let said = quoted(&format!("{message}; {plain}, part {}, {}, {request}", &values[0][4..14], all.join(" ")));
    let body = format!(
        r#"{{"error_code":"APIGW.0301","error_msg":{said},"request_id":"{ACCOUNT}","pipelines":[{{"id":"{TASK_ID}","name":"{}",
        "creator":"{}","description":{said},"create_time":1735700001000,"status":2,"extend_info":{{"user":{{"id":"{USER_ID}",
        "domain":{{"name":"{}","id":"{ACCOUNT}"}}}}{fields}}}{written}}}]}}"#,
        NAMES[1], NAMES[0], NAMES[2],
    );
    json(status, &headers, &body)
}

#[test]
fn no_secret_and_nothing_of_anybody_is_in_the_folder_wherever_a_server_plants_it() {
    let user = [("HW_USER_NAME", "hush-user"), ("HW_USER_PASSWORD", "hushPW!Mn4Bv8Cx2"), ("HW_DOMAIN_NAME", NAMES[2])];
    for environment in [&KEY[..], &[TOKEN], &user[..]] {
        for (status, message) in
            [("200 OK", "fine"), ("400 Bad Request", "token expires"), ("401 Unauthorized", "token expires")]
        {
            let secrets: Vec<String> = environment.iter().map(|(_, value)| (*value).to_owned()).collect();
            let server = Server::start(move |before, request| {
                if request.starts_with("POST ") {
                    let issued = if before == 0 { ISSUED[0] } else { ISSUED[1] };
                    return token(issued, "2099-01-01T00:00:00.000000Z");
                }
                let sent = ["authorization", "x-auth-token"].iter().filter_map(|name| header(request, name));
                let signature = sent.filter_map(|value| Some(value.rsplit("Signature=").next()?.to_owned()));
                // The first of them has expired by the time the second is used.
                let issued = ISSUED.iter().filter(|_| before > 1).map(|token| (*token).to_owned());
                let names = NAMES.iter().map(|name| (*name).to_owned());
                let values: Vec<String> = secrets.iter().cloned().chain(signature).chain(issued).chain(names).collect();
                match request.contains("/v3/projects") {
                    true => {
                        let project = format!(r#"{{"id":"{PROJECT}","name":"cn-north-4","domain_id":"{ACCOUNT}"}}"#);
                        let other = format!(r#"{{"id":"{USER_ID}","name":"cn-north-4_hush","description":"hush"}}"#);
                        json("200 OK", "", &format!(r#"{{"projects":[{project},{other}],"links":{{"self":"hush"}}}}"#))
                    }
                    false => planted(status, request, &values, message),
                }
            });
            let folder = Folder::new();
            let output = record(&folder, &server.url, environment, &["--creator", NAMES[0]]);
            replayed(&folder, &output);
            let (text, report) = (folder.text(), said(&output));
            let lower = text.to_lowercase();
            let ids = [PROJECT, ACCOUNT, USER_ID, TASK_ID, server.url.trim_start_matches("http://"), "127.0.0.1"];
            let pieces = [
                "hush", "qw7zr2xk", "9true8id", "jy5gf6dd", "hf3yt8lp", "mn4bv8cx", "zx9cv8bn", "pl2ok9ij", "%68%75",
                "\\u0068",
            ];
            for piece in ids.iter().chain(&pieces) {
                assert!(!lower.contains(piece), "{piece} is in {text}");
            }
            for signature in server.requests().iter().filter_map(|sent| header(sent, "authorization")) {
                let signature = signature.rsplit('=').next().unwrap().to_owned();
                assert!(!signature.as_bytes().windows(8).any(|part| text.contains(std::str::from_utf8(part).unwrap())));
            }
            let replaced = report.split("number of places:").nth(1).unwrap().to_lowercase();
            assert!(!replaced.contains("hush") && replaced.contains("project id: "), "{report}");
            assert!(!folder.text().contains("/v3/auth/tokens"), "the tool's own requests are not recorded");
        }
    }
}
