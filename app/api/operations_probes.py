"""The endpoints for supervisors and monitoring, described for the OpenAPI document."""

from app.api.operation import Operation, Response
from app.api.v1 import schemas as native

PROBES: tuple[Operation, ...] = (
    Operation(
        path="/livez",
        method="get",
        tag="Operations",
        name="livez",
        summary="Whether the process answers",
        description="For a supervisor that restarts what hangs.",
        responses={
            200: Response("Alive.", (native.Liveness,), {"alive": {"status": "alive"}})
        },
    ),
    Operation(
        path="/readyz",
        method="get",
        tag="Operations",
        name="readyz",
        summary="Whether verdicts can be had",
        description="For a load balancer: 503 until the lexicon is loaded.",
        responses={
            200: Response(
                "Ready.",
                (native.Readiness,),
                {
                    "ready": {
                        "status": "ready",
                        "lexicon_version": "7",
                        "lexicon_installed_at": "2026-11-20T03:04:06Z",
                        "lexicon_confirmed_at": "2026-11-20T08:15:00Z",
                        "lexicon_error": None,
                        "content_model": "3f2a9c1b7d40",
                        "content_model_error": None,
                        "images": {
                            "workers": 1,
                            "workers_ready": 1,
                            "models": {"codes": "zxing-cpp 3.1.1", "known": "pdq-1"},
                            "missing": {"ocr": "no installed package offers it"},
                            "lists_version": 3,
                            "lists_error": None,
                        },
                    }
                },
            ),
            503: Response(
                "Not ready yet.",
                (native.Readiness,),
                {
                    "starting": {
                        "status": "starting",
                        "lexicon_version": None,
                        "lexicon_installed_at": None,
                        "lexicon_confirmed_at": None,
                        "lexicon_error": None,
                        "content_model": None,
                        "content_model_error": None,
                        "images": None,
                    }
                },
            ),
        },
    ),
    Operation(
        path="/metrics",
        method="get",
        tag="Operations",
        name="metrics",
        summary="Counts and times for Prometheus",
        description="All worker processes of this service added up.",
        responses={200: Response("Prometheus text format.", media_type="text/plain")},
    ),
)
