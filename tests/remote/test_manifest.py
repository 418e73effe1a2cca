"""Manifests of remote classifiers: what may stand there, and how the key is had."""

from pathlib import Path
from typing import Any

import pytest

from app.domain.labels import Label
from app.outbound import Rules
from app.plugins.manifest import ManifestError, checked
from app.remote import KServeManifest, ModerationManifest, RemoteManifest
from app.remote.manifest import read_key
from tests.remote.servers import kserve_manifest, manifest, moderation_manifest

PATH = Path("far.toml")
SECRET = "sk-very-secret"
PORN = {"label": "porn", "classes": ["red"], "review": 0.5}


def read(kind: str, **changed: Any) -> RemoteManifest:
    kinds: dict[str, type[RemoteManifest]] = {
        "kserve": KServeManifest,
        "openai": ModerationManifest,
    }
    return checked(kinds[kind], manifest(kind, **changed), PATH)


def test_a_short_manifest_is_enough() -> None:
    short = {
        "kind": "openai",
        "url": "https://mod.example/",
        "model": "m-1",
        "labels": [PORN],
    }
    found = checked(ModerationManifest, short, PATH)
    assert found.url == "https://mod.example"
    assert found.read_classes == ("red",)
    assert found.labels[0].label is Label.PORN
    assert (found.seconds, found.pictures, found.key_env) == (10, 1, None)
    assert found.rules == Rules(ports=None)


def test_private_networks_are_opened_for_it_alone() -> None:
    assert kserve_manifest().rules == Rules(ports=None, allow_private=True)


def test_a_version_is_part_of_the_model() -> None:
    assert kserve_manifest(version="3").told_model == "colours 3"
    assert moderation_manifest(model="org/m:1").told_model == "org/m:1"


@pytest.mark.parametrize("kind", ["kserve", "openai"])
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"url": "ftp://a.example"}, "url: the URL must begin with http"),
        ({"url": "https://user:pw@a.example"}, "url: the URL must not hold a user"),
        ({"url": "https://a.example/?key=pw"}, "url: must have no query"),
        ({"url": "https://a.example/#x"}, "url: must have no query"),
        ({"url": "a.example"}, "url: the URL"),
        ({"url": 7}, "url: "),
        ({"private": False}, "an address that is not public needs 'private = true'"),
        ({"url": "http://[::1]:8", "private": False}, "that is not public needs"),
        (
            {"url": "http://a.example", "private": False, "key_env": "KEY"},
            "a key is only sent to https://",
        ),
        ({"key_env": "MY KEY"}, "key_env: "),
        ({"seconds": 0}, "seconds: "),
        ({"seconds": 61}, "seconds: "),
        ({"seconds": float("inf")}, "seconds: "),
        ({"pictures": 0}, "pictures: "),
        ({"model": ""}, "model: "),
        ({"model": "a b"}, "model: "),
        ({"classes": ["red", "red"]}, "two classes have the same name"),
        ({"classes": ["", "red"]}, "classes.0: "),
        ({"classes": [f"c{n}" for n in range(65)]}, "classes: "),
        ({"labels": [{**PORN, "classes": ["pink"]}]}, "'pink' is none of the classes"),
        ({"labels": [{**PORN, "label": "nude"}]}, "labels.0.label: unknown label"),
        (
            {"examples": [{"picture": "waves", "scores": {"pink": 1}}]},
            "'pink' is none of the classes",
        ),
        ({"format": 2}, "format: "),
        ({"secnods": 3}, "secnods: Extra inputs"),
        ({"key": SECRET}, "key: Extra inputs"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    kind: str, changed: dict[str, Any], said: str
) -> None:
    with pytest.raises(ManifestError, match=r"^far\.toml: ") as caught:
        read(kind, **changed)
    assert said in str(caught.value)
    assert SECRET not in str(caught.value)
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "changed", "said"),
    [
        ("kserve", {"model": "a/b"}, "model: "),
        ("kserve", {"model": "..%2f"}, "model: "),
        ("kserve", {"model": ".."}, "model: "),
        ("kserve", {"version": "1/2"}, "version: "),
        ("kserve", {"url": "http://127.0.0.1/v2"}, "leave out the final /v2"),
        ("kserve", {"input": {"shape": "1xN"}}, "input.shape: "),
        ("kserve", {"output": {"answer": "auto"}}, "output.answer: "),
        ("kserve", {"parameters": {"a": [1]}}, "parameters.a"),
        ("kserve", {"classes": [], "labels": [PORN]}, "a tensor needs 'classes'"),
        ("openai", {"url": "http://127.0.0.1/v1/"}, "leave out the final /v1"),
        ("openai", {"classes": []}, "name one to 64 classes"),
        ("openai", {"version": "1"}, "version: Extra inputs"),
    ],
)
def test_what_is_wrong_in_one_kind(
    kind: str, changed: dict[str, Any], said: str
) -> None:
    with pytest.raises(ManifestError) as caught:
        read(kind, **changed)
    assert said in str(caught.value)


def test_the_key_comes_from_the_environment() -> None:
    found = read("kserve", key_env="KEY")
    assert read_key(found, {"KEY": f" {SECRET}\n"}) == SECRET
    assert read_key(read("kserve"), {"KEY": SECRET}) is None


@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_key_that_is_not_there_is_told(value: str | None) -> None:
    environ = {} if value is None else {"KEY": value}
    with pytest.raises(ManifestError, match="variable KEY holds no key"):
        read_key(read("kserve", key_env="KEY"), environ)


@pytest.mark.parametrize("value", [f"{SECRET}\r\nx: y", f"{SECRET}\0", f"钥{SECRET}"])
def test_an_unusable_key_is_not_quoted(value: str) -> None:
    with pytest.raises(ManifestError) as caught:
        read_key(read("kserve", key_env="KEY"), {"KEY": value})
    assert "characters that no key has" in str(caught.value)
    assert SECRET not in str(caught.value)
