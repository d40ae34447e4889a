//! Arguments and variables: where flags may stand, and how the tool reports what it refuses.

mod support;

use std::process::Command;

use serde_json::{Value, json};
use support::{Folder, PROJECT, Server, TOKEN, command, printed, run, said, towards};

/// The tool with [`TOKEN`] and [`PROJECT`].
fn known(arguments: &[&str]) -> Command {
    let mut tool = command(arguments);
    tool.env("HW_AUTH_TOKEN", TOKEN).env("HW_PROJECT_ID", PROJECT).env("TZ", "UTC");
    tool
}

#[test]
fn every_flag_may_stand_before_the_command() {
    let server = Server::of("vendor_example");
    let folder = Folder::new();
    let policy = folder.write("policy.json", r#"{"version": 1, "allow": []}"#);
    let policy = policy.to_str().unwrap();
    let flags = [
        &["--endpoint", &server.url][..],
        &["-o", "json"],
        &["--timeout", "20"],
        &["--max-attempts=2"],
        &["--region", "cn-north-4"],
        &["--policy", policy],
        &["--allow-address", "10.0.0.0/8"],
        &["--log-format", "json"],
        &["--status", "initialized"],
        &["--limit=1"],
    ]
    .concat();
    let after = printed(&mut known(&["pipelines", "list"]), &flags);
    assert!(after.contains("release-gn7mre"), "{after}");
    assert_eq!(printed(&mut known(&flags), &["pipelines", "list"]), after);
    let between = [&["pipelines"], &flags[..], &["list"]].concat();
    assert_eq!(printed(&mut known(&between), &[]), after);

    let told = run(&mut known(&["-vv", "--endpoint", &server.url]), &["pipelines", "list"]);
    assert!(String::from_utf8(told.stderr).unwrap().contains("credentials: HW_AUTH_TOKEN"));
    let shown = printed(&mut known(&["-o", "json", "--region", "cn-north-4"]), &["auth", "show"]);
    assert_eq!(serde_json::from_str::<Value>(&shown).unwrap()["region"]["source"], "--region");
    let checked = printed(&mut known(&["--region", "cn-north-4"]), &["policy", "check"]);
    assert!(checked.contains("https://iam.cn-north-4.myhuaweicloud.com"), "{checked}");
    // An alias with the flags of all commands works with the local ones too.
    let alias = ["--color", "never", "-v", "--profile", "work", "--region", "cn-north-4", "-o", "table"];
    for words in [&["completion", "bash"][..], &["policy", "init"]] {
        assert_eq!(printed(&mut known(&alias), words), printed(&mut known(words), &[]));
    }
    // A flag that the command does not have is refused in any position.
    for words in [["--limit=1", "auth", "show"], ["auth", "--limit=1", "show"], ["auth", "show", "--limit=1"]] {
        let refused = said(&mut known(&words), &[], 2);
        assert!(refused.contains("unexpected argument '--limit'"), "{refused}");
    }
    let twice = said(&mut known(&["--region", "a", "pipelines", "list", "--region", "b"]), &[], 2);
    assert!(twice.contains("cannot be used multiple times"), "{twice}");
}

#[test]
fn a_refused_value_is_shown_with_what_could_not_be_seen() {
    let list = ["pipelines", "list"];
    for (arguments, shown) in [
        (&["--region", "cn-north-4\n"][..], r#""cn-north-4\n" is not a region; remove the white space at its ends"#),
        (&["--region", " cn-north-4"], r#"" cn-north-4" is not a region; remove the white space"#),
        (&["--region", "cn-n\u{200b}orth-4"], r#""cn-n\u{200b}orth-4" is not a region"#),
        (&["--region", "cn-north-4", "--project-id", "0123\t"], r#""0123\t" is not a project id"#),
        (&["--region", "cn-north-4", "--status", "failed\r"], r#""failed\r""#),
        (&["--region", "cn-north-4", "--timeout", "5\n"], r#""5\n" is not a number of seconds"#),
        (&["--region", "cn-north-4", "--created-from", "2025-01-01\u{a0}"], r#""2025-01-01\u{a0}" is not a time"#),
        (&["--region", "cn-north-4", "--allow-address", "10.0.0.0/8\n"], r#""10.0.0.0/8\n" is no"#),
        (&["--region", "cn-north-4", "--limit", "5\n"], r"invalid value '5\n' for '--limit <N>'"),
        (&["--region", "cn-north-4", "--order-by", "\u{202e}name"], r"invalid value '\u{202e}name' for"),
        (&["--region", "cn-north-4", "--metadata", "--profile", "a\n"], r#""a\n""#),
        (&["--region", "cn-north-4", "--policy", "a\n"], r#""a\n" cannot be used: No such file"#),
        (&["--region", "cn-north-4", "--ca-file", "a\n"], r#""a\n" cannot be used: No such file"#),
        (&["--region", "cn-north-4", "--component", "a\n"], r#""a\n" cannot be read: No such file"#),
    ] {
        let refused = said(known(&list).env_remove("HW_PROJECT_ID"), arguments, 2);
        assert!(refused.contains(shown), "{arguments:?}: {refused}");
    }
    let region = r#""cn-north-4\n" is not a region; remove the white space at its ends"#;
    for command in [&["pipelines", "list"][..], &["policy", "check"]] {
        let refused = said(known(command).env("HW_REGION_NAME", "cn-north-4\n"), &[], 2);
        assert!(refused.contains(region), "{refused}");
        assert!(refused.contains("the argument `HW_REGION_NAME` is not valid"), "{refused}");
    }
    // A region from a profile counts, even if the host needs it for a token.
    let folder = Folder::new();
    let profile = json!({ "name": "p", "accessKeyId": "AK", "secretAccessKey": "hush", "region": "cn-north-4\n" });
    let file = folder.write("config.json", &json!({ "current": "p", "profiles": [profile] }).to_string());
    let refused = said(support::tool().env("HW_SHARED_CONFIG_FILE", &file), &[], 2);
    assert!(refused.contains(region), "{refused}");
    let shown = printed(command(&["auth", "show"]).env("HW_SHARED_CONFIG_FILE", &file), &[]);
    assert!(shown.contains(r#""cn-north-4\n"  profile p of"#), "{shown}");
    let user = [("HW_USER_NAME", "u"), ("HW_USER_PASSWORD", "hush"), ("HW_DOMAIN_NAME", "d")];
    let refused = said(support::tool().envs(user).env("HW_REGION_NAME", "cn-north-4\n"), &[], 2);
    assert!(refused.contains(region), "{refused}");
}

#[test]
fn a_time_zone_that_is_not_known_is_reported() {
    let server = Server::of("vendor_example");
    for zone in ["Asia/Shangai", "Asia/Shanghai\n", "/no/such/zoneinfo/file", "/dev/zero", ":/dev/zero"] {
        let refused = said(towards(&server.url).env("TZ", zone), &[], 2);
        assert!(refused.contains(&format!("`TZ`: {zone:?} is not a time zone")), "{refused}");
    }
    for zone in ["", "UTC", "Asia/Shanghai", ":Asia/Shanghai", "CST-8"] {
        printed(towards(&server.url).env("TZ", zone), &[]);
    }
    // A name may be that of a file in the working folder too.
    let folder = Folder::new();
    std::fs::create_dir(folder.0.join("UTC")).unwrap();
    printed(towards(&server.url).env("TZ", "UTC").current_dir(&folder.0), &[]);
    #[cfg(unix)]
    {
        assert!(Command::new("mkfifo").arg(folder.0.join("pipe")).status().unwrap().success());
        said(towards(&server.url).env("TZ", "pipe").current_dir(&folder.0), &[], 2);
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_is_not_a_small_regular_one_is_named_at_once() {
    let folder = Folder::new();
    let pipe = folder.0.join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let large = folder.write("large", "");
    std::fs::File::options().write(true).open(&large).unwrap().set_len(1 << 30).unwrap();
    let certificate = folder.write("cert.pem", "");
    for (file, why) in [
        (&*pipe, "is not a regular file"),
        ("/dev/zero".as_ref(), "is not a regular file"),
        (&folder.0, "is a folder, not a file"),
        (&large, "is larger than "),
    ] {
        let (name, certificate) = (file.to_str().unwrap(), certificate.to_str().unwrap());
        let quoted = format!("{file:?}");
        let mut tools = Vec::new();
        for flag in ["--policy", "--ca-file", "--component", "--client-cert"] {
            let mut tool = towards("http://127.0.0.1:9");
            tool.args([flag, name]);
            if flag == "--client-cert" {
                tool.args(["--client-key", certificate]);
            }
            tools.push(tool);
        }
        let mut key = towards("http://127.0.0.1:9");
        key.args(["--client-cert", certificate, "--client-key", name]);
        let mut policy = towards("http://127.0.0.1:9");
        policy.env("SERVICESTAGE_POLICY", name);
        tools.extend([key, policy]);
        for variable in ["HUAWEICLOUD_SDK_CREDENTIALS_FILE", "HW_SHARED_CONFIG_FILE"] {
            let mut tool = support::tool();
            tool.env(variable, name);
            tools.push(tool);
        }
        for mut tool in tools {
            let refused = said(&mut tool, &[], 2);
            assert!(refused.contains(&quoted) && refused.contains(why), "{tool:?}: {refused}");
        }
    }
}
