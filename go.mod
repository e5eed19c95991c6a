module github.com/tanium-community/terraform-provider-tanium

go 1.26.0
