#!/usr/bin/env bash
# Asks a real API server whether it would take the synthesized manifests (kubectl apply --dry-run=server), with Pod
# Security enforced by the namespaces as they stand in them. KUBECONFIG names the server. A warning counts as a refusal:
# for a workload, Pod Security only warns.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
shopt -s nullglob
files=(dist/*.k8s.yaml)
[ ${#files[@]} -gt 0 ] || { echo "no dist/*.k8s.yaml to check: run npm run synth first" >&2; exit 1; }

# A dry run stores nothing, so namespaces have to be there before what goes into them. One that is there is somebody's: it stays.
made=()
remove_made() { [ ${#made[@]} -eq 0 ] || kubectl delete namespace --timeout=120s "${made[@]}" >/dev/null; }
trap remove_made EXIT

for file in "${files[@]}"; do
  while read -r name; do
    kubectl get namespace "$name" >/dev/null 2>&1 && continue
    npx tsx test/checks/namespaces.ts "$file" "$name" | kubectl apply -f - >/dev/null
    made+=("$name")
  done < <(npx tsx test/checks/namespaces.ts "$file")
done

refused=0
for file in "${files[@]}"; do
  if output=$(kubectl apply --dry-run=server -f "$file" 2>&1) && ! grep -q '^Warning' <<<"$output"; then
    echo "$file: $(wc -l <<<"$output") objects taken"
  else
    echo "$file: refused or warned of" && grep -v ' (server dry run)$' <<<"$output"
    refused=$((refused + 1))
  fi
done
[ "$refused" -eq 0 ]
