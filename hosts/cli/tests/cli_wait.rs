//! `servicestage pipelines wait`, against a real server.

mod support;

use serde_json::{Value, json};
use support::{Server, run};

fn task(status: u32) -> Value {
    json!([{ "id": "a", "name": "shop", "status": status, "last_trigger_at": 1_739_865_312_582_u64 }])
}

/// Waits for `shop`, and returns exit code, stdout and stderr.
#[track_caller]
fn wait(server: &Server, arguments: &[&str]) -> (i32, String, String) {
    let output = run(&mut server.command(&["pipelines", "wait"]), arguments);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_wait_follows_a_release_until_it_succeeds() {
    let server = Server::listings(&[task(4), task(4), task(2)]);
    let (code, stdout, stderr) = wait(&server, &["shop", "--interval", "1"]);
    assert_eq!((code, stdout.as_str()), (0, "shop: succeeded\n"), "{stderr}");
    assert_eq!(stderr, "shop: releasing\n");
}

#[test]
fn another_final_status_than_the_one_wished_for_has_its_own_exit_code() {
    let server = Server::listing(&task(3));
    for arguments in [&["--for", "succeeded"][..], &["--fail-on", "failed,rollback-failed"]] {
        let (code, stdout, _) = wait(&server, &[&["--name", "shop"], arguments].concat());
        assert_eq!((code, stdout.as_str()), (7, "shop: failed\n"), "{arguments:?}");
    }
    let (code, ..) = wait(&server, &["--id", "a"]);
    assert_eq!(code, 0, "any final status is wished for");
    let paused = Server::listing(&task(7));
    assert_eq!(wait(&paused, &["shop", "--fail-on", "paused"]).0, 7);
}

#[test]
fn a_status_of_an_earlier_run_is_said_to_be_one() {
    let server = Server::listing(&task(2));
    let (_, _, stderr) = wait(&server, &["shop"]);
    assert_eq!(
        stderr,
        "shop was succeeded at the first look, and its last run began at 2025-02-18 07:55; --started-after waits for a \
         later run\n"
    );
    let (code, _, stderr) = wait(&server, &["shop", "--started-after", "2025-02-18"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
}

#[test]
fn a_wait_that_takes_too_long_has_its_own_exit_code() {
    let server = Server::listing(&task(2));
    let (code, stdout, stderr) = wait(&server, &["shop", "--started-after", "now", "--timeout", "2s"]);
    assert_eq!((code, stdout.as_str()), (8, ""), "{stderr}");
    assert!(stderr.starts_with("shop: not started yet\nerror: wait failed: "), "{stderr}");
    assert!(stderr.contains("`--timeout`"), "{stderr}");
}

#[test]
fn a_wait_without_time_for_another_attempt_ends_at_once_and_names_the_cause() {
    let busy = Server::answering("HTTP/1.1 503 Service Unavailable\r\nretry-after: 100\r\ncontent-length: 0\r\n\r\n");
    // Nothing listens there: the port is taken and free again.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nobody = Server { url: format!("http://{free}") };
    for (server, timeout, cause) in [(&busy, "90", "HTTP 503"), (&nobody, "1", "no connection could be made")] {
        let (code, stdout, stderr) = wait(server, &["shop", "--timeout", timeout]);
        assert_eq!((code, stdout.as_str()), (8, ""), "{stderr}");
        for part in [cause, "and 1 listing. The last listing failed", "due after the end of `--timeout`"] {
            assert!(stderr.contains(part), "{stderr} has no {part}");
        }
    }
}

#[test]
fn a_task_that_is_missing_is_an_error_or_waited_for() {
    let none = Server::listing(&json!([]));
    let (code, _, stderr) = wait(&none, &["shop"]);
    assert_eq!(code, 5, "{stderr}");
    assert!(stderr.contains("`--wait-for-task`"), "{stderr}");
    let later = Server::listings(&[json!([]), task(2)]);
    let (code, _, stderr) = wait(&later, &["shop", "--wait-for-task", "--interval", "1"]);
    assert_eq!((code, stderr.as_str()), (0, "the release task does not exist yet\n"));
}

#[test]
fn a_name_that_several_tasks_have_is_refused_with_their_ids() {
    let server = Server::listing(&json!([{ "id": "one", "name": "shop" }, { "id": "two", "name": "shop" }]));
    let (code, _, stderr) = wait(&server, &["shop"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("\"one\", \"two\""), "{stderr}");
}

#[test]
fn a_task_is_named_as_it_is_for_get() {
    let tasks = json!([
        { "id": "11111111-a", "name": "shop", "status": 2 },
        { "id": "22222222-b", "name": "blog", "status": 2 },
        { "id": "22222222-c", "name": "wiki", "status": 2 }
    ]);
    let server = Server::listing(&tasks);
    for task in [&["11111111-a"][..], &["shop"], &["11111111"], &["--id", "11111111"]] {
        let (code, stdout, stderr) = wait(&server, task);
        assert_eq!((code, stdout.as_str()), (0, "shop: succeeded\n"), "{task:?}: {stderr}");
    }
    for (task, argument) in [(&["22222222"][..], "ID|NAME"), (&["--id", "22222222"], "--id")] {
        let (code, _, stderr) = wait(&server, task);
        assert_eq!(code, 2, "{stderr}");
        assert!(
            stderr.contains(&format!("`{argument}`")) && stderr.contains("\"22222222-b\", \"22222222-c\""),
            "{stderr}"
        );
    }
}

#[test]
fn json_is_the_task_and_whether_the_status_was_reached() {
    let server = Server::listing(&task(3));
    let (code, stdout, _) = wait(&server, &["shop", "--for", "succeeded", "-o", "json"]);
    let printed: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((code, &printed["reached"], &printed["pipeline"]["status"]), (7, &json!(false), &json!("failed")));
    let none = Server::listing(&json!([]));
    let (_, _, stderr) = wait(&none, &["shop", "-o", "json"]);
    assert_eq!(serde_json::from_str::<Value>(&stderr).unwrap()["kind"], "not_found");
}

#[test]
fn the_help_names_the_exit_codes() {
    let output = run(&mut support::command(&["pipelines", "wait"]), &["--help"]);
    let help = String::from_utf8(output.stdout).unwrap();
    assert!(help.contains("7 another final status") && help.contains("8 the time is up"), "{help}");
}

#[test]
fn an_argument_that_is_not_valid_is_named_by_its_flag() {
    let server = Server::listing(&task(3));
    for (arguments, flag) in [
        (&["--for", "done"][..], "--for"),
        (&["--for", "failed", "--fail-on", "failed"], "--fail-on"),
        (&["--timeout", "soon"], "--timeout"),
        (&["--interval", "0.5"], "--interval"),
        (&["--started-after", "then"], "--started-after"),
        (&["--timeout", "-1"], "--timeout"),
    ] {
        let (code, _, stderr) = wait(&server, &[&["shop"], arguments].concat());
        assert_eq!(code, 2, "{stderr}");
        assert!(stderr.contains(&format!("`{flag}`")), "{arguments:?}: {stderr}");
    }
    assert_eq!(wait(&server, &[]).0, 2);
    assert_eq!(wait(&server, &["shop", "--id", "a"]).0, 2);
}
