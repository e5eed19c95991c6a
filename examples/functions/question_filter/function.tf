# Lists the pilot endpoints and the Linux endpoints.
data "tanium_endpoints" "pilot" {
  filter = provider::tanium::question_filter(
    "Get Computer Name from all machines with ( Custom Tag Exists[Pilot] equals True or All Linux )",
    { "Custom Tag Exists" = ["tag"] },
  )
  source {
    live {}
  }
}
