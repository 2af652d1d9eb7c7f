#!/usr/bin/env bash
# Asks a real API server whether it would take the synthesized manifests (kubectl apply --dry-run=server), with Pod
# Security enforced by the namespaces as they stand in them. KUBECONFIG names the server. A warning counts as a refusal:
# for a workload, Pod Security only warns.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
shopt -s nullglob
files=(dist/*.k8s.yaml)
[ ${#files[@]} -gt 0 ] || { echo "no dist/*.k8s.yaml to check: run npm run synth first" >&2; exit 1; }
refused=0
for file in "${files[@]}"; do
  # A dry run stores nothing, so the namespace has to be there before what goes into it.
  namespaces=$(npx tsx checks/namespaces.ts "$file")
  kubectl apply -f - <<<"$namespaces" >/dev/null
  if output=$(kubectl apply --dry-run=server -f "$file" 2>&1) && ! grep -q '^Warning' <<<"$output"; then
    echo "$file: $(wc -l <<<"$output") objects taken"
  else
    echo "$file: refused or warned of" && grep -v ' (server dry run)$' <<<"$output"
    refused=$((refused + 1))
  fi
  # Waited for: the next file may hold the same namespace, and one that is being removed takes nothing new.
  kubectl delete --timeout=120s -f - <<<"$namespaces" >/dev/null
done
[ "$refused" -eq 0 ]
