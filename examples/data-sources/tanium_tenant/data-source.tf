# Whether this tenant and token allow what the provider does. Findings that matter are warnings of the plan.
data "tanium_tenant" "this" {}

output "token_of" {
  value = data.tanium_tenant.this.user.username
}

output "findings" {
  value = [for finding in data.tanium_tenant.this.findings : "${finding.severity}: ${finding.summary} ${finding.remedy}"]
}
