"""AWS on this machine, for tests: moto's APIs, Step Functions with JSONata, real Lambda runtimes, virtual time."""

from portable_faas_aws.emulator.clock import Clock as Clock
from portable_faas_aws.emulator.declared import Function as Function
from portable_faas_aws.emulator.declared import Machine as Machine
from portable_faas_aws.emulator.declared import Table as Table
from portable_faas_aws.emulator.emulator import Emulator as Emulator
from portable_faas_aws.emulator.versions import WrongVersion as WrongVersion
