"""`speech.toml`: which of sherpa-onnx's models a folder holds, and how it is loaded."""

from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from app.plugins.manifest import ManifestError, Part, checked, read_table

MANIFEST: Final = "speech.toml"


class SpeechModel(Part):
    """What the manifest says.

    `kind` is the rest of the name of a factory of `OfflineRecognizer`, as in
    "sense_voice" for `from_sense_voice`; `files` and `options` are its arguments.
    `model` is what verdicts call it. It is given at most `longest` seconds at once.
    """

    format: Literal[1] = 1
    kind: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")]
    model: Annotated[str, Field(pattern=r"^[!-~]{1,100}$")]
    longest: Annotated[float, Field(ge=5, le=60)] = 20.0
    files: dict[
        Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")],
        Annotated[str, Field(pattern=r"^[\w-][\w.-]{0,199}$")],
    ]
    options: dict[
        Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")],
        bool | int | float | str,
    ] = Field(default_factory=dict)


def read_speech_model(folder: Path) -> SpeechModel:
    """The manifest of a folder, whose files are all there.

    Raises:
        ManifestError: it is missing, makes no sense, or lacks a file.
    """
    path = folder / MANIFEST
    manifest = checked(SpeechModel, read_table(path), path)
    for name in manifest.files.values():
        if not (folder / name).is_file():
            raise ManifestError(f"{MANIFEST} names {name}, which is not there")
    return manifest
