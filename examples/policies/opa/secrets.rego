# Refuses secrets outside write-only arguments: a plan and a state keep them as clear text.
package tanium

# Terraform marks a value as sensitive, also one that is known after apply only.
deny contains message if {
	some deployment in deployments
	some path in sensitive_paths(deployment)
	message := sprintf("%s: %s has a sensitive value. %s", [deployment.address, dotted(path), advice])
}

# A reference to a sensitive variable stays visible where nonsensitive() removed the mark.
deny contains message if {
	some deployment in deployments
	some module, content in modules
	some resource in content.resources
	without_keys(deployment.address) == concat(".", array.concat(module, [resource.address]))
	walk(resource.expressions, [path, expression])
	some reference in expression.references
	[kind, name] := split(reference, ".")
	kind == "var"
	content.variables[name].sensitive
	not is_write_only(path)
	not is_reported(deployment, path)
	message := sprintf(
		"%s: %s refers to the sensitive variable %q. %s",
		[deployment.address, dotted(path), name, advice],
	)
}

advice := "Use package.parameters_wo of the resource tanium_action with an ephemeral value, or leave it out."

sensitive_paths(deployment) := {path |
	walk(deployment.sensitive, [path, true])
	not is_write_only(path)
}

is_write_only(path) if {
	path[0] == "package"
	path[1] in {"parameters_wo", "sensor_sourced_parameters_wo"}
}

is_reported(deployment, argument) if {
	some path in sensitive_paths(deployment)
	array.slice(path, 0, count(argument)) == argument
}

# Modules of the configuration, by the address of their instances without keys.
modules[address] := module if {
	walk(input.configuration.root_module, [path, module])
	every i, step in path {
		step == ["module_calls", step, "module"][i % 3]
	}
	count(path) % 3 == 0
	address := [part |
		some i, name in path
		i % 3 == 1
		some part in ["module", name]
	]
}

without_keys(address) := regex.replace(address, `\[("(\\.|[^"\\])*"|[0-9]+)\]`, "")
