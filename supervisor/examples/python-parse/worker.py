#!/usr/bin/env -S python3 -B
"""A worker in Python, written from docs/protocol.md alone: it serves fund-loads/parse. Python 3.9 or later, nothing else.

  worker.py                          a worker: bundle on standard input; no arguments
  worker.py --self-test VECTORS      checks itself against the golden vectors of the protocol

Exit codes are those of any worker (docs/operations.md): 0, 69, 71, 75, 78.
"""

import os
import queue
import select
import signal
import sys
import threading
import time

import bundle as bundles
import fund_loads
import swp
from protobuf import ProtoError, SemanticError, delimited, number
from session import RECONNECT_SECONDS, STEADY_SECONDS, Attempts, name_of
from swp import Violation

OK, APPLICATION_ERROR, OVERLOADED, DRAINING, TOO_LARGE, UNKNOWN_METHOD = 1, 2, 6, 7, 8, 9
ACCEPTED, INGRESS_CLOSED, DRAINED, FLUSHED, STOPPED = 1, 2, 3, 4, 5
CONTAINER_UP, PHASE_READY = 1, 2
EXIT_OK, EXIT_CONNECT, EXIT_INTERNAL, EXIT_ORPHANED, EXIT_BUNDLE = 0, 69, 71, 75, 78
CALLS_MAX, MESSAGES_MAX, LONGEST_STOP_MILLIS = 1024, 256, 600_000
ORPHAN_DRAIN_SECONDS, ORPHAN_GONE_SECONDS, PARENT_LOOK_SECONDS = 1.0, 1.7, 0.2


def log(text):
    """Nothing of the protocol is ever on standard output or standard error; this is for people. Nobody may be there to read it."""
    try:
        print("worker.py:", text, file=sys.stderr, flush=True)
    except OSError:
        pass


class Calls:
    """Serves requests one after another on a thread of its own, so that the thread which reads never waits for them."""

    def __init__(self, worker):
        self.worker = worker
        self.waiting = queue.Queue()
        self.lock = threading.Condition()
        self.serving = {}  # call id -> whether it was given up
        self.closed = False
        self.completed = self.abandoned = 0
        threading.Thread(target=self._run, daemon=True).start()

    def take(self, session, messages):
        """The requests and cancels of one frame. All of it was checked before."""
        ids = [m["call_id"] for m in messages if m["request"] is not None]
        refused = []
        with self.lock:
            if len(set(ids)) != len(ids) or any((session, call) in self.serving for call in ids):
                raise Violation("E_SEMANTIC")
            for message in messages:
                call, request = message["call_id"], message["request"]
                if message["cancel"] is not None and (session, call) in self.serving:
                    self.serving[session, call] = True
                elif request is not None:
                    outcome = self._refusal(request)
                    if outcome:
                        refused += [] if request["one_way"] else [response(call, outcome, False)]
                    else:
                        self.serving[session, call] = False
                        end = time.monotonic() + request["timeout_ms"] / 1000 if request["timeout_ms"] else None
                        self.waiting.put((session, call, request, end))
        send_all(session, refused, self.worker.max_payload)

    def _refusal(self, request):
        if self.closed:
            return DRAINING
        if request["method"] != fund_loads.METHOD or request["request_stream"] or request["response_stream"]:
            return UNKNOWN_METHOD
        return OVERLOADED if len(self.serving) >= CALLS_MAX else 0

    def _run(self):
        answers, of = [], None
        while True:
            session, call, request, end = self.waiting.get()
            if session is not of:
                send_all(of, answers, self.worker.max_payload)
                answers, of = [], session
            answer = self._answer(session, call, request, end)
            answers += [] if answer is None or request["one_way"] else [answer]
            if self.waiting.empty() or len(answers) == MESSAGES_MAX:
                send_all(of, answers, self.worker.max_payload)
                answers = []
            with self.lock:
                given_up = self.serving.pop((session, call))
                self.completed, self.abandoned = self.completed + (not given_up), self.abandoned + given_up
                self.lock.notify_all()

    def _answer(self, session, call, request, end):
        with self.lock:
            if self.serving[session, call] or (end is not None and time.monotonic() > end):
                self.serving[session, call] = True
                return None
        try:
            reply = fund_loads.handle(request["payload"])
        except (ProtoError, SemanticError):
            return response(call, APPLICATION_ERROR, False, error="not a ParseRequest")
        except Exception as failure:  # whatever user code throws is the caller's to know, without its text
            log("handler failed: " + type(failure).__name__)
            return response(call, APPLICATION_ERROR, True, error="the handler failed")
        if len(reply) > self.worker.max_payload - 1024:
            return response(call, TOO_LARGE, True, error="the reply is above max_payload_bytes - 1024")
        return response(call, OK, True, reply)

    def close_ingress(self):
        with self.lock:
            self.closed = True
            return len(self.serving)

    def cancel_all(self):
        with self.lock:
            for key in self.serving:
                self.serving[key] = True

    def drain(self, deadline):
        """Waits until nothing is served any more. deadline() may come nearer meanwhile."""
        with self.lock:
            while self.serving and time.monotonic() < deadline():
                self.lock.wait(0.05)


