#!/usr/bin/env bash
# Clients of tsung: tsung.sh PORT CLIENTS echo|idle FOLDER, until it is ended. They arrive at 1000 a second: when more
# come at once it keeps twice the memory for each.
set -euo pipefail

port=$1 clients=$2 mode=$3 folder=$4
rate=1000
text=$(printf '0%.0s' {1..32})
if [ "$mode" = echo ]; then
    # It sends the next one when the server's has come.
    talk="<for from=\"1\" to=\"1000000000\" var=\"turn\"><request><websocket type=\"message\" frame=\"text\">$text</websocket></request></for>"
else
    talk='<thinktime value="3600" random="false"/>'
fi
rm -rf "$folder"
mkdir -p "$folder"
cat >"$folder/tsung.xml" <<XML
<?xml version="1.0"?>
<!DOCTYPE tsung SYSTEM "/usr/share/tsung/tsung-1.0.dtd">
<tsung loglevel="error" version="1.0">
  <clients><client host="localhost" use_controller_vm="true" maxusers="60000"/></clients>
  <servers><server host="127.0.0.1" port="$port" type="tcp"/></servers>
  <load duration="3600" unit="second">
    <arrivalphase phase="1" duration="3600" unit="second">
      <users maxnumber="$clients" arrivalrate="$rate" unit="second"/>
    </arrivalphase>
  </load>
  <sessions>
    <session name="client" probability="100" type="ts_websocket">
      <request><websocket type="connect" path="/echo"/></request>
      $talk
    </session>
  </sessions>
</tsung>
XML
exec tsung -f "$folder/tsung.xml" -l "$folder/log" start
