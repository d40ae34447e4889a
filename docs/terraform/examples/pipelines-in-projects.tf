# The same of several projects, with one provider.
variable "projects" {
  type    = map(string)
  default = {}
}

data "servicestage_pipelines" "of" {
  for_each   = var.projects
  project_id = each.value
}

output "how_many" {
  value = { for name, pipelines in data.servicestage_pipelines.of : name => pipelines.total }
}
