variable "endpoint_ids" {
  type        = set(string)
  description = "IDs of the endpoints to quarantine, 1 to 25. Exactly one of endpoint_ids and computer_group is required."
  default     = null

  validation {
    condition     = (var.endpoint_ids == null) != (var.computer_group == null)
    error_message = "Exactly one of endpoint_ids and computer_group is required."
  }

  validation {
    condition     = var.endpoint_ids == null || try(length(var.endpoint_ids) >= 1 && length(var.endpoint_ids) <= 25, false)
    error_message = "endpoint_ids has 1 to 25 IDs. Use a computer group for more endpoints."
  }

  validation {
    condition     = alltrue([for id in coalesce(var.endpoint_ids, []) : can(regex("^[0-9]+$", id))])
    error_message = "An endpoint ID is a number, such as 274177. It is not the name of the endpoint."
  }
}

variable "computer_group" {
  type        = string
  description = "Name of the computer group to quarantine. Exactly one of endpoint_ids and computer_group is required."
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
