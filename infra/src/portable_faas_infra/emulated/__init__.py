"""Runs a Pulumi program against emulators: a small engine of our own under Pulumi's real SDK.

    stack = Stack(backend)              an emptied account
    stack.up(program)                   creates, updates in place, replaces, deletes what the program asks for
    stack.outputs["table"]              what it exports
    stack.destroy()                     deletes it all

What this shows is that the program says what it should; it is not Pulumi's engine and not the clouds' providers.

    stack        one deployed program and its state      monitor     decides what a registration needs
    state        what was deployed                       kind        what a resource type can do
    properties   inputs as plain data                    assets      files and archives
    process      runs the program on the SDK             aws, azure  the resource types of a cloud
"""

from portable_faas_infra.emulated.failure import DeployFailed as DeployFailed
from portable_faas_infra.emulated.stack import Stack as Stack