def response(call, outcome, ran, payload=b"", error=""):
    body = number(1, outcome) + delimited(2, payload) + (delimited(3, error) if error else b"") + number(6, ran)
    return delimited(1, number(1, call) + delimited(3, body))


def send_all(session, messages, max_payload):
    """Many messages under one tag, as many as fit in a frame."""
    payload, count = b"", 0
    try:
        for message in messages:
            if count and (len(payload) + len(message) > max_payload or count == MESSAGES_MAX):
                session.send(swp.DATA, swp.CALLS, payload)
                payload, count = b"", 0
            payload, count = payload + message, count + 1
        if count:
            session.send(swp.DATA, swp.CALLS, payload)
    except Violation:
        # the session has ended, and its calls with it; the thread that reads it knows
        pass


class Stop:
    """Section 8: phases never go back, a stop_id that was seen starts nothing, a new one only brings the end nearer."""

    def __init__(self, worker):
        self.worker = worker
        self.lock = threading.Lock()
        self.known = set()
        self.phase = self.inflight = self.effective = 0
        self.stop_id = b""
        self.deadline = float("inf")

    def order(self, request):
        with self.lock:
            if request["stop_id"] in self.known:
                self._acknowledge(request["stop_id"], duplicate=True)
                return
            first = not self.known
            self.known.add(request["stop_id"])
            self.stop_id = request["stop_id"]
            asked = min(request["graceful_timeout_ms"], LONGEST_STOP_MILLIS) / 1000
            self.deadline = min(self.deadline, time.monotonic() + asked)
            self.effective = max(0, round((self.deadline - time.monotonic()) * 1000))
            self.phase = max(self.phase, ACCEPTED)
            self._acknowledge(self.stop_id)
        if request["mode"] == 2 or not request["drain_inflight"]:
            self.worker.calls.cancel_all()
        if first:
            threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        calls = self.worker.calls
        self._reach(INGRESS_CLOSED, calls.close_ingress())
        calls.drain(lambda: self.deadline)
        for phase in (DRAINED, FLUSHED, STOPPED):
            self._reach(phase, len(calls.serving))
        self.worker.finish(EXIT_OK, swp.OK_STOP)

    def _reach(self, phase, inflight):
        with self.lock:
            self.phase, self.inflight = phase, inflight
            self._acknowledge(self.stop_id)

    def _acknowledge(self, stop_id, duplicate=False):
        calls = self.worker.calls
        ack = delimited(1, stop_id) + number(2, self.phase) + number(3, self.inflight) + number(4, calls.completed)
        ack += number(5, calls.abandoned) + number(6, duplicate) + number(7, self.effective)
        self.worker.say(swp.STOP_ACK, ack)


