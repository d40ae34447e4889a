//! `terraform plan` over the provider, beside the same provider with native code, and beside a Go provider.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::measure::pairs;
use super::processes::{PROJECT, run};
use super::{Measured, build_release};
use crate::server::Server;
use crate::{demo, shell};

const PROVIDER: &str = "terraform-provider-servicestage";

const ADDRESS: &str = "registry.terraform.io/huaweicloud/servicestage";

/// The Go provider that most machines have which have any, and a data source of it that asks nobody.
const GO: &str = "registry.terraform.io/hashicorp/aws";
const GO_PLAN: &str = r#"
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "example"
  secret_key                  = "example"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}
data "aws_arn" "example" {
  arn = "arn:aws:rds:eu-west-1:123456789012:db:example"
}
"#;

/// Measures all three.
pub fn measure(quick: bool, mirror: Option<&Path>, measured: &mut Measured) -> Result<()> {
    let native = keep("native", &build_release(PROVIDER, &["--features", "embed,native"])?)?;
    // After it, so that what ships lies where it is expected.
    let ours = keep("component", &build_release(PROVIDER, &["--features", "embed"])?)?;
    for (id, fixture, rounds) in
        [("provider-plan", demo::EXAMPLE, 60), ("provider-plan-1k", "tests/fixtures/thousand_records", 40)]
    {
        let server = Server::start(fixture)?;
        let (ours, native) = (Folder::of(&ours, &server.address)?, Folder::of(&native, &server.address)?);
        let rounds = if quick { rounds / 4 } else { rounds };
        let pairs = pairs(rounds, || run(&mut ours.plan()), || run(&mut native.plan()))?;
        measured.insert(id, Ok(pairs.ratio(|cost| cost.wall)?));
    }
    let server = Server::start(demo::EXAMPLE)?;
    let beside_go = match Folder::of_go(mirror)? {
        Err(why) => Err(why),
        Ok(go) => {
            let ours = Folder::of(&ours, &server.address)?;
            let pairs = pairs(if quick { 2 } else { 7 }, || run(&mut ours.plan()), || run(&mut go.plan()))?;
            Ok(pairs.ratio(|cost| cost.wall)?)
        }
    };
    measured.insert("provider-vs-go", beside_go);
    Ok(())
}

/// A copy of a provider in a folder of its own, which it returns.
fn keep(name: &str, program: &Path) -> Result<PathBuf> {
    let folder = shell::target().join("bench").join(name);
    fs::create_dir_all(&folder)?;
    let place = folder.join(program.file_name().unwrap_or_default());
    // A copy over a program that is running fails, and this one may be.
    drop(fs::remove_file(&place));
    fs::copy(program, &place).with_context(|| format!("{} cannot be copied", program.display()))?;
    Ok(folder)
}

/// A folder in which Terraform plans.
struct Folder {
    path: PathBuf,
}

impl Folder {
    /// One with our data source, read by the provider in this folder from a server.
    fn of(provider: &Path, endpoint: &str) -> Result<Self> {
        let path = provider.join("plan");
        fs::create_dir_all(&path)?;
        let configuration = format!(
            "terraform {{\n  required_providers {{\n    servicestage = {{ source = \"huaweicloud/servicestage\" }}\n  }}\n}}\n\
             provider \"servicestage\" {{\n  region = \"cn-north-4\"\n  project_id = \"{PROJECT}\"\n  \
             endpoint = \"{endpoint}\"\n  token = \"example-token\"\n}}\n\
             data \"servicestage_pipelines\" \"all\" {{}}\n"
        );
        fs::write(path.join("main.tf"), configuration)?;
        let overrides = format!(
            "provider_installation {{\n  dev_overrides {{\n    \"{ADDRESS}\" = {:?}\n  }}\n}}\n",
            provider.display().to_string()
        );
        fs::write(path.join("cli.tfrc"), overrides)?;
        Ok(Self { path })
    }

    /// One with a data source of a Go provider, or why it is missing.
    fn of_go(mirror: Option<&Path>) -> Result<Result<Self, String>> {
        let Some(mirror) =
            mirror.map(Path::to_owned).into_iter().chain(mirrors()).find(|mirror| mirror.join(GO).is_dir())
        else {
            return Ok(Err(format!("no Go provider is found here: `--mirror DIR` names a folder that holds {GO}")));
        };
        let path = shell::target().join("bench/go");
        fs::create_dir_all(&path)?;
        fs::write(path.join("main.tf"), GO_PLAN)?;
        fs::write(path.join("cli.tfrc"), "")?;
        let folder = Self { path };
        // From that folder alone: nothing is asked of a registry.
        let mut init = folder.terraform("init");
        init.arg(format!("-plugin-dir={}", mirror.display()));
        run(&mut init)?;
        Ok(Ok(folder))
    }

    fn plan(&self) -> Command {
        self.terraform("plan")
    }

    fn terraform(&self, what: &str) -> Command {
        let mut command = shell::command("terraform", &[what, "-input=false", "-no-color"]);
        command.current_dir(&self.path).env("TF_CLI_CONFIG_FILE", self.path.join("cli.tfrc"));
        command.env("CHECKPOINT_DISABLE", "1").env("TF_IN_AUTOMATION", "1");
        // Whatever it tried to reach but loopback, it would not.
        command.env("HTTPS_PROXY", "http://127.0.0.1:9").env("NO_PROXY", "127.0.0.1");
        command
    }
}

/// Mirrors of the registry on this machine: those that Terraform's configuration names, and the implied ones.
fn mirrors() -> Vec<PathBuf> {
    let home = std::env::home_dir().unwrap_or_default();
    let configuration = std::env::var_os("TF_CLI_CONFIG_FILE").map_or_else(|| home.join(".terraformrc"), Into::into);
    let text = fs::read_to_string(configuration).unwrap_or_default();
    let named = text.lines().filter_map(|line| line.trim().strip_prefix("path")?.split('"').nth(1).map(PathBuf::from));
    let implied = ["/usr/local/share/terraform/plugins", "/usr/share/terraform/plugins"].map(PathBuf::from);
    named.chain([home.join(".terraform.d/plugins")]).chain(implied).collect()
}
