# Installs soma and sup on Windows:   irm URL/install.ps1 | iex
# With options:   & ([scriptblock]::Create((irm URL/install.ps1))) -Version V
#   -Backend wgpu|cuda|rocm  -BinDir DIR  -Force  -DryRun  -Help
# Environment: SUP_INDEX_URL (a URL or folder of releases), SUP_HOME, SUP_BIN_DIR, HTTPS_PROXY,
# HTTP_PROXY, NO_PROXY. Exit codes: 0 ok, 1 failed, 2 usage, 3 no such version or platform,
# 4 checksum or signature, 5 network, 6 permission or disk, 7 locked, 8 smoke run failed.
param(
  [string]$Version = '', [string]$Backend = 'wgpu', [string]$BinDir = '',
  [switch]$Force, [switch]$DryRun, [switch]$Help
)
$Tag = '@TAG@'
$BaseUrl = '@BASE_URL@'
if ($env:SUP_INDEX_URL) { $BaseUrl = $env:SUP_INDEX_URL }
$BaseUrl = ($BaseUrl -replace '^file:///?', '').TrimEnd('/')
# SHA-256 of the archives of the release that this script belongs to. Whoever serves an archive,
# it is held against these; other versions are brought by the program that was checked so.
$Sums = @'
@SUMS@
'@
$Tries = 3
$DiskFull = -2147024784, -2147024857 # ERROR_DISK_FULL, ERROR_HANDLE_DISK_FULL
$IllegalInstruction = -1073741795 # STATUS_ILLEGAL_INSTRUCTION
$Usage = 'usage: install.ps1 [-Version V] [-Backend wgpu|cuda|rocm] [-BinDir DIR] [-Force] [-DryRun]'

function Write-Note([string]$Text) { [Console]::Error.WriteLine($Text) }

# Ends the installation; the code is told at the end of the script.
function Stop-Install([int]$Code, [string]$Message, [string]$Next = '') {
  Write-Note "install: $Message"
  if ($Next) { Write-Note "  Next: $Next" }
  $script:InstallCode = $Code
  throw 'install stopped'
}

function Get-Platform {
  if ($env:OS -ne 'Windows_NT') { Stop-Install 3 'this script is for Windows' 'elsewhere use install.sh' }
  # A 32-bit PowerShell is told in the first variable what it pretends to run on.
  $arch = $env:PROCESSOR_ARCHITECTURE
  if ($env:PROCESSOR_ARCHITEW6432) { $arch = $env:PROCESSOR_ARCHITEW6432 }
  if ($arch -eq 'ARM64') { Write-Note 'install: there is no build for ARM64; trying the one for x64' }
  elseif ($arch -ne 'AMD64') { Stop-Install 3 "there are no builds for $arch" 'use a 64-bit Windows' }
  return 'windows-x64'
}

# What curl and sup read; Windows PowerShell by itself knows only the settings of Windows.
function Get-Proxy([uri]$From) {
  $proxy = $env:HTTP_PROXY
  if ($From.Scheme -eq 'https') { $proxy = $env:HTTPS_PROXY }
  foreach ($entry in "$env:NO_PROXY" -split ',') {
    $name = $entry.Trim().TrimStart('.')
    if (-not $name) { continue }
    if ($name -eq '*' -or $From.Host -eq $name -or $From.Host.EndsWith(".$name")) { $proxy = '' }
  }
  if (-not $proxy) { return @{} }
  if ($proxy -notmatch '://') { $proxy = "http://$proxy" }
  return @{ Proxy = $proxy }
}

# The exit code for what went wrong while a file was brought.
function Get-FaultCode($Cause) {
  if ($Cause.GetBaseException().HResult -in $DiskFull) { return 6 }
  if ($Cause.GetBaseException() -is [UnauthorizedAccessException]) { return 6 }
  if ($Cause -is [Management.Automation.ItemNotFoundException]) { return 3 }
  if ($Cause -is [Management.Automation.DriveNotFoundException]) { return 3 }
  $status = 0
  if ($Cause.PSObject.Properties['Response'] -and $Cause.Response) {
    $status = [int]$Cause.Response.StatusCode
  }
  if ($status -eq 404) { return 3 }
  return 5
}

