#!/usr/bin/env bash
# The main job against a local Tanium gateway: a remediation previewed, deployed, followed to its end and cancelled.
#
# usage: run.sh CLI DIRECTORY, with the directory of the two programs. Nothing is left running or behind.
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

say() { printf '\n\033[1m== %s\033[0m\n\n' "$*"; }

say "A local Tanium gateway, ten times as fast as time"
mkfifo "$work/said"
"$programs/tanium-simulator" --listen 127.0.0.1:0 --speed 10 >"$work/said" &
gateway=$!
read -r line <"$work/said"
echo "$line"

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
run() { "$cli" "$@" -no-color 2>&1 | sed '/^Warning: Provider development overrides/,/releases\.$/d' | sed '1{/^$/d}' | cat -s; }

say "Plan: whom it would reach"
run plan -input=false -out=plan
say "Apply: deployed once, and followed to its end"
run apply -input=false plan
say "Plan again: nothing to do"
"$cli" plan -input=false -no-color -detailed-exitcode >"$work/again" 2>&1 || {
  cat "$work/again"
  exit 1
}
grep "No changes" "$work/again"
say "Destroy: what is still open is cancelled"
run destroy -input=false -auto-approve
say "Done: the gateway is stopped and nothing is left"
