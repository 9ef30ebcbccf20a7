#!/usr/bin/env bash
# Publishes the shop's services to out/web, out/cart and out/catalogue; with --self-contained to out/web-linux and so on,
# with the .NET runtime inside, for containers.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
for service in Web Cart Catalogue; do
  folder=out/$(tr '[:upper:]' '[:lower:]' <<<"$service")
  options=(--no-self-contained -p:PublishReadyToRun=true -r linux-x64)
  [ "$(uname -m)" = aarch64 ] && options[3]=linux-arm64
  if [ "${1:-}" = --self-contained ]; then
    folder+=-linux
    options[0]=--self-contained
  fi
  dotnet publish "$service/Shop.$service.csproj" -c Release -o "$folder" -v q -nologo "${options[@]}"
done
