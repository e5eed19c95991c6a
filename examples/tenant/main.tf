# Whether this tenant and token allow what the provider does. The guide "First run on your tenant" explains the findings.
data "tanium_tenant" "this" {}

output "findings" {
  value = data.tanium_tenant.this.findings
}
