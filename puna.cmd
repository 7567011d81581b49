@echo off
rem Starts Puna: finds a JDK 25, builds on first use in a source checkout, runs the command line.
setlocal EnableExtensions EnableDelayedExpansion
set "ROOT=%~dp0"
set "ROOT=%ROOT:~0,-1%"
set "JAVA="

if defined JAVA_HOME call :consider "%JAVA_HOME%"
if not defined JAVA for /f "delims=" %%J in ('where java 2^>nul') do if not defined JAVA call :consider "%%~dpJ.."
for %%D in ("%ProgramFiles%\Eclipse Adoptium" "%ProgramFiles%\Java" "%ProgramFiles%\Microsoft" "%ProgramFiles%\Amazon Corretto" "%ProgramFiles%\Zulu" "%ProgramFiles%\BellSoft" "%USERPROFILE%\.jdks" "%USERPROFILE%\scoop\apps") do (
  if not defined JAVA if exist "%%~D" for /d %%J in ("%%~D\*") do if not defined JAVA call :consider "%%~J"
)
if not defined JAVA (
  echo puna: no JDK 25 or newer found ^(JAVA_HOME, PATH and the usual folders^).>&2
  echo       Install one, for example Temurin from https://adoptium.net,>&2
  echo       or point JAVA_HOME at it, and run the same command again.>&2
  exit /b 1
)

if not exist "%ROOT%\pom.xml" (
  set "MODULES=%ROOT%\lib"
  set "LIB=%ROOT%\lib"
  goto start
)
if not exist "%ROOT%\target\puna-built" goto build
rem A source newer than the last build asks for another one.
powershell -NoProfile -Command "$b=(Get-Item -LiteralPath '%ROOT%\target\puna-built').LastWriteTime; if (Get-ChildItem -LiteralPath '%ROOT%\pom.xml','%ROOT%\core\pom.xml','%ROOT%\agent\pom.xml','%ROOT%\vector\pom.xml','%ROOT%\x64\pom.xml','%ROOT%\cli\pom.xml','%ROOT%\core\src\main','%ROOT%\agent\src\main','%ROOT%\vector\src\main','%ROOT%\x64\src\main','%ROOT%\cli\src\main','%ROOT%\models' -Recurse -File | Where-Object { $_.FullName -notmatch '\\target\\' -and $_.LastWriteTime -gt $b } | Select-Object -First 1) { exit 1 }"
if errorlevel 1 goto build
goto built

:build
where mvn >nul 2>nul
if errorlevel 1 (
  echo puna: Maven 3.8 or newer is needed to build Puna, once; 'mvn' is not on the PATH.>&2
  echo       Install it ^(https://maven.apache.org/install.html^) and run the same command again.>&2
  exit /b 1
)
echo puna: building, one moment>&2
if not exist "%ROOT%\target" mkdir "%ROOT%\target"
if exist "%ROOT%\cli\target\lib" rmdir /s /q "%ROOT%\cli\target\lib"
pushd "%ROOT%"
set "CALLER_JAVA_HOME=%JAVA_HOME%"
set "JAVA_HOME=%JAVA%"
call mvn -B -q -pl cli -am -Dmaven.test.skip=true -Dspotless.check.skip=true -Dpuna.warnings=-Xlint:none package >"%ROOT%\target\puna-build.log" 2>&1 <nul
set "RESULT=%ERRORLEVEL%"
set "JAVA_HOME=%CALLER_JAVA_HOME%"
popd
if not "%RESULT%"=="0" (
  echo puna: the build failed; all of it is in %ROOT%\target\puna-build.log>&2
  exit /b 1
)
echo built>"%ROOT%\target\puna-built"

:built
for %%J in ("%ROOT%\cli\target\puna-cli-*.jar") do set "MODULES=%%~fJ"
set "MODULES=%MODULES%;%ROOT%\cli\target\lib"
set "LIB=%ROOT%\cli\target\lib"

:start
rem The tier on the Vector API is resolved where it lies on the module path, and the JVM then tells of an incubator
rem module: so it is put there only on other processors than x86-64, or where an option asks for it.
set "VECTOR="
set "BEFORE="
if /i not "%PROCESSOR_ARCHITECTURE%"=="AMD64" set "VECTOR=yes"
set PUNA_JAVA_OPTIONS 2>nul | findstr /c:"-Dpuna.tier=vector" /c:"-Dpuna.x64.tier=off" >nul && set "VECTOR=yes"
:scan
set "ARGUMENT=%~1"
if not defined ARGUMENT goto scanned
if "!BEFORE! !ARGUMENT!"=="--tier vector" set "VECTOR=yes"
set "BEFORE=!ARGUMENT!"
shift /1
goto scan
:scanned
if defined VECTOR set "MODULES=%MODULES%;%LIB%\vector"
endlocal & "%JAVA%\bin\java.exe" -XX:+UseSerialGC -Xms48m -XX:-UsePerfData --module-path "%MODULES%" --add-modules ALL-MODULE-PATH --enable-native-access=puna,puna.x64,org.jline %PUNA_JAVA_OPTIONS% -m puna.cli/puna.cli.Puna %*
exit /b %ERRORLEVEL%

:consider
if not exist "%~1\bin\java.exe" exit /b
if not exist "%~1\release" exit /b
for /f "tokens=2 delims==" %%V in ('findstr /b "JAVA_VERSION=" "%~1\release"') do (
  for /f "tokens=1 delims=." %%M in ("%%~V") do if %%M GEQ 25 for %%P in ("%~1") do set "JAVA=%%~fP"
)
exit /b
