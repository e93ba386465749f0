#!/usr/bin/env bash
# Runs the loopback server until it is stopped by SIGTERM or Ctrl-C:
#
#     examples/loopback-server.sh --port 8080 [--cleartext-port 8081] [--seed 1] [--latency 0] [--strict]
#
# It prints "listening on wss://127.0.0.1:8080/ws/chat" when clients may come. The certificate authority to trust is at
# https://127.0.0.1:8080/admin/ca.pem. JAVA_OPTS is passed to the JVM.
#
# Stanzas take 100 ms from one client to another, as over a network. Without that, Baileys on a busy machine may see the answer
# to its message before it has reported that message itself, and merge the two (in its own tests: the revocation, one in fifty).
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

if ! output=$(mvn -q -B -f "$root/pom.xml" compile exec:exec -Dexec.executable=echo -Dexec.args=%classpath); then
    printf '%s\n' "$output" >&2
    exit 1
fi
classpath=${output##*$'\n'}

# shellcheck disable=SC2086 # JAVA_OPTS is a list of words
java --enable-native-access=ALL-UNNAMED -Dslf4j.internal.verbosity=ERROR ${JAVA_OPTS:-} \
    -cp "$classpath" dev.waxwing.testkit.LoopbackServerMain --latency 100 "$@" &
server=$!
stopped=
trap 'stopped=yes; kill -TERM "$server" 2> /dev/null || true' INT TERM

status=0
wait "$server" || status=$?
if [[ -n $stopped ]]; then
    # The first wait ended with the signal; the server still has to.
    wait "$server" || true
    exit 0
fi
exit "$status"
