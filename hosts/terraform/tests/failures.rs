//! Messages of failures, in files that a person has read and found to help.

mod support;

use support::{Service, Terraform, assert_snapshot, provider};

const ALL: &str = "data \"servicestage_pipelines\" \"all\" {}\n";

#[test]
fn credentials_that_are_missing_are_asked_for_by_name() {
    let service = Service::new(|_| (200, "[]".to_owned()));
    let without = provider(&service.url).replace("\"hush-hush-token\"", "null");
    let none = Terraform::new(&format!("{without}{ALL}")).fail(&["plan"]);
    let half = Terraform::new(&format!("{without}{ALL}")).env("HW_ACCESS_KEY", "EXAMPLEAK").fail(&["plan"]);
    assert_snapshot("credentials.txt", &format!("{none}{half}"));
    assert_eq!(service.asked().len(), 0);
}

#[test]
fn a_profile_of_the_user_signs_where_nothing_is_configured() {
    let service = Service::new(|_| (403, "{\"error_msg\": \"hush-hush-profile-key\"}".to_owned()));
    let without = provider(&service.url).replace("\"hush-hush-token\"", "null");
    let terraform = Terraform::new(&format!("{without}{ALL}"));
    let with = |text: &str| terraform.folder.write("credentials", text).display().to_string();
    let file = with("[basic]\nak=EXAMPLEAK\nsk=hush-hush-profile-key\n");
    let said = terraform.env("HUAWEICLOUD_SDK_CREDENTIALS_FILE", &file).fail(&["plan"]);
    assert!(said.contains("lack the permission") && !said.contains("hush-hush"), "{said}");
    assert!(service.asked()[0].contains("SDK-HMAC-SHA256 Access=EXAMPLEAK"), "{:?}", service.asked());

    let terraform = Terraform::new(&format!("{without}{ALL}"));
    let said = terraform.env("HW_PROFILE", "typo").fail(&["plan"]);
    assert!(said.contains("The credentials cannot be used") && said.contains("typo"), "{said}");
    assert_eq!(service.asked().len(), 1);
}

#[test]
fn a_denial_says_how_to_allow_the_request() {
    let configuration = provider("https://10.0.0.1:1");
    let terraform = Terraform::new(&format!("{configuration}{ALL}"));
    assert_snapshot("denied.txt", &terraform.fail(&["plan"]));
    let policy = terraform.folder.write("policy.json", "{}");
    let terraform = terraform.env("SERVICESTAGE_POLICY", &policy.display().to_string());
    let said = terraform.fail(&["plan"]);
    assert!(said.contains("The policy file that SERVICESTAGE_POLICY names cannot be used"), "{said}");
}

#[test]
fn the_policy_that_a_denial_prints_allows_the_request() {
    let terraform = Terraform::new(&format!("{}{ALL}", provider("https://10.0.0.1:1")));
    let said = terraform.fail(&["plan"]);
    let (_, policy) = said.split_once("with this policy:\n").unwrap();
    let file = terraform.folder.write("policy.json", policy).display().to_string();
    let terraform = terraform.env("SERVICESTAGE_POLICY", &file);
    let without = terraform.fail(&["plan"]);
    assert!(!without.contains("Denied"), "{without}");
}

#[test]
fn a_policy_file_that_does_not_end_is_refused_by_the_name_that_was_written() {
    let terraform = Terraform::new(&format!("{}{ALL}", provider("http://127.0.0.1:1")));
    for (file, told) in
        [("/dev/zero", "/dev/zero: it is not a regular file"), ("policy.json\n", "\"policy.json\\n\": ")]
    {
        let said = terraform.command(&["plan"]).env("SERVICESTAGE_POLICY", file).output().unwrap().stderr;
        let said = support::text(&said).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(told), "{said}");
    }
}

#[test]
fn a_file_that_is_not_a_component_is_named() {
    let terraform = Terraform::new(&format!("{}{ALL}", provider("http://127.0.0.1:1")));
    let other = terraform.folder.write("other.wasm", "(component)");
    let said = terraform.env("SERVICESTAGE_COMPONENT", &other.display().to_string()).fail(&["plan"]);
    // Terraform breaks lines where they get long.
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("The component of provider servicestage cannot be used"), "{said}");
    assert!(said.contains("other.wasm: the component does not load"), "{said}");
}

/// No secret that a server repeats, that people configure, or that signs is kept or shown.
#[test]
fn no_secret_is_in_a_plan_a_state_a_log_or_an_error() {
    const SECRETS: [&str; 3] =
        ["hush+secret/key==0123456789", "hush-security-token-0123456789", "hush-token-0123456789"];
    let listing = Service::new(|_| (200, "[{\"id\": \"a\"}]".to_owned()));
    let echo = Service::new(|_| {
        (400, format!("{{\"error_code\": \"X.1\", \"error_msg\": \"you sent {} and {}\"}}", SECRETS[1], SECRETS[2]))
    });
    for (service, name, succeeds) in [(&listing, "key", true), (&echo, "key", false), (&echo, "token", false)] {
        let configuration = provider(&service.url).replace("\"hush-hush-token\"", "null");
        let terraform = Terraform::new(&format!("{configuration}{ALL}"));
        let log = terraform.folder.0.join("trace.log").display().to_string();
        let terraform = terraform.env("TF_LOG", "trace").env("TF_LOG_PATH", &log);
        let terraform = match name {
            "key" => terraform
                .env("HW_ACCESS_KEY", "EXAMPLEAK")
                .env("HW_SECRET_KEY", SECRETS[0])
                .env("HW_SECURITY_TOKEN", SECRETS[1]),
            _ => terraform.env("HW_AUTH_TOKEN", SECRETS[2]),
        };
        let mut told = Vec::new();
        for arguments in [&["plan", "-out", "plan"][..], &["apply", "-auto-approve"]] {
            let output = terraform.run(arguments);
            assert_eq!(output.status.success(), succeeds, "{}", support::text(&output.stderr));
            told.extend(output.stdout);
            told.extend(output.stderr);
        }
        assert_eq!(succeeds, support::text(&told).contains("Read complete"));
        let mut searched = terraform.folder.contents();
        assert!(searched.iter().any(|(path, _)| path.ends_with("trace.log")));
        searched.push(("what it said".into(), told));
        for (path, bytes) in &searched {
            for secret in SECRETS {
                let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
                assert!(!found, "{secret} in {}", path.display());
            }
        }
        // The control: it was sent, and signed with.
        let asked = service.asked();
        let head = asked.last().unwrap();
        assert!(head.contains(if name == "key" { SECRETS[1] } else { SECRETS[2] }), "{head}");
        if name == "key" {
            let (_, signature) = head.split_once("Signature=").unwrap();
            let signature = signature.split('\r').next().unwrap().to_owned();
            assert!(!searched.iter().any(|(_, bytes)| support::text(bytes).contains(&signature)));
        }
    }
}

#[test]
fn a_provider_that_a_person_starts_says_what_it_is() {
    let output = std::process::Command::new(support::PROVIDER).env_clear().output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(support::text(&output.stderr).starts_with("This program is a Terraform provider"));
}
