"""One invocation: the Python before an activity, the activity, the Python after it, as far as the payload asks.

    {"begin": ..., "site": "1:charge", "next": ["2:ship"]}  ->  {"to": "2:ship", "state": "...", "call": {...}}

The state machine says what is given (``begin``, ``branch``, or a ``state`` with a ``call`` to carry out or an
``outcome`` to go on with), at which ``site`` this Lambda is the activity, and which ends it expects (``next``). Any
other end comes after an error, and is reported as one: its name says where to go on (`pfaas.to.<label>`).
"""

import math
from typing import Any, Final, NoReturn, final

from portable_faas.context.calls import ActivityCall, Call, Gather
from portable_faas.context.instances import ContinueAsNew, StartCall
from portable_faas.errors import InstanceExists, NotPortable
from portable_faas.stepping import (
    Awaiting,
    Ended,
    Returned,
    Stack,
    StepRun,
    pack,
    pack_value,
    unpack,
    unpack_value,
)
from portable_faas.values import Failure, Signature, capture_end, dumps, loads, out_of_coroutine, rebuild
from portable_faas_aws.runtime import deeds
from portable_faas_aws.runtime.alone import PARTS, carry_out
from portable_faas_aws.runtime.attempt import attempt, next_wait, tried_again
from portable_faas_aws.runtime.beginning import begin, branch
from portable_faas_aws.runtime.branch import WHOLE, heard, told
from portable_faas_aws.runtime.budget import Budget
from portable_faas_aws.runtime.calls import (
    call_of,
    derived,
    describe,
    forget,
    in_turn,
    kind_of,
    milliseconds,
    starting,
)
from portable_faas_aws.runtime.chain import FAN, STEP, TASK, Chain, name_of
from portable_faas_aws.runtime.ends import (
    AGAIN,
    CONTINUE,
    DYNAMIC,
    ENTITY,
    GATHER,
    LOCK,
    PAUSED,
    RAISE,
    RENEW,
    RETURN,
    SELECT,
    SLOWLY,
    SUSPENDED,
    TO,
)
from portable_faas_aws.runtime.failures import failure_of, report_in
from portable_faas_aws.runtime.moment import time_after
from portable_faas_aws.runtime.offload import (
    ALONE,
    REPORT,
    ROOM,
    Values,
    lightened,
    quoted,
    reported,
    shrunk,
)
from portable_faas_aws.runtime.outside import Code, Outcome, Outside, Result, Stores
from portable_faas_aws.runtime.report import Report, fail
from portable_faas_aws.runtime.running_ahead import empty_loops, ran_ahead

SHOWN: Final = 1024  # characters of a result or message that the history repeats


def run(code: Code, function: str, payload: dict[str, Any], stores: Stores = Stores()) -> Result:  # noqa: B008
    """Carry out one invocation of ``function``."""
    values = Values(payload["key"], stores.bucket)
    return Invocation(code, function, values.grown(payload), values, stores).run()


def decoded(signature: Signature, text: str) -> Outcome:
    """The result of an activity as the orchestrator gets it."""
    try:
        return signature.decode_result(loads(text)), None
    except NotPortable as wrong:
        return None, wrong


