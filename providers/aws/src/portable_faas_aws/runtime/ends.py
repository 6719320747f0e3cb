"""The words that Lambdas and state machines agree on: how a step may end."""

from typing import Final

RETURN: Final = "return"  # the scope has its result
RAISE: Final = "raise"  # the scope ends with an exception, found by running ahead
SLOWLY: Final = "!"  # after the label of what could be run ahead of: the Python after it runs when it is over
TO: Final = "pfaas.to."  # before a label: the error that says where to go on after an error
AGAIN: Final = "pfaas.retry"  # a failure that the policy covers; how often is counted by the state machine
DYNAMIC: Final = "pfaas.again"  # the same where only the run knows the policy; the Lambda counts
CONTINUE: Final = "pfaas.continue"  # the run goes on in another execution, whose name and input are in the message
RENEW: Final = "pfaas.renew"  # a branch continues as new: its group ends, and with it the run; message as before
FIRST: Final = "pfaas.first"  # a branch of a race has ended, and with it the race; the cause is its outcome
SUSPENDED: Final = "pfaas.suspended"  # nothing new starts before the instance is resumed; then the same once more
PAUSED: Final = "pfaas.paused"  # the same after an activity, whose outcome is in the message
CONTINUED: Final = "continued"  # what the output of an execution is that was followed by another one: its name

# What is awaited, where it is no activity
TIMER: Final = "$timer"
STATUS: Final = "$status"
GATHER: Final = "$gather"
SELECT: Final = "$select"
EVENT: Final = "$event"
CHILD: Final = "$child"
ENTITY: Final = "$entity"
LOCK: Final = "$lock"
START: Final = "$start"
WRONG: Final = "$wrong"
