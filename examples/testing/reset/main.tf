# Puts the simulator back to how it began, so that a suite finds the same fleet every time. It needs no provider to install.

variable "url" {
  type        = string
  description = "Base URL of the simulator."
  default     = "http://127.0.0.1:8443"
}

resource "terraform_data" "reset" {
  provisioner "local-exec" {
    command = "curl --fail --silent --show-error --request POST ${var.url}/simulator/reset"
  }
}
