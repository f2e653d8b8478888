# Installs soma and sup on Windows:   irm URL/install.ps1 | iex
# Options, when it is run as a file: -Version V  -BinDir DIR  -Force  -DryRun
# Environment: SUP_INDEX_URL (a URL or folder of releases), SUP_HOME, SUP_BIN_DIR. Exit codes: 0 ok,
# 1 failed, 3 no such version or platform, 4 checksum, 5 network, 6 permission or disk, 8 smoke run.
param([string]$Version = '@TAG@', [string]$BinDir = '', [switch]$Force, [switch]$DryRun)
$ErrorActionPreference = 'Stop'
$Tag = '@TAG@'
$BaseUrl = if ($env:SUP_INDEX_URL) { $env:SUP_INDEX_URL } else { '@BASE_URL@' }
# SHA-256 of the archives of the release that this script belongs to.
$Sums = @'
@SUMS@
'@

function Stop-Install([int]$Code, [string]$Message, [string]$Next = '') {
  [Console]::Error.WriteLine("install: $Message")
  if ($Next) { [Console]::Error.WriteLine("  Next: $Next") }
  exit $Code
}

function Get-File([string]$Path, [string]$File) {
  try {
    if ($BaseUrl -match '^https?://') { Invoke-WebRequest -UseBasicParsing "$BaseUrl/$Path" -OutFile $File }
    else { Copy-Item (Join-Path $BaseUrl $Path) $File }
  } catch {
    $status = $_.Exception.Response.StatusCode.value__
    if ($status -eq 404) { Stop-Install 3 "there is no $BaseUrl/$Path" 'leave -Version out' }
    Stop-Install 5 "cannot download $BaseUrl/${Path}: $($_.Exception.Message)" 'check the network and the proxy'
  }
}

$BaseUrl = $BaseUrl.TrimEnd('/')
if (-not $BaseUrl) { Stop-Install 3 'it is not known where releases are' 'set SUP_INDEX_URL' }
if ($env:PROCESSOR_ARCHITECTURE -ne 'AMD64') {
  [Console]::Error.WriteLine("install: no build for $env:PROCESSOR_ARCHITECTURE; trying the one for x64")
}
if ($Version -notmatch '-v') { $Version = ($Tag -replace '-v.*$', '') + '-v' + $Version.TrimStart('v') }
$Archive = "soma-$Version-windows-x64.tar.gz"
if ($DryRun) { Write-Output "would install $BaseUrl/$Version/$Archive"; exit 0 }

$Temp = Join-Path ([IO.Path]::GetTempPath()) ("soma-" + [Guid]::NewGuid())
New-Item -ItemType Directory $Temp | Out-Null
try {
  foreach ($name in 'SHA256SUMS', 'SHA256SUMS.sig', $Archive) { Get-File "$Version/$name" (Join-Path $Temp $name) }
  # PowerShell knows no Ed25519: this release is held against the sums in this script; the program
  # checks the signature of whatever it installs itself.
  $want = ($Sums -split "`n" | Where-Object { $_ -like "*  $Archive" } | ForEach-Object { ($_ -split ' ')[0] })
  if (-not $want) { Stop-Install 4 "this script cannot check $Version" 'use the install.ps1 of that release' }
  $got = (Get-FileHash -Algorithm SHA256 (Join-Path $Temp $Archive)).Hash.ToLower()
  if ($got -ne $want) { Stop-Install 4 "$Archive is damaged or not genuine: $got, not $want" 'report it' }
  tar -xzf (Join-Path $Temp $Archive) -C $Temp soma.exe
  if ($LASTEXITCODE -ne 0) { Stop-Install 6 "cannot unpack in $Temp" 'free some space' }
  & (Join-Path $Temp 'soma.exe') --version | Out-Null
  if ($LASTEXITCODE -ne 0) { Stop-Install 8 "soma does not start here (exit code $LASTEXITCODE)" 'report it' }
  if ($BinDir) { $env:SUP_BIN_DIR = $BinDir }
  $words = @('sup', 'install', '--from', (Join-Path $Temp $Archive))
  if ($Force) { $words += '--force' }
  & (Join-Path $Temp 'soma.exe') @words
  exit $LASTEXITCODE
} finally {
  Remove-Item -Recurse -Force $Temp
}
