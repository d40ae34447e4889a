terraform {
  required_providers {
    servicestage = {
      source = "huaweicloud/servicestage"
    }
  }
}

# Credentials come from the environment: HW_ACCESS_KEY and HW_SECRET_KEY, or HW_AUTH_TOKEN.
provider "servicestage" {
  region = "cn-north-4"
}
