//! `servicestage auth login` and `auth token`: with people on a pseudo-terminal, and with programs.
#![cfg(unix)]

mod support;
#[path = "support/terminal.rs"]
mod terminal;

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use support::{Folder, PROJECT, Server, TOKEN, command, run};
use terminal::Terminal;

const SECRET: &str = "hush-hush-secret-access-key";

/// `auth login` with its file in this folder.
fn login(folder: &Folder) -> Command {
    let mut tool = command(&["auth", "login"]);
    tool.env("HUAWEICLOUD_SDK_CREDENTIALS_FILE", folder.0.join("credentials"));
    tool
}

/// Runs the tool with this text on stdin. Returns the exit code, and what it says.
fn with_input(mut tool: Command, input: &str) -> (Option<i32>, String) {
    let tool = tool.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = tool.spawn().unwrap();
    // A tool that refuses its arguments reads nothing.
    let _ = process.stdin.take().unwrap().write_all(input.as_bytes());
    let output = process.wait_with_output().unwrap();
    assert_eq!(output.stdout, b"");
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_person_is_asked_and_does_not_see_the_secret() {
    let folder = Folder::new();
    let mut tool = login(&folder);
    tool.arg("--no-check");
    let mut terminal = Terminal::start(tool, 100, 24);
    terminal.expect("Access key id: ");
    terminal.press("EXAMPLEAK\n");
    terminal.expect("Secret access key");
    terminal.expect_no_echo();
    terminal.press(&format!("{SECRET}\n"));
    terminal.expect("Region");
    terminal.press("cn-north-4\n");
    terminal.expect("The profile \"basic\" is in ");
    let (code, printed) = terminal.end();
    assert_eq!(code, Some(0));
    assert!(!printed.contains("hush"), "{printed}");
    let file = folder.0.join("credentials");
    let expected = format!("[basic]\nak = EXAMPLEAK\nsk = {SECRET}\nregion = cn-north-4\n");
    assert_eq!(fs::read_to_string(&file).unwrap(), expected);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
}

/// `auth login` with some of its streams redirected by a shell.
fn redirected(folder: &Folder, redirections: &str) -> Command {
    let mut shell = Command::new("/bin/sh");
    let tool = env!("CARGO_BIN_EXE_servicestage");
    shell.args(["-c", &format!("exec '{tool}' auth login --no-check --region cn-north-4 {redirections}")]);
    shell.env_clear().env("HUAWEICLOUD_SDK_CREDENTIALS_FILE", folder.0.join("credentials")).current_dir(&folder.0);
    shell
}

#[test]
fn the_questions_reach_the_person_where_stderr_is_redirected() {
    let folder = Folder::new();
    let mut terminal = Terminal::start(redirected(&folder, "2>log"), 100, 24);
    terminal.expect("Access key id: ");
    terminal.press("EXAMPLEAK\n");
    terminal.expect("Secret access key");
    terminal.expect_no_echo();
    terminal.press(&format!("{SECRET}\n"));
    assert_eq!(terminal.end().0, Some(0));
    assert!(fs::read_to_string(folder.0.join("credentials")).unwrap().contains(SECRET));
    assert!(fs::read_to_string(folder.0.join("log")).unwrap().starts_with("The profile \"basic\" is in "));
}

#[test]
fn a_person_who_cannot_see_the_questions_is_not_asked() {
    let folder = Folder::new();
    assert_eq!(Terminal::start(redirected(&folder, ">log 2>&1"), 100, 24).end().0, Some(1));
    let said = fs::read_to_string(folder.0.join("log")).unwrap();
    assert!(said.contains("the questions cannot be seen: stdout and stderr are redirected"), "{said}");
    assert!(!folder.0.join("credentials").exists());
}

#[test]
fn a_profile_that_exists_is_replaced_only_if_the_person_says_so() {
    let folder = Folder::new();
    let old = "# mine\n[basic]\nak=OLD\nsk=old\nproject_id=old\n\n[other] ; keep\nak = 1\nsk:2\n";
    for (answer, code) in [("n\n", 1), ("\n", 1), ("y\n", 0)] {
        let file = folder.write("credentials", old);
        let mut tool = login(&folder);
        tool.args(["--no-check", "--region", "cn-north-4"]);
        let mut terminal = Terminal::start(tool, 200, 24);
        terminal.expect("? [y/N] ");
        terminal.press(answer);
        if code == 0 {
            terminal.expect("Access key id: ");
            terminal.press("NEWAK\n");
            terminal.expect("Secret access key");
            terminal.expect_no_echo();
            terminal.press("new-secret\n");
        }
        assert_eq!(terminal.end().0, Some(code), "{answer:?}");
        let expected = match code {
            0 => "# mine\n[basic]\nak = NEWAK\nsk = new-secret\nregion = cn-north-4\n\n[other] ; keep\nak = 1\nsk:2\n",
            _ => old,
        };
        assert_eq!(fs::read_to_string(&file).unwrap(), expected);
    }
}

#[test]
fn a_program_writes_a_line_for_each_answer_and_must_ask_to_overwrite() {
    let folder = Folder::new();
    let input = format!("EXAMPLEAK\n{SECRET}\ncn-north-4\n");
    let mut tool = login(&folder);
    tool.arg("--no-check");
    assert_eq!(with_input(tool, &input).0, Some(0));
    let mut tool = login(&folder);
    tool.arg("--no-check");
    let (code, stderr) = with_input(tool, &input);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("`--overwrite`"), "{stderr}");
    let mut tool = login(&folder);
    tool.args(["--no-check", "--overwrite", "--profile", "basic"]);
    assert_eq!(with_input(tool, &input).0, Some(0));
    let mut show = command(&["auth", "show"]);
    show.env("HUAWEICLOUD_SDK_CREDENTIALS_FILE", folder.0.join("credentials"));
    let shown = String::from_utf8(run(&mut show, &[]).stdout).unwrap();
    assert!(shown.contains("cn-north-4") && !shown.contains("hush"), "{shown}");
}

