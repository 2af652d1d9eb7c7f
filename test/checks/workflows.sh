#!/usr/bin/env bash
# Checks the workflows of GitHub Actions: their syntax, expressions, the actions' inputs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
"$(test/checks/tools.sh | tail -n 1)/actionlint"
