"""The client code in docs/existing-sdk.md, run as it stands there.

wechatpy and node-easywechat are the real packages; every call goes over a socket to a
service of its own.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli_helpers import ROOT, environment, start
from tests.server_helpers import SECONDS, Server, serving

PAGE = ROOT / "docs" / "existing-sdk.md"
CLIENTS = ROOT / "tests" / "acceptance" / "node"
APPID, SECRET = "wx0123456789abcdef", "0123456789abcdef0123456789abcdef"
RISKY, CLEAN = "代开发票", "今天天气不错"

pytestmark = pytest.mark.sdk


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("clients")
    (folder / "crime.csv").write_text(f"term,label\n{RISKY},crime\n", encoding="utf-8")
    env = environment(folder / "data")
    given = ("app", "create", APPID, "--secret", SECRET)
    made = start(*given, env=env, cwd=folder)
    _, err = made.communicate(timeout=SECONDS)
    assert made.returncode == 0, err
    with serving(folder, folder) as running:
        running.wait()
        yield running


def _snippet(language: str, section: str, base: str) -> str:
    """The code of a section, sent to our port instead of the documented one."""
    page = PAGE.read_text(encoding="utf-8")
    text = page.split(f"\n## {section}\n")[1].split("\n## ")[0]
    code = re.search(rf"```{language}\n(.*?)```", text, re.DOTALL)
    assert code is not None
    return code[1].replace("http://127.0.0.1:8000", base)


def _run(*command: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    # No proxy, no settings of this machine: only the service on loopback.
    kept = {k: v for k, v in os.environ.items() if "proxy" not in k.lower()}
    kept["NODE_PATH"] = str(CLIENTS / "node_modules")
    return subprocess.run(
        command,
        cwd=cwd,
        env=kept,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def _wechatpy(server: Server, tmp_path: Path, last: str) -> str:
    setup = _snippet("python", "wechatpy (Python)", server.base).split("client.wxa.")[0]
    program = f"APPID, SECRET = {APPID!r}, {SECRET!r}\n{setup}\n{last}\n"
    ran = _run(sys.executable, "-c", program, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def test_wechatpy_v1(server: Server, tmp_path: Path) -> None:
    program = f"""
from wechatpy.exceptions import WeChatClientException
assert client.wxa.check_text_security({CLEAN!r})["errcode"] == 0
try:
    client.wxa.check_text_security({RISKY!r})
except WeChatClientException as error:
    print(error.errcode, error.errmsg.split(" rid: ")[0])
"""
    assert _wechatpy(server, tmp_path, program) == "87014 risky content"


def test_wechatpy_v2_by_raw_post(server: Server, tmp_path: Path) -> None:
    program = f"""
import json
data = {{"content": {RISKY!r}, "version": 2, "scene": 2, "openid": "o"}}
print(json.dumps(client.post(f"{{BASE}}/wxa/msg_sec_check", data=data)["result"]))
"""
    said = json.loads(_wechatpy(server, tmp_path, program))
    assert said == {"suggest": "risky", "label": 20006}


@pytest.mark.parametrize("stable", [False, True])
def test_node_easywechat(server: Server, tmp_path: Path, stable: bool) -> None:
    node = shutil.which("node")
    if node is None or not (CLIENTS / "node_modules").is_dir():
        pytest.skip("no node, or its packages are not installed (`make test` does)")
    code = _snippet("js", "node-easywechat (Node)", server.base)
    option = f"use_stable_access_token: {str(stable).lower()}, secret: SECRET,"
    code = code.replace("secret: SECRET,", option).replace("一段文字", RISKY)
    program = f"""
const [APPID, SECRET, openid] = {json.dumps([APPID, SECRET, "o"])};
(async () => {{ {code} }})();
"""
    # It caches tokens, file names with the secret in them, where it is started.
    ran = _run(node, "-e", program, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "suggest: 'risky'" in ran.stdout


def test_anything_else_in_a_shell(server: Server, tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("no curl")
    code = _snippet("sh", "Anything else", server.base).replace("一段文字", RISKY)
    ran = _run("sh", "-c", f"APPID={APPID} SECRET={SECRET}\n{code}", cwd=tmp_path)
    assert json.loads(ran.stdout)["result"]["suggest"] == "risky"
