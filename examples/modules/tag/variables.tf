variable "tags" {
  type        = list(string)
  description = "Custom tags to add. A tag has no white space."

  validation {
    condition     = length(var.tags) >= 1 && alltrue([for tag in var.tags : can(regex("^\\S+$", tag))])
    error_message = "tags has at least one tag, and a tag has no white space."
  }
}

variable "filter" {
  type        = any
  description = "Filter of the endpoints to tag, in the filter language of the provider. null: every endpoint of the action group."
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
  default     = 100

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
