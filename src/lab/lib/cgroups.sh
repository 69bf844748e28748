# cgroups.sh: every process of a lab lives under one cgroup in each hierarchy, below the one this script was started in
# (so limits set on us hold for the lab too). That is how 'down' finds them all.
# shellcheck shell=bash

# Lines of /proc/self/cgroup are hierarchy:controllers:path. Controllers may share a hierarchy, as cpu,cpuacct often do.
cgroup_hierarchies() { awk -F: '$2 != "" {print $2}' /proc/self/cgroup; }
cgroup_path() { awk -F: -v want="$1" '$2 == want {print $3}' /proc/self/cgroup; }                                     # HIERARCHY
cgroup_mount() { awk -v want="$1" '$3 == "cgroup" && index("," $4 ",", "," want ",") {print $2; exit}' /proc/mounts; } # CONTROLLER

# The last hierarchy, without a name, is version 2; a lab without nodes can do with that one alone.
# The folders of the lab in every hierarchy, remembered at 'up': a later command may run in another cgroup.
make_cgroups() {
  local hierarchy
  make_lab_cgroup "$(awk '$3 == "cgroup2" {print $2; exit}' /proc/mounts)" "$(cgroup_path '')"
  for hierarchy in $(cgroup_hierarchies); do
    make_lab_cgroup "$(cgroup_mount "${hierarchy%%,*}")" "$(cgroup_path "$hierarchy")"
  done
}

make_lab_cgroup() { # MOUNT PATH
  [[ -n $1 ]] || return 0
  make_cgroup "$1${2%/}/$LAB"
  echo "$1${2%/}/$LAB" >>"$STATE/cgroups"
}

make_cgroup() { # FOLDER
  local file
  mkdir -p "$1"
  for file in cpuset.cpus cpuset.mems; do # empty in a new group, which then takes no process
    [[ ! -e $1/$file || -n $(cat "$1/$file") ]] || cat "$1/../$file" >"$1/$file"
  done
}

# Moves the calling (sub)shell, so what it starts is born there.
enter_cgroup() { # GROUP
  local folder
  while read -r folder; do
    make_cgroup "$folder/$1"
    echo "$BASHPID" >"$folder/$1/cgroup.procs"
  done <"$STATE/cgroups"
}

cgroup_folders() { find /sys/fs/cgroup -type d -path "*/$LAB${1:+/$1}" -prune 2>/dev/null || true; } # [GROUP]

cgroup_processes() { # [GROUP]: of the lab, or of one group of it
  local folder
  for folder in $(cgroup_folders "${1:-}"); do
    find "$folder" -name cgroup.procs -exec cat {} + 2>/dev/null || true
  done | sort -un
}

# Kills all there is, and again until nothing is left: a process may have been born in between.
kill_cgroup() { # [GROUP]
  local processes
  for _ in $(seq 100); do
    processes=$(cgroup_processes "${1:-}")
    [[ -n $processes ]] || return 0
    # shellcheck disable=SC2086  # a list
    kill -9 $processes 2>/dev/null || true
    sleep 0.05
  done
  die "processes of $LAB${1:+/$1} do not end: $processes"
}

remove_cgroups() { # [GROUP]
  local folder
  for _ in $(seq 50); do
    for folder in $(cgroup_folders "${1:-}"); do
      find "$folder" -depth -type d -exec rmdir {} + 2>/dev/null || true
    done
    [[ -n $(cgroup_folders "${1:-}") ]] || return 0
    sleep 0.1
  done
  die "cgroups left behind: $(cgroup_folders "${1:-}" | tr '\n' ' ')"
}
