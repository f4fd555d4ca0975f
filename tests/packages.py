"""Programs that tests need and Debian has, installed where there are none and this may be."""

import os
import shutil
import subprocess


def install(*packages: str) -> None:
    """Install packages by apt-get; nothing where there is none, or this is not root."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        subprocess.run(
            ["apt-get", *command], env=environment, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
