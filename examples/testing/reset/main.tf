# Resets the simulator to its initial state, so that a suite finds the same fleet every time. Terraform installs no provider for it.
# The command reads the address of the simulator from the environment, as the provider does.

resource "terraform_data" "reset" {
  triggers_replace = timestamp() # also if a run of the same file has reset it before

  provisioner "local-exec" {
    command = "curl --fail --silent --show-error --request POST \"$TANIUM_URL/simulator/reset\""
  }
}
