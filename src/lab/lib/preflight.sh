# preflight.sh: says at once what the machine lacks, and installs what Debian's package manager can give.
# shellcheck shell=bash

# program:package, what the lab calls and where Debian has it
PROGRAMS=(ip:iproute2 openssl:openssl curl:curl flock:util-linux setsid:util-linux)
NODE_PROGRAMS=(runc:runc nft:nftables conntrack:conntrack iptables:iptables nginx:nginx-light nsenter:util-linux)
PATH=$PATH:/usr/sbin:/sbin
INOTIFY_INSTANCES=1024

preflight_build() { # NODES BALANCER
  [[ $(uname -s) == Linux ]] || die "needs Linux; this is $(uname -s)"
  [[ $(uname -m) == x86_64 || $(uname -m) == aarch64 ]] || die "needs x86-64 or arm64; this is $(uname -m)"
  install_packages "$1" "$2"
  command -v go >/dev/null || die "Go is missing: install Go 1.26 or newer from https://go.dev/dl/ and put it on PATH"
}

preflight_up() { # NODES BALANCER
  need_root
  preflight_build "$1" "$2"
  need_addresses
  need_files
  need_kernel veth "virtual network cables" test_veth
  need_watches "$1"
  (($1)) || return 0
  need_cgroups
  need_kernel overlay "overlayfs" grep -qw overlay /proc/filesystems
  need_kernel nf_tables "nftables" nft list tables
  need_kernel nf_conntrack "connection tracking with timeouts that a node can set for itself" test_conntrack
}

install_packages() { # NODES BALANCER
  local missing=() entry wanted=("${PROGRAMS[@]}")
  ((!$1)) || wanted+=("${NODE_PROGRAMS[@]}")
  [[ $2 == no ]] || wanted+=(haproxy:haproxy)
  for entry in "${wanted[@]}"; do
    command -v "${entry%%:*}" >/dev/null || missing+=("${entry#*:}")
  done
  ((!$1)) || [[ -x /usr/lib/cni/ptp && -x /usr/lib/cni/portmap ]] || missing+=(containernetworking-plugins)
  ((${#missing[@]})) || return 0
  command -v apt-get >/dev/null || die "missing: ${missing[*]} (Debian's names). Install them with your package manager."
  need_root
  say "installing ${missing[*]}"
  local log policy=/usr/sbin/policy-rc.d done=yes
  log=$(mktemp)
  # Debian would start nginx and haproxy as services of this machine; a policy of "no" keeps them off.
  if [[ -e $policy ]]; then policy=''; else printf '#!/bin/sh\nexit 101\n' >$policy; chmod +x $policy; fi
  with_progress "package lists" "$log" apt-get update || done=no
  with_progress "packages" "$log" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" || done=no
  [[ -z $policy ]] || rm -f $policy
  [[ $done == yes ]] || { tail -n 20 "$log" >&2; die "could not install ${missing[*]}"; }
  rm -f "$log"
}

need_cgroups() {
  local controller
  for controller in cpu cpuacct cpuset memory devices freezer blkio pids; do
    [[ -n $(cgroup_mount "$controller") ]] && continue
    if [[ $(stat -f -c %T /sys/fs/cgroup) == cgroup2fs ]]; then
      die "this machine has cgroup v2 only, which the lab's nodes do not support: they run on cgroup v1. Boot with" \
        "systemd.unified_cgroup_hierarchy=0 where kernel and systemd still allow it. Tests without nodes do not need it: make test."
    fi
    die "the cgroup v1 controller '$controller' is not mounted under /sys/fs/cgroup"
  done
}

need_kernel() { # MODULE WHAT CHECK...
  local module=$1 what=$2
  shift 2
  "$@" >/dev/null 2>&1 && return 0
  modprobe "$module" 2>/dev/null || true
  "$@" >/dev/null 2>&1 || die "the kernel has no $what (module $module)"
}

test_veth() { ip link add "itlabtest$NUMBER" type veth peer name "itlabpeer$NUMBER" && ip link del "itlabtest$NUMBER"; }

# Nodes set how long an attempt to connect is remembered (see node-init.sh); until the module is loaded there is nothing to set.
test_conntrack() {
  unshare --net --mount --pid --fork --mount-proc bash -c 'echo 5 >/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_syn_sent'
}

need_addresses() {
  local taken
  taken=$(ip -4 route show root "$RANGE" | grep -v -e "dev $HOST_LINK" -e '^unreachable' || true)
  [[ -z $taken ]] || die "the lab's addresses $RANGE are used by this machine: $taken"
}

# The kernel allows a user so many inotify instances on the whole machine, often 128. A containerd that gets none comes up
# without its CRI service, and a node without that never becomes Ready. Labs come up side by side, so what each sees in use is no
# measure for all: the limit is raised to what any number of labs needs, and stays so until the machine boots.
need_watches() { # NODES
  local file=/proc/sys/fs/inotify/max_user_instances used needed=$(($1 * 9 + 4)) limit
  limit=$(cat $file)
  ((limit < INOTIFY_INSTANCES)) || return 0
  if { echo $INOTIFY_INSTANCES >$file; } 2>/dev/null; then
    say "raised fs.inotify.max_user_instances of this machine from $limit to $INOTIFY_INSTANCES"
    return 0
  fi
  used=$(($(watches /proc/[0-9]*/fd) - $(lab_watches)))
  ((used + needed <= limit)) || die "inotify instances: $used of $limit are in use, this lab needs $needed, and the limit cannot be" \
    "raised from here. End another lab, or raise it: sysctl -w fs.inotify.max_user_instances=$INOTIFY_INSTANCES"
}

# Those of an earlier lab of this number, which 'up' is about to remove.
lab_watches() {
  local processes
  mapfile -t processes < <(cgroup_processes)
  processes=("${processes[@]/#//proc/}")
  watches /dev/null "${processes[@]/%//fd}"
}

# Processes end while one looks: that is no failure.
watches() { { find "$@" -lname 'anon_inode:inotify' 2>/dev/null || true; } | wc -l; } # FOLDERS

need_files() {
  local files
  files=$(ulimit -Hn)
  [[ $files == unlimited || $files -ge 16384 ]] || die "the limit of open files is $files; the lab needs 16384 (ulimit -Hn)"
  ulimit -Sn "$files"
}
