"""Patch: Parallel, inline and distributed Map.

Mended: ``$states.context.Map`` inside the states of a Map; errors of the platform keep their names on the way out of
a branch (moto turns States.Timeout into States.Runtime there); a Map of a thousand items needs neither a thousand
threads nor a thousand stack frames; branches that nobody waits for any more end at once and leave no events. An
inline Map runs at most 40 iterations at a time (docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html).
"""

import copy
from typing import Any, Final

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import iteration_worker, job
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.distributed_iteration_component import (
    DistributedIterationComponent,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.inline_iteration_component import (
    InlineIterationComponent,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.itemprocessor import (
    distributed_item_processor_worker,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.branch_worker import BranchWorker
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.branches_decl import (
    BranchesDecl,
    BranchWorkerPool,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from portable_faas_aws.emulator.interpreter.failures import named
from portable_faas_aws.emulator.interpreter.session import Session
from portable_faas_aws.emulator.patching import Patching

INLINE: Final = 40
DISTRIBUTED: Final = 1000  # AWS: 10,000; each is a thread here


def install(patching: Patching, session: Session) -> None:
    """Replace how branches and iterations are started, joined and numbered."""

    def run_branches(self: Any, env: Any) -> None:
        given = env.stack.pop()
        pool = BranchWorkerPool(workers_num=len(self.programs))
        workers = [_branch(env, pool, program, given) for program in self.programs]
        session.rest(env, pool._termination_event)
        failed = pool.get_exit_event_details()
        if failed is not None:
            raise _failed(env, failed)
        for worker in workers:
            env.close_frame(worker.env)
        env.stack.append([worker.env.states.get_input() for worker in workers])

    def run_items(self: Any, env: Any) -> None:
        given = env.stack.pop()
        limit = min(given.max_concurrency or INLINE, INLINE)
        _iterate(session, self, env, given, given.input_items, limit)

    def map_run(self: Any, env: Any, eval_input: Any) -> None:
        limit = min(eval_input.map_run_record.max_concurrency or DISTRIBUTED, DISTRIBUTED)
        _iterate(session, self, env, eval_input, env.stack.pop(), limit)

    patching.replace(BranchesDecl, "_eval_body", run_branches)
    patching.replace(InlineIterationComponent, "_eval_body", run_items)
    patching.replace(DistributedIterationComponent, "_map_run", map_run)
    patching.replace(iteration_worker.IterationWorker, "eval", _work)
    patching.replace(distributed_item_processor_worker.DistributedItemProcessorWorker, "eval", _work)
    patching.replace(iteration_worker, "CustomErrorName", named)
    patching.wrap(Environment, "as_inner_frame_of", _with_map)


def _branch(env: Any, pool: Any, program: Any, given: Any) -> Any:
    frame = env.open_inner_frame()
    frame.states.reset(input_value=copy.deepcopy(given))
    worker = BranchWorker(branch_worker_comm=pool, program=program, env=frame)
    worker.start()
    return worker


def _failed(env: Any, details: Any) -> FailureEventException:
    return FailureEventException(
        FailureEvent(
            env=env,
            error_name=named(details.get("error")),
            event_type=HistoryEventType.ExecutionFailed,
            event_details=EventDetails(executionFailedEventDetails=details),
        )
    )


def _iterate(session: Session, component: Any, env: Any, given: Any, items: list[Any], limit: int) -> None:
    pool = job.JobPool(job_program=component._get_iteration_program(), job_inputs=items)
    for _ in range(min(limit, len(items))):
        component._launch_worker(env=env, eval_input=given, job_pool=pool)
    if items:
        session.rest(env, pool._termination_event)
    error = pool.get_worker_exception()
    if error is not None:
        raise error
    env.stack.append([closed.job_output for closed in pool.get_closed_jobs()])


def _work(self: Any) -> None:
    """Take one item after the other until none is left, one fails, or nobody waits any more."""
    distributed = isinstance(self, distributed_item_processor_worker.DistributedItemProcessorWorker)
    own = self._env if distributed else self._env.open_frame()
    while self._env.is_running() and own.is_running() and (item := self._job_pool.next_job()) is not None:
        frame = own.open_inner_frame()
        try:
            self._eval_job(env=frame, job=item)
        except Exception as error:  # moto's own handling fails too where the history is full
            item.job_output = error
        if not own.is_running():
            return
        (own.delete_frame if distributed else own.close_frame)(frame)
        self._job_pool.close_job(item)
    if not distributed:
        self._env.close_frame(own)


def _with_map(original: Any) -> Any:
    def as_inner_frame_of(cls: Any, env: Any, variable_store: Any, event_history_frame_cache: Any = None) -> Any:
        frame = original(env, variable_store, event_history_frame_cache)
        outer = env.states.context_object.context_object_data
        if "Map" in outer:
            frame.states.context_object.context_object_data["Map"] = copy.deepcopy(outer["Map"])
        frame.assigned = {}
        return frame

    return classmethod(as_inner_frame_of)
