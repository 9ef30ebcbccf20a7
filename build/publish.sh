#!/usr/bin/env bash
# Publishes the one executable to a folder: `bash build/publish.sh FOLDER`. Ahead-of-time compiled (ReadyToRun), so that
# commands answer at once; it still needs the .NET runtime that comes with the SDK.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet publish src/Flyball/Flyball.csproj -c Release -o "$1" -v q -nologo
