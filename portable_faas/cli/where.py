"""The options that say which engine a command talks to, and where the instances of that are.

--on local --store app.db           the embedded engine over that file
--on azure --outputs outputs.json   what was deployed, by the outputs of its stack
"""

from typing import Annotated

import typer

On = Annotated[str | None, typer.Option("--on", metavar="ENGINE", help="local, azure or aws.")]
At = Annotated[
    str | None,
    typer.Option(
        "--store", "--outputs", metavar="FILE", help="local: the SQLite file. A cloud: the outputs of the deployment."
    ),
]
