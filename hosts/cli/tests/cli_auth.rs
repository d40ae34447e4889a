//! Credentials that stay in the tool: signatures and tokens as they arrive at a server, and what is shown of them.

mod support;

#[path = "../../servicestage/tests/support/mod.rs"]
mod recording;

use std::process::Command;

use recording::{Server, assert_signed, header, json, token, token_expired};
use serde_json::Value;
use support::{Folder, PROJECT, printed, run, said, tool};

const ID: &str = "EXAMPLEAK0123456789A";
const SECRET: &str = "hushSK-Qw7Zr2Xk9Lm4Vn8Tb3";
const SESSION: &str = "hushST/+Jy5Gf6Dd1Wq0Ps8Ua3==";

/// `servicestage pipelines list` of a project at this server.
fn listing(server: &Server) -> Command {
    let mut tool = tool();
    tool.args(["--endpoint", &server.url, "--iam-endpoint", &server.url, "--region", "cn-north-4"]);
    tool.env("HW_PROJECT_ID", PROJECT);
    tool
}

fn with_key(tool: &mut Command) -> &mut Command {
    tool.envs([("HW_ACCESS_KEY", ID), ("HW_SECRET_KEY", SECRET), ("HW_SECURITY_TOKEN", SESSION)])
}

fn with_password(tool: &mut Command) -> &mut Command {
    tool.envs([("HW_USER_NAME", "ann"), ("HW_USER_PASSWORD", "hush-Xq9!vT"), ("HW_DOMAIN_NAME", "account")])
}

/// `servicestage auth show` in an empty environment.
fn show() -> Command {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_servicestage"));
    tool.env_clear().args(["auth", "show"]);
    if let Some(root) = std::env::var_os("SYSTEMROOT") {
        tool.env("SYSTEMROOT", root);
    }
    tool
}

