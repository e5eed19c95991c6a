#!/usr/bin/env bash
# Installs the provider and the simulator from source: `make install` runs it.
#
# usage: install.sh [CONFIG]
#
# The provider goes into a filesystem mirror, from which Terraform and OpenTofu install it without a
# network. The CLI configuration that names the mirror is printed, or written to the file CONFIG.
set -euo pipefail

fail() {
  echo "make install: $*" >&2
  exit 1
}

[ -n "${HOME:-}" ] || fail 'HOME is not set.'
config=${1:-}
config=${config/#\~\//$HOME/} # some shells do not expand ~ in CONFIG=~/FILE
[ -z "$config" ] || [ "${config:0:1}" = / ] || config=$PWD/$config
cd "$(dirname "$0")/../.."

mark='# Written by "make install" of the Tanium provider, which may write it again.'
if [ -d "$config" ]; then
  fail "$config is a folder. Give CONFIG the path of a file."
elif [ -e "$config" ] && [ "$(head -n 1 "$config")" != "$mark" ]; then
  fail "$config exists, and make install did not write it. Give CONFIG another path, or run make install" \
    'without CONFIG and paste what it prints.'
elif [ -n "$config" ] && [ ! -d "$(dirname "$config")" ]; then
  fail "The folder $(dirname "$config") does not exist. Create it, or give CONFIG another path."
fi

version=0.0.1
platform=$(go env GOOS)_$(go env GOARCH)
mirror=${XDG_DATA_HOME:-$HOME/.local/share}/terraform-provider-tanium/mirror
program=terraform-provider-tanium_v$version$(go env GOEXE)

# The program does not contain the state of the repository, so the same source makes the same
# program, with the checksum that Terraform recorded.
flags=(-buildvcs=false -ldflags "-X main.version=$version")
mkdir -p "$mirror"
go build "${flags[@]}" -o "$mirror/.new" .
for host in registry.terraform.io registry.opentofu.org; do
  folder=$mirror/$host/tanium-community/tanium/$version/$platform
  mkdir -p "$folder"
  cp "$mirror/.new" "$folder/.new"
  mv -f "$folder/.new" "$folder/$program" # a running provider keeps the old program
done
rm "$mirror/.new"
go install "${flags[@]}" ./internal/cmd/tanium-simulator
programs=$(go env GOBIN)
if [ -z "$programs" ]; then
  programs=$(go env GOPATH)
  programs=${programs%%:*}/bin
fi

quoted=${mirror//\\/\\\\}
quoted=${quoted//\"/\\\"}
configuration="provider_installation {
  filesystem_mirror {
    path    = \"$quoted\"
    include = [\"tanium-community/tanium\"]
  }
  direct {
    exclude = [\"tanium-community/tanium\"]
  }
}"

echo "Installed the provider, version $version, in $mirror"
echo "Installed tanium-simulator in $programs"
case ":$PATH:" in
*":$programs:"*) ;;
*)
  echo
  echo "That folder is not on PATH. To add it in this shell:"
  echo
  echo "  export PATH=\"$programs:\$PATH\""
  ;;
esac
echo
if [ -n "$config" ]; then
  printf '%s\n%s\n' "$mark" "$configuration" >"$config"
  echo "Wrote the CLI configuration to $config. To use it in this shell:"
  echo
  echo "  export TF_CLI_CONFIG_FILE=\"$config\""
else
  echo "Paste this into your CLI configuration, ~/.terraformrc or ~/.tofurc:"
  echo
  echo "$configuration"
fi
