//! Lists the failed release tasks of a region: `cargo run --example list -- --region cn-north-4`, with credentials from
//! the environment or a profile.

use servicestage::{Client, Query, Status};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut builder = Client::builder();
    let mut arguments = std::env::args().skip(1);
    while let (Some(flag), Some(value)) = (arguments.next(), arguments.next()) {
        builder = match flag.as_str() {
            "--region" => builder.region(value),
            "--project-id" => builder.project_id(value),
            "--endpoint" => builder.endpoint(value),
            _ => return Err(format!("{flag} is not known; write --region, --project-id or --endpoint").into()),
        };
    }
    let failed = Query::new().status([Status::Failed, Status::RollbackFailed]);
    let listing = builder.build()?.list_pipelines(failed).await?;
    for pipeline in &listing.pipelines {
        println!("{} {}", pipeline.id, pipeline.name.as_deref().unwrap_or_default());
    }
    println!("{} of {} release tasks failed", listing.matched, listing.total);
    Ok(())
}
