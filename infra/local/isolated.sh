#!/bin/sh
# Runs a command in a network of its own, which has the loopback and nothing else: `isolated.sh COMMAND...`
# AWS's own DynamoDB engine listens on every interface and cannot be told otherwise.
set -eu
command -v unshare >/dev/null 2>&1 || { echo "AWS's own DynamoDB engine runs in a network of its own, which needs Linux and unshare (util-linux)." >&2; exit 1; }
[ "$(id -u)" = 0 ] && alone="unshare --net" || alone="unshare --map-root-user --net"
exec $alone .venv/app/bin/python -c '
import fcntl, os, socket, struct, sys
SIOCGIFFLAGS, SIOCSIFFLAGS, UP = 0x8913, 0x8914, 1
with socket.socket() as any_socket:
    flags = struct.unpack("16sh", fcntl.ioctl(any_socket, SIOCGIFFLAGS, struct.pack("16sh", b"lo", 0)))[1]
    fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh", b"lo", flags | UP))
os.execvp(sys.argv[1], sys.argv[1:])
' "$@"