function Receive-File([string]$Path, [string]$File) {
  $from = "$BaseUrl/$Path"
  for ($try = 1; $true; $try++) {
    try {
      if ($from -match '^https?://') {
        $proxy = Get-Proxy $from
        Invoke-WebRequest -UseBasicParsing -Uri $from -OutFile $File @proxy
      } else { Copy-Item -LiteralPath $from -Destination $File }
      return
    } catch {
      $why = $_.Exception.Message
      $code = Get-FaultCode $_.Exception
    }
    if ($code -eq 3) { Stop-Install 3 "there is no $from" 'see the releases there are, or leave -Version out' }
    if ($code -eq 6) { Stop-Install 6 "cannot write ${File}: $why" 'free some space, or set TEMP to a folder of yours' }
    if ($try -ge $Tries) { Stop-Install 5 "cannot download ${from}: $why" 'check the network and HTTPS_PROXY' }
    Start-Sleep -Seconds $try
  }
}

# PowerShell knows no Ed25519: this release is held against the sums in this script, and the program
# checks the signature of whatever it installs itself.
function Receive-Archive([string]$Archive, [string]$File) {
  $line = $Sums -split "`r?`n" | Where-Object { $_.EndsWith("  $Archive") } | Select-Object -First 1
  if (-not $line) { Stop-Install 3 "$Archive was not built" 'leave -Backend out, or see the releases there are' }
  Receive-File "$Tag/$Archive" $File
  $want = $line.Substring(0, 64)
  $got = (Get-FileHash -Algorithm SHA256 -LiteralPath $File).Hash.ToLowerInvariant()
  if ($got -ne $want) {
    Stop-Install 4 "$Archive is damaged or not genuine: SHA-256 is $got, not $want" `
      'try once more; if it stays, report it: do not install it'
  }
}

# By the tar of Windows: another one on the search path may take C: for a machine.
function Expand-Program([string]$Archive, [string]$Folder) {
  # What a program says on standard error is no error of this script: here and below.
  $ErrorActionPreference = 'Continue'
  # The first is where a 32-bit PowerShell finds it.
  $tar = 'Sysnative', 'System32' | ForEach-Object { "$env:SystemRoot\$_\tar.exe" } |
    Where-Object { Test-Path -LiteralPath $_ } | Select-Object -First 1
  if (-not $tar) { Stop-Install 3 'this Windows has no tar' 'update to Windows 10 version 1809 or newer' }
  & $tar -xzf $Archive -C $Folder soma.exe | Out-Null
  if ($LASTEXITCODE -ne 0) { Stop-Install 6 "cannot unpack in $Folder" 'free some space, or set TEMP' }
  return Join-Path $Folder 'soma.exe'
}

function Test-Program([string]$Program) {
  $ErrorActionPreference = 'Continue'
  $code = 1
  try {
    & $Program --version | Out-Null
    $code = $LASTEXITCODE
  } catch {
    Stop-Install 8 "soma cannot be started: $($_.Exception.Message)" 'set TEMP to a folder whose programs may run'
  }
  if ($code -eq $IllegalInstruction) {
    Stop-Install 8 'the processor lacks an instruction (AVX2)' 'there is no build without it'
  }
  if ($code -ne 0) {
    Stop-Install 8 "soma does not start here (exit code $code)" 'report this with the lines above'
  }
}

# What scripts that were killed left in the folder for temporary files goes after two days.
function New-Scratch {
  $all = [IO.Path]::GetTempPath()
  $old = (Get-Date).AddDays(-2)
  Get-ChildItem -LiteralPath $all -Filter 'soma-install-*' -Directory -ErrorAction SilentlyContinue |
    Where-Object { $_.LastWriteTime -lt $old } |
    Remove-Item -Recurse -Force -ErrorAction SilentlyContinue
  $folder = Join-Path $all ('soma-install-' + [Guid]::NewGuid())
  try { New-Item -ItemType Directory -Path $folder | Out-Null } catch {
    Stop-Install 6 "cannot make ${folder}: $($_.Exception.Message)" 'set TEMP to a folder of yours'
  }
  return $folder
}

# The program checks the signature itself, lets itself start, and puts itself in its place.
function Invoke-Sup([string]$Program, [string]$Name, [string]$Archive) {
  $ErrorActionPreference = 'Continue'
  $words = @('sup', 'install')
  if ($Name -eq $Tag) { $words += @('--from', $Archive) }
  else { $words += @("soma@$Name", '--backend', $Backend) }
  if ($Force) { $words += '--force' }
  $before = $env:SUP_BIN_DIR
  if ($BinDir) { $env:SUP_BIN_DIR = $BinDir }
  try { & $Program @words } finally { $env:SUP_BIN_DIR = $before }
  $script:InstallCode = $LASTEXITCODE
}

function Install-Soma {
  # Here and not above: piped into iex, the script shares the variables of a person's shell.
  $ErrorActionPreference = 'Stop'
  # In Windows PowerShell the bar costs more than the download.
  $ProgressPreference = 'SilentlyContinue'
  # Windows PowerShell may begin with less than servers take.
  $protocols = [Net.ServicePointManager]::SecurityProtocol
  [Net.ServicePointManager]::SecurityProtocol = $protocols -bor [Net.SecurityProtocolType]::Tls12
  if ($Unknown) { Write-Note $Usage; Stop-Install 2 "unknown option $Unknown" }
  if ($Help) { Write-Note $Usage; return }
  if ($Backend -notin 'wgpu', 'cuda', 'rocm') { Write-Note $Usage; Stop-Install 2 "unknown backend $Backend" }
  if (-not $BaseUrl) { Stop-Install 3 'it is not known where releases are' 'set SUP_INDEX_URL' }
  if (-not "$env:USERPROFILE$env:SUP_HOME") {
    Stop-Install 6 'USERPROFILE is not set' 'set it, or SUP_HOME and SUP_BIN_DIR'
  }
  $platform = Get-Platform
  $name = $Tag
  if ($Version) { $name = $Version }
  if ($name -notmatch '-v') { $name = ($Tag -replace '-v.*$', '') + '-v' + ($name -replace '^v', '') }
  $suffix = ''
  if ($Backend -ne 'wgpu') { $suffix = "-$Backend" }
  if ($DryRun) { Write-Note "would install $BaseUrl/$name/soma-$name-$platform$suffix.tar.gz"; return }

  # Another version than this script's is brought by the program of this script's.
  if ($name -ne $Tag) { $suffix = '' }
  $archive = "soma-$Tag-$platform$suffix.tar.gz"
  $folder = New-Scratch
  try {
    Write-Note "Installing $archive from $BaseUrl ..."
    foreach ($file in 'SHA256SUMS', 'SHA256SUMS.sig') { Receive-File "$Tag/$file" (Join-Path $folder $file) }
    $packed = Join-Path $folder $archive
    Receive-Archive $archive $packed
    $program = Expand-Program $packed $folder
    Test-Program $program
    Invoke-Sup $program $name $packed
  } finally {
    Remove-Item -Recurse -Force -LiteralPath $folder -ErrorAction SilentlyContinue
  }
}

$script:InstallCode = 0
$Unknown = "$args"
try { Install-Soma } catch {
  if ($script:InstallCode -eq 0) {
    Write-Note "install: $($_.Exception.Message)"
    $script:InstallCode = 1
  }
}
# Run as a file it ends with the code. Piped into iex it must not end the shell of a person, and in
# a script of theirs that stops at errors, it is one.
$self = $MyInvocation.MyCommand
if ($self -is [Management.Automation.ExternalScriptInfo] -and $self.ScriptContents.Contains('function Install-Soma')) {
  exit $script:InstallCode
}
$global:LASTEXITCODE = $script:InstallCode
if ($script:InstallCode -ne 0 -and $ErrorActionPreference -eq 'Stop') { throw "soma was not installed: $script:InstallCode" }
