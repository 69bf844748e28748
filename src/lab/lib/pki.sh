# pki.sh: a certificate authority, the API server's certificates, the key of ServiceAccount tokens, and a token a component.
# shellcheck shell=bash

make_pki() {
  local pki=$STATE/pki
  mkdir -m 700 "$pki"
  key_and_certificate "$pki/ca" "/CN=$LAB" "basicConstraints=critical,CA:TRUE" "keyUsage=critical,keyCertSign,cRLSign"
  key_and_certificate "$pki/apiserver" /CN=kube-apiserver "basicConstraints=critical,CA:FALSE" "extendedKeyUsage=serverAuth" \
    "subjectAltName=IP:$HOST_ADDRESS,IP:127.0.0.1,IP:$SERVICE_FIRST,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc"
  # With this one the API server calls kubelets (logs, exec).
  key_and_certificate "$pki/kubelet-client" /O=system:masters/CN=kube-apiserver "basicConstraints=critical,CA:FALSE" "extendedKeyUsage=clientAuth"
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$pki/sa.key"
  openssl pkey -in "$pki/sa.key" -pubout -out "$pki/sa.pub"
}

# Elliptic keys: they take no time to make.
key_and_certificate() { # FILE SUBJECT EXTENSIONS...
  local file=$1 subject=$2 signer=() extensions=() extension
  shift 2
  [[ $file == */ca ]] || signer=(-CA "$STATE/pki/ca.crt" -CAkey "$STATE/pki/ca.key")
  for extension in "$@"; do extensions+=(-addext "$extension"); done
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 3650 -subj "$subject" "${signer[@]}" "${extensions[@]}" \
    -keyout "$file.key" -out "$file.crt" 2>>"$STATE/openssl.log" || die "openssl: $(tail -n 3 "$STATE/openssl.log")"
}

# Every component is its own user, so that the audit log tells them apart and Kubernetes' own roles apply to each.
make_tokens() { # NODES
  local index
  {
    token_line admin system:masters
    token_line system:kube-controller-manager
    token_line system:kube-scheduler
    token_line system:kube-proxy
    for index in $(seq "$1"); do token_line "system:node:n$index" system:nodes; done
  } >"$STATE/pki/tokens.csv"
}

token_line() { # USER [GROUP]
  echo "$(head -c 24 /dev/urandom | base64 | tr '+/' '-_'),$1,$1,${2:-}"
}

token_of() { awk -F, -v user="$1" '$2 == user {print $1}' "$STATE/pki/tokens.csv"; } # USER

kubeconfig() { # USER FILE
  cat >"$2" <<E
apiVersion: v1
kind: Config
clusters: [{name: lab, cluster: {server: "$API_URL", certificate-authority-data: $(base64 -w0 "$STATE/pki/ca.crt")}}]
users: [{name: "$1", user: {token: "$(token_of "$1")"}}]
contexts: [{name: lab, context: {cluster: lab, user: "$1"}}]
current-context: lab
E
  chmod 600 "$2"
}
