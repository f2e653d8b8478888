# Installs soma and sup on Windows:   irm URL/install.ps1 | iex
# Options, when it is run as a file: -Version V  -BinDir DIR  -Force  -DryRun
# Environment: SUP_INDEX_URL (a URL or folder of releases), SUP_HOME, SUP_BIN_DIR. Exit codes: 0 ok,
# 1 failed, 3 no such version or platform, 4 checksum, 5 network, 6 permission or disk, 8 smoke run.
param([string]$Version = '@TAG@', [string]$BinDir = '', [switch]$Force, [switch]$DryRun)
$Tag = '@TAG@'
$BaseUrl = '@BASE_URL@'
if ($env:SUP_INDEX_URL) { $BaseUrl = $env:SUP_INDEX_URL }
$BaseUrl = $BaseUrl.TrimEnd('/')
# SHA-256 of the archives of the release that this script belongs to.
$Sums = @'
@SUMS@
'@

# Ends the installation; the code is told at the end of the script.
function Stop-Install([int]$Code, [string]$Message, [string]$Next = '') {
  [Console]::Error.WriteLine("install: $Message")
  if ($Next) { [Console]::Error.WriteLine("  Next: $Next") }
  $script:InstallCode = $Code
  throw 'install stopped'
}

function Get-ReleaseFile([string]$Path, [string]$File) {
  try {
    if ($BaseUrl -match '^https?://') {
      Invoke-WebRequest -UseBasicParsing -Uri "$BaseUrl/$Path" -OutFile $File
    } else {
      Copy-Item -LiteralPath (Join-Path $BaseUrl $Path) -Destination $File
    }
  } catch [System.Management.Automation.ItemNotFoundException] {
    Stop-Install 3 "there is no $BaseUrl/$Path" 'leave -Version out'
  } catch {
    # ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL.
    if ($_.Exception.GetBaseException().HResult -in -2147024784, -2147024857) {
      Stop-Install 6 "cannot write ${File}: $($_.Exception.Message)" 'free some space, or set TEMP'
    }
    $status = 0
    if ($_.Exception.PSObject.Properties['Response'] -and $_.Exception.Response) {
      $status = [int]$_.Exception.Response.StatusCode
    }
    if ($status -eq 404) { Stop-Install 3 "there is no $BaseUrl/$Path" 'leave -Version out' }
    Stop-Install 5 "cannot download $BaseUrl/${Path}: $($_.Exception.Message)" `
      'check the network and the proxy, then run this again'
  }
}

# PowerShell knows no Ed25519: this release is held against the sums in this script; the program
# checks the signature of whatever it installs itself.
function Test-Archive([string]$Archive, [string]$File) {
  $line = $Sums -split "`r?`n" | Where-Object { $_.EndsWith("  $Archive") } | Select-Object -First 1
  if (-not $line) { Stop-Install 4 "this script cannot check $Archive" 'use the install.ps1 of that release' }
  $want = $line.Substring(0, 64)
  $got = (Get-FileHash -Algorithm SHA256 -LiteralPath $File).Hash.ToLowerInvariant()
  if ($got -ne $want) {
    Stop-Install 4 "$Archive is damaged or not genuine: SHA-256 is $got, not $want" `
      'try once more; if it stays, report it: do not install it'
  }
}

function Invoke-Smoke([string]$Program) {
  $code = 1
  try {
    & $Program --version | Out-Null
    $code = $LASTEXITCODE
  } catch { [Console]::Error.WriteLine("install: $($_.Exception.Message)") }
  if ($code -ne 0) { Stop-Install 8 "soma does not start here (exit code $code)" 'nothing was installed; report this' }
}

function Install-Soma {
  # Here and not above: piped into iex, the script shares the variables of a person's shell.
  $ErrorActionPreference = 'Stop'
  # In Windows PowerShell the bar costs more than the download.
  $ProgressPreference = 'SilentlyContinue'
  if (-not $BaseUrl) { Stop-Install 3 'it is not known where releases are' 'set SUP_INDEX_URL' }
  if (-not (Get-Command tar -ErrorAction SilentlyContinue)) {
    Stop-Install 3 'this Windows has no tar' 'update to Windows 10 version 1803 or newer'
  }
  if ($env:PROCESSOR_ARCHITECTURE -ne 'AMD64') {
    [Console]::Error.WriteLine("install: no build for $env:PROCESSOR_ARCHITECTURE; trying the one for x64")
  }
  $name = $Version
  if ($name -notmatch '-v') { $name = ($Tag -replace '-v.*$', '') + '-v' + ($name -replace '^v', '') }
  $archive = "soma-$name-windows-x64.tar.gz"
  if ($DryRun) { Write-Output "would install $BaseUrl/$name/$archive"; return }

  $temp = Join-Path ([IO.Path]::GetTempPath()) ('soma-' + [Guid]::NewGuid())
  New-Item -ItemType Directory -Path $temp | Out-Null
  try {
    foreach ($file in 'SHA256SUMS', 'SHA256SUMS.sig', $archive) {
      Get-ReleaseFile "$name/$file" (Join-Path $temp $file)
    }
    $packed = Join-Path $temp $archive
    Test-Archive $archive $packed
    & tar -xzf $packed -C $temp soma.exe
    if ($LASTEXITCODE -ne 0) { Stop-Install 6 "cannot unpack in $temp" 'free some space, or set TEMP' }
    $program = Join-Path $temp 'soma.exe'
    Invoke-Smoke $program
    if ($BinDir) { $env:SUP_BIN_DIR = $BinDir }
    $words = @('sup', 'install', '--from', $packed)
    if ($Force) { $words += '--force' }
    & $program @words
    $script:InstallCode = $LASTEXITCODE
  } finally {
    Remove-Item -Recurse -Force -LiteralPath $temp -ErrorAction SilentlyContinue
  }
}

$script:InstallCode = 0
try {
  Install-Soma
} catch {
  if ($script:InstallCode -eq 0) {
    [Console]::Error.WriteLine("install: $($_.Exception.Message)")
    $script:InstallCode = 1
  }
}
# Piped into iex this is the shell of a person: it must not end.
if ($MyInvocation.MyCommand.Path) { exit $script:InstallCode }
$global:LASTEXITCODE = $script:InstallCode
