# Two stages of one base image, so that Node and the page's sources stay out of what ships.
# The Python is the one that the tests run on.
FROM python:3.11-slim-bookworm AS build
WORKDIR /source
COPY . .
# Brings its own Node from PyPI to build the page.
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheel .

FROM python:3.11-slim-bookworm
COPY requirements.lock /app/
RUN pip install --no-cache-dir --no-compile --require-hashes --only-binary :all: --requirement /app/requirements.lock
COPY --from=build /wheel /app/wheel
RUN pip install --no-cache-dir --no-deps --no-index /app/wheel/*.whl \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin racewalk

USER 10001
WORKDIR /app
ENV PYTHONUNBUFFERED=1
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/api/health', timeout=4)"]
CMD ["racewalk", "serve", "--host", "0.0.0.0", "--port", "8000"]
