# syntax=docker/dockerfile:1
# Two stages: the first has the installer and leaves a finished environment, the second runs it as nobody special.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
# The installer itself comes from the lock too, checked against its hash.
COPY pyproject.toml uv.lock ./
COPY .ci/get_uv.py .ci/get_uv.py
RUN python .ci/get_uv.py /opt/uv
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
RUN /opt/uv/bin/uv sync --frozen --no-dev
COPY . .
RUN DATA_DIR=/tmp/build STATIC_ROOT=/app/staticfiles .venv/bin/python manage.py collectstatic --no-input \
    && .venv/bin/python -m whitenoise.compress --quiet /app/staticfiles \
    && .venv/bin/python -m compileall -q -x '\.venv' . \
    && rm -rf /tmp/build tests bench

FROM python:3.11-slim-bookworm
RUN groupadd --gid 10001 hearth && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin hearth \
    && install -d -o 10001 -g 10001 -m 700 /var/lib/hearth
WORKDIR /app
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    ENVIRONMENT=production \
    HOST=0.0.0.0 \
    PORT=8000 \
    STATIC_ROOT=/app/staticfiles \
    DATA_DIR=/var/lib/hearth
USER 10001:10001
EXPOSE 8000
# exec form: SIGTERM reaches the server, which drains its sockets before it ends.
CMD ["python", "-m", "chatserver.serve"]
