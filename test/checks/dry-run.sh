#!/usr/bin/env bash
# Asks a real API server whether it accepts the synthesized manifests (kubectl apply --dry-run=server), with the Pod
# Security of the manifests' own namespaces. KUBECONFIG names the server. A warning counts as a rejection, because Pod
# Security only warns about workloads.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
shopt -s nullglob
files=(dist/*.k8s.yaml)
[ ${#files[@]} -gt 0 ] || { echo "no dist/*.k8s.yaml to check: run npm run synth first" >&2; exit 1; }

# A dry run stores nothing, so the namespaces must exist before their objects. Existing ones are used and kept.
made=()
remove_made() {
  [ ${#made[@]} -eq 0 ] && return
  kubectl delete namespace --timeout=120s "${made[@]}" >/dev/null ||
    echo "warning: these namespaces are still being deleted: ${made[*]}" >&2
}
trap remove_made EXIT

for file in "${files[@]}"; do
  while read -r name; do
    kubectl get namespace "$name" >/dev/null 2>&1 && continue
    npx tsx test/checks/namespaces.ts "$file" "$name" | kubectl apply -f - >/dev/null
    made+=("$name")
  done < <(npx tsx test/checks/namespaces.ts "$file")
done

rejected=0
for file in "${files[@]}"; do
  if output=$(kubectl apply --dry-run=server -f "$file" 2>&1) && ! grep -q '^Warning' <<<"$output"; then
    echo "$file: $(wc -l <<<"$output") objects accepted"
  else
    echo "$file: rejected, or accepted with a warning:"
    grep -v ' (server dry run)$' <<<"$output"
    rejected=$((rejected + 1))
  fi
done
[ "$rejected" -eq 0 ]
