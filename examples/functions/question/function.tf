# Prints the question to ask in the Tanium console.
output "question" {
  value = provider::tanium::question({
    filters = [
      { sensor = { name = "OS Platform" }, value = "Windows" },
      { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = "wks-" },
    ]
  })
}
