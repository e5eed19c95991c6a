# By the ID of the scheduled action, not that of the action which it issued.
terraform import tanium_action.kill_openssh 88001
