"""Verdicts in WeChat's version 2 shape."""

from functools import cache
from typing import TYPE_CHECKING, Any

from app.domain.finding import Finding, Strategy, Suggest
from app.domain.labels import Label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.access import AppSettings
    from app.domain.verdict import Verdict
    from app.image.checker import ImageVerdict
    from app.media.verdict import MediaVerdict
    from app.text.result import TextResult

CONTENT_MODEL = "content_model"
GAME_MODEL = "minigame_content_model"
_NO_MODEL_ERRCODE = -1


@cache
def clean_reply(model: str, prob: int | None = None) -> tuple[bytes, bytes]:
    """Return the answer to a clean text, cut where the trace id goes.

    `prob` is what the content model says of it; None without a model.
    """
    said = f'"errcode":{_NO_MODEL_ERRCODE}'
    if prob is not None:
        said = f'"errcode":0,"suggest":"pass","label":100,"prob":{prob}'
    head = (
        '{"errcode":0,"errmsg":"ok","result":{"suggest":"pass","label":100},'
        f'"detail":[{{"strategy":"{model}",{said}}},'
        '{"strategy":"keyword","errcode":0}],"trace_id":"'
    )
    return head.encode(), b'"}'


def review_shown_as(wanted: str, *, whole: bool) -> str:
    """What `review` turns into for an app that wants it told otherwise.

    Never `pass` for what was not wholly checked: a harmless hit would carry all that
    nobody looked at past the caller.
    """
    return "risky" if wanted == "pass" and not whole else wanted


def result(verdict: "Verdict", review_as: str) -> dict[str, Any]:
    """Render `result`; `review_as` is what the app wants to read for review."""
    suggest = _shown(verdict.suggest, review_as)
    label = Label.NORMAL if suggest == Suggest.PASS else verdict.label
    return {"suggest": suggest, "label": int(label)}


def clean_prob(results: "Sequence[TextResult]", rules: "AppSettings") -> int | None:
    """How clean the content model finds the worst of these texts, in per cent."""
    clean = [result.clean for result in results if result.clean is not None]
    if not clean:
        return None
    return min(clean) if rules.fixed_prob is None else rules.fixed_prob


def detail(
    verdict: "Verdict", model: str, rules: "AppSettings", clean: int | None = None
) -> list[dict[str, Any]]:
    """Render `detail`: the model's element first, then one for each hit word.

    `clean` is what a model says that reports nothing; None without a model.
    """
    said = [f for f in verdict.findings if f.strategy is Strategy.CONTENT_MODEL]
    words = [f for f in verdict.findings if f.strategy is not Strategy.CONTENT_MODEL]
    element = _model_element(said, model, rules)
    if not said and clean is not None:
        element = _seen_clean(clean, model)
    shown = [element]
    if not words:
        return [*shown, {"strategy": "keyword", "errcode": 0}]
    shown.extend(_keyword_element(word, rules) for word in _strongest(words))
    return shown


def image_detail(
    verdict: "ImageVerdict | MediaVerdict", model: str, rules: "AppSettings"
) -> list[dict[str, Any]]:
    """Render `detail` of a picture: the models' element, then all other reasons.

    Words and codes in it are `keyword` elements, as words of a text are.
    """
    findings = verdict.verdict.findings
    said = [f for f in findings if f.strategy is Strategy.IMAGE_MODEL]
    known = [f for f in findings if f.strategy in _KNOWN]
    words = [f for f in findings if f.strategy in _WORDS]
    element = _model_element(said, model, rules)
    if not said and verdict.doubt is not None:
        element = _no_doubt(verdict.doubt, model, rules)
    shown = [element]
    shown.extend(_keyword_element(word, rules) for word in _strongest(words))
    if not words:
        shown.append({"strategy": "keyword", "errcode": 0})
    shown.extend(_known_element(each, rules) for each in known)
    return shown


_KNOWN = frozenset({Strategy.KNOWN_IMAGE, Strategy.KNOWN_AUDIO})
_WORDS = frozenset({Strategy.OCR, Strategy.QRCODE, Strategy.SPEECH})


def _no_doubt(doubt: int, model: str, rules: "AppSettings") -> dict[str, Any]:
    """What models say of a picture in which they see nothing."""
    prob = 100 - doubt if rules.fixed_prob is None else rules.fixed_prob
    return _seen_clean(prob, model)


def _seen_clean(prob: int, model: str) -> dict[str, Any]:
    return {
        "strategy": model,
        "errcode": 0,
        "suggest": Suggest.PASS.value,
        "label": int(Label.NORMAL),
        "prob": prob,
    }


def _known_element(known: Finding, rules: "AppSettings") -> dict[str, Any]:
    element: dict[str, Any] = {
        "strategy": known.strategy.value,
        "errcode": 0,
        "suggest": _shown(known.suggest, rules.review_as),
        "label": int(known.label),
    }
    if rules.send_level:
        element["level"] = known.weight
    return element


def _model_element(
    said: "Sequence[Finding]", model: str, rules: "AppSettings"
) -> dict[str, Any]:
    if not said:  # no model is installed: no score is better than a made-up one
        return {"strategy": model, "errcode": _NO_MODEL_ERRCODE}
    worst = max(said, key=lambda item: (item.suggest.rank, item.weight))
    return {
        "strategy": model,
        "errcode": 0,
        "suggest": _shown(worst.suggest, rules.review_as),
        "label": int(worst.label),
        "prob": worst.weight if rules.fixed_prob is None else rules.fixed_prob,
    }


def _keyword_element(word: Finding, rules: "AppSettings") -> dict[str, Any]:
    element: dict[str, Any] = {
        "strategy": "keyword",
        "errcode": 0,
        "suggest": _shown(word.suggest, rules.review_as),
        "label": int(word.label),
    }
    if rules.send_level:
        element["level"] = word.weight
    element["keyword"] = word.keyword
    return element


def _strongest(words: "Sequence[Finding]") -> "Sequence[Finding]":
    """One finding for each word, the strongest, in the order of the text."""
    best: dict[str | None, Finding] = {}
    for word in words:
        known = best.get(word.keyword)
        if known is None or word.weight > known.weight:
            best[word.keyword] = word
    return list(best.values())


def _shown(suggest: Suggest, review_as: str) -> str:
    return review_as if suggest is Suggest.REVIEW else suggest.value
