//! The output of a listing.

mod support;

use std::io::Read;
use std::process::Stdio;

use serde_json::{Value, json};
use support::{Server, TOKEN, printed, run, said, tool};

fn three() -> Value {
    json!([
        { "id": "a", "name": "Alpha", "status": 2, "create_time": 3000, "update_time": 9000, "creator": "ann",
          "config_mode": "ui", "last_trigger_at": 7000, "enterprise_project_id": "0" },
        { "id": "b", "name": "beta", "status": 3, "create_time": 2000, "update_time": 8000, "creator": "bob",
          "config_mode": "template", "last_trigger_at": 0, "enterprise_project_id": "9" },
        { "id": "c", "name": "beta-2", "status": 6, "create_time": 1000, "update_time": 7000, "creator": "ann",
          "config_mode": "yaml", "last_trigger_at": 5000, "enterprise_project_id": "0" }
    ])
}

/// The ids that a listing with these arguments has, in their order.
#[track_caller]
fn ids(server: &Server, arguments: &[&str]) -> String {
    let text = printed(server.tool().args(["--output", "json"]), arguments);
    let listing: Value = serde_json::from_str(&text).unwrap();
    listing["pipelines"].as_array().unwrap().iter().map(|pipeline| pipeline["id"].as_str().unwrap()).collect()
}

#[test]
fn the_vendor_s_example_is_a_table() {
    let table = printed(&mut Server::of("vendor_example").tool(), &[]);
    let expected = "\
NAME            STATUS       LAST RUN (UTC)  CREATED (UTC)     UPDATED (UTC)     CREATOR        MODE  ID
release-gn7mre  initialized  -               2025-02-18 07:55  2025-02-18 07:55  testcreator-3  ui    \
4105b37a-947e-4aca-90d8-cec7c04c6f38
";
    assert_eq!(table, expected);
}

#[test]
fn times_are_local() {
    let server = Server::of("vendor_example");
    for (zone, expected) in [("UTC", "2025-02-18 07:55"), ("Asia/Shanghai", "2025-02-18 15:55")] {
        let table = printed(server.tool().env("TZ", zone), &[]);
        assert!(table.contains(expected), "{zone}: {table}");
    }
}

#[test]
fn json_is_the_listing_in_the_names_of_the_wit() {
    let text = printed(&mut Server::of("vendor_example").tool(), &["--output", "json"]);
    assert_eq!(text.lines().count(), 1);
    let listing: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(listing["total"], 1);
    assert_eq!(listing["matched"], 1);
    assert_eq!(listing["truncated"], false);
    assert_eq!(listing["attempts"], 1);
    assert_eq!(listing["request_id"], "7b1a3c5d9e2f4a6b8c0d1e2f3a4b5c6d");
    assert_eq!(listing["pipelines"][0]["create_time"], 1_739_865_312_582_u64);
    assert_eq!(listing["pipelines"][0]["status"], "initialized");
    assert_eq!(listing["pipelines"][0]["last_trigger_at"], Value::Null);
}

#[test]
fn csv_has_every_field() {
    let text = printed(&mut Server::of("vendor_example").tool(), &["--output", "csv"]);
    let expected = "\
id,name,description,create_time,update_time,version,config_mode,creator,model_version,status,last_trigger_at,\
enterprise_project_id,enterprise_project,extend_info\r
4105b37a-947e-4aca-90d8-cec7c04c6f38,release-gn7mre,,1739865312582,1739865312582,1,ui,testcreator-3,2,initialized,,0,,\r
";
    assert_eq!(text, expected);
}

#[test]
fn csv_holds_no_formula_for_a_spreadsheet() {
    let server = Server::listing(&json!([
        { "id": "=1+1", "name": "@SUM(A1)", "description": "+1", "creator": "\r-2", "config_mode": "=c", "version": -3,
          "enterprise_project_id": "\t=1", "extend_info": -1 },
        { "id": "b", "name": "a=1", "description": "\n=1" },
        { "id": "＠c", "name": "＝1+1", "creator": " ＋1", "config_mode": "\u{a0}－1",
          "enterprise_project_id": "\"=1", "enterprise_project": "\u{200b}=1", "description": "＂＝1" }
    ]));
    let text = printed(&mut server.tool(), &["--output", "csv"]);
    let (_, rows) = text.split_once("\r\n").unwrap();
    let first = "'=1+1,'@SUM(A1),'+1,,,-3,'=c,\"'\r-2\",,,,'\t=1,,'-1\r\n";
    let second = "b,a=1,\"'\n=1\",,,,,,,,,,,\r\n";
    let third = "'＠c,'＝1+1,'＂＝1,,,,'\u{a0}－1,' ＋1,,,,\"'\"\"=1\",'\u{200b}=1,\r\n";
    assert_eq!(rows, format!("{first}{second}{third}"));
}

