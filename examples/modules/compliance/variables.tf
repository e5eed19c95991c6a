variable "name" {
  type        = string
  description = "Name of what is declared. The name of an action is this name and that of its ring."
}

variable "filter" {
  type        = any
  description = "Filter of the endpoints that are out of compliance, in the filter language of the provider. An endpoint that is remediated must not match any more."
  nullable    = false
}

variable "package" {
  type = object({
    name                      = string
    parameters                = optional(list(string))
    sensor_sourced_parameters = optional(map(string))
  })
  description = "Package that remediates an endpoint, and its parameters."
}

variable "rings" {
  type = list(object({
    name             = string
    to_percent       = number
    accept_remaining = optional(number, 0)
  }))
  description = "One to five rings, in their order. A ring has the share of endpoints from the to_percent of the ring before it to its own."

  validation {
    condition     = length(var.rings) >= 1 && length(var.rings) <= 5
    error_message = "There are one to five rings."
  }
  validation {
    condition     = length(distinct(var.rings[*].name)) == length(var.rings)
    error_message = "The names of the rings differ."
  }
  validation {
    condition = alltrue([
      for i, ring in var.rings : ring.to_percent > (i == 0 ? 0 : var.rings[i - 1].to_percent) && ring.to_percent <= 100 && floor(ring.to_percent) == ring.to_percent
    ])
    error_message = "to_percent is a whole number from 1 to 100, and greater than that of the ring before it."
  }
  validation {
    condition     = alltrue([for ring in var.rings : ring.accept_remaining >= 0 && floor(ring.accept_remaining) == ring.accept_remaining])
    error_message = "accept_remaining is a whole number of at least 0."
  }
}

variable "max_endpoints" {
  type        = number
  description = "Maximum number of endpoints of all rings together that may be out of compliance. If there are more, the plan fails, and nothing is deployed."

  validation {
    condition     = var.max_endpoints >= 1 && floor(var.max_endpoints) == var.max_endpoints
    error_message = "max_endpoints is a whole number of at least 1."
  }
}

variable "action_group" {
  type        = string
  description = "Name of the action group that limits the deployments."
  default     = "All Computers"
}

variable "comment" {
  type        = string
  description = "Comment on the actions, such as a ticket number."
  default     = null
}

variable "verify_timeout" {
  type        = string
  description = "How long the endpoints of a ring may take to leave the filter after the action."
  default     = "10m"
}
