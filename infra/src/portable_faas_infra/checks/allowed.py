"""What scanners find and we keep, each with the reason; a finding that is not here fails the build.

The ids are those of checkov 3.3.
"""

from collections.abc import Mapping
from typing import Final

_KEYS: Final = (
    "encrypted with the service's own key; a key of one's own costs 1 USD a month each and is the deployer's choice"
)
_LAMBDA: Final = "the state machine calls it and waits for the answer"
_OPEN: Final = "a function app on a consumption plan has no fixed address; who may come in is decided by identity"
_REBUILT: Final = "it holds packages, which a build makes again with the same bytes"

AWS: Final[Mapping[str, str]] = {
    "CKV2_AWS_61": f"the bucket for code expires nothing: {_REBUILT}",
    "CKV2_AWS_62": "nobody waits for objects in these buckets",
    "CKV2_AWS_57": "the value of a secret is its owner's, who writes and changes it; the program never sees it",
    "CKV_AWS_18": "objects are read by functions of the app only, whose calls are traced",
    "CKV_AWS_21": f"names are hashes of content, so nothing is overwritten; of the bucket for code, {_REBUILT}",
    "CKV_AWS_115": "a limit of concurrency is a reservation out of the account's own; the deployer's choice",
    "CKV_AWS_116": f"a dead-letter queue is for asynchronous calls; {_LAMBDA}",
    "CKV_AWS_117": "it talks to services of AWS only; a VPC would need gateways that cost by the hour",
    "CKV_AWS_119": _KEYS,
    "CKV_AWS_144": "values live as long as a run, in the region of the run",
    "CKV_AWS_145": _KEYS,
    "CKV_AWS_149": _KEYS,
    "CKV_AWS_158": _KEYS,
    "CKV_AWS_173": "the environment has names of resources and no secret (rule no-secret)",
    "CKV_AWS_272": "packages are uploaded under their hash by who deploys; signing needs a profile of the deployer",
    "CKV_AWS_285": "failures are logged; execution data would put the values of users into the log (rule machine-logs)",
    "CKV_AWS_297": _KEYS,
    "CKV_AWS_309": "the app recognises clients itself, in the same way on every target",
    "CKV_AWS_338": "retention is a setting; a year of logs is not everybody's wish, nor everybody's right",
}
AZURE: Final[Mapping[str, str]] = {
    "CKV_AZURE_17": "callers have no certificates; this release serves no HTTP",
    "CKV_AZURE_18": "Flex Consumption refuses properties that it does not know, and does not document this one",
    "CKV_AZURE_35": _OPEN,
    "CKV_AZURE_36": _OPEN,
    "CKV_AZURE_67": "Flex Consumption refuses properties that it does not know, and does not document this one",
    "CKV_AZURE_78": "Flex Consumption has no FTP and refuses the property",
    "CKV_AZURE_206": "locally redundant storage: runs live in one region; what must outlive it belongs into a database",
    "CKV_AZURE_212": "a consumption plan starts and stops instances by itself",
    "CKV_AZURE_213": "a consumption plan replaces instances by itself",
    "CKV_AZURE_222": _OPEN,
    "CKV_AZURE_225": "zones are the plan's own matter on consumption plans",
}