/// As Node leaves its pipes: a write that does not fit fails instead of waiting.
#[cfg(unix)]
#[test]
fn a_pipe_that_does_not_block_gets_all_of_a_listing() {
    let description = "d".repeat(1000);
    let many = (0..3000).map(|id| json!({ "id": id.to_string(), "description": description })).collect::<Vec<_>>();
    let server = Server::listing(&Value::Array(many));
    let (mut reader, writer) = std::io::pipe().unwrap();
    rustix::io::ioctl_fionbio(&writer, true).unwrap();
    // The command holds a copy of the writer until it is dropped.
    let mut tool = { server.tool().args(["--output", "csv"]).stdout(writer).stderr(Stdio::piped()).spawn().unwrap() };
    std::thread::sleep(std::time::Duration::from_millis(300));
    let mut printed = String::new();
    reader.read_to_string(&mut printed).unwrap();
    let mut stderr = String::new();
    tool.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!((tool.wait().unwrap().code(), stderr.as_str()), (Some(0), ""));
    assert_eq!(printed.lines().count(), 3001);
    assert!(printed.len() > 3_000_000, "{}", printed.len());
}

#[cfg(unix)]
#[test]
fn a_stdout_that_is_closed_is_an_error() {
    let server = Server::of("vendor_example");
    let table = ["pipelines", "list", "--endpoint", &server.url];
    let [json, csv] = ["json", "csv"].map(|form| [&table[..], &["--output", form]].concat());
    for arguments in [&table[..], &json, &csv, &["auth", "show"], &["policy", "check"], &["--help"], &["--version"]] {
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", "exec \"$0\" \"$@\" >&-", env!("CARGO_BIN_EXE_servicestage")]).args(arguments);
        shell.env_clear().env("HW_AUTH_TOKEN", TOKEN).env("HW_PROJECT_ID", support::PROJECT);
        let said = said(&mut shell, &[], 1);
        let said = said.replace("\\n", "\n");
        assert!(said.contains(" failed: the output cannot be written.\nstdout is closed."), "{said}");
        assert!(said.contains("Redirect stdout to a terminal, a file or a program."), "{said}");
    }
}

