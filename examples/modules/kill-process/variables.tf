variable "process" {
  type        = string
  description = "Name of the process to end, as the sensor Running Processes reports it, such as sshd.exe."

  validation {
    condition     = can(regex("^[^/\\\\|*]+$", var.process))
    error_message = "process is the name of one process, without a path and without wildcards."
  }
}

variable "computer_group" {
  type        = string
  description = "Name of a computer group that limits the endpoints. Default: every endpoint that runs the process."
  default     = null
}

variable "filter" {
  type        = any
  description = "Filter that the endpoints must also match. Default: every endpoint that runs the process."
  default     = null
}

variable "action_group" {
  type        = string
  description = "Name of the action group that limits the deployment."
  default     = "All Computers"
}

variable "comment" {
  type        = string
  description = "Comment on the action, such as a ticket number. A change deploys a new action."
  default     = null
}

variable "max_endpoints" {
  type        = number
  description = "Maximum number of endpoints that the action may reach."
  default     = 10

  validation {
    condition     = var.max_endpoints >= 1 && floor(var.max_endpoints) == var.max_endpoints
    error_message = "max_endpoints is a whole number of at least 1."
  }
}

variable "max_failed_percent" {
  type        = number
  description = "Percentage of the endpoints that may fail. If more fail, the apply fails."
  default     = 0

  validation {
    condition     = var.max_failed_percent >= 0 && var.max_failed_percent <= 100
    error_message = "max_failed_percent is a percentage from 0 to 100."
  }
}
