#!/usr/bin/env bash
# Previews, deploys, watches and cancels a remediation on the simulator. One endpoint goes offline after the plan, and one endpoint fails.
#
# usage: run.sh CLI DIRECTORY
#
# DIRECTORY has the provider and the simulator. The script leaves no process running and no file behind.
#
# The script shows the notices, the errors and the progress that Terraform prints. If a command fails, the script shows its whole output and
# fails.
set -euo pipefail
cli=$1
programs=$(realpath "$2")
here=$(realpath "$(dirname "$0")")

work=$(mktemp -d)
gateway=
clean() {
  [ -z "$gateway" ] || kill "$gateway" 2>/dev/null || true
  [ -z "$gateway" ] || wait "$gateway" 2>/dev/null || true
  rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT TERM

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }

# field NAME prints that field of the JSON object in $line, without escapes.
field() {
  local pattern="\"$1\":\"(([^\"\\]|\\\\.)*)\"" value
  [[ $line =~ $pattern ]] || return 0
  value=${BASH_REMATCH[1]}
  value=${value//\\n/$'\n'}
  value=${value//\\\"/\"}
  value=${value//\\u003c/<}
  value=${value//\\u003e/>}
  value=${value//\\u0026/"&"}
  printf '%s' "$value"
}

# tell prints the relevant messages. Terraform's messages are JSON. The provider's log is not.
tell() {
  local line told= progress= detail
  while IFS= read -r line; do
    case $line in
      *'Provider development overrides'* | *'"action":"read"'*) ;;
      '{'*'"type":"diagnostic"'*)
        printf '  %s\n' "$(field @message)"
        detail=$(field detail)
        [ -z "$detail" ] || printf '%s\n' "$detail" | fold -s -w 100 | sed 's/^/    /; s/ *$//'
        ;;
      '{'*'"type":"apply_start"'* | '{'*'"type":"apply_complete"'* | '{'*'"type":"apply_errored"'* | '{'*'"type":"change_summary"'*)
        printf '  %s\n' "$(field @message)"
        ;;
      *': following an action: '*)
        [[ $line =~ results=\"([^\"]*)\" ]] && progress=${BASH_REMATCH[1]}
        [ "$progress" = "$told" ] || printf '    %s\n' "$progress"
        told=$progress
        ;;
    esac
  done
}

# run runs a Terraform command that must succeed, and prints its messages.
run() {
  TF_LOG_PROVIDER=INFO "$cli" "$1" -json -input=false "${@:2}" 2>&1 | tee "$work/said" | tell || {
    printf '\n%s failed:\n' "$*"
    cat "$work/said"
    exit 1
  } >&2
}

say "Start a local Tanium gateway, ten times as fast as time"
mkfifo "$work/gateway"
"$programs/tanium-simulator" --listen 127.0.0.1:0 --speed 10 --fleet "$here/fleet.yaml" >"$work/gateway" &
gateway=$!
read -r line <"$work/gateway"
echo "  $line"

cat >"$work/cli.tfrc" <<EOF
provider_installation {
  dev_overrides {
    "tanium-community/tanium" = "$programs"
  }
  direct {}
}
EOF
export TF_CLI_CONFIG_FILE=$work/cli.tfrc TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1
export TANIUM_URL=${line#listening on } TANIUM_API_TOKEN=token-simulator
cp "$here"/*.tf "$work"
cd "$work"

say "Plan: the action reaches the servers that run the vulnerable program"
run plan -out=plan

say "One of them, win-dc-02, goes offline"
curl --fail --silent --show-error --output "$work/said" --data '[{"id": "100202", "online": false}]' "$TANIUM_URL/simulator/endpoints"
echo "  It does not answer any more."

say "Apply: the endpoints are counted again, and the action is followed to its end"
echo '  The counters while it waits come from the log of the provider: TF_LOG_PROVIDER=INFO.'
run apply plan

say "Results: one endpoint failed"
echo '  The apply succeeded all the same, because main.tf has on_failure = "warn". By default, it fails.'
"$cli" output -raw results | sed 's/^/  /'
echo

say "Plan again: nothing to do"
run plan -detailed-exitcode

say "Destroy: what is still open is cancelled"
run destroy -auto-approve

say "Done: the gateway is stopped and nothing is left"
