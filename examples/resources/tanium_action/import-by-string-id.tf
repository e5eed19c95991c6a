import {
  to = tanium_action.kill_openssh
  id = "88001" # the ID of the scheduled action, not of the action that it issued
}
