#!/bin/sh
# Installs soma and sup:   curl -sSfL URL/install.sh | sh
# Options after `sh -s --`: --version V --backend wgpu|cuda|rocm --bin-dir DIR --force --dry-run
# Environment: SUP_INDEX_URL (a URL or folder of releases), SUP_HOME, SUP_BIN_DIR, and what curl,
# wget and tar read. Exit codes: 0 ok, 1 failed, 2 usage, 3 no such version or platform,
# 4 checksum or signature, 5 network, 6 permission or disk, 7 locked, 8 smoke run failed.
set -eu
TAG='@TAG@'
BASE_URL='@BASE_URL@'
# Ed25519 public keys of those who release (SPKI, base64).
KEYS='@KEYS@'
# SHA-256 of the archives of TAG.
SUMS='@SUMS@'

say() { printf '%s\n' "$*" >&2; }
die() { # CODE MESSAGE [NEXT STEP]
  say "install: $2"
  [ $# -lt 3 ] || say "  Next: $3"
  exit "$1"
}
has() { command -v "$1" >/dev/null 2>&1; }
usage() { say 'usage: install.sh [--version V] [--backend wgpu|cuda|rocm] [--bin-dir DIR] [--force] [--dry-run]'; }

detect_platform() {
  case $(uname -s) in
    Linux) os=linux ;;
    Darwin) os=macos ;;
    *) die 3 "there are no builds for $(uname -s)" 'on Windows use install.ps1' ;;
  esac
  case $(uname -m) in
    x86_64 | amd64) arch=x64 ;;
    aarch64 | arm64) arch=arm64 ;;
    *) die 3 "there are no builds for $(uname -m)" 'use a machine with an x64 or arm64 processor' ;;
  esac
  # A translated shell on Apple silicon gets the native build.
  if [ "$os" = macos ] && [ "$(sysctl -n sysctl.proc_translated 2>/dev/null || :)" = 1 ]; then arch=arm64; fi
  if [ "$os" = linux ] && { [ -f /etc/alpine-release ] || ldd --version 2>&1 | grep -qi musl; }; then libc=-musl; fi
  platform=$os-$arch$libc
  if [ "$platform" = linux-x64 ] && [ -r /proc/cpuinfo ] && ! grep -qw avx2 /proc/cpuinfo; then
    say 'install: this processor has no AVX2; the smoke run will show whether the build starts'
  fi
}

fetch() { # PATH FILE
  case $base in
    http://* | https://*)
      has curl || has wget || die 5 'neither curl nor wget is here' 'install one of them'
      download "$base/$1" "$2" 2>"$tmp/why" || fetch_failed "$1" $?
      ;;
    *) cp "${base#file://}/$1" "$2" 2>"$tmp/why" || fetch_failed "$1" 404 ;;
  esac
}
download() { # URL FILE
  if has curl; then curl -sSfL --retry 2 -o "$2" "$1"; return; fi
  set -- -q -O "$2" "$1"
  if wget --version 2>/dev/null | grep -q GNU; then set -- --tries=3 ${SSL_CERT_FILE:+"--ca-certificate=$SSL_CERT_FILE"} "$@"; fi
  wget "$@" # The one of busybox checks no certificate, but the sums are signed.
}
fetch_failed() { # PATH STATUS; GNU wget ends with 8 when a server refuses, others say its answer
  head -c 65536 /dev/zero 2>/dev/null >"$tmp/room" || die 6 "there is no room in $tmp" 'free some space, or set TMPDIR'
  case "$2 $(cat "$tmp/why")" in
    8\ * | 404\ * | *' 404'*) die 3 "there is no $base/$1" 'see the releases there are, or leave --version out' ;;
    *) die 5 "cannot download $base/$1: $(tail -n 1 "$tmp/why")" 'check the network, HTTPS_PROXY and SSL_CERT_FILE' ;;
  esac
}

sha256_of() {
  if has sha256sum; then sha256sum "$1" | cut -d ' ' -f 1
  elif has shasum; then shasum -a 256 "$1" | cut -d ' ' -f 1
  elif has openssl; then openssl dgst -sha256 -r "$1" | cut -d ' ' -f 1
  else die 4 'nothing here can compute SHA-256' 'install coreutils or openssl'; fi
}

