#!/usr/bin/env bash
# Installs the checkers of manifests and workflows, each at its pinned version, with Go's and Python's own clients; prints their folder.
set -euo pipefail
tools=${XDG_CACHE_HOME:-$HOME/.cache}/kafka-flink-cluster/tools
kubectl_validate=v0.0.4 kube_score=v1.20.0 checkov=3.3.30 actionlint=v1.7.12
command -v go >/dev/null || export PATH=$PATH:/usr/local/go/bin
for command in go python3; do
  command -v "$command" >/dev/null || { echo "test/checks/tools.sh: $command is missing: it installs the checkers" >&2; exit 1; }
done
go_tool() { # NAME MODULE VERSION
  [ -x "$tools/$1-$3" ] && return
  echo "test/checks/tools.sh: installing $1 $3" >&2
  GOBIN=$tools go install "$2@$3" && mv "$tools/$1" "$tools/$1-$3"
}
mkdir -p "$tools"
go_tool kubectl-validate sigs.k8s.io/kubectl-validate "$kubectl_validate"
go_tool kube-score github.com/zegl/kube-score/cmd/kube-score "$kube_score"
if [ ! -x "$tools/checkov-$checkov/bin/checkov" ]; then
  echo "test/checks/tools.sh: installing checkov $checkov" >&2
  rm -rf "$tools/checkov-$checkov"
  python3 -m venv "$tools/checkov-$checkov"
  "$tools/checkov-$checkov/bin/pip" install --quiet "checkov==$checkov" || { rm -rf "$tools/checkov-$checkov"; exit 1; }
fi
go_tool actionlint github.com/rhysd/actionlint/cmd/actionlint "$actionlint"
ln -sf "kubectl-validate-$kubectl_validate" "$tools/kubectl-validate"
ln -sf "kube-score-$kube_score" "$tools/kube-score"
ln -sf "actionlint-$actionlint" "$tools/actionlint"
ln -sf "checkov-$checkov/bin/checkov" "$tools/checkov"
echo "$tools"
