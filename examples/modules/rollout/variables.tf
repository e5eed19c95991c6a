variable "name" {
  type        = string
  description = "Name of the rollout. The name of an action is that of the rollout and of its ring."
}

variable "package" {
  type = object({
    name                      = string
    parameters                = optional(list(string))
    sensor_sourced_parameters = optional(map(string))
  })
  description = "Package to run, and its parameters."
}

variable "rings" {
  type = list(object({
    name               = string
    to_percent         = number
    max_endpoints      = number
    max_failed         = optional(number)
    max_failed_percent = optional(number)
    bake_time          = optional(string, "0s")
    timeout            = optional(string)
    approval           = optional(bool, false)
    attempt            = optional(number, 1)
  }))
  description = "One to five rings, in their order. A ring deploys to the share of endpoints from the to_percent of the ring before it to its own."

  validation {
    condition     = length(var.rings) >= 1 && length(var.rings) <= 5
    error_message = "A rollout has one to five rings."
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
    condition     = alltrue([for ring in var.rings : ring.max_endpoints >= 1 && floor(ring.max_endpoints) == ring.max_endpoints])
    error_message = "max_endpoints is a whole number of at least 1."
  }
  validation {
    condition = alltrue([
      for ring in var.rings : ring.max_failed == null || try(ring.max_failed >= 0 && floor(ring.max_failed) == ring.max_failed, false)
    ])
    error_message = "max_failed is a whole number of at least 0."
  }
  validation {
    condition = alltrue([
      for ring in var.rings : ring.max_failed_percent == null || try(ring.max_failed_percent >= 0 && ring.max_failed_percent <= 100, false)
    ])
    error_message = "max_failed_percent is a percentage from 0 to 100."
  }
  validation {
    condition     = alltrue([for ring in var.rings : ring.attempt >= 1 && floor(ring.attempt) == ring.attempt])
    error_message = "attempt is a whole number of at least 1."
  }
}

variable "max_endpoints" {
  type        = number
  description = "Maximum number of endpoints that all rings together may reach. The plan counts every ring, also those that are not open, and fails before anything is deployed. null: no limit."
  default     = null

  validation {
    condition     = var.max_endpoints == null || try(var.max_endpoints >= 1 && floor(var.max_endpoints) == var.max_endpoints, false)
    error_message = "max_endpoints is a whole number of at least 1."
  }
}

variable "approved" {
  type        = set(string)
  description = "Names of the rings with approval = true that may be deployed to. It approves nothing in Tanium. Leave them in: without its name, a ring that was deployed to is cancelled, and so are those after it."
  default     = []

  validation {
    condition     = length(setsubtract(var.approved, var.rings[*].name)) == 0
    error_message = "approved has the names of rings."
  }
}

variable "filter" {
  type        = any
  description = "Filter of the endpoints of all rings, in the filter language of the provider. null: every endpoint of the action group."
  default     = null
}

variable "action_group" {
  type        = string
  description = "Name of the action group that limits the deployments."
  default     = "All Computers"
}

variable "comment" {
  type        = string
  description = "Comment on the actions, such as a ticket number. A change deploys new actions."
  default     = null
}

variable "tanium_approval" {
  type        = string
  description = "What an apply does while Tanium requires that another user approves the action of a ring. wait: it waits. continue: it ends with an error that names the action, and the next apply resumes waiting. No ring opens before the ring before it was approved in Tanium and succeeded."
  default     = "wait"

  validation {
    condition     = contains(["wait", "continue"], var.tanium_approval)
    error_message = "tanium_approval is wait or continue."
  }
}

variable "on_failure" {
  type        = string
  description = "What an apply does if the last open ring has not succeeded. error: it fails. warn: it does not, and the output problem says why. If an open ring follows, the apply always fails."
  default     = "error"

  validation {
    condition     = contains(["error", "warn"], var.on_failure)
    error_message = "on_failure is error or warn."
  }
}

variable "sample_size" {
  type        = number
  description = "Number of endpoints of each open ring that the plan names."
  default     = 5

  validation {
    condition     = var.sample_size >= 0 && floor(var.sample_size) == var.sample_size
    error_message = "sample_size is a whole number of at least 0."
  }
}
