# build.sh: builds the tools into a cache, each keyed by a hash of its own sources, with progress on the terminal.
# shellcheck shell=bash

declare -A TOOL # name → folder in the cache, filled by build_all

# Runs a command with its output in a log, and says every 15 s that it is still at it.
with_progress() { # WHAT LOG COMMAND...
  local what=$1 log=$2 begin=$SECONDS ticks=0 pid
  shift 2
  "$@" >>"$log" 2>&1 &
  pid=$!
  while kill -0 $pid 2>/dev/null; do
    sleep 0.2
    ((++ticks % 65)) || say "$what: $((SECONDS - begin)) s, still at it ($(tail -n 1 "$log" | cut -c1-60))"
  done
  wait $pid || { say "$what: failed after $((SECONDS - begin)) s"; return 1; }
  say "$what: done in $((SECONDS - begin)) s"
}

source_hash() { # FOLDER: of the names and contents of its files, and of the compiler
  { echo "$KUBERNETES_VERSION $(go env GOVERSION GOARCH)"; cd "$LAB_SOURCE" || exit; find "$1" -type f ! -name '*_test.go' | LC_ALL=C sort |
    xargs sha256sum; } | sha256sum | cut -c1-16
}

# Until the build has ended; also while it installs packages.
one_build_at_a_time() {
  mkdir -p "$CACHE"
  exec 8>"$CACHE/build.lock"
  flock -n 8 || { say "waiting for another build"; flock 8; }
}

# With no nodes to run, what they run is not built.
build_all() { # NODES
  one_build_at_a_time
  local containerd=github.com/containerd/containerd/v2/cmd version=${KUBERNETES_VERSION#v} package=k8s.io/component-base/version
  local minor=${version#*.}
  build_tool traffic '' .
  if (($1)); then
    build_tool pause '' .
    build_tool controller '' .
    build_tool containerd 'no_btrfs no_devmapper no_zfs' $containerd/containerd $containerd/containerd-shim-runc-v2 $containerd/ctr
  fi
  # A binary that does not know its version is refused by its own kubectl and by clients that look at it.
  LDFLAGS="-X $package.gitVersion=$KUBERNETES_VERSION -X $package.gitMajor=${version%%.*} -X $package.gitMinor=${minor%%.*}" \
    build_tool k8s '' .
  ((!$1)) || build_images
  exec 8>&-
}

build_tool() { # FOLDER TAGS PACKAGES...
  local name=$1 tags=$2 fresh log=$CACHE/$1.log
  shift 2
  TOOL[$name]=$CACHE/$name-$(source_hash "$name")
  [[ ! -d ${TOOL[$name]} ]] || return 0
  fresh=${TOOL[$name]}.part
  rm -rf "$fresh"
  mkdir -p "$fresh"
  : >"$log"
  # A folder takes its name only when it is complete, so an interrupted build is never mistaken for a result.
  with_progress "building $name" "$log" compile "$name" "$tags" "$fresh/" "$@" ||
    { tail -n 20 "$log" >&2; die "building $name failed; the log is $log"; }
  mv "$fresh" "${TOOL[$name]}"
}

compile() { # FOLDER TAGS OUTPUT PACKAGES...
  local folder=$1 tags=$2 output=$3
  shift 3
  cd "$LAB_SOURCE/$folder" || return
  # Static, and without paths or version control in it: the same sources give the same binary in every worktree.
  CGO_ENABLED=0 GOFLAGS='' GOWORK=off go build -v -trimpath -buildvcs=false -mod=readonly -tags "$tags" \
    -ldflags "-s -w ${LDFLAGS:-}" -o "$output" "$@" 8>&-
}