#[test]
fn text_that_cannot_be_a_key_is_refused_unseen_and_not_written() {
    let folder = Folder::new();
    for (input, part) in [
        ("", "access key id"),
        ("EXAMPLE AK\nhush\ncn-north-4\n", "access-key-id"),
        ("EXAMPLEAK\nhush hush\ncn-north-4\n", "secret-access-key"),
        ("EXAMPLEAK\nhush\nCN north\n", "--region"),
        ("cn-north-4\nEXAMPLEAK\nhush/secret\n", "--region"),
    ] {
        let mut tool = login(&folder);
        tool.arg("--no-check");
        let (code, stderr) = with_input(tool, input);
        assert_ne!(code, Some(0));
        assert!(stderr.contains(part), "{stderr}");
        assert!(!stderr.contains("hush"), "{stderr}");
        assert!(!folder.0.join("credentials").exists());
    }
}

#[test]
fn a_key_that_the_service_refuses_is_not_written() {
    let folder = Folder::new();
    let server = Server::answering("HTTP/1.1 401 Unauthorized\ncontent-type: application/json\n\n{}");
    for (url, code) in [(&server.url, 3), (&Server::listing(&serde_json::json!([])).url, 0)] {
        let mut tool = login(&folder);
        tool.args(["--project-id", PROJECT, "--endpoint", url]);
        let (exit, stderr) = with_input(tool, &format!("EXAMPLEAK\n{SECRET}\ncn-north-4\n"));
        assert_eq!(exit, Some(code), "{stderr}");
        assert_eq!(folder.0.join("credentials").exists(), code == 0);
    }
}

#[test]
fn a_token_that_is_set_is_printed() {
    let mut tool = command(&["auth", "token"]);
    let output = run(tool.env("HW_AUTH_TOKEN", TOKEN), &[]);
    assert_eq!((output.stdout, output.stderr), (format!("{TOKEN}\n").into_bytes(), Vec::new()));
}

#[test]
fn a_token_on_a_terminal_comes_with_a_warning() {
    let mut tool = command(&["auth", "token"]);
    tool.env("HW_AUTH_TOKEN", TOKEN);
    let mut terminal = Terminal::start(tool, 100, 24);
    terminal.expect("warning: whoever sees this token");
    terminal.expect(TOKEN);
    assert_eq!(terminal.end().0, Some(0));
}

#[test]
fn an_access_key_is_not_a_token() {
    let mut tool = command(&["auth", "token"]);
    tool.envs([("HW_ACCESS_KEY", "EXAMPLEAK"), ("HW_SECRET_KEY", SECRET), ("HW_REGION_NAME", "cn-north-4")]);
    let output = run(&mut tool, &[]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout), (Some(3), Vec::new()));
    assert!(stderr.contains("A token needs a user"), "{stderr}");
}

#[test]
fn a_token_is_issued_for_a_user() {
    let issued = Server::issuing("issued-token");
    let mut tool = command(&["auth", "token", "--iam-endpoint", &issued.url, "--region", "cn-north-4"]);
    tool.envs([("HW_USER_NAME", "ann"), ("HW_USER_PASSWORD", "hush-password"), ("HW_DOMAIN_NAME", "shop")]);
    let output = run(&mut tool, &[]);
    assert_eq!(output.stdout, b"issued-token\n", "{}", String::from_utf8_lossy(&output.stderr));
    let refusing = Server::of("unauthenticated_token");
    let mut tool = command(&["auth", "token", "--iam-endpoint", &refusing.url, "--region", "cn-north-4"]);
    tool.envs([("HW_USER_NAME", "ann"), ("HW_USER_PASSWORD", "hush-password"), ("HW_DOMAIN_NAME", "shop")]);
    let output = run(&mut tool, &[]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(5), "{stderr}");
    assert!(!stderr.contains("hush"), "{stderr}");
}