# Leaves in $tmp/SHA256SUMS sums that are signed, or those of this script for its own release.
trusted_sums() {
  fetch "$tag/SHA256SUMS" "$tmp/SHA256SUMS"
  fetch "$tag/SHA256SUMS.sig" "$tmp/SHA256SUMS.sig"
  if has openssl && openssl version 2>/dev/null | grep -q '^OpenSSL [3-9]'; then
    for key in $KEYS; do
      printf -- '-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n' "$key" >"$tmp/key.pem"
      if openssl pkeyutl -verify -pubin -inkey "$tmp/key.pem" -rawin -in "$tmp/SHA256SUMS" \
        -sigfile "$tmp/SHA256SUMS.sig" >/dev/null 2>&1; then return 0; fi
    done
    die 4 "the sums of $tag are not signed by a key of this script" 'try once more; if it stays, report it'
  fi
  [ "$tag" = "$TAG" ] || die 4 "only OpenSSL 3 can check the signature of $tag" 'install openssl, or leave --version out'
  printf '%s\n' "$SUMS" >"$tmp/SHA256SUMS.own"
  grep -qxF "$(grep -F "  $archive" "$tmp/SHA256SUMS.own" || echo none)" "$tmp/SHA256SUMS" ||
    die 4 "the sums of $tag are not those of this script" 'try once more; if it stays, report it'
}

download_and_check() {
  trusted_sums
  want=$(grep -F "  $archive" "$tmp/SHA256SUMS" | cut -d ' ' -f 1) || :
  [ -n "$want" ] || die 3 "$tag was not built for $platform$suffix" 'leave --backend out, or see the releases there are'
  fetch "$tag/$archive" "$tmp/$archive"
  got=$(sha256_of "$tmp/$archive")
  [ "$got" = "$want" ] || die 4 "$archive is damaged or not genuine: SHA-256 is $got, not $want" \
    'try once more; if it stays, report it: do not install it'
}

# The program checks the signature itself, lets itself start, and puts itself in its place.
hand_over() {
  tar -xzf "$tmp/$archive" -C "$tmp" soma || die 6 "cannot unpack in $tmp" 'free some space, or set TMPDIR'
  "$tmp/soma" --version >/dev/null 2>"$tmp/why" || smoke_failed $?
  "$tmp/soma" sup install --from "$tmp/$archive" $force
}
smoke_failed() {
  say "install: soma does not start here (exit code $1): $(tail -n 2 "$tmp/why")"
  case $1,$libc in
    126,*) die 8 "files in $tmp cannot be executed" 'set TMPDIR to a folder that is not mounted noexec' ;;
    132,*) die 8 'the processor lacks an instruction (AVX2)' 'there is no build without it' ;;
    *,-musl) die 8 'a library is missing' 'apk add libstdc++ libgcc, then run this again' ;;
    *) die 8 'nothing was installed' 'report this with the lines above' ;;
  esac
}

main() {
  tag=$TAG base=${SUP_INDEX_URL:-$BASE_URL} suffix='' force='' dry='' libc=''
  while [ $# -gt 0 ]; do
    case $1 in
      --version) [ $# -ge 2 ] || { usage; exit 2; }; tag=$2; shift ;;
      --backend) [ $# -ge 2 ] || { usage; exit 2; }; suffix=-$2; shift ;;
      --bin-dir) [ $# -ge 2 ] || { usage; exit 2; }; SUP_BIN_DIR=$2; export SUP_BIN_DIR; shift ;;
      --force) force=--force ;;
      --dry-run) dry=1 ;;
      --help | -h) usage; exit 0 ;;
      *) usage; die 2 "unknown option $1" ;;
    esac
    shift
  done
  case $suffix in '' | -cuda | -rocm) ;; -wgpu) suffix='' ;; *) usage; die 2 "unknown backend ${suffix#-}" ;; esac
  case $tag in *-v*) ;; *) tag=${TAG%%-v*}-v${tag#v} ;; esac
  base=${base%/}
  [ -n "$base" ] || die 3 'it is not known where releases are' 'set SUP_INDEX_URL'
  [ -n "${HOME:-}${SUP_HOME:-}" ] || die 6 'HOME is not set' 'set HOME, or SUP_HOME and SUP_BIN_DIR'
  detect_platform
  archive=soma-$tag-$platform$suffix.tar.gz
  [ -z "$dry" ] || { say "would install $base/$tag/$archive"; exit 0; }
  all=${TMPDIR:-/tmp} # What a script that was killed left there goes after two days.
  { find "$all" -maxdepth 1 -name 'soma-install.*' -user "$(id -u)" -mtime +1 -exec rm -rf {} +; } 2>/dev/null || :
  tmp=$(mktemp -d "$all/soma-install.XXXXXX") || die 6 'cannot make a temporary folder' 'set TMPDIR to a folder of yours'
  trap 'rm -rf "$tmp"' EXIT
  trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM
  say "Installing $archive from $base …"
  download_and_check
  hand_over
}

main "$@" # Nothing runs until the whole script has arrived.
