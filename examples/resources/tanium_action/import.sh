# Use the ID of the scheduled action, not the ID of the action that it issued.
terraform import tanium_action.kill_openssh 88001