@final
class Invocation:
    """One invocation under way."""

    def __init__(self, code: Code, function: str, payload: dict[str, Any], values: Values, stores: Stores) -> None:
        self.values = values
        self.stores = stores
        self.code = code
        self.function = function
        self.payload = payload
        self.scope: str = payload["scope"]
        name = f"portable_faas.{code.app.name}.{self.orchestrator_name()}"
        self.run_ = StepRun(payload["id"], payload["key"], name, milliseconds(payload["at"]), version=code.app.version)
        if payload.get("run"):  # no UUID comes twice
            self.run_.key = str(derived(self.run_, f"run {payload['run']}"))
        self.outside = Outside(code, self.run_, values, stores, payload)
        self.ran: dict[str, Any] | None = None
        self.word: dict[str, Any] = {}  # how its activity ended, for the history
        self.history: dict[str, Any] | None = payload.get("history")  # what it counts by, where runs may get long

    @property
    def budget(self) -> Budget:
        """What is counted of the history of the execution."""
        return Budget(self.code.flows, self.run_, self.history)

    def orchestrator_name(self) -> str:
        """For the logger: the orchestrator whose scope this is; the helper's own name in a branch."""
        return self.scope.rpartition(":")[2]

    def run(self) -> Result:
        """Carry it out."""
        payload = self.payload
        self.stop_if_suspended()
        for others in PARTS:
            if others in payload:
                return carry_out(self, others, payload[others])
        if "state" not in payload and "call" in payload:
            return self.branch_of_activity(payload["call"])
        if "begin" in payload:
            self.run_.at = milliseconds(payload["begin"]["at"])
            stack, ended = begin(self, payload["begin"]["input"])
        elif "branch" in payload:
            stack, ended = branch(self, payload["branch"])
        else:
            stack = unpack(self.code.flows, self.run_, payload["state"])
            if "call" in payload:
                return self.called(stack, payload["call"])
            self.outside.since = max(0, self.run_.steps - 1)
            payload["outcome"] = self.outside.picked(payload["outcome"])
            if payload.get("group"):
                self.outside.close(payload["outcome"])
            value, error = self.outcome(payload["outcome"])
            decided = self.decided(stack, payload["outcome"])
            if decided:
                return decided
            ended = stack.advance(value, error)
        return self.go_on(stack, ended)

    # what the step is given

    def outcome(self, outcome: dict[str, Any]) -> Outcome:
        """The value or error that a finished site gives."""
        if "failed" in outcome:
            return self.lost(outcome["failed"])
        if "wait" in outcome:
            return self.outside.received(outcome["wait"])
        if "held" in outcome:
            return self.outside.had(outcome["held"])
        if "raised" in outcome:
            return None, heard(self.code.flows, self.run_, outcome["raised"])
        return self.value(outcome), None

    def lost(self, failed: dict[str, Any]) -> Outcome:
        """What comes of a failure that the state machine caught; the activity's end, if it had one before."""
        found = self.outside.lost() if self.payload.get("once") else None
        if found is None:
            return None, self.error(failed)
        text, failure = found
        if failure is not None:
            return None, rebuild(failure)
        activity = self.code.app.activities[failed["activity"]]
        return decoded(activity.signature(), text)

    def value(self, outcome: dict[str, Any]) -> Any:
        """The value of an outcome; a kept failure is its exception."""
        self.run_.events -= outcome.get("spare", 0)
        if "all" in outcome:
            return [self.value(each) for each in outcome["all"]]
        if "child" in outcome:
            orchestrator = self.code.app.orchestrators[outcome["child"]]
            return orchestrator.signature().decode_result(loads(outcome["value"]))
        if "pairs" in outcome:
            pairs = [(each["index"], self.value(each)) for each in outcome["pairs"]]
            return pairs[0] if outcome["single"] else pairs
        if "first" in outcome:
            return outcome["first"]["index"], self.value(outcome["first"])
        if "failed" in outcome:
            return self.error(outcome["failed"])
        if "error" in outcome:
            return heard(self.code.flows, self.run_, outcome["error"])
        return unpack_value(self.code.flows, self.run_, outcome["value"])

    def error(self, failed: dict[str, Any]) -> Exception:
        """The exception of a failure that the state machine caught."""
        report = report_in(failed.get("cause") or "", self.values.failure) or {}
        return heard(self.code.flows, self.run_, report) if WHOLE in report else rebuild(self.failure_of(failed))

    def failure_of(self, failed: dict[str, Any]) -> Failure:
        """A failure that the state machine caught."""
        return failure_of(failed, self.values.failure)

    def decided(self, stack: Stack, outcome: dict[str, Any]) -> Result | None:
        """Another attempt of an activity whose policy only the run knows, after a failure without a report."""
        described = outcome.get("failed", {}).get("call")
        if described is None:
            return None
        activity = self.code.app.activities[outcome["failed"]["activity"]]
        call = call_of(self.code.flows, self.run_, activity, described)
        again = self.another(call, described, self.failure_of({**outcome["failed"], "timeout": call.timeout}))
        return self.result({"to": "again", "state": pack(stack), "call": again}) if again else None

    # the activity

    def branch_of_activity(self, described: dict[str, Any]) -> Result:
        """A branch that is nothing but an activity."""
        self.run_.fiber, self.run_.keeps = described.get("fiber", ""), bool(described.get("keeps"))
        self.run_.room = described.get("room", ALONE)
        if "raise" in described:
            error: BaseException | None = heard(self.code.flows, self.run_, described["raise"])
            assert error is not None
            return self.failed(capture_end(error), error)
        call = call_of(self.code.flows, self.run_, self.code.app.activities[self.function], described)
        value, error = self.carried_out(call, described)
        dropped = self.payload.get("dropped", False)  # a call of a loop; what it raises leaves the orchestrator
        if error is not None:
            error = out_of_coroutine(error) if dropped else error
            return self.failed(capture_end(error), error)
        if dropped:
            return self.result({**self.word})
        if self.payload.get("wire"):
            return self.result({"wire": dumps(call.signature().encode_result(value), "result")}, self.run_.room)
        return self.result({"value": pack_value(self.code.flows, value)}, self.run_.room)

    def called(self, stack: Stack, described: dict[str, Any]) -> Result:
        """Carry out a prepared call, and the Python after it where that is asked for."""
        if "next" not in self.payload:
            return self.branch_of_activity({**described, "fiber": self.run_.fiber, "keeps": False})
        call = call_of(self.code.flows, self.run_, self.code.app.activities[self.function], described)
        value, error = self.carried_out(call, described)
        self.pause(stack, value, error)
        self.run_.events += 2 * STEP * (described.get("tried", 1) - 1)  # attempts that a Lambda has counted
        return self.go_on(stack, stack.advance(value, error))

    def carried_out(self, call: ActivityCall[Any], described: dict[str, Any]) -> Outcome:
        """The result as the orchestrator gets it; a failure that is tried again ends the invocation."""
        text, failure = attempt(call, described["args"])
        after = time_after(retried=self.payload.get("tried", 0) > 0)
        self.run_.at = max(self.run_.at, milliseconds(self.payload["at"]), after)
        if failure is not None:
            if self.payload.get("dynamic"):
                again = self.another(call, described, failure)
                if again:
                    self.fail(DYNAMIC, {"call": again})
            elif tried_again(call, self.payload.get("tried", 0) + 1, failure):
                self.fail(AGAIN, failure.to_wire())
        return self.ended(call, text, failure)

    def ended(self, call: ActivityCall[Any], text: str, failure: Failure | None) -> Outcome:
        """The end of an activity as the orchestrator gets it; where effects follow, as it was written down first."""
        if self.payload.get("once") and "next" in self.payload:
            text, failure = self.outside.settled(text, failure)
        if failure is not None:
            self.word = {"broke": {"type": failure.type, "message": failure.message[:SHOWN]}}
            return None, rebuild(failure)
        self.word = {"gave": text} if len(text) <= SHOWN else {"gave": "null"}
        return decoded(call.signature(), text)

    def another(self, call: ActivityCall[Any], described: dict[str, Any], failure: Failure) -> dict[str, Any] | None:
        """The call as it is tried next, with the seconds to wait before; None if it is not."""
        tried = described.get("tried", 1)
        wait = next_wait(call, tried, failure)
        return None if wait is None else {**described, "tried": tried + 1, "wait": math.ceil(wait)}

    def stop_if_suspended(self) -> None:
        """Start nothing new while the instance is suspended; another attempt is nothing new."""
        if self.payload.get("suspendable") and not self.payload.get("tried") and self.outside.ledger.is_suspended():
            self.fail(SUSPENDED, {})

    def pause(self, stack: Stack, value: Any, error: BaseException | None) -> None:
        """End with the outcome of the activity if the instance is suspended: then its own code does not go on."""
        if not self.payload.get("suspendable") or not self.outside.ledger.is_suspended():
            return
        outcome: dict[str, Any] = {}
        if error is None:
            outcome = {"value": pack_value(self.code.flows, value)}
        else:
            outcome = {"raised": told(self.code.flows, capture_end(error), error)}
        self.fail(PAUSED, {"state": pack(stack), "call": outcome})

    # what concerns the world outside

    def instance(self, call: StartCall[Any] | ContinueAsNew) -> Outcome:
        """Start an instance that nobody waits for, or the next run of this one."""
        try:
            if isinstance(call, StartCall):
                return self.outside.started(starting(self.run_, call, self.run_.fiber)), None
            orchestrator = self.code.app.orchestrators[self.payload["own"]]
            text = orchestrator.signature().dump_input(call.args)
            self.fail(RENEW if "/" in self.run_.fiber else CONTINUE, self.outside.next_run(text, self.history))
        except (InstanceExists, NotPortable, TypeError) as wrong:
            return None, wrong

    # where the step ends

    def go_on(self, stack: Stack, ended: Ended) -> Result:
        """Run until something is awaited that this Lambda is not there for."""
        self.budget.spent()
        while isinstance(ended, Awaiting):
            label = f"{stack.path}:{kind_of(ended.call)}"
            if label == self.payload.pop("passed", None):
                # What came before needed no Lambda, so nothing of it was kept; it is run again up to here.
                if isinstance(ended.call, Gather):
                    self.run_.gathers += 1
                    self.budget.mapped(self.payload["outcome"])
                    forget(ended.call)
                else:
                    self.budget.add(TASK)
                self.run_.at = max(self.run_.at, milliseconds(self.payload["at"]))
                ended = stack.advance(*self.outcome(self.payload["outcome"]))
                continue
            described, at_once = self.begun(ended.call)
            if at_once is not None:
                ended = stack.advance(*at_once)
                continue
            if label == self.payload.pop("lost", None):
                # The Lambda in which the step before rode died at this activity, and what it had prepared with it.
                if described["kind"] == GATHER:
                    self.run_.gathers += 1
                    self.budget.expected(described)
                ended = stack.advance(*self.lost(self.payload["failed"]))
                continue
            if self.rides(label) and isinstance(ended.call, ActivityCall):
                self.ran = {name: described[name] for name in ("kind", "args", "fiber")}
                value, error = self.carried_out(ended.call, described)
                self.pause(stack, value, error)
                ended = stack.advance(value, error)
                continue
            if described["kind"] in (GATHER, SELECT):
                self.run_.gathers += 1
            return self.stop(stack, label, described)
        return self.returned(ended.value) if isinstance(ended, Returned) else self.raised(ended.error)

    def begun(self, call: Call[Any]) -> tuple[dict[str, Any], Outcome | None]:
        """The description of what is awaited, and its outcome where it has one at once."""
        if isinstance(call, StartCall | ContinueAsNew):
            return {}, self.instance(call)
        try:
            described = describe(self.code.flows, self.run_, call, self.run_.fiber, self.run_.gathers)
        except Exception as wrong:  # what cannot start is an error at the place of its await
            return {}, (None, wrong)
        if described["kind"] == ENTITY:
            return described, self.outside.operated(described)
        if described["kind"] == LOCK:
            return described, self.outside.locked(described)
        return described, self.outside.begun(described)

    def stop(self, stack: Stack, label: str, described: dict[str, Any]) -> Result:
        """End where ``described`` is awaited: here, or in the next execution if this one has no room for it."""
        budget = self.budget
        budget.add(FAN * len(empty_loops(self.payload, label) or ()))
        before = self.run_.events
        coming = budget.expected(described)
        if self.history is not None and "ahead" in self.history and not budget.fits(coming, before):
            self.fail(TO + label, {})  # what was run ahead of comes first, by itself
        slow: Result = {"state": pack(stack), "call": described}
        at, kept = label, slow
        if label in self.payload.get("ahead", ()):
            found = ran_ahead(self, stack, label, described, before)
            at, kept, coming = (label + SLOWLY, slow, coming) if found is None else (label, found, 0)
        chain = budget.elsewhere(before, coming)
        if chain is not None and budget.is_branch:  # an execution of a branch runs ahead of less than its gather's
            self.go_on_elsewhere(label + SLOWLY if label in self.payload.get("ahead", ()) else label, slow, chain)
        if chain is not None:
            self.go_on_elsewhere(at, kept, chain)
        return self.end(at, kept)

    def go_on_elsewhere(self, label: str, rest: Result, chain: Chain) -> NoReturn:
        """End the invocation with what the next execution needs to go on at ``label``."""
        run = self.run_
        key = self.payload["key"]
        given = {"id": run.instance_id, "key": key, "input": None, "chain": chain._asdict()}
        given |= {name: self.payload[name] for name in ("run", "parent") if self.payload.get(name)}
        to = f"{self.scope} {label}" if chain.fiber else label
        given["resume"] = {**lightened(self.values, {"to": label, "state": "", **rest}), "to": to}
        self.fail(CONTINUE, {"name": name_of(run.instance_id, key, chain), "next": given})

    def then(self, stack: Stack, label: str, ended: Ended, before: int) -> Result | None:
        """Where a step that ran ahead ends; None if by an exception."""
        history = self.budget.ahead(before)
        payload = {**self.payload, "site": None, "next": self.payload["ahead"][label], "history": history}
        ahead = Invocation(self.code, self.function, payload, self.values, self.stores)
        ahead.run_ = ahead.outside.run = self.run_
        ahead.outside.ahead = True
        try:
            return ahead.go_on(stack, ended)
        except Report as found:
            name = type(found).__name__
            raises = self.payload["ahead"][label] == [RAISE] and not name.startswith(TO)
            return {"to": RAISE, "call": {"error": name, "cause": str(found)}} if raises else None

    def rides(self, label: str) -> bool:
        """Whether this Lambda is the activity that is awaited; it runs it once."""
        mine = label == self.payload.get("site") and "call" not in self.payload and self.function != ""
        return mine and self.ran is None

    def returned(self, value: Any) -> Result:
        """The scope has its result."""
        if "/" in self.run_.fiber:
            try:
                text = pack_value(self.code.flows, value)
            except TypeError as problem:
                return self.raised(NotPortable("result", f"it cannot be kept across an await: {problem}"))
            return self.end(RETURN, {"call": self.outcome_of({"value": text})})
        signature = self.code.app.orchestrators[self.orchestrator_name()].signature()
        try:
            output = dumps(signature.encode_result(value), "result")
        except NotPortable as wrong:
            return self.raised(wrong)
        return self.end(RETURN, {"call": {"value": output}})

    def raised(self, error: BaseException) -> Result:
        """The scope ends with an exception."""
        return self.failed(capture_end(error), error)

    def failed(self, failure: Failure, error: BaseException) -> Result:
        """A failure that ends the scope; where the gather keeps errors it is the result of the branch."""
        wire = told(self.code.flows, failure, error) if "/" in self.run_.fiber else failure.to_wire()
        if not self.run_.keeps or not isinstance(error, Exception):
            self.fail(failure.type, wire, error, self.room_of_failure())
        if "next" in self.payload:
            return self.end(RETURN, {"call": self.outcome_of({"error": wire})})
        return self.result({"error": wire}, self.run_.room)

    def room_of_failure(self) -> int:
        """What the report of an error may take; an outer gather may keep that of an inner one among its outcomes."""
        return min(REPORT, max(1024, self.run_.room // 2)) if self.run_.fiber.count("/") > 1 else REPORT

    def end(self, label: str, rest: Result) -> Result:
        """The end of the step: a result where the state machine expects it, else an error that says where to go."""
        found = lightened(self.values, {"to": label, "state": "", **rest})
        loops = empty_loops(self.payload, label)
        if loops is None:
            self.fail(TO + label, found)
        for loop in reversed(loops):
            found = in_turn(loop, [], found)
        return self.result(found)

    def outcome_of(self, outcome: Result) -> Result:
        """The result of a branch, within the room that the gather has for it."""
        if self.history is not None:
            self.budget.add(FAN * len(empty_loops(self.payload, RETURN) or ()))
            outcome = {**outcome, "spare": self.budget.spare()}
        outcome = {**outcome, "index": int(self.run_.fiber.rpartition(".")[2])}
        found: Result = shrunk(self.values, outcome, self.run_.room)
        return found

    def result(self, result: Result, room: int = ROOM) -> Result:
        """Within ``room`` bytes; with what this Lambda ran of its own accord, for the history."""
        found: Result = shrunk(self.values, self.noted(result), room)
        return found

    def noted(self, result: Result, room: int = deeds.ROOM) -> Result:
        """With what this Lambda ran of its own accord."""
        ran = {} if self.ran is None else {"ran": self.ran}
        return {**result, **ran, **self.outside.deeds.told(room), **(self.word if "next" in self.payload else {})}

    def fail(self, name: str, message: Result, error: BaseException | None = None, room: int = REPORT) -> NoReturn:
        """End the invocation with an error, whose message has at most ``room`` characters."""
        message = self.noted(message, deeds.ROOM_OF_ERROR)
        if "type" in message:
            fail(name, reported(self.values, message, room), error)
        fail(name, shrunk(self.values, message, room, quoted), error)