#[test]
fn a_stderr_that_nobody_reads_changes_no_exit_code() {
    let server = Server::of("vendor_example");
    for (arguments, code) in [(&["-vv"][..], 0), (&["--limit", "0"], 2), (&["--limit", "x"], 2), (&["-o", "id"], 0)] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let status = server.tool().args(arguments).stdout(std::process::Stdio::null()).stderr(writer).status().unwrap();
        assert_eq!(status.code(), Some(code), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_reported_with_what_to_do() {
    for arguments in [&["pipelines", "list"][..], &["auth", "show"], &["policy", "check"]] {
        let server = Server::of("vendor_example");
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let mut tool = support::command(arguments);
        if arguments == ["pipelines", "list"] {
            tool.args(["--endpoint", &server.url]);
        }
        let tool = tool.env("HW_AUTH_TOKEN", TOKEN).env("HW_PROJECT_ID", support::PROJECT).stdout(full);
        let output = tool.output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(" failed: the output cannot be written.\nNo space left on device"), "{said}");
        assert!(said.contains("Free space on that disk, or redirect stdout elsewhere."), "{said}");
    }
}

#[test]
fn every_filter_and_order_reaches_the_component() {
    let server = Server::listing(&three());
    let cases: &[(&[&str], &str)] = &[
        (&[], "abc"),
        (&["--name", "beta"], "b"),
        (&["--name-contains", "beta"], "bc"),
        (&["--status", "failed"], "b"),
        (&["--status", "succeeded", "--status", "6"], "ac"),
        (&["--status", "rolling-back"], ""),
        (&["--config-mode", "template"], "b"),
        (&["--config-mode", "yaml"], "c"),
        (&["--creator", "ann"], "ac"),
        (&["--enterprise-project-id", "9"], "b"),
        (&["--created-from", "1970-01-01T00:00:02Z"], "ab"),
        (&["--created-to", "1970-01-01T00:00:02Z"], "c"),
        (&["--updated-from", "1970-01-01T00:00:08Z", "--updated-to", "1970-01-01T00:00:09Z"], "b"),
        (&["--updated", "1970-01-01T00:00:08Z..1970-01-01T00:00:09Z"], "b"),
        (&["--created", "1970-01-01T00:00:02Z"], "ab"),
        (&["--created", "1970-01-01T00:00:02Z.."], "ab"),
        (&["--created", "..1970-01-01T00:00:02Z"], "c"),
        (&["--last-run", "..1970-01-01T00:00:06Z"], "c"),
        (&["--since", "1970-01-01"], "ac"),
        (&["--since", "-1h"], ""),
        (&["--status", "succeeded,6"], "ac"),
        (&["--last-run-from", "1970-01-01"], "ac"),
        (&["--last-run-to", "1970-01-01 00:00:06"], "c"),
        (&["--order-by", "name"], "abc"),
        (&["--order-by", "name", "--order", "desc"], "cba"),
        (&["--order", "asc"], "cba"),
        (&["--order-by", "update", "--order", "asc"], "cba"),
        (&["--order-by", "last-run"], "acb"),
        (&["--order-by", "last_run"], "acb"),
        (&["--order-by", "-name"], "cba"),
        (&["--sort", "name"], "abc"),
        (&["--order-by", "creation", "--limit", "2"], "ab"),
    ];
    for (arguments, expected) in cases {
        assert_eq!(ids(&server, arguments), *expected, "{arguments:?}");
    }
}

#[test]
fn a_date_is_midnight_in_local_time() {
    // 1970-01-01T16:00:00Z is midnight in Shanghai.
    let server =
        Server::listing(&json!([{ "id": "a", "create_time": 57_600_000 }, { "id": "b", "create_time": 57_599_999 }]));
    let mut tool = server.tool();
    let table = printed(tool.env("TZ", "Asia/Shanghai"), &["--created-from", "1970-01-02"]);
    assert!(table.contains(" a\n") && !table.contains(" b\n"), "{table}");
}

#[test]
fn how_much_was_left_out_is_said_on_stderr() {
    let server = Server::listing(&three());
    let said = |arguments: &[&str]| String::from_utf8(run(&mut server.tool(), arguments).stderr).unwrap();
    assert_eq!(said(&[]), "3 of 3 release tasks\n");
    assert_eq!(said(&["--creator", "ann"]), "2 of 3 release tasks\n");
    assert_eq!(
        said(&["--creator", "ann", "--limit", "1"]),
        "1 of 3 release tasks (2 match, --limit left out the rest)\n"
    );
    assert_eq!(said(&["--output", "csv"]), "");
}

#[test]
fn an_empty_listing_is_a_success() {
    let server = Server::listing(&json!([]));
    let table = printed(&mut server.tool(), &[]);
    assert_eq!(table, "NAME  STATUS  LAST RUN (UTC)  CREATED (UTC)  UPDATED (UTC)  CREATOR  MODE  ID\n");
    assert_eq!(printed(&mut server.tool(), &["--output", "csv"]).lines().count(), 1);
    for form in ["jsonl", "id", "name"] {
        assert_eq!(printed(&mut server.tool(), &["--output", form]), "");
    }
    assert_eq!(ids(&server, &[]), "");
}

#[test]
fn text_of_the_service_controls_no_terminal() {
    let hostile = "x\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}31m\r\n\u{202e}y";
    let server =
        Server::listing(&json!([{ "id": hostile, "name": hostile, "creator": hostile, "config_mode": hostile }]));
    for arguments in [&[][..], &["--output", "json"]] {
        let text = printed(&mut server.tool(), arguments);
        assert!(text.contains("x"), "{text}");
        let controls = text.chars().filter(|c| c.is_control() || *c == '\u{202e}').filter(|c| *c != '\n').count();
        assert_eq!(controls, 0, "{text:?}");
    }
    let text = printed(&mut server.tool(), &["--output", "json"]);
    let listing: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(listing["pipelines"][0]["name"], hostile);
}

#[test]
fn long_and_wide_text_breaks_no_table_and_is_cut_only_for_a_width() {
    let server = Server::listing(&json!([
        { "id": "a".repeat(200), "name": "发布".repeat(200), "creator": "c".repeat(200), "create_time": 1 },
        { "id": "b", "name": "e\u{301}".repeat(5000), "status": -5, "create_time": 0 },
        { "id": "c", "name": "" }
    ]));
    for width in [80, 100] {
        let table = printed(server.tool().env("COLUMNS", width.to_string()), &[]);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 4, "{table}");
        for line in lines {
            let found = unicode_width::UnicodeWidthStr::width(line);
            assert!(found <= width, "{found}: {line}");
        }
    }
    let table = printed(&mut server.tool(), &[]);
    for whole in ["a".repeat(200), "发布".repeat(200), "e\u{301}".repeat(5000), "c".repeat(200)] {
        assert!(table.contains(&whole), "{whole}");
    }
}

