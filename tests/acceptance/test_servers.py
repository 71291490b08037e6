"""The servers that tests start are real ones: durable, restartable, and gone afterwards."""

from tests.servers import PostgresServer, RedisServer


def test_postgres_keeps_what_was_committed_through_a_crash() -> None:
    with PostgresServer() as server:
        name = server.create_database()
        server.execute("CREATE TABLE kept AS SELECT 7 AS value", name)
        server.kill()
        assert not server.answers()
        server.start()
        assert server.execute("SELECT value FROM kept", name).strip() == "7"
        assert server.execute("SHOW fsync").strip() == "on"
        server.restart()
        assert server.answers()
    assert not server.folder.exists()


def test_a_house_database_is_a_copy_of_the_template(postgres: PostgresServer) -> None:
    template = postgres.create_database(name="model_house")
    postgres.execute("CREATE TABLE room AS SELECT 'sleep' AS slug", template)
    copied = postgres.create_database(template=template)
    assert postgres.execute("SELECT slug FROM room", copied).strip() == "sleep"


def test_redis_answers_and_can_be_killed_and_started_again(redis_server: RedisServer) -> None:
    assert redis_server.answers()
    redis_server.kill()
    assert not redis_server.answers()
    redis_server.start()
    assert redis_server.answers()
