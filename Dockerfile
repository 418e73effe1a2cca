# syntax=docker/dockerfile:1

# The version that the tests run on.
ARG PYTHON=3.11

# ---- build: everything that needs a compiler or pip's cache stays here
FROM python:${PYTHON}-slim AS build
ARG EXTRAS=fast,ocr
ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/seccheck
WORKDIR /src
# Dependencies change rarely; a change in our code reuses this layer.
COPY constraints.txt pyproject.toml README.md LICENSE NOTICE ./
RUN mkdir -p app wordlists \
    && printf '__version__ = "0"\n' > app/__init__.py \
    && /opt/seccheck/bin/pip install -c constraints.txt ".${EXTRAS:+[$EXTRAS]}" \
    && /opt/seccheck/bin/pip uninstall --yes seccheck
COPY app ./app
COPY wordlists ./wordlists
# Of jieba only dict.txt is used; its models are two thirds of its size.
RUN /opt/seccheck/bin/pip install --no-deps . \
    && /opt/seccheck/bin/pip uninstall --yes setuptools pip \
    && cd /opt/seccheck/lib/python*/site-packages/jieba \
    && rm -rf analyse finalseg lac_small posseg

# ---- run
FROM python:${PYTHON}-slim
RUN useradd --system --uid 10001 --user-group --no-create-home seccheck \
    && install -d -o seccheck -g seccheck -m 0700 /data
COPY --from=build /opt/seccheck /opt/seccheck
ENV PATH=/opt/seccheck/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    SECCHECK_DATA_DIR=/data \
    SECCHECK_HOST=0.0.0.0 \
    SECCHECK_PORT=8000
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
# The slim image has no curl. A first start compiles the words: hence the period.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['SECCHECK_PORT'] + '/readyz', timeout=2)"]
ENTRYPOINT ["seccheck"]
CMD ["serve"]