#[test]
fn the_tool_signs_what_arrives() {
    let server = Server::start(|_, request| match request.contains("/v3/projects") {
        true => json("200 OK", "", &format!(r#"{{"projects":[{{"id":"{PROJECT}","name":"cn-north-4"}}]}}"#)),
        false => json("200 OK", "", "[]"),
    });
    printed(with_key(listing(&server).env_remove("HW_PROJECT_ID")), &[]);
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    for request in &requests {
        assert_signed(request, ID, SECRET);
        assert_eq!(header(request, "x-security-token").as_deref(), Some(SESSION));
        assert!(!request.contains(SECRET), "the key itself is never sent");
    }
    assert_eq!(header(&requests[0], "x-project-id"), None);
    assert_eq!(header(&requests[1], "x-project-id").as_deref(), Some(PROJECT));
}

#[test]
fn every_attempt_has_a_signature_of_its_own() {
    let server = Server::start(|before, _| match before {
        0 => json("503 Service Unavailable", "Retry-After: 1\r\n", "{}"),
        _ => json("200 OK", "", "[]"),
    });
    printed(with_key(&mut listing(&server)), &[]);
    let requests = server.requests();
    requests.iter().for_each(|request| assert_signed(request, ID, SECRET));
    let dates: Vec<_> = requests.iter().map(|request| header(request, "x-sdk-date").unwrap()).collect();
    assert_eq!(dates.len(), 2);
    assert!(dates[0] < dates[1], "{dates:?}");
}

#[test]
fn a_token_is_obtained_with_a_password_and_renewed_once() {
    let server = Server::start(|before, request| match request.starts_with("POST ") {
        true => token(&format!("hush-token-{before}"), "2099-01-01T00:00:00.000000Z"),
        false if request.contains("hush-token-2") => json("200 OK", "", "[]"),
        false => token_expired(),
    });
    let end = run(with_password(&mut listing(&server)), &["-vv"]);
    let said = String::from_utf8(end.stderr).unwrap();
    assert_eq!(end.status.code(), Some(0), "{said}");
    assert_eq!((server.count("POST /v3/auth/tokens"), server.count("GET")), (2, 2));
    assert!(said.contains("credentials: HW_USER_NAME, HW_USER_PASSWORD, HW_DOMAIN_NAME"), "{said}");
    assert!(said.contains("request method=POST ") && !said.contains("hush"), "{said}");
}

#[test]
fn a_token_that_stays_expired_is_renewed_only_once() {
    let server = Server::start(|before, request| match request.starts_with("POST ") {
        true => token(&format!("hush-token-{before}"), "2099-01-01T00:00:00.000000Z"),
        false => token_expired(),
    });
    let text = said(with_password(&mut listing(&server)), &[], 3);
    assert_eq!((server.count("POST"), server.count("GET")), (2, 2));
    assert!(text.contains("APIGW.0301: Incorrect IAM authentication information: token expires"), "{text}");
}

#[test]
fn a_wrong_password_is_reported_by_iam_s_own_words() {
    let body = r#"{"error":{"code":401,"message":"The username or password is wrong.","title":"Unauthorized"}}"#;
    let server = Server::start(move |_, _| json("401 Unauthorized", "", body));
    let text = said(with_password(&mut listing(&server)), &[], 3);
    assert_eq!(server.requests().len(), 1);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "error: list-pipelines failed: the host could not obtain credentials.");
    assert!(lines[1].starts_with("401: The username or password is wrong. (POST http://127.0.0.1:"), "{text}");
    assert!(lines[2].contains("password") && lines.len() == 3, "{text}");
}

#[test]
fn nothing_secret_is_reported_where_a_server_repeats_the_whole_request() {
    let server = Server::start(|_, request| {
        if request.starts_with("POST ") {
            return token("hushPT/+Ke4Rv7Bn2Mz9Cx5==", "2099-01-01T00:00:00.000000Z");
        }
        let said = serde_json::to_string(request).unwrap();
        let token = header(request, "x-auth-token").or_else(|| header(request, "x-security-token")).unwrap();
        let headers = format!("X-Request-Id: {token}\r\n");
        json("400 Bad Request", &headers, &format!(r#"{{"error_code":"X","error_msg":{said}}}"#))
    });
    let kinds: [fn(&mut Command) -> &mut Command; 3] =
        [with_key, with_password, |tool| tool.env("HW_AUTH_TOKEN", "hushUT/+Hf3Yt8Lp6Oi1Gd4==")];
    for kind in kinds {
        for output in ["table", "json", "csv"] {
            let end = run(kind(&mut listing(&server)), &["-vv", "--output", output]);
            assert_eq!(end.status.code(), Some(1));
            let told = String::from_utf8([end.stdout, end.stderr].concat()).unwrap();
            assert!(!told.contains("hush"), "{told}");
            let request = server.requests().last().unwrap().clone();
            let authorization = header(&request, "authorization").unwrap_or_default();
            if let Some((_, signature)) = authorization.split_once("Signature=") {
                assert!(!told.contains(&signature[..16]), "{told}");
            }
        }
    }
}

#[test]
fn missing_credentials_name_every_source() {
    let home = Folder::new();
    let text = said(tool().env("HOME", &home.0), &["--region", "cn-north-4"], 2);
    for source in ["HW_ACCESS_KEY", "HW_AUTH_TOKEN", "HW_USER_PASSWORD", "HUAWEICLOUD_SDK_AK", "`--metadata`"] {
        assert!(text.contains(source), "{source}: {text}");
    }
    for file in [".huaweicloud/credentials\": there is no such file", ".hcloud/config.json\": there is no such file"] {
        assert!(text.contains(file), "{file}: {text}");
    }
    assert_eq!(text.lines().count(), 3, "{text}");
}

/// A home with a profile of the SDK and one of KooCLI.
fn home() -> Folder {
    let home = Folder::new();
    for folder in [".huaweicloud", ".hcloud"] {
        std::fs::create_dir_all(home.0.join(folder)).unwrap();
    }
    home.write(".huaweicloud/credentials", &format!("[basic]\nak = {ID}\nsk = {SECRET}\nproject_id = {PROJECT}\n"));
    let koocli = r#"{"current":"x","profiles":[{"name":"work","mode":"AKSK","accessKeyId":"WORKAK0123456789",
        "secretAccessKey":"hush-work","region":"cn-east-3"}]}"#;
    home.write(".hcloud/config.json", koocli);
    home
}