class Worker:
    def __init__(self, bundle, keys):
        self.bundle, self.keys = bundle, keys
        self.max_payload = bundle["max_payload_bytes"]
        self.sessions = {}
        self.status = b""
        self.finishing = threading.Lock()
        self.ending = False
        self.calls = Calls(self)
        self.stop = Stop(self)

    def run(self):
        seconds = self.bundle["connect_deadline_ms"] / 1000
        self.sessions[swp.LANE_CONTROL] = Attempts(seconds).connect(self.bundle, self.keys, swp.LANE_CONTROL)
        threading.Thread(target=self.serve, args=(swp.LANE_CONTROL,), daemon=True).start()
        self.report(number(1, CONTAINER_UP))
        self.sessions[swp.LANE_DATA] = Attempts(seconds).connect(self.bundle, self.keys, swp.LANE_DATA)
        threading.Thread(target=self.serve, args=(swp.LANE_DATA,), daemon=True).start()
        self.report(number(1, PHASE_READY) + delimited(4, fund_loads.METHOD))

    def report(self, status):
        self.status = status
        self.say(swp.WORKER_STATUS, status)

    def say(self, kind, payload):
        try:
            self.sessions[swp.LANE_CONTROL].send(swp.CONTROL, kind, payload)
        except Violation:
            pass

    def serve(self, lane):
        """Reads a lane, and connects it again when it is lost, until it is gone for good."""
        attempts = None
        try:
            while True:
                opened = time.monotonic()
                self._read(lane, self.sessions[lane])
                if self.ending:
                    return
                log("lane %d lost" % lane)
                if attempts is None or time.monotonic() - opened >= STEADY_SECONDS:
                    attempts = Attempts(RECONNECT_SECONDS)
                else:
                    attempts.slow_down()
                self.sessions[lane] = attempts.connect(self.bundle, self.keys, lane)
                if lane == swp.LANE_CONTROL and self.status:
                    self.say(swp.WORKER_STATUS, self.status)
        except Violation as violation:
            if not self.ending:
                self.forsake(EXIT_ORPHANED, "lane %d is gone for good: %s" % (lane, violation.code))

    def _read(self, lane, session):
        """Returns when the session is lost; raises when it is not to be opened again."""
        try:
            while True:
                frame_type, kind, message = session.receive()
                if frame_type == swp.GOODBYE:
                    session.goodbye(swp.OK_CLOSE)
                    session.discard()
                    code = name_of(message["code"])
                    if code in ("E_SUPERSEDED", "E_REVOKED", "OK_STOP", "OK_CLOSE"):
                        raise SystemExit(code)
                    return
                if kind == swp.HEARTBEAT:
                    session.send(swp.CONTROL, swp.HEARTBEAT_ACK, number(1, message["token"]))
                elif kind == swp.STOP:
                    self.stop.order(message)
                elif kind == swp.CALLS:
                    self.calls.take(session, message["messages"])
        except Violation as violation:
            session.end(violation)
        except SystemExit as final:
            raise Violation(str(final.code)) from None

    def forsake(self, exit_code, why):
        """There is nobody to serve any more: at most 1 s for what is being served, gone at 1.7 s whatever happens."""
        timer = threading.Timer(ORPHAN_GONE_SECONDS, os._exit, (exit_code,))
        timer.daemon = True
        timer.start()
        log("stopping: " + why)
        end = time.monotonic() + ORPHAN_DRAIN_SECONDS
        self.calls.close_ingress()
        self.calls.drain(lambda: end)
        self.finish(exit_code, swp.OK_STOP)

    def finish(self, exit_code, goodbye):
        """Says goodbye on both lanes, lets the threads that read them take in what is left, and ends the process."""
        with self.finishing:
            self.ending = True
            for session in list(self.sessions.values()):
                session.goodbye(goodbye)
            for session in list(self.sessions.values()):
                session.discard()
            os._exit(exit_code)


def watch(worker, pipe, parent):
    """The lifeline, and the parent, since another process may hold the lifeline open. Returns what to end with."""
    while True:
        if select.select([pipe], [], [], PARENT_LOOK_SECONDS)[0]:
            if os.read(pipe, 1):
                worker.forsake(EXIT_BUNDLE, "E_BUNDLE_TRAILING: a byte came behind the bundle")
            worker.forsake(EXIT_ORPHANED, "the supervisor is gone")
        if os.getppid() != parent:
            worker.forsake(EXIT_ORPHANED, "the parent process is gone")


def defect(failure):
    """A thread ended that should not: half a worker is worse than none."""
    log("defect: %s in %s" % (failure.exc_type.__name__, failure.thread.name))
    os._exit(EXIT_INTERNAL)


def main():
    parent = os.getppid()
    threading.excepthook = defect
    for ignored in (signal.SIGINT, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    try:
        bundle = bundles.read(0)
    except bundles.Refused as refused:
        log(str(refused))
        return EXIT_BUNDLE
    keys = swp.HandshakeKeys(bundle.pop("base_w2s"), bundle.pop("base_s2w"))
    worker = Worker(bundle, keys)
    threading.Thread(target=watch, args=(worker, 0, parent), daemon=True).start()
    try:
        worker.run()
    except Violation as violation:
        log("cannot attach to the supervisor: " + violation.code)
        return EXIT_CONNECT
    threading.Event().wait()


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--self-test":
        import selftest

        sys.exit(selftest.run(sys.argv[2]))
    code = main()
    # not sys.exit: no thread may hold up the end
    os._exit(code)
