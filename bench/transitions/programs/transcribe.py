"""Transcribe: download a recording, recognise what is said (with another model if the first cannot), store the text."""

from dataclasses import dataclass

from portable_faas import App, Context, Retry
from portable_faas.testing.scratch import tally

app = App("transcribe")


@dataclass(frozen=True)
class Recording:
    url: str
    language: str


class Busy(Exception):
    """The service has no place now; a moment later it may have one."""


class UnsupportedLanguage(Exception):
    """The model does not know the language."""


@app.activity(retry=Retry(attempts=3, first=1.0))
def download(url: str) -> str:
    if "lost" in url or ("shaky" in url and tally(url) < 3):
        raise ConnectionError(f"{url} does not answer")
    return f"audio of {url}"


@app.activity(retry=Retry(attempts=4, first=5.0, never=(UnsupportedLanguage,)), timeout=60)
def recognise(audio: str, language: str) -> str:
    if language not in ("en", "no"):
        raise UnsupportedLanguage(language)
    if "crowded" in audio:
        raise Busy("no place")
    return f"{audio} in {language}"


@app.activity
def recognise_any(audio: str) -> str:
    if "noise" in audio:
        raise ValueError("nobody speaks")
    return f"{audio} in some language"


@app.activity
def store(url: str, text: str) -> str:
    if "full" in url:
        raise OSError("no space left")
    return f"{url}.txt: {len(text)}"


@app.orchestrator
async def transcribe(ctx: Context, recording: Recording) -> str:
    audio = await download(recording.url)
    try:
        text = await recognise(audio, recording.language)
    except UnsupportedLanguage:
        text = await recognise_any(audio)
    return await store(recording.url, text)
