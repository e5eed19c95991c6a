terraform {
  required_providers {
    tanium = {
      source = "tanium-community/tanium"
    }
  }
}

provider "tanium" {
  url       = "https://example-api.cloud.tanium.com" # or TANIUM_URL
  api_token = var.tanium_api_token                   # or TANIUM_API_TOKEN
}

variable "tanium_api_token" {
  type      = string
  sensitive = true
}
