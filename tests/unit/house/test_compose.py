"""docker-compose.yml, the Dockerfile and the proxy agree with the settings and with each other."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from celery.bin.celery import celery

from tests.unit.house.environments import LONG, every_variable, production_secrets, read_recording
from tracking.numbers import BULK_BYTES, IMPORT_BYTES, IMPORT_ENVELOPE

ROOT = Path(__file__).resolve().parents[3]
OURS = ("web", "worker", "beat", "migrate")
VARIABLE = re.compile(r"\$\{(\w+)(?::([?-])([^}]*))?\}")


@pytest.fixture(scope="module")
def surroundings() -> dict[str, str]:
    """What an operator sets."""
    names = {"SITE_HOST": "hearth.example", "TLS_FOLDER": "./tls"}
    return production_secrets() | names | {"POSTGRES_PASSWORD": LONG, "REDIS_PASSWORD": LONG}


@pytest.fixture(scope="module")
def composed(surroundings: dict[str, str]) -> dict[str, Any]:
    """The file as Docker reads it: merged, with variables filled in."""

    def filled(found: re.Match[str]) -> str:
        name, operator, default = found.groups()
        return surroundings.get(name, default if operator == "-" else "")

    def fill(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: fill(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [fill(inner) for inner in value]
        return VARIABLE.sub(filled, value) if isinstance(value, str) else value

    return fill(yaml.safe_load((ROOT / "docker-compose.yml").read_text()))


@pytest.fixture(scope="module")
def services(composed: dict[str, Any]) -> dict[str, Any]:
    return composed["services"]


def test_the_services_of_the_house_are_there(services: dict[str, Any]) -> None:
    assert set(services) == {"proxy", "migrate", "web", "worker", "beat", "postgres", "redis"}
    assert services["web"]["deploy"]["replicas"] == 2


@pytest.mark.parametrize("name", OURS)
def test_production_starts_with_the_variables_given(
    name: str, services: dict[str, Any], tmp_path: Path
) -> None:
    environment, _ = read_recording(services[name]["environment"], tmp_path)
    assert environment.production
    assert environment.database["HOST"] == "postgres"
    assert environment.database["NAME"] == services["postgres"]["environment"]["POSTGRES_DB"]
    assert environment.database["USER"] == services["postgres"]["environment"]["POSTGRES_USER"]
    assert environment.database["PASSWORD"] == services["postgres"]["environment"]["POSTGRES_PASSWORD"]
    assert environment.redis_url is not None
    assert environment.redis_url.endswith("@redis:6379/0")
    assert environment.celery_broker_url is not None
    assert environment.celery_broker_url.endswith("@redis:6379/1")
    assert not environment.jobs_in_process


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_jobs_are_celerys_and_its_options_are_known(name: str, services: dict[str, Any]) -> None:
    command = services[name]["command"]
    assert command[:6] == ["python", "-m", "celery", "-A", "chatserver.celery", name]
    options = {option for one in celery.commands[name].params for option in one.opts}
    assert {word for word in command[6:] if word.startswith("--")} <= options


@pytest.mark.parametrize("name", OURS)
def test_no_variable_is_set_that_the_settings_do_not_know(
    name: str, services: dict[str, Any], tmp_path: Path
) -> None:
    assert set(services[name]["environment"]) <= every_variable(tmp_path)


def test_every_variable_of_the_image_is_known_to_the_settings(tmp_path: Path) -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    block = dockerfile.rsplit("ENV PATH", 1)[1].split("USER", 1)[0]
    set_there = set(re.findall(r"^\s+([A-Z_]+)=", block, re.MULTILINE))
    assert {"HOST", "PORT", "STATIC_ROOT"} <= set_there
    assert {name for name in set_there if not name.startswith("PYTHON")} <= every_variable(tmp_path)


@pytest.mark.parametrize("name", ["proxy", "migrate", "web", "worker", "beat", "postgres", "redis"])
def test_nobody_is_root_and_nothing_is_writable(name: str, services: dict[str, Any]) -> None:
    service = services[name]
    assert service["user"] not in ("root", "0", "0:0")
    assert service["read_only"] is True
    assert "/tmp" in service["tmpfs"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", ["proxy", "web", "worker", "beat", "postgres", "redis"])
def test_every_lasting_service_has_a_health_check(name: str, services: dict[str, Any]) -> None:
    assert services[name]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")


def test_whatever_is_waited_for_can_be_waited_for(services: dict[str, Any]) -> None:
    for service in services.values():
        for other, wanted in service.get("depends_on", {}).items():
            if wanted["condition"] == "service_healthy":
                assert "healthcheck" in services[other]
            else:
                assert services[other]["restart"] == "no"


def test_the_database_and_redis_are_on_the_closed_network_alone(composed: dict[str, Any]) -> None:
    assert composed["networks"]["inside"]["internal"] is True
    for name in ("postgres", "redis"):
        assert composed["services"][name]["networks"] == ["inside"]
        assert "ports" not in composed["services"][name]


def test_the_proxy_reaches_the_web_processes_and_passes_websockets(composed: dict[str, Any]) -> None:
    nginx = (ROOT / "docker" / "nginx.conf").read_text()
    web, proxy = composed["services"]["web"], composed["services"]["proxy"]
    port = web["environment"]["PORT"]
    assert f"set $web web:{port};" in nginx
    assert web["expose"] == [port]
    assert set(web["networks"]) & set(proxy["networks"]) == {"front"}
    assert "proxy_set_header Upgrade $http_upgrade;" in nginx
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in nginx
    assert "proxy_set_header Host $http_host;" in nginx  # a port of its own reaches the origin check
    listened = set(re.findall(r"listen (\d+)", nginx))
    assert {published.rsplit(":", 1)[1] for published in proxy["ports"]} == listened
    assert (
        composed["networks"]["front"]["ipam"]["config"][0]["subnet"] == web["environment"]["TRUSTED_PROXIES"]
    )


def test_the_image_is_locked_built_in_two_stages_and_runs_as_nobody_special(services: dict[str, Any]) -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert len(re.findall(r"^FROM ", dockerfile, re.MULTILINE)) == 2
    assert "sync --frozen --no-dev" in dockerfile
    assert f"USER {services['web']['user']}" in dockerfile
    assert 'CMD ["python", "-m", "chatserver.serve"]' in dockerfile


def test_web_and_worker_share_the_files_that_people_bring(composed: dict[str, Any]) -> None:
    folder = "/var/lib/hearth"
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert f"DATA_DIR={folder}" in dockerfile
    assert re.search(rf"install -d -o 10001 -g 10001 -m 700 {folder}$", dockerfile, re.MULTILINE)
    for name in ("web", "worker"):
        assert composed["services"][name]["volumes"] == [f"files:{folder}"]
    assert "files" in composed["volumes"]


def test_the_proxy_lets_through_what_the_doors_take() -> None:
    nginx = (ROOT / "docker" / "nginx.conf").read_text()
    plain, bulk, imports = (int(most) * 2**20 for most in re.findall(r"client_max_body_size (\d+)m;", nginx))
    assert nginx.count("proxy_pass http://$web;") == 3
    assert plain >= 2**20
    assert bulk >= BULK_BYTES
    assert imports >= IMPORT_BYTES + IMPORT_ENVELOPE


def test_no_secret_stands_in_the_files() -> None:
    text = (ROOT / "docker-compose.yml").read_text() + (ROOT / "Dockerfile").read_text()
    for name in ("SECRET_KEY", "CONTENT_KEYSET", "IDENTITY_KEYSET", "HASH_KEY"):
        assert re.search(rf'{name}: "\$\{{{name}:\?', text), name
