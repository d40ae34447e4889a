# Every release task of the region's project.
data "servicestage_pipelines" "all" {}

# The ten failed ones that ran last.
data "servicestage_pipelines" "failed" {
  statuses = ["failed", "rollback_failed"]
  order_by = "last_trigger_at"
  limit    = 10
}

output "failed" {
  value = {
    for pipeline in data.servicestage_pipelines.failed.pipelines : pipeline.id => pipeline.last_trigger_at
  }
}