#[test]
fn colours_reach_a_pipe_only_if_they_are_asked_for() {
    let server = Server::listing(&three());
    let coloured = |variables: &[(&str, &str)], arguments: &[&str]| {
        printed(server.tool().envs(variables.iter().copied()), arguments).contains('\u{1b}')
    };
    assert!(!coloured(&[], &[]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "0")], &[]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "")], &[]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], &[]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "1")], &["--color", "never"]));
    assert!(coloured(&[("CLICOLOR_FORCE", "1")], &[]));
    assert!(coloured(&[("NO_COLOR", "1")], &["--color", "always"]));
}

#[test]
fn a_reader_that_leaves_early_is_not_an_error() {
    let tasks: Vec<Value> = (0..3000).map(|id| json!({ "id": format!("{id:036}"), "name": "n".repeat(40) })).collect();
    let server = Server::listing(&Value::Array(tasks));
    for output in ["table", "json", "csv", "jsonl", "yaml", "tsv", "id", "name"] {
        let mut tool = server.tool();
        tool.args(["--output", output]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = tool.spawn().unwrap();
        child.stdout.take().unwrap().read_exact(&mut [0]).unwrap();
        let end = child.wait_with_output().unwrap();
        let summary = if output == "table" { "3000 of 3000 release tasks\n" } else { "" };
        assert_eq!(String::from_utf8(end.stderr).unwrap(), summary, "{output}");
        assert_eq!(end.status.code(), Some(0), "{output}");
    }
}

#[test]
fn a_secret_is_never_printed() {
    let (id, secret, session) = ("HUSHACCESSKEYID", "hush-secret-key", "hush-session");
    let echo = format!(
        "HTTP/1.1 400 Bad Request\nx-request-id: {TOKEN}\n\n{{\"error_code\":\"X\",\"error_msg\":\"{TOKEN} {secret} {session}\"}}"
    );
    for server in [Server::of("vendor_example"), Server::answering(&echo)] {
        for output in ["table", "json", "csv"] {
            for keys in [false, true] {
                let mut tool = server.tool();
                if keys {
                    tool.env_remove("HW_AUTH_TOKEN");
                    tool.envs([("HW_ACCESS_KEY", id), ("HW_SECRET_KEY", secret), ("HW_SECURITY_TOKEN", session)]);
                }
                let end = run(&mut tool, &["-vv", "--output", output]);
                let all = String::from_utf8([end.stdout, end.stderr].concat()).unwrap();
                let secrets: &[&str] = if keys { &[secret, session] } else { &[TOKEN] };
                for secret in secrets {
                    assert!(!all.contains(secret), "{output}: {all}");
                }
            }
        }
    }
}

#[test]
fn the_help_names_the_environment_and_the_version_is_reported() {
    let help = printed(&mut tool(), &["--help"]);
    for name in ["HW_REGION_NAME", "HW_AUTH_TOKEN", "HUAWEICLOUD_SDK_SECURITY_TOKEN", "NO_COLOR", "--name-contains"] {
        assert!(help.contains(name), "{name}: {help}");
    }
    let version = std::process::Command::new(env!("CARGO_BIN_EXE_servicestage")).arg("--version").output().unwrap();
    assert_eq!(String::from_utf8(version.stdout).unwrap(), concat!("servicestage ", env!("CARGO_PKG_VERSION"), "\n"));
}
