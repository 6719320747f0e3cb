"""A deployed AWS app, found by the outputs of its stack."""

from collections.abc import Mapping
from typing import Final, final

from portable_faas_aws.client import AccountBackend
from portable_faas_aws.client.cloud import Open, deployed

from examples.smoke.app import app
from portable_faas.client import Client
from tests.live.cases import Case, Outcome, ended
from tests.live.report import Missing

OUTPUTS: Final = "PFAAS_LIVE_AWS_OUTPUTS"
REGION: Final = "AWS_REGION"
NEEDED: Final = {
    REGION: "the region of the app; credentials are found as boto3 finds them",
    OUTPUTS: "the file that `pulumi stack output --json` wrote after the deployment",
}


@final
class Live:
    """The app that the file of outputs names."""

    def __init__(self, environment: Mapping[str, str], client: Open | None = None) -> None:
        self.where: Final = environment[REGION]
        try:
            account = deployed(environment[OUTPUTS], self.where, None, client)
        except ValueError as wrong:
            raise Missing(f"{OUTPUTS}: {wrong}") from wrong
        self._client = Client(app, AccountBackend(app, lambda: account))

    async def ended(self, case: Case) -> Outcome:
        """Start a case and wait for its end."""
        return await ended(self._client, case)