#[test]
fn profiles_are_used_and_bring_their_project() {
    let (home, server) = (home(), Server::start(|_, _| json("200 OK", "", "[]")));
    printed(listing(&server).env_remove("HW_PROJECT_ID").env("HOME", &home.0), &[]);
    assert_signed(&server.requests()[0], ID, SECRET);
    printed(listing(&server).env("HOME", &home.0), &["--profile", "work"]);
    assert_signed(&server.requests()[1], "WORKAK0123456789", "hush-work");
    let text = said(listing(&server).env("HOME", &home.0), &["--profile", "typo"], 2);
    assert!(text.contains("`--profile`: `--profile` names \"typo\""), "{text}");
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn metadata_is_asked_only_if_wanted() {
    let metadata = Server::start(|_, request| match request.starts_with("PUT ") {
        true => json("200 OK", "", "metadata-token"),
        false => {
            let credential = format!(r#"{{"access":"{ID}","secret":"{SECRET}","securitytoken":"{SESSION}"}}"#);
            json("200 OK", "", &format!(r#"{{"credential":{credential}}}"#))
        }
    });
    let server = Server::start(|_, _| json("200 OK", "", "[]"));
    printed(&mut listing(&server), &["--metadata", "--metadata-endpoint", &metadata.url]);
    assert_signed(&server.requests()[0], ID, SECRET);
    assert_eq!(metadata.requests().len(), 2);

    let shown = printed(&mut show(), &["--metadata", "--metadata-endpoint", &metadata.url]);
    assert!(shown.contains("temporary access key") && shown.contains("EXAM…"), "{shown}");
    assert!(!shown.contains("hush") && !shown.contains(ID), "{shown}");

    // Whoever has other credentials is not asked for those of the server.
    printed(listing(&server).env("HW_AUTH_TOKEN", "token"), &["--metadata", "--metadata-endpoint", &metadata.url]);
    assert_eq!(metadata.requests().len(), 4);
}

#[test]
fn auth_show_tells_where_each_value_came_from_and_masks_it() {
    let mut tool = show();
    with_key(&mut tool).env("HW_REGION_NAME", "cn-north-4");
    let expected = "\
region             cn-north-4            HW_REGION_NAME
project id         -                     not given, looked up by region
credentials        temporary access key  environment
access key id      EXAM…                 HW_ACCESS_KEY
secret access key  (hidden)              HW_SECRET_KEY
security token     (hidden)              HW_SECURITY_TOKEN
";
    assert_eq!(printed(&mut tool, &[]), expected);

    let home = home();
    let text = printed(show().env("HOME", &home.0), &["--output", "json", "--region", "cn-north-1"]);
    let shown: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(shown["region"], serde_json::json!({ "value": "cn-north-1", "source": "--region" }));
    assert_eq!(shown["project_id"]["value"], PROJECT);
    assert_eq!(shown["access_key_id"]["value"], "EXAM…");
    let source = shown["secret_access_key"]["source"].as_str().unwrap();
    assert!(source.starts_with("sk in profile basic of ") && source.ends_with("credentials"), "{source}");
    assert!(!text.contains("hush") && !text.contains(ID), "{text}");

    let text = printed(with_password(&mut show()), &[]);
    assert!(text.contains("password           (hidden)           HW_USER_PASSWORD"), "{text}");
    let text = printed(show().env("HOME", &home.0), &["--profile", "work"]);
    assert!(text.contains("cn-east-3") && text.contains("WORK…"), "{text}");
}

#[test]
fn auth_show_without_usable_credentials_shows_the_rest_and_fails() {
    let home = Folder::new();
    let folder = home.0.join(".config/servicestage");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), "region = \"cn-north-4\"\n").unwrap();
    let file = folder.join("config.toml").display().to_string();
    let shown = |output| run(show().env("HOME", &home.0).env("HW_PROJECT_ID", PROJECT), &["--output", output]);

    let table = shown("table");
    assert_eq!(table.status.code(), Some(2));
    let expected = format!(
        "\
region             cn-north-4                        {file}
project id         {PROJECT}  HW_PROJECT_ID
credentials        -                                 none can be used
configuration      {file}
"
    );
    assert_eq!(String::from_utf8(table.stdout).unwrap(), expected);
    let error = String::from_utf8(table.stderr).unwrap();
    assert!(error.contains("`credentials`: they are missing") && error.contains("HW_ACCESS_KEY"), "{error}");

    let json = shown("json");
    assert_eq!(json.status.code(), Some(2));
    let object: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(object["region"], serde_json::json!({ "value": "cn-north-4", "source": file }));
    assert_eq!(object["credentials"], serde_json::json!({ "value": null, "source": "none can be used" }));
    assert_eq!(object["configuration"], file);
    let error: Value = serde_json::from_slice(&json.stderr).unwrap();
    assert_eq!(error["operation"], "auth-show");

    let half = run(show().env("HW_ACCESS_KEY", "HUSH"), &["--output", "json"]);
    assert_eq!(half.status.code(), Some(2));
    let error: Value = serde_json::from_slice(&half.stderr).unwrap();
    assert_eq!(error["kind"]["invalid_argument"]["argument"], "credentials.secret-access-key");
    let text = String::from_utf8([half.stdout, half.stderr].concat()).unwrap();
    assert!(text.contains("none can be used") && !text.contains("HUSH"), "{text}");
}
