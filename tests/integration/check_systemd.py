"""The daemon as systemd starts it; see 13-systemd.sh."""
import os
import select
import socket
import subprocess
import time

from raw import LIMIT, Reader, ask, connect, request

D, DATA = os.environ["D"], os.environ["DATA"]


def start(sockets, names, **env):
    """Start the daemon with these sockets as 3, 4, ..."""
    def place():
        high = [os.dup(s.fileno()) for s in sockets]
        for i, fd in enumerate(high):
            os.dup2(fd, 3 + i)
    env = dict(os.environ, LISTEN_FDS=str(len(sockets)),
               LISTEN_FDNAMES=names, **env)
    # LISTEN_PID is known to the new process only: a shell sets it.
    return subprocess.Popen(
        ["sh", "-c", 'LISTEN_PID=$$ exec "$@"', "sh", D, "run",
         "--data", DATA, "--admin", "127.0.0.1:0"],
        env=env, stdout=subprocess.PIPE, text=True, close_fds=False,
        preexec_fn=place)


def listener():
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    s.listen()
    return s, "http://127.0.0.1:%d" % s.getsockname()[1]


def said(box, wanted):
    """Read notifications until a line of one ends so."""
    until = time.monotonic() + LIMIT
    while time.monotonic() < until:
        if select.select([box], [], [], 1)[0]:
            text = box.recv(4096).decode()
            if any(line.endswith(wanted) for line in text.split("\n")):
                return text
    raise SystemExit(f"never said {wanted}")


api, api_url = listener()
admin, admin_url = listener()
box = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
box.bind("notify")
# Clients may come before the daemon is there: systemd holds the socket.
early = connect(api_url)
early.sendall(request("/checkpoint"))

daemon = start([api, admin], "api:admin", WATCHDOG_USEC="400000",
               NOTIFY_SOCKET=os.path.abspath("notify"))
assert daemon.stdout.readline() == f"api {api_url}\n"
assert daemon.stdout.readline() == f"admin {admin_url}\n"
said(box, "READY=1")
said(box, "; 1 records")
said(box, "WATCHDOG=1")
said(box, "WATCHDOG=1")
assert Reader(early).answer()[0] == 200
assert ask(admin_url, request("/readyz"))[0] == 200
assert ask(api_url, request("/readyz"))[0] == 404

# Stopped as a whole, it feeds nothing; going on, it feeds again.
daemon.send_signal(19)
while select.select([box], [], [], 1)[0]:
    box.recv(4096)
daemon.send_signal(18)
said(box, "WATCHDOG=1")

daemon.terminate()
said(box, "STOPPING=1")
assert daemon.wait(LIMIT) == 0

# A restart loses no connection: the socket is still there.
waiting = connect(api_url)
waiting.sendall(request("/checkpoint"))
daemon = start([api], "connection")
assert daemon.stdout.readline() == f"api {api_url}\n"
assert daemon.stdout.readline().startswith("admin http://127.0.0.1:")
assert Reader(waiting).answer()[0] == 200
daemon.terminate()
assert daemon.wait(LIMIT) == 0

# Meant for another process: not ours.
env = dict(os.environ, LISTEN_FDS="1", LISTEN_PID="1", WATCHDOG_PID="1",
           WATCHDOG_USEC="1", NOTIFY_SOCKET="relative")
daemon = subprocess.Popen(
    [D, "run", "--data", DATA, "--listen", "127.0.0.1:0", "--admin", "none"],
    env=env, stdout=subprocess.PIPE, text=True)
assert daemon.stdout.readline().startswith("api http://127.0.0.1:")
daemon.terminate()
assert daemon.wait(LIMIT) == 0
