# images.sh: packs the images pause and nginx from local files; nodes import them, so nothing is ever pulled.
# shellcheck shell=bash

# Tags of lab.local/nginx. All have the same content: changing from one to another is a rollout all the same.
NGINX_TAGS=(1 2 3 4)

build_images() {
  local nginx key folder
  nginx=$(command -v nginx)
  key=$({ sha256sum "$nginx" "$(command -v sleep)"; echo "${TOOL[pause]##*/} ${TOOL[controller]##*/}"; cat "$LAB_SOURCE/conf/nginx.conf" "$LAB_SOURCE/lib/images.sh"; } |
    sha256sum | cut -c1-16)
  TOOL["images"]=$CACHE/images-$key
  [[ ! -d ${TOOL[images]} ]] || return 0
  folder=$(mktemp -d "$CACHE/images.XXXXXX")
  mkdir -p "$folder/pause-root" "$folder/out"
  cp "${TOOL[pause]}/pause" "$folder/pause-root/"
  pack "$folder" pause-root '{"Entrypoint":["/pause"]}' pause.tar lab.local/pause:1
  nginx_root "$nginx" "$folder/nginx-root"
  # SIGQUIT lets nginx finish what it is serving. Command and arguments of a pod can replace entrypoint and Cmd.
  pack "$folder" nginx-root '{"Entrypoint":["/usr/sbin/nginx"],"Cmd":["-g","daemon off;"],"StopSignal":"SIGQUIT",
    "ExposedPorts":{"8080/tcp":{},"10254/tcp":{}}}' nginx.tar "${NGINX_TAGS[@]/#/lab.local/nginx:}"
  mv "$folder/out" "${TOOL[images]}"
  rm -rf "$folder"
  say "packed the images"
}

# The machine's nginx, and the sleep that an image for pods usually has, with the libraries that they link; there is no shell.
nginx_root() { # BINARY ROOT
  local root=$2 library
  mkdir -p "$root"/{etc/nginx,usr/bin,usr/sbin,run,var/log/nginx,var/lib/nginx,tmp,srv}
  cp "$1" "$root/usr/sbin/nginx"
  cp "$(command -v sleep)" "$root/usr/bin/sleep"
  cp "${TOOL[controller]}/controller" "$root/nginx-ingress-controller"
  { { ldd "$1"; ldd "$root/usr/bin/sleep"; } | grep -oE '/[^ ]+'; find /lib/ /usr/lib/ -maxdepth 2 -name 'libnss_files.so.2'; } | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
  done
  echo 'root:x:0:0:root:/:/' >"$root/etc/passwd"
  echo 'root:x:0:' >"$root/etc/group"
  echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
  head -c 300000 /dev/zero | tr '\0' x >"$root/srv/slow"
  cp "$LAB_SOURCE/conf/nginx.conf" "$root/etc/nginx/nginx.conf"
}

# A docker archive: one layer, its configuration, and a list of names.
pack() { # FOLDER ROOT CONFIG ARCHIVE NAMES...
  local folder=$1 root=$2 config=$3 archive=$4 sha names arch=amd64
  shift 4
  [[ $(uname -m) != aarch64 ]] || arch=arm64
  names=$(printf ',"%s"' "$@")
  mkdir -p "$folder/pack"
  tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$folder/$root" -cf "$folder/pack/layer.tar" .
  sha=$(sha256sum "$folder/pack/layer.tar" | cut -d' ' -f1)
  echo "{\"architecture\":\"$arch\",\"os\":\"linux\",\"config\":$config,\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:$sha\"]}}" \
    >"$folder/pack/config.json"
  echo "[{\"Config\":\"config.json\",\"RepoTags\":[${names#,}],\"Layers\":[\"layer.tar\"]}]" >"$folder/pack/manifest.json"
  tar -C "$folder/pack" -cf "$folder/out/$archive" manifest.json config.json layer.tar
}
